"""The page of one place, as each role sees it: nobody is named, and no other area shows."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from rasure.gate import identity
from rasure.services import sessions, wiring
from rasure.settings import PROJECT, settings
from rasure.store.store import open_store
from tests import one_place
from tests.one_place import CANARY, EAST, LARCH, QUIET, YARD


@pytest.fixture(scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("page-of-a-place")
    one_place.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        yield
        wiring.close()
    settings.cache_clear()


def opened(person: str, cell: int | None = None, **chosen: str) -> AppTest:
    secret = sessions.begin()
    sessions.become(secret, person)
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.run().switch_page(str(PROJECT / "pages" / "place.py"))
    if cell is not None:
        shell.query_params["place"] = str(cell)
    for name, value in chosen.items():
        shell.query_params[name] = value
    return shell.run()


def title(shell: AppTest) -> str:
    """Return the page's title as it reads, without the marks that keep record text text."""
    return str(shell.title[0].value).replace("\\", "")


def shown(shell: AppTest) -> str:
    """Return every text on the page: titles, sentences, tables, and the rows and spec of its charts."""
    parts = [str(part.proto) for part in shell.main]
    return " ".join([*parts, *(html.proto.body for html in shell.get("html"))])


@pytest.mark.usefixtures("_served")
class TestPage:
    def test_the_title_is_the_answer(self) -> None:
        shell = opened("demo-analyst", LARCH)
        assert not shell.exception
        assert title(shell).startswith("Larch Row, ")
        assert title(shell).endswith("12 offences in 38 months, first of all places")

    def test_an_inspector_ranks_in_the_own_area(self) -> None:
        shell = opened("demo-inspector-W", LARCH)
        assert title(shell).endswith("12 offences in 23 months, first in West Square")
        assert "Six people are recorded" in shown(shell)

    @pytest.mark.parametrize("person", ["demo-analyst", "demo-gold", "demo-inspector-W", "demo-offender-manager"])
    @pytest.mark.parametrize("cell", [LARCH, YARD, QUIET])
    def test_nobody_is_named_and_no_home_is(self, person: str, cell: int) -> None:
        text = shown(opened(person, cell))
        assert len(text) > 1000 or "outside the areas" in text
        assert CANARY not in text
        assert "12 Larch Row" not in text

    def test_gold_is_told_nothing_of_people(self) -> None:
        assert "recorded in offences here" not in shown(opened("demo-gold", LARCH))

    def test_another_area_is_refused_and_nothing_of_it_shows(self) -> None:
        shell = opened("demo-inspector-W", EAST)
        assert len(shell.exception) == 1
        assert not shell.title
        assert "Mill Lane" not in shown(shell)

    def test_without_a_place_the_first_ones_are_offered(self) -> None:
        shell = opened("demo-inspector-W")
        assert shell.title[0].value == "Which place?"
        labels = [link.proto.label for link in shell.get("page_link")]
        assert labels[0].startswith("1 · Larch Row")
        assert len(labels) == 4
        assert not any("Mill Lane" in label for label in labels)

    @pytest.mark.parametrize("given", ["x", "-5", "1e9", "9" * 30, "²"])
    def test_what_is_no_number_is_no_place(self, given: str) -> None:
        shell = opened("demo-analyst", place=given)
        assert shell.title[0].value == "Which place?"

    def test_a_selection_without_an_offence_says_what_to_change(self) -> None:
        shell = opened("demo-analyst", LARCH)
        shell.selectbox(key="area").set_value("East Square").run()
        assert title(shell).endswith("no offence in this selection")
        assert any("lies in West Square" in text.value for text in shell.markdown)

    def test_a_prison_is_set_apart_and_said(self) -> None:
        text = shown(opened("demo-analyst", YARD))
        assert "6 offences at HM Prison Alder are set apart" in text

    def test_every_chart_has_its_table_and_its_file(self) -> None:
        shell = opened("demo-analyst", LARCH)
        addresses = [parse_qs(urlsplit(link.proto.url).query) for link in shell.get("link_button")]
        files = [(asked["what"][0], asked["as"][0]) for asked in addresses if asked["place"] == [str(LARCH)]]
        tables = [(f"place-{table}", form) for table in ("quarters", "hours", "events") for form in ("csv", "xlsx")]
        assert files == [("briefing", "pdf"), *tables]
        assert len(shell.get("vega_lite_chart")) == 2

    def test_the_hot_spots_page_leads_here(self) -> None:
        secret = sessions.begin()
        shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=60)
        shell.user = {identity.USER_KEY: identity.signed(secret)}
        shell.run().switch_page(str(PROJECT / "pages" / "hot_spots.py"))
        shell.query_params["place"] = str(LARCH)
        shell.run()
        (link,) = shell.get("page_link")
        assert (link.proto.page, link.proto.query_string) == ("place", f"place={LARCH}")
