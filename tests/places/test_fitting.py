from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.places import fitting, grid
from rasure.places.outline import Outline, Shift
from rasure.places.ranking import RankingRule

AS_OF = date(2026, 1, 1)
CELL = int(grid.pack([1900], [830])[0])
EAST_M, NORTH_M = (float(part[0]) for part in grid.centres([CELL]))


def events(*at: tuple[float, float], age_days: int = 10, harm_days: float = np.nan) -> pd.DataFrame:
    """Return events so many metres east and north of the middle of the cell."""
    east, north = np.asarray(at, dtype=float).reshape(-1, 2).T
    day = pd.Timestamp(AS_OF - timedelta(days=age_days))
    return pd.DataFrame({"e_m": EAST_M + east, "n_m": NORTH_M + north, "dated_on": day, "harm_days": harm_days})


def gain(shift: Shift, rows: pd.DataFrame, **rule: float) -> fitting.Gain:
    return fitting.gain(Outline((CELL,)), Outline((CELL,), shift), rows, as_of=AS_OF, rule=RankingRule(**rule))


class TestGain:
    def test_events_come_and_go_as_the_outline_moves(self) -> None:
        found = gain(Shift(east_m=60), events((0, 0), (-110, 0), (150, 0), (160, 10), (400, 0)))
        assert (found.before.n, found.after.n, found.gained, found.lost) == (2, 3, 2, 1)

    def test_a_recent_event_weighs_more_than_an_old_one(self) -> None:
        rows = pd.concat([events((0, 0), age_days=730), events((150, 0), age_days=0 + 1)])
        found = gain(Shift(east_m=60), rows)
        assert found.before.score == pytest.approx(0.5)
        assert found.after.score == pytest.approx(0.5 + 2 ** (-1 / 730))

    def test_harm_is_missing_not_zero_where_no_event_has_a_weight(self) -> None:
        assert np.isnan(gain(Shift(), events((0, 0))).before.harm)
        assert gain(Shift(), events((0, 0), age_days=730, harm_days=10.0)).before.harm == pytest.approx(5.0)

    def test_nothing_on_or_after_the_day_asked_for_counts(self) -> None:
        assert gain(Shift(), events((0, 0), age_days=0)).before.n == 0
        assert gain(Shift(), events((0, 0), age_days=-3)).before.n == 0

    def test_nothing_older_than_the_look_back_counts(self) -> None:
        assert gain(Shift(), events((0, 0), age_days=31), lookback_days=30).before.n == 0

    def test_no_events_give_zeros(self) -> None:
        found = gain(Shift(10, 10, 10), events())
        assert (found.before.n, found.after.n, found.gained, found.lost, found.before.score) == (0, 0, 0, 0, 0.0)

    @given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), max_size=40), st.floats(-140, 140))
    def test_before_and_after_differ_by_what_came_and_went(self, at, east_m) -> None:
        found = gain(Shift(east_m, -20, 15), events(*at))
        assert found.after.n == found.before.n + found.gained - found.lost
        assert found.after.score == pytest.approx(found.after.n * 2 ** (-10 / 730))
