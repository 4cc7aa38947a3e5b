import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rasure.errors import InputRejected
from rasure.places.accuracy import accuracy, wilson


class TestAccuracy:
    def test_every_figure_worked_by_hand(self) -> None:
        found = accuracy([4, 3, 2, 1], [5, 1, 3, 1], [1, 1, 2, 4], [4, 3, 2, 1], k=2)
        assert (found.hits, found.total, found.hit_rate) == (6, 10, 0.6)
        assert found.pai == pytest.approx(0.6 / 0.25)
        assert found.pei == pytest.approx(6 / 8)
        assert found.rri == pytest.approx(0.6 / 0.7)

    def test_the_interval_of_pai_is_that_of_the_hit_rate_over_the_area(self) -> None:
        found = accuracy([4, 3, 2, 1], [5, 1, 3, 1], [1, 1, 2, 4], [4, 3, 2, 1], k=2)
        assert found.pai_ci == pytest.approx([limit / 0.25 for limit in found.hit_rate_ci])

    def test_equal_scores_go_to_the_cell_listed_first(self) -> None:
        assert accuracy([1, 1, 1], [7, 2, 1], [1, 1, 1], [1, 1, 1], k=1).hits == 7

    def test_without_later_events_the_figures_are_empty(self) -> None:
        found = accuracy([2, 1], [0, 0], [1, 1], [3, 1], k=1)
        assert (found.hits, found.total) == (0, 0)
        assert all(math.isnan(figure) for figure in (found.hit_rate, found.pai, found.pei, found.rri))

    def test_more_empty_land_raises_pai_and_not_the_hit_rate(self) -> None:
        small = accuracy([2, 1], [3, 1], [1, 1], [3, 1], k=1)
        large = accuracy([2, 1, 0], [3, 1, 0], [1, 1, 9], [3, 1, 0], k=1)
        assert large.pai > small.pai
        assert large.hit_rate == small.hit_rate

    @pytest.mark.parametrize("k", [0, 3])
    def test_the_number_of_cells_must_be_there(self, k: int) -> None:
        with pytest.raises(InputRejected):
            accuracy([1, 2], [1, 1], [1, 1], [1, 1], k=k)

    @pytest.mark.parametrize("events", [[-1, 2], [1], [math.nan, 1]])
    def test_events_that_cannot_be_are_refused(self, events) -> None:
        with pytest.raises(InputRejected):
            accuracy([1, 2], events, [1, 1], [1, 1], k=1)


class TestWilson:
    @given(st.integers(1, 500), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
    def test_it_agrees_with_scipy(self, total: int, part: float, level: float) -> None:
        hits = round(total * part)
        theirs = stats.binomtest(hits, total).proportion_ci(level, method="wilson")
        assert wilson(hits, total, level) == pytest.approx((theirs.low, theirs.high), abs=1e-9)

    def test_nothing_of_nothing_has_no_interval(self) -> None:
        assert all(math.isnan(limit) for limit in wilson(0, 0))
