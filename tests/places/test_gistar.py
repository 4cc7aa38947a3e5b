import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import gistar, grid

PAIRS = [[1], [0], [3], [2]]


def share_by_enumeration(values: list[int], size: int, reached: float) -> float:
    sums = [sum(members) for members in itertools.combinations(values, size)]
    return sum(total >= reached for total in sums) / len(sums)


class TestGiStar:
    def test_three_events_in_one_of_four_cells_worked_by_hand(self) -> None:
        found = gistar.gi_star([3, 0, 0, 0], PAIRS)
        assert found["z"].tolist() == pytest.approx([1.0, 1.0, -1.0, -1.0])
        assert found["p"].tolist() == [0.5, 0.5, 1.0, 1.0]

    def test_p_is_exact_where_the_normal_tail_is_far_off(self) -> None:
        values = [0] * 34 + [2, 3]
        around = np.full((36, 1), -1)
        around[35], around[34] = 34, 35
        found = gistar.gi_star(values, around)
        assert found.loc[35, "p"] == pytest.approx(1 / 630)

    def test_values_with_an_offset_and_a_step_have_the_same_p(self) -> None:
        values = np.random.default_rng(2).poisson(0.7, 40)
        cells = grid.cells_in_box(0, 0, 2400, 2200)[:40]
        around = gistar.grid_neighbours(cells)
        one = gistar.gi_star(values, around)["p"]
        other = gistar.gi_star(values * 12.0 - 300.0, around)["p"]
        assert np.allclose(one, other, rtol=1e-12)

    def test_values_that_are_not_whole_come_near_the_exact_share(self) -> None:
        values = np.random.default_rng(2).poisson(0.7, 60)
        around = gistar.grid_neighbours(grid.cells_in_box(0, 0, 2400, 2200)[:60])
        exact = gistar.gi_star(values, around)["p"]
        drawn = gistar.gi_star(values * np.pi, around, rng=np.random.default_rng(9))["p"]
        assert np.abs(exact - drawn).max() < 0.01

    def test_values_that_are_not_whole_need_a_generator_where_sets_are_many(self) -> None:
        values = np.linspace(0, 1, 60)
        with pytest.raises(InputRejected):
            gistar.gi_star(values, gistar.grid_neighbours(grid.cells_in_box(0, 0, 2400, 2200)[:60]))

    def test_without_variance_z_is_empty_and_p_is_one(self) -> None:
        found = gistar.gi_star([2, 2, 2, 2], PAIRS)
        assert found["z"].isna().all()
        assert (found["p"] == 1).all()

    def test_a_neighbourhood_that_is_everything_says_nothing(self) -> None:
        found = gistar.gi_star([1, 2, 3], [[1, 2], [0, 2], [0, 1]])
        assert found["z"].isna().all()
        assert (found["p"] == 1).all()

    def test_no_cells_give_no_rows(self) -> None:
        assert gistar.gi_star([], np.empty((0, 6), dtype=int)).empty

    @pytest.mark.parametrize("around", [[[0], [0]], [[5], [0]], [[1]]])
    def test_neighbours_that_cannot_be_are_refused(self, around) -> None:
        with pytest.raises(InputRejected):
            gistar.gi_star([1, 2], around)

    def test_the_same_neighbour_twice_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            gistar.gi_star([1, 2, 3], [[1, 1], [0, 2], [0, 1]])

    def test_missing_neighbours_are_no_neighbours(self) -> None:
        assert gistar.gi_star([3, 0, 0], [[-1, -1], [-1, -1], [-1, -1]])["p"].tolist() == [
            pytest.approx(1 / 3),
            1.0,
            1.0,
        ]


class TestExactTail:
    @settings(max_examples=60)
    @given(st.lists(st.integers(0, 6), min_size=4, max_size=10), st.integers(1, 4))
    def test_it_agrees_with_trying_every_set(self, values: list[int], size: int) -> None:
        tail = gistar.exact_tail(np.asarray(values), size)
        expected = [share_by_enumeration(values, size, reached) for reached in range(tail.size)]
        assert np.allclose(tail, expected, atol=1e-12)

    @settings(max_examples=40)
    @given(st.lists(st.integers(0, 6), min_size=6, max_size=10), st.integers(1, 5))
    def test_all_sizes_at_once_are_each_size_by_itself(self, values: list[int], most: int) -> None:
        together = gistar.exact_tails(np.asarray(values), most)
        for size in range(1, most + 1):
            alone = gistar.exact_tail(np.asarray(values), size)
            assert np.allclose(together[size, : alone.size], alone, rtol=1e-12)
            assert (together[size, alone.size :] == 0).all()

    def test_neighbourhoods_of_one_and_of_hundreds_are_both_exact(self) -> None:
        rng = np.random.default_rng(3)
        values, around = rng.poisson(0.5, 1500), np.full((1500, 600), -1)
        around[0] = np.arange(1, 601)
        found = gistar.gi_star(values, around)["p"]
        for row, size in ((0, 601), (5, 1)):
            reached = int(values[row] + values[around[row][around[row] >= 0]].sum())
            assert found[row] == pytest.approx(gistar.exact_tail(values, size)[reached], rel=1e-9)
        alone = (values >= values[5]).mean()
        assert found[5] == pytest.approx(alone, rel=1e-12)

    def test_far_tails_of_a_whole_force_keep_their_digits(self) -> None:
        values = np.zeros(140_000, dtype=np.int64)
        values[:7] = 1
        smallest = gistar.exact_tail(values, 7)[7]
        assert smallest == pytest.approx(1 / 208_986_148_829_279_280_000_000_000_000_000, rel=0.01)


class TestGridNeighbours:
    def test_it_finds_each_neighbour_that_is_there(self) -> None:
        cells = grid.cells_in_box(0, 0, 1500, 1500)
        around = gistar.grid_neighbours(cells)
        for row in (0, cells.size // 2):
            found = set(cells[around[row][around[row] >= 0]].tolist())
            assert found == set(grid.neighbours(cells[row : row + 1])[0].tolist()) & set(cells.tolist())

    def test_the_middle_of_an_area_has_all_six(self) -> None:
        cells = grid.cells_in_box(0, 0, 1500, 1500)
        assert ((gistar.grid_neighbours(cells) >= 0).sum(axis=1) == 6).any()

    def test_no_cells_give_no_rows(self) -> None:
        assert gistar.grid_neighbours([]).shape == (0, 6)
