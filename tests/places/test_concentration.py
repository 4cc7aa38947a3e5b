import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.concentration import concentration, gini, gini_sparse, smallest_cells

COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=30)


def mean_difference_gini(counts: list[int]) -> float:
    events = np.asarray(counts, dtype=float)
    return float(np.abs(events[:, None] - events[None, :]).mean() / (2 * events.mean()))


class TestGini:
    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ([10, 8, 2, 0, 0, 0, 0, 0, 0, 0], 0.78),
            ([5, 2, 1, 0, 0, 0, 0, 0, 0, 0], 0.80),
            ([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261], 0.4620911303),
            ([4, 4, 4, 4], 0.0),
        ],
    )
    def test_it_gives_the_printed_examples(self, counts: list[int], expected: float) -> None:
        assert gini(counts) == pytest.approx(expected, abs=1e-9)

    @given(COUNTS.filter(lambda counts: sum(counts) > 0))
    def test_it_is_half_the_relative_mean_difference(self, counts: list[int]) -> None:
        assert gini(counts) == pytest.approx(mean_difference_gini(counts), abs=1e-12)

    @pytest.mark.parametrize("counts", [[], [0, 0, 0]])
    def test_it_is_undefined_without_events(self, counts: list[int]) -> None:
        assert math.isnan(gini(counts))

    @pytest.mark.parametrize("counts", [[-1, 2], [math.nan]])
    def test_counts_that_cannot_be_are_refused(self, counts: list[float]) -> None:
        with pytest.raises(InputRejected):
            gini(counts)


class TestGiniSparse:
    @pytest.mark.parametrize(
        ("counts", "expected"), [([5, 2, 1, 0, 0, 0, 0, 0, 0, 0], 0.75), ([3, 1, 1] + [0] * 7, 0.56)]
    )
    def test_it_gives_the_printed_examples(self, counts: list[int], expected: float) -> None:
        assert gini_sparse(counts) == pytest.approx(expected)

    def test_one_event_per_place_among_many_places_is_as_even_as_can_be(self) -> None:
        assert gini_sparse([1] * 7 + [0] * 93) == pytest.approx(0.0, abs=1e-12)

    @given(COUNTS.filter(lambda counts: sum(counts) >= len(counts)))
    def test_with_enough_events_it_is_the_plain_index(self, counts: list[int]) -> None:
        assert gini_sparse(counts) == pytest.approx(gini(counts), abs=1e-12)


class TestSmallestCells:
    def test_it_counts_from_the_fullest_cell(self) -> None:
        assert [smallest_cells([2, 0, 10, 8], share) for share in (0.25, 0.5, 0.8, 1.0)] == [1, 1, 2, 3]

    def test_a_share_met_exactly_needs_no_further_cell(self) -> None:
        assert smallest_cells([3] * 10, 0.1) == 1

    def test_it_is_undefined_without_events(self) -> None:
        assert smallest_cells([0, 0], 0.5) is None

    @pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
    def test_a_share_outside_nought_to_one_is_refused(self, share: float) -> None:
        with pytest.raises(InputRejected):
            smallest_cells([1], share)


class TestConcentration:
    def test_it_brings_every_figure_together(self) -> None:
        figures = concentration([10, 8, 2] + [0] * 7)
        assert (figures.places, figures.events) == (10, 20)
        assert figures.smallest == {0.25: 1, 0.5: 1, 0.8: 2}

    @given(COUNTS, st.randoms(use_true_random=False))
    def test_the_order_of_places_does_not_matter(self, counts, random) -> None:
        shuffled = list(counts)
        random.shuffle(shuffled)
        assert str(concentration(shuffled)) == str(concentration(counts))
