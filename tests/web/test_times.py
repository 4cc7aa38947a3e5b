"""The Times page without a browser: the sentence, what is refused, and how little is drawn."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import wiring
from rasure.settings import PROJECT, settings
from rasure.store.store import Store, open_store
from tests import timed
from tests.makers import crime, published, squares
from tests.web.test_shell import opened

FRIDAY, MONDAY = ("2026-03-20 22:15", ""), ("2026-03-16 09:10", "")


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Serve an empty store that a test fills first; it is closed before a page opens it."""
    store = open_store(tmp_path / "store", reference_folder=settings().reference)
    monkeypatch.setenv("RASURE_STORE", str(tmp_path / "store"))
    settings.cache_clear()
    st.cache_data.clear()
    yield store
    wiring.close()
    settings.cache_clear()


def page(store: Store, **address: str) -> AppTest:
    store.close()
    shell = opened("demo-analyst")
    for name, value in address.items():
        shell.query_params[name] = value
    return shell.switch_page(str(PROJECT / "pages" / "times.py")).run()


def title(shell: AppTest) -> str:
    return shell.title[0].value.replace("\\", "")


def said(shell: AppTest) -> str:
    return " ".join(html.proto.body for html in shell.get("html")) + " ".join(text.value for text in shell.markdown)


def charts(shell: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in shell.get("vega_lite_chart")]


class TestSentence:
    def test_it_is_the_peak_window_with_its_counts_and_interval(self, served: Store, tmp_path: Path) -> None:
        shell = page(timed.load(served, tmp_path, [FRIDAY] * 30 + [MONDAY] * 10))
        assert not shell.exception
        assert title(shell) == "Friday 15:00 to 23:00 holds 75\u00a0% of the force’s violence in 5\u00a0% of the week"
        assert "40 with a committed time; 30 of these fall in that run of hours (95 % interval 60–86 %)" in said(shell)

    def test_the_length_of_the_shift_comes_from_the_address_and_changes_it(self, served: Store, tmp_path: Path) -> None:
        shell = page(timed.load(served, tmp_path, [FRIDAY] * 30), shift="4 hours")
        assert title(shell).startswith("Friday 19:00 to 23:00")
        shell.selectbox(key="shift").set_value("12 hours").run()
        assert title(shell).startswith("Friday 11:00 to 23:00")


class TestTooLittle:
    def test_under_thirty_the_matrix_is_faded_and_the_title_says_so(self, served: Store, tmp_path: Path) -> None:
        shell = page(timed.load(served, tmp_path, [FRIDAY] * 29))
        assert title(shell) == "Too few offences to tell the hours apart: 29 of the force’s violence"
        assert charts(shell)[0]["encoding"]["fillOpacity"]["value"] < 0.5
        assert "Only 29 offences with a time, fewer than 30" in said(shell)

    def test_at_thirty_it_is_not(self, served: Store, tmp_path: Path) -> None:
        shell = page(timed.load(served, tmp_path, [FRIDAY] * 30))
        assert charts(shell)[0]["encoding"]["fillOpacity"]["value"] == 1.0
        assert "30 offences are too few for 168 hours, so three-hour blocks are shown" in said(shell)

    def test_faults_and_spans_that_say_nothing_are_counted_in_words(self, served: Store, tmp_path: Path) -> None:
        spans = [FRIDAY] * 30 + [("2026-03-01 00:10", "2026-03-10 00:10"), ("2026-03-20 10:00", "2026-03-20 09:00")]
        shown = said(page(timed.load(served, tmp_path, [*spans, ("", "")])))
        assert "1 of 33 have a span of a week or more and say nothing about the hour" in shown
        assert "1 end before they begin, a fault of the data" in shown
        assert "1 have no committed time and are left out" in shown


class TestRefused:
    def test_published_months_are_refused_with_the_reason_and_still_shown(self, served: Store, tmp_path: Path) -> None:
        load_boundaries.load(served, squares(tmp_path / "areas.geojson"))
        for month in ("2025-04", "2025-06"):
            published(tmp_path / "in", month, "street", [crime(f"{month}-{n}", month=month) for n in range(3)])
        load_police_uk.load(served, tmp_path / "in")
        shell = page(served)
        assert not shell.exception
        assert title(shell) == "Published data give only the month: hours and weekdays cannot be told"
        assert "would be inventions" in said(shell)
        assert [chart.get("mark", {}).get("type") for chart in charts(shell)] == ["line", None]
        assert "held: a break in the line, not a zero" in said(shell)
        assert "Bank holidays (in England)" not in said(shell)


class TestBehind:
    def test_a_cell_in_the_address_lists_what_touches_it(self, served: Store, tmp_path: Path) -> None:
        shell = page(timed.load(served, tmp_path, [FRIDAY] * 3 + [MONDAY]), day="Friday", block="21–24")
        assert "Friday 21:00 to 24:00: 3 offences" in said(shell)
        assert said(shell).count("Larch Row") == 3

    def test_the_selections_by_keyboard_do_the_same(self, served: Store, tmp_path: Path) -> None:
        shell = page(timed.load(served, tmp_path, [FRIDAY] * 3))
        shell.selectbox(key="day").set_value("Monday").run()
        shell.selectbox(key="block").set_value("00–03").run()
        assert "no offence of this selection touches it" in said(shell)

    def test_a_street_name_stays_text(self, served: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(timed.WEST, "street", "<img src=x> Row")
        shell = page(timed.load(served, tmp_path, [FRIDAY]), day="Friday", block="21–24")
        assert "&lt;img src=x&gt; Row" in said(shell)
        assert "<img" not in said(shell)


def test_one_place_has_a_way_back_to_the_whole(served: Store, tmp_path: Path) -> None:
    timed.load(served, tmp_path, [FRIDAY] * 40, east=[MONDAY] * 5)
    cell = served.analytics.value("select cell from offence where offence_id = 'F0'")
    shell = page(served, place=str(cell))
    assert "the violence at Larch Row" in title(shell)
    shell.button[0].click().run()
    assert "45 offences" in said(shell)
    assert "the force’s violence" in title(shell)
