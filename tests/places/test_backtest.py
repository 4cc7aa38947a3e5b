from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import grid
from rasure.places.accuracy import accuracy
from rasure.places.backtest import BASELINE, Method, backtest, backtest_of, choose, cuts_every, events, totals
from rasure.places.kde import quartic_density

CUT = date(2024, 7, 1)
COUNT = Method("count_90", lookback_days=90)
EVENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(-200, 400)), max_size=40)


def windows(events: list[tuple[int, int]], k: int = 2, methods=(BASELINE, COUNT)) -> pd.DataFrame:
    days = [CUT - timedelta(days=age) for _, age in events]
    return backtest([cell for cell, _ in events], days, cuts=[CUT], k=k, methods=methods)


class TestBacktest:
    def test_the_cut_day_belongs_to_the_test_window(self) -> None:
        found = windows([(1, 1), (1, 0), (1, -89), (1, -90)], methods=[COUNT])
        assert found.loc[0, ["hits", "total"]].tolist() == [2, 2]

    def test_an_old_hot_spot_beats_a_new_one_only_by_the_long_look_back(self) -> None:
        events = [(1, 300)] * 9 + [(2, 30)] + [(1, -5)] * 3
        found = windows(events, k=1).set_index("method")["hits"]
        assert found.to_dict() == {"decayed_count": 3, "count_90": 0}

    def test_equal_scores_go_to_the_lower_cell(self) -> None:
        assert windows([(2, 5), (1, 5), (1, -1)], k=1, methods=[COUNT]).loc[0, "hits"] == 1

    def test_cells_without_any_event_are_not_chosen(self) -> None:
        assert windows([(1, 5), (2, -1)], k=2, methods=[COUNT]).loc[0, ["hits", "chosen"]].tolist() == [0, 1]

    @given(EVENTS, EVENTS)
    def test_what_is_chosen_does_not_hang_on_what_comes_after(self, events, others) -> None:
        past = [(cell, age) for cell, age in events if age > 0]
        probe = [(cell, 0) for cell in range(6)]
        later = [(cell, -200 - abs(age)) for cell, age in others]
        assert windows(past + probe)["hits"].tolist() == windows(past + probe + later)["hits"].tolist()

    @given(EVENTS, st.randoms(use_true_random=False))
    def test_the_order_of_events_does_not_matter(self, events, random) -> None:
        shuffled = list(events)
        random.shuffle(shuffled)
        pd.testing.assert_frame_equal(windows(events), windows(shuffled))

    def test_no_events_give_windows_without_hits(self) -> None:
        assert windows([])["hits"].tolist() == [0, 0]

    def test_no_cells_to_choose_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            windows([], k=0)


SPREAD = Method("kde", lookback_days=400, half_life_days=200.0, bandwidth_m=300.0)
STUDY = grid.cells_in_box(-1000, -1000, 1000, 1000)
SPOTS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-120, 300)), max_size=25)


def placed(spots: list[tuple[int, int, int]]) -> dict[str, np.ndarray]:
    points = np.array([(110.0 * x, 90.0 * y) for x, y, _ in spots]).reshape(-1, 2)
    days = np.array([np.datetime64(CUT, "D") - age for _, _, age in spots], dtype="datetime64[D]")
    return {"cells": grid.cells_of(points[:, 0], points[:, 1]), "dated_on": days, "points_m": points}


class TestChoose:
    @given(SPOTS, SPOTS, st.sampled_from([BASELINE, COUNT, SPREAD]))
    def test_nothing_on_or_after_the_cut_changes_the_choice(self, spots, others, method: Method) -> None:
        past = [spot for spot in spots if spot[2] > 0]
        altered = past + [(x, y, -abs(age)) for x, y, age in others]
        one, other = (
            events(**placed(given_spots), study=STUDY, bandwidths_m=[300.0]) for given_spots in (spots, altered)
        )
        assert choose(one, method, CUT, 5).tolist() == choose(other, method, CUT, 5).tolist()

    @given(SPOTS)
    def test_the_kernel_chooses_where_the_density_of_the_past_is_greatest(self, spots) -> None:
        known = events(**placed(spots), study=STUDY, bandwidths_m=[300.0])
        past = [spot for spot in spots if spot[2] > 0]
        weights = [2 ** (-age / 200) for *_, age in past]
        at = np.union1d(STUDY, placed(past)["cells"])
        density = quartic_density(placed(past)["points_m"], weights, np.column_stack(grid.centres(at)))
        expected = at[np.argsort(-np.round(density * 1e6, 12), kind="stable")[:3]]
        assert choose(known, SPREAD, CUT, 3).tolist() == expected[: len(choose(known, SPREAD, CUT, 3))].tolist()

    def test_a_kernel_may_choose_a_cell_without_an_event_but_a_count_does_not(self) -> None:
        known = events(**placed([(0, 0, 5)]), study=STUDY, bandwidths_m=[300.0])
        assert choose(known, SPREAD, CUT, 50).size > choose(known, COUNT, CUT, 50).size == 1

    def test_a_bandwidth_without_points_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            events([1], [CUT], bandwidths_m=[300.0])


class TestBacktestOf:
    @given(EVENTS)
    def test_rows_of_several_events_are_those_events(self, given_events) -> None:
        days = [CUT - timedelta(days=age) for _, age in given_events]
        frame = pd.DataFrame({"cell": [cell for cell, _ in given_events], "day": days})
        summed = frame.groupby(["cell", "day"], as_index=False).size()
        known = events(summed["cell"], summed["day"], counts=summed["size"])
        found = backtest_of(known, cuts=[CUT], k=2, methods=[BASELINE, COUNT])
        pd.testing.assert_frame_equal(found, windows(given_events))

    @given(EVENTS.filter(lambda found: any(age > 0 for _, age in found) and any(-90 < age <= 0 for _, age in found)))
    def test_every_measure_of_a_window_is_that_of_the_accuracy_formula(self, given_events) -> None:
        row = windows(given_events, methods=[COUNT]).iloc[0]
        cells = np.arange(6)
        ages = {cell: [age for at, age in given_events if at == cell] for cell in cells}
        earlier = np.array([sum(0 < age <= 90 for age in ages[cell]) for cell in cells])
        later = np.array([sum(-90 < age <= 0 for age in ages[cell]) for cell in cells])
        chosen = int(row["chosen"])
        if chosen == 0:
            return
        found = accuracy(earlier, later, np.ones(6), earlier, k=chosen)
        assert (row["hits"], row["total"], row["best"]) == (found.hits, found.total, np.sort(later)[-2:].sum())
        share = row["earlier_hits"] / row["earlier_total"]
        assert row["hits"] / row["total"] / share == pytest.approx(found.rri)


class TestMethod:
    def test_a_bandwidth_must_be_positive(self) -> None:
        with pytest.raises(InputRejected):
            Method("odd", 90, bandwidth_m=0.0)

    @pytest.mark.parametrize(("lookback_days", "half_life_days"), [(0, None), (90, 0.0), (90, float("nan"))])
    def test_days_that_cannot_be_are_refused(self, lookback_days: int, half_life_days: float | None) -> None:
        with pytest.raises(InputRejected):
            Method("odd", lookback_days, half_life_days)


class TestCutsEvery:
    def test_the_last_day_may_be_a_cut(self) -> None:
        assert cuts_every(date(2024, 1, 1), date(2024, 6, 29)) == [
            date(2024, 1, 1),
            date(2024, 3, 31),
            date(2024, 6, 29),
        ]


class TestTotals:
    def test_hits_are_added_over_the_windows(self) -> None:
        found = windows([(1, 5), (1, -1), (2, -1)], methods=[COUNT])
        assert totals(pd.concat([found, found])).loc[0, ["windows", "hits", "total", "hit_rate"]].tolist() == [
            2,
            2,
            4,
            0.5,
        ]
