"""The back-test over a store: windows where they may lie, hits as counted by hand, words no stronger than they are."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import InputRejected, NotAllowed
from rasure.ingest import load_boundaries, load_police_uk
from rasure.places.accuracy import wilson
from rasure.places.compare import PairedDifference
from rasure.services import backtest, backtest_words, desk
from rasure.services.backtest import Compared, Report
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import Store, open_store
from rasure.terms import Measure, Role
from tests import extracts, years
from tests.makers import crime, published, whole_force

AS_OF = years.LAST_ON + timedelta(days=1)
ASKED = Question(AS_OF)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("years")
    store = open_store(folder / "store", reference_folder=settings().reference)
    yield years.load(store, folder)
    store.close()


@pytest.fixture(scope="module")
def found(filled: Store) -> Report:
    return backtest.report(filled, whole_force(), ASKED, k=5)


class TestWindows:
    def test_they_end_with_the_data_and_leave_every_method_its_look_back(self, found: Report) -> None:
        assert found.cuts[-1] + timedelta(days=90) == AS_OF
        assert {(later - one).days for one, later in zip(found.cuts, found.cuts[1:], strict=False)} == {90}
        assert (found.cuts[0] - years.FIRST_ON).days >= 365
        assert (found.cuts[0] - timedelta(days=90) - years.FIRST_ON).days < 365
        assert len(found.cuts) == 8

    def test_hits_are_those_counted_by_hand(self, filled: Store, found: Report) -> None:
        events = filled.analytics.frame("select cell, dated_on from counted")
        cut = found.cuts[3]
        ages = (pd.Timestamp(cut) - events["dated_on"]).dt.days
        weights = pd.Series(np.where(ages > 0, 0.5 ** (ages / 730), 0.0)).groupby(events["cell"]).sum()
        chosen = weights.sort_values(ascending=False, kind="stable").index[:5]
        later = events[(ages <= 0) & (ages > -90)]
        row = found.windows[(found.windows["cut"] == cut) & (found.windows["method"] == "decayed_count")].iloc[0]
        assert (row["hits"], row["total"]) == (later["cell"].isin(chosen).sum(), len(later))
        assert row["best"] == later["cell"].value_counts().head(5).sum()

    def test_measures_are_those_of_all_windows_together(self, found: Report) -> None:
        base = found.judged[0]
        own = found.windows[found.windows["method"] == "decayed_count"]
        area = found.k / found.cells_in_area
        assert (base.hits, base.total) == (own["hits"].sum(), own["total"].sum())
        assert base.hit_rate_ci == wilson(base.hits, base.total)
        assert base.pai == pytest.approx(base.hit_rate / area)
        assert base.pai_ci == pytest.approx(tuple(limit / area for limit in base.hit_rate_ci))
        assert base.pei == pytest.approx(base.hits / own["best"].sum())
        assert base.rri == pytest.approx(base.hit_rate / (own["earlier_hits"].sum() / own["earlier_total"].sum()))

    def test_all_methods_are_judged_by_the_same_offences(self, found: Report) -> None:
        assert [judged.method.name for judged in found.judged] == [
            *("decayed_count", "last_quarter", "last_year", "density")
        ]
        assert found.windows.groupby("cut")["total"].nunique().eq(1).all()

    def test_shorter_data_give_up_last_years_count_for_more_windows(self, store: Store, tmp_path: Path) -> None:
        years.load(store, tmp_path, first_on=years.LAST_ON - timedelta(days=90 * 9 + 5))
        shorter = backtest.report(store, whole_force(), ASKED, k=5)
        assert len(shorter.cuts) == 9 - 1
        assert "last_year" not in set(shorter.windows["method"])
        assert any("Last year’s count is left out" in said for said in shorter.caveats)

    def test_data_too_short_for_one_window_say_so(self, store: Store, tmp_path: Path) -> None:
        years.load(store, tmp_path, first_on=years.LAST_ON - timedelta(days=178))
        none = backtest.report(store, whole_force(), ASKED)
        assert none.cuts == ()
        assert none.why_none == backtest_words.verdict(none)
        assert "span 179 days" in none.why_none
        assert "at least 90 days to choose places from and 90 more" in none.why_none

    def test_one_window_fits_as_soon_as_it_can(self, store: Store, tmp_path: Path) -> None:
        years.load(store, tmp_path, first_on=years.LAST_ON - timedelta(days=179))
        assert len(backtest.report(store, whole_force(), ASKED).cuts) == 1

    def test_a_selection_without_offences_has_nothing_to_catch(self, filled: Store) -> None:
        none = backtest.report(filled, whole_force(), replace(ASKED, groups=("homicide",)))
        assert "nothing to catch" in (none.why_none or "")

    def test_an_empty_store_is_refused_in_a_sentence(self, store: Store) -> None:
        with pytest.raises(InputRejected, match="No offences are loaded"):
            backtest.report(store, whole_force(), ASKED)


class TestGivenCuts:
    def test_they_are_tested_in_order_and_once(self, filled: Store) -> None:
        given = [date(2025, 1, 1), date(2024, 7, 1), date(2025, 1, 1)]
        assert backtest.report(filled, whole_force(), ASKED, cuts=given).cuts == (date(2024, 7, 1), date(2025, 1, 1))

    @pytest.mark.parametrize("cut", [date(2023, 4, 9), date(2025, 12, 22)])
    def test_one_without_its_days_before_or_after_is_refused(self, filled: Store, cut: date) -> None:
        with pytest.raises(InputRejected, match="run from 2023-01-10 to 2026-03-20"):
            backtest.report(filled, whole_force(), ASKED, cuts=[cut])

    @pytest.mark.parametrize("cut", [date(2023, 4, 10), date(2025, 12, 21)])
    def test_one_that_just_has_them_is_tested(self, filled: Store, cut: date) -> None:
        assert backtest.report(filled, whole_force(), ASKED, cuts=[cut]).cuts == (cut,)

    def test_overlapping_windows_are_said(self, filled: Store) -> None:
        close = backtest.report(filled, whole_force(), ASKED, cuts=[date(2025, 1, 1), date(2025, 3, 1)])
        assert any("windows overlap" in said for said in close.caveats)

    @pytest.mark.parametrize("given", [{"cuts": []}, {"k": 0}, {"horizon_days": 0}])
    def test_what_cannot_be_asked_is_refused(self, filled: Store, given: dict[str, object]) -> None:
        with pytest.raises(InputRejected):
            backtest.report(filled, whole_force(), ASKED, **given)  # type: ignore[arg-type]


class TestScope:
    def test_an_inspector_is_answered_for_the_own_area_alone(self, filled: Store) -> None:
        scope = desk.admit(Principal("i", "I", Role.INSPECTOR, frozenset({"W"})), Action.VIEW_HOT_SPOTS)
        own = backtest.report(filled, scope, ASKED, k=5)
        asked = backtest.report(filled, whole_force(), replace(ASKED, lpa="W"), k=5)
        pd.testing.assert_frame_equal(own.windows, asked.windows)
        with pytest.raises(NotAllowed):
            backtest.report(filled, scope, replace(ASKED, lpa="E"))


class TestNothingLooksIntoTheFuture:
    def test_later_offences_change_no_earlier_window(self, tmp_path: Path) -> None:
        as_of, reports = date(2025, 6, 1), []
        for name, seed in (("one", None), ("two", 7)):
            store = open_store(tmp_path / name, reference_folder=settings().reference)
            years.load(store, tmp_path / f"{name}-in", last_on=as_of - timedelta(days=1))
            if seed:
                extracts.load(store, extracts.drop(tmp_path / "later", **years.rows(first_on=as_of, seed=seed)))
            reports.append(backtest.report(store, whole_force(), Question(as_of), k=5).windows)
            store.close()
        pd.testing.assert_frame_equal(*reports, check_exact=True)


def compared(mean: float, low: float, high: float, *, windows: int, p: float = 0.01) -> Compared:
    return Compared("last_quarter", PairedDifference(windows, mean, (low, high), p), replaces=False)


class TestWords:
    def said(self, found: Report, windows: int, against: Compared) -> str:
        cuts = tuple(date(2024, 1, 1) + timedelta(days=90 * n) for n in range(windows))
        return backtest_words.verdict(replace(found, cuts=cuts, compared=(against,)))

    def test_more_than_chance_is_said_with_its_interval(self, found: Report) -> None:
        said = self.said(found, 8, compared(4.25, 1.5, 7.0, windows=8))
        assert said.startswith("Over 8 windows of 90 days the 5 places of the decayed count, ")
        base = found.judged[0]
        assert f"({base.hits:,} of {base.total:,})" in said
        assert said.endswith(
            "The difference of 34 hits (95 % interval 12 to 56, sign-flip p 0.01) is more than chance explains."
        )

    def test_an_interval_with_zero_is_not_statistically_significant(self, found: Report) -> None:
        said = self.said(found, 8, compared(2.0, -1.0, 5.0, windows=8))
        assert said.endswith("16 hits (95 % interval −8 to 40, sign-flip p 0.01) is not statistically significant.")
        assert "no effect" not in said

    def test_a_ranking_that_did_worse_is_said_to_have(self, found: Report) -> None:
        assert "the decayed count did worse" in self.said(found, 9, compared(-3.0, -5.0, -1.0, windows=9))

    def test_few_windows_indicate_and_no_more(self, found: Report) -> None:
        assert self.said(found, 3, compared(4.0, 1.0, 7.0, windows=3)).endswith(
            "rests on fewer than 8 windows: an indication, no more."
        )

    def test_one_window_has_no_interval(self, found: Report) -> None:
        one = compared(4.0, float("nan"), float("nan"), windows=1)
        assert self.said(found, 1, one).endswith("4 hits and no interval: too little to judge by.")

    def test_another_method_replaces_it_only_by_the_rule(self, found: Report) -> None:
        better = replace(compared(-9.0, -12.0, -6.0, windows=8), replaces=True)
        assert "last quarter’s count would replace" in backtest_words.replacement(replace(found, compared=(better,)))
        stays = backtest_words.replacement(replace(found, compared=(compared(1.0, -1.0, 3.0, windows=8),)))
        assert stays.startswith("No other method earns its place")
        assert "takes at least 8 windows" in backtest_words.replacement(replace(found, cuts=found.cuts[:3]))

    def test_a_page_ranked_by_harm_is_told_that_counts_are_tested(self, filled: Store) -> None:
        by_harm = backtest.report(filled, whole_force(), replace(ASKED, measure=Measure.HARM), k=5)
        assert any("by counts, whatever the page ranks by" in said for said in by_harm.caveats)

    def test_plain_data_hold_every_window_and_nothing_that_is_not_json(self, found: Report) -> None:
        import json

        plain = json.loads(json.dumps(backtest_words.as_json(found), allow_nan=False))
        assert len(plain["windows"]) == len(found.cuts) * 4
        assert plain["comparisons"][0]["rival"] == "last_quarter"
        assert plain["verdict"] == backtest_words.verdict(found)


class TestSeriesBreak:
    def test_no_window_trains_or_tests_across_the_new_map_points(self, store: Store, tmp_path: Path) -> None:
        months = [f"{year}-{month:02d}" for year in (2021, 2024, 2025) for month in range(1, 13)] + ["2022-03"]
        for month in months:
            published(tmp_path, month, "street", [crime(f"{month}{n}", month=month) for n in range(3)])
        load_police_uk.load(store, tmp_path)
        found = backtest.report(store, whole_force(), Question(date(2026, 1, 1)))
        assert found.usable.first_on == date(2024, 1, 1)
        assert min(found.cuts) - timedelta(days=365) >= date(2024, 1, 1)
        assert found.windows["earlier_total"].max() <= 3 * 24
        assert any("map points was replaced" in said for said in found.caveats)
        with pytest.raises(InputRejected, match="map points was replaced"):
            backtest.report(store, whole_force(), Question(date(2026, 1, 1)), cuts=[date(2021, 7, 1)])
        before = backtest.report(store, whole_force(), Question(date(2022, 4, 1)), cuts=[date(2021, 7, 1)])
        assert before.usable.last_on == date(2022, 3, 31)


def _violence_of(path: Path, folder: Path) -> None:
    """Write a published month without the two thirds of it that never count, which would only take time to load."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines(keepends=True)
    kept = [line for line in lines[1:] if ",Violence and sexual offences," in line or ",Robbery," in line]
    (folder / path.name.removesuffix(".gz")).write_text("".join([lines[0], *kept]), encoding="utf-8", newline="")


class TestRealMonths:
    def test_the_published_months_of_2025_are_tested_on_their_side_of_the_break(
        self, store: Store, real_data: Path, tmp_path: Path
    ) -> None:
        for path in (real_data / "police_uk" / "street").glob("*-street.csv.gz"):
            if path.name[:7] >= "2024-01" or path.name[:7] == "2022-03":
                _violence_of(path, tmp_path)
        load_boundaries.load(store, real_data / "boundaries" / "lpa_12.geojson")
        load_police_uk.load(store, tmp_path)
        found = backtest.report(store, whole_force(), Question(date(2025, 12, 1)))
        assert found.usable.first_on == date(2024, 1, 1)
        assert [cut.isoformat() for cut in found.cuts] == ["2025-03-06", "2025-06-04", "2025-09-02"]
        against = found.compared[0]
        low, high = against.paired.ci
        assert against.rival == "last_quarter"
        assert low < against.paired.mean_diff < high
        assert against.hits > 0
        assert "rests on fewer than 8 windows" in backtest_words.verdict(found)
        assert any("months in these data are not loaded" in said for said in found.caveats)
