from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.backtest import BASELINE, Method, backtest, cuts_every, totals

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


class TestMethod:
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
