import numpy as np
import pytest

from rasure.errors import InputRejected
from rasure.places import grid
from rasure.places.stability import covered_share, jaccard, persistent, shift_survival

QUARTERS = [{"a", "b", "c"}, {"b", "c", "d"}, {"b", "c", "d", "e"}]


def fullest(cells: np.ndarray) -> np.ndarray:
    different, counts = np.unique(cells, return_counts=True)
    return different[np.argsort(-counts, kind="stable")[:1]]


class TestJaccard:
    def test_shared_over_either(self) -> None:
        assert jaccard(QUARTERS) == [0.5, 0.75]

    def test_two_empty_selections_are_the_same(self) -> None:
        assert jaccard([set(), set()]) == [1.0]

    def test_one_selection_has_nothing_to_be_compared_with(self) -> None:
        assert jaccard([{"a"}]) == []


class TestPersistent:
    def test_three_of_three_persist_and_two_of_three_do_not(self) -> None:
        assert persistent(QUARTERS) == {"b", "c"}

    def test_three_of_four_is_just_enough(self) -> None:
        assert persistent([{"a"}, {"a"}, {"a"}, set()]) == {"a"}

    def test_a_share_over_one_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            persistent(QUARTERS, 1.5)


class TestShiftSurvival:
    def test_when_every_cell_is_chosen_nearly_all_survive(self) -> None:
        rng = np.random.default_rng(3)
        spread = rng.uniform(-300, 300, (4000, 2))
        found = shift_survival(spread[:, 0], spread[:, 1], np.unique)
        assert (found["survived"] >= 0.8 * found["chosen"]).all()

    def test_one_cell_alone_cannot_keep_half_its_area_under_half_a_cell_sideways_or_up(self) -> None:
        rng = np.random.default_rng(3)
        cluster = rng.normal(0, 5, (200, 2))
        found = shift_survival(cluster[:, 0], cluster[:, 1], fullest)
        assert found["chosen"].tolist() == [1, 1, 1]
        assert found["survived"].tolist()[:2] == [0, 0]


class TestCoveredShare:
    def test_a_cell_covers_itself_when_nothing_moves(self) -> None:
        cells = grid.pack([0, 4], [0, -2])
        assert covered_share(cells, cells, (0.0, 0.0)) == pytest.approx([1.0, 1.0])

    def test_half_a_width_sideways_leaves_a_third_outside_and_more(self) -> None:
        cell = grid.pack([0], [0])
        half = np.sqrt(3) / 2 * grid.SIDE_M
        assert covered_share(cell, cell, (half, 0.0)) == pytest.approx([5 / 12], abs=0.02)
