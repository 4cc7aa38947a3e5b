"""The partner page: totals and gaps in words, no other area, no name, and a record of every look."""

import re
import time
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from rasure.access.identity import Principal
from rasure.gate import identity
from rasure.services import audit_reading, sessions, wiring
from rasure.services.audit_reading import Wanted
from rasure.settings import PROJECT, settings
from rasure.store.ledger import sessions as session_table
from rasure.store.store import open_store
from rasure.terms import Role
from tests import partner_world
from tests.partner_world import CANARY, CANARY_STREET

AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())
WEST = Principal("council", "Council", Role.PARTNER, frozenset({"W"}))
NOBODY = Principal("nobody", "No area", Role.PARTNER, frozenset())


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("partner-page")
    partner_world.build(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        yield
        wiring.close()
    settings.cache_clear()


def opened(who: Principal | str, **chosen: str) -> AppTest:
    """Open the partner page as an invented person, or as somebody a test made up."""
    if isinstance(who, str):
        secret = sessions.begin()
        sessions.become(secret, who)
    else:
        wiring.store()
        secret = session_table.create(wiring.store().ledger, who, time.time())
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.run().switch_page(str(PROJECT / "pages" / "about.py")).run()
    shell.switch_page(str(PROJECT / "pages" / "partner.py"))
    for name, value in chosen.items():
        shell.query_params[name] = value
    return shell.run()


def title(shell: AppTest) -> str:
    """Return the page's title as it reads, without the marks that keep record text text."""
    return str(shell.title[0].value).replace("\\", "")


def html(shell: AppTest) -> str:
    return " ".join(found.proto.body for found in shell.get("html"))


def everything(shell: AppTest) -> str:
    """Return every text on the page, with the rows of its chart."""
    return " ".join([*(str(part.proto) for part in shell.main), html(shell)])


def looks(who: str) -> list[tuple[str, str | None, int | None]]:
    found = audit_reading.search(wiring.store(), AUDITOR, Wanted(actor=who, object="view_partner_picture"), limit=100)
    return [(entry.op, entry.recipient, entry.n) for entry in found.entries]


@pytest.mark.usefixtures("_served")
class TestPage:
    @pytest.mark.parametrize(
        ("quarter", "said"),
        [
            (
                "January to March 2025",
                "14 offences in West Square in January to March 2025; two figures are withheld because they are under"
                " five",
            ),
            (
                "April to June 2025",
                "How many offences there were in West Square in April to June 2025 is withheld: it would give a figure"
                " under five away",
            ),
            ("July to September 2025", "19 offences in West Square in July to September 2025"),
        ],
    )
    def test_the_title_is_the_number_or_why_there_is_none(self, quarter: str, said: str) -> None:
        shell = opened(WEST, partner_quarter=quarter)
        assert not shell.exception
        assert title(shell) == said

    def test_it_opens_on_the_last_quarter_that_is_over(self) -> None:
        shell = opened("demo-partner")
        assert title(shell).startswith("How many offences there were in East Square in July to September 2025")
        assert shell.selectbox(key="partner_area").options == ["East Square", "West Square"]
        quarters = ["July to September 2025", "April to June 2025", "January to March 2025"]
        assert shell.selectbox(key="partner_quarter").options == quarters

    def test_what_is_withheld_is_said_in_words_in_its_cell(self) -> None:
        shown = html(opened(WEST, partner_quarter="April to June 2025"))
        rows = re.findall(r"<tr>(.*?)</tr>", shown)
        cells = [re.findall(r">([^<>]*)</td>", row) for row in rows]
        assert ["Serious violence with injury", "under 5", "under 5"] in cells
        assert ["Violence without injury", "11", "under 5"] in cells
        assert ["All of these", "withheld", "14"] in cells
        assert "is one to four" in shown

    def test_several_areas_stand_side_by_side(self) -> None:
        shown = html(opened("demo-partner", partner_quarter="January to March 2025"))
        assert "The areas you see, January to March 2025" in shown
        assert ">104<" in shown

    def test_it_has_no_filter_bar(self) -> None:
        keys = {str(box.key) for box in opened(WEST).selectbox}
        assert keys <= {"partner_area", "partner_quarter", "demo_person"}

    def test_it_makes_no_comparison(self) -> None:
        shell = opened("demo-partner")
        said = " ".join(found.value for found in [*shell.title, *shell.subheader, *shell.markdown]) + html(shell)
        words = re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL).lower()
        assert "by chance alone" in words
        assert not re.search(r"\b(fell|rose|reduced|increased?|down by|up by)\b|per cent|%", words)

    def test_whoever_was_given_no_area_sees_none_and_whom_to_ask(self) -> None:
        shell = opened(NOBODY)
        assert title(shell) == "No area has been given to you"
        assert "<td" not in html(shell)


@pytest.mark.usefixtures("_served")
class TestNothingLeaks:
    def test_no_name_street_or_other_area_is_anywhere(self) -> None:
        for quarter in ("January to March 2025", "April to June 2025", "July to September 2025"):
            shown = everything(opened(WEST, partner_quarter=quarter))
            assert "West Square" in shown
            for canary in (CANARY, CANARY_STREET, "East Square", ">41<", ">63<", ">104<"):
                assert canary not in shown

    def test_an_address_with_another_area_leads_to_the_own(self) -> None:
        shell = opened(WEST, partner_area="East Square")
        assert "West Square" in title(shell)
        assert "East Square" not in everything(shell)

    def test_the_small_numbers_are_not_in_the_page_under_its_words(self) -> None:
        shown = html(opened(WEST, partner_quarter="January to March 2025"))
        assert not re.search(r"<td[^>]*>[1-4]</td>", shown)

    def test_about_and_this_are_all_a_partner_may_open(self) -> None:
        shell = opened("demo-partner")
        for page in (PROJECT / "pages").glob("*.py"):
            if page.stem in ("partner", "about"):
                shell.switch_page(str(page))
            else:
                with pytest.raises(ValueError, match=page.stem):
                    shell.switch_page(str(page))

    @pytest.mark.parametrize("person", ["demo-auditor", "demo-officer", "demo-inspector-W", "demo-offender-manager"])
    def test_whom_it_was_not_made_for_has_no_such_page(self, person: str) -> None:
        with pytest.raises(ValueError, match="partner"):
            opened(person)


@pytest.mark.usefixtures("_served")
class TestRecord:
    def test_a_look_is_recorded_once_with_its_recipient(self) -> None:
        one = Principal("looker", "Looker", Role.PARTNER, frozenset({"W"}))
        shell = opened(one)
        assert looks("looker") == [("consultation", "partner:looker", 3)]
        shell.run()
        assert len(looks("looker")) == 1
        shell.selectbox(key="partner_quarter").set_value("April to June 2025").run()
        assert looks("looker") == [("consultation", "partner:looker", 3)] * 2

    def test_an_analyst_sees_the_same_and_is_no_recipient(self) -> None:
        shell = opened("demo-analyst", partner_area="West Square", partner_quarter="January to March 2025")
        assert title(shell).startswith("14 offences in West Square")
        assert {recipient for _, recipient, _ in looks("demo-analyst")} == {None}

    def test_where_it_cannot_be_recorded_nothing_is_shown(self) -> None:
        shell = opened(WEST)
        assert "<td" in html(shell)
        wiring.store().audit.close()
        shell.selectbox(key="partner_quarter").set_value("January to March 2025").run()
        assert [found.value for found in shell.title] == []
        assert "<td" not in html(shell)
