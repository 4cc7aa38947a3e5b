"""The Command page without a browser: what it says, where its figures lead, and who sees which part of it."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rasure.access.roles import Action
from rasure.services import desk, weekly, weekly_page, wiring
from rasure.services.weekly import Asked
from rasure.settings import settings
from rasure.store.store import open_store
from tests import weekly_world
from tests.web.test_shell import opened
from tests.weekly_world import ORDINARY, SURGE


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


def page(person: str = "demo-gold", **chosen: str) -> AppTest:
    shell = opened(person, "command")
    for name, value in chosen.items():
        shell.selectbox(key=name.replace("_", "-")).set_value(value).run()
    return shell


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
            assert one["under"] in html(shell)
        assert len(shell.get("vega_lite_chart")) == 2

    def test_another_week_changes_the_answer(self) -> None:
        shell = page(week="Week 3 · 12–18 January 2026")
        assert title(shell).startswith("Violence was within its usual range. None of two areas stood out.")
        assert "Nothing needs a decision this week" in " ".join(one.value for one in shell.markdown)
        assert ORDINARY.isocalendar().week == 3

    def test_figures_lead_to_their_page_with_week_and_area(self) -> None:
        shell = page(week="Week 3 · 12–18 January 2026", week_area="East Square")
        found = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'<dd><b><a href="([^"]+)"', html(shell))]
        assert [one.path for one in found] == ["/hot_spots", "/hot_spots", "/patrols", "/patrols"]
        assert parse_qs(found[0].query) == {
            **{"area": ["East Square"], "period": ["Last 7 days"], "until": ["2026-01-18"]},
        }
        assert parse_qs(found[2].query) == {"patrol-area": ["East Square"], "patrol-week": ["2026-W03"]}

    def test_lists_of_people_are_no_link_for_whoever_may_not_open_them(self) -> None:
        assert "/people" not in html(page())
        assert "/people" in html(page("demo-analyst"))


def test_an_inspector_sees_only_the_own_area() -> None:
    shell = page("demo-inspector-E")
    assert title(shell).startswith("Violence in East Square was within its usual range. No kind of offence stood out.")
    assert shell.selectbox(key="week-area").options == ["East Square"]
    assert "West Square" not in html(shell)
