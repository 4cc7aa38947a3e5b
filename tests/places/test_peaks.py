import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import peaks

WEEKS = st.lists(st.integers(0, 9), min_size=56, max_size=56).map(lambda found: np.array(found, float).reshape(7, 8))


@given(week=WEEKS, blocks=st.integers(1, 8))
def test_no_run_of_the_week_holds_more(week: np.ndarray, blocks: int) -> None:
    weekday, block = peaks.busiest_of_week(week, blocks)
    most = max(peaks.held_of_week(week, day, start, blocks) for day in range(7) for start in range(8))
    assert peaks.held_of_week(week, weekday, block, blocks) == most


@given(week=WEEKS, blocks=st.integers(1, 8))
def test_no_run_of_the_day_holds_more(week: np.ndarray, blocks: int) -> None:
    most = max(peaks.held_of_day(week, start, blocks) for start in range(8))
    assert peaks.held_of_day(week, peaks.busiest_of_day(week, blocks), blocks) == most


def test_a_run_wraps_from_sunday_to_monday() -> None:
    week = np.zeros((7, 8))
    week[6, 7] = week[0, 0] = 1
    assert peaks.busiest_of_week(week) == (6, 7)
    assert peaks.busiest_of_day(week) == 7


def test_the_earliest_wins_a_tie() -> None:
    assert peaks.busiest_of_week(np.ones((7, 8))) == (0, 0)


@pytest.mark.parametrize("blocks", [0, 57])
def test_a_run_longer_than_the_week_is_refused(blocks: int) -> None:
    with pytest.raises(InputRejected):
        peaks.busiest_of_week(np.ones((7, 8)), blocks)


def test_another_shape_is_refused() -> None:
    with pytest.raises(InputRejected):
        peaks.busiest_of_day(np.ones((8, 7)))
