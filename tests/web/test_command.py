"""The Command page without a browser: what it says, where its figures lead, and who sees which part of it."""

import re
import threading
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.services import desk, weekly, weekly_page, weekly_words, wiring
from rasure.services.weekly import Asked
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from rasure.web import ahead, command_reads, text
from tests import weekly_world
from tests.web.test_shell import opened
from tests.weekly_world import EMPTY, ORDINARY, SURGE


@pytest.fixture(scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("command")
    store = open_store(folder / "store", reference_folder=settings().reference)
    weekly_world.load(store, folder, weekly_world.happened()).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        st.cache_data.clear()
        yield
        wiring.close()
    settings.cache_clear()


NEWEST, WEEK_3 = Asked(SURGE), "Week 3 · 12–18 January 2026"


def page(person: str = "demo-gold", **chosen: str) -> AppTest:
    shell = opened(person, "command")
    for name, value in chosen.items():
        shell.selectbox(key=name.replace("_", "-")).set_value(value).run()
    return shell


def test_a_week_without_violence_is_a_whole_page() -> None:
    shell = page(week=weekly_words.week(EMPTY))
    assert not shell.exception
    assert title(shell).startswith(
        "No violence was recorded; that is below its usual range. West Square recorded fewer"
    )


def title(shell: AppTest) -> str:
    return shell.title[0].value.replace("\\", "").replace("\u00a0", " ")


def html(shell: AppTest) -> str:
    return " ".join(one.proto.body for one in shell.get("html"))


class TestGold:
    def test_begins_here(self) -> None:
        shell = opened("demo-gold")
        assert not shell.exception
        assert title(shell).startswith("Violence was far above its usual range. West Square recorded more")

    def test_the_page_shows_the_figures_of_the_service(self) -> None:
        shell = page()
        scope = desk.admit(desk.operator(), Action.VIEW_COMMAND)
        found = weekly.week(wiring.store(), scope, Asked(SURGE))
        assert title(shell) == " ".join(found.sentences())
        for one in weekly_page.figures(found):
            assert one["figure"] in html(shell)
            assert text.unbroken(one["under"]) in html(shell)
        assert len(shell.get("vega_lite_chart")) == 2

    def test_another_week_changes_the_answer(self) -> None:
        shell = page(week=WEEK_3)
        assert not shell.exception
        assert title(shell).startswith("Violence was within its usual range. None of two areas stood out.")
        assert "Nothing needs a decision this week" in " ".join(one.value for one in shell.markdown)
        assert ORDINARY.isocalendar().week == 3

    def test_figures_lead_to_their_page_with_week_and_area(self) -> None:
        shell = page(week=WEEK_3, week_area="East Square")
        found = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'<dd><b><a href="([^"]+)"', html(shell))]
        assert [one.path for one in found] == ["/hot_spots", "/hot_spots", "/patrols", "/patrols"]
        assert parse_qs(found[0].query) == {
            **{"area": ["East Square"], "period": ["Last 7 days"], "until": ["2026-01-18"]},
        }
        assert parse_qs(found[1].query) == parse_qs(found[0].query) | {"measure": ["By harm"]}
        assert parse_qs(found[2].query) == {"patrol-area": ["East Square"], "patrol-week": ["2026-W03"]}

    def test_lists_of_people_are_no_link_for_whoever_may_not_open_them(self) -> None:
        assert "/people" not in html(page())
        assert "/people" in html(page("demo-analyst"))


def test_an_inspector_sees_only_the_own_area() -> None:
    shell = page("demo-inspector-E")
    assert title(shell).startswith("Violence in East Square was within its usual range. No kind of offence stood out.")
    assert shell.selectbox(key="week-area").options == ["East Square"]
    assert "West Square" not in html(shell)


class TestDrill:
    """Every link of the page: its page is open to the reader and offers what it names, and nothing it starts with.

    What a page starts with it takes out of its address again, and Back would lead there.
    """

    @pytest.mark.parametrize(
        ("person", "chosen"),
        [
            ("demo-analyst", {}),
            ("demo-gold", {"week": WEEK_3, "week_area": "East Square"}),
            ("demo-inspector-E", {"week": WEEK_3}),
        ],
    )
    def test_every_link_names_choices_its_page_offers(self, person: str, chosen: dict[str, str]) -> None:
        found = {one.replace("&amp;", "&") for one in re.findall(r'<a href="([^"]+)"', html(page(person, **chosen)))}
        assert {"/hot_spots", "/patrols"} <= {urlsplit(one).path for one in found}
        shells = {path: opened(person, path.removeprefix("/")) for path in {urlsplit(one).path for one in found}}
        for link in found:
            shown = shells[urlsplit(link).path]
            assert not shown.exception, link
            for name, (value,) in parse_qs(urlsplit(link).query).items():
                assert offers(shown, name, value), link

    def test_a_row_of_the_table_leads_to_its_own_area_and_kind(self) -> None:
        rows = re.findall(r"<tr><td[^>]*>([^<]+)</td><td[^>]*>([^<]+)</td><td[^>]*><a href=\"([^\"]+)\"", html(page()))
        assert len(rows) == 5
        for area, kind, link in rows:
            asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
            assert asked.get("area", ["All areas"]) == [area]
            assert asked.get("offences", ["All in-scope violence"])[0].capitalize() == kind.capitalize()
            assert asked["period"] == ["Last 7 days"]


def offers(shell: AppTest, name: str, value: str) -> bool:
    """Tell whether a page can stand on what an address names: a choice of a list, a day, a week."""
    if name == "patrol-week":
        return weekly.monday_of(value) <= SURGE
    if name == "until":
        day = shell.date_input(key=name)
        return bool(day.min <= date.fromisoformat(value) < day.max)
    return value in shell.selectbox(key=name).options[1:]


class TestAhead:
    def test_the_newest_week_is_there_before_it_is_asked_for_and_for_nobody_else(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        st.cache_data.clear()
        ahead.answer()
        gold, analyst = scope("demo-gold", Role.GOLD), scope("demo-analyst", Role.ANALYST)
        east = scope("demo-inspector-E", Role.INSPECTOR, "E")
        both = scope("somebody", Role.INSPECTOR, "E", "W")
        expected = weekly.week(wiring.store(), east, Asked(SURGE, "E"))

        def asked_again(*_: object) -> None:
            raise LookupError

        monkeypatch.setattr(weekly, "week", asked_again)
        version = command_reads.version()
        for reader in (gold, analyst):
            assert set(command_reads.week(reader, NEWEST, version).names) == {"E", "W"}
        assert command_reads.week(east, Asked(SURGE, "E"), version) == expected
        assert set(expected.names) == {"E"}
        for reader, asked in ((both, NEWEST), (east, NEWEST), (gold, Asked(ORDINARY)), (gold, Asked(SURGE, "E"))):
            with pytest.raises(LookupError):
                command_reads.week(reader, asked, version)

    def test_it_begins_with_the_server_and_again_after_a_load_and_ends_with_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        versions, answered = iter(["a", "a", "b"]), []
        looked = threading.Event()

        def version() -> str:
            found = next(versions, None)
            if found is None:
                looked.set()
            return found or "b"

        monkeypatch.setattr(ahead, "EVERY_S", 0.001)
        monkeypatch.setattr(ahead.reads, "version", version)
        monkeypatch.setattr(ahead.runtime, "exists", lambda: True)
        monkeypatch.setattr(ahead, "answer", answered.append)
        end = ahead.begin()
        assert looked.wait(30)
        end()
        assert len(answered) == 2
        assert "ahead" not in {thread.name for thread in threading.enumerate()}


def scope(person: str, role: Role, *lpas: str) -> Scope:
    return desk.admit(Principal(person, person, role, frozenset(lpas)), Action.VIEW_COMMAND)
