import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import grid, stability
from rasure.places.stability import (
    covered_share,
    half_moves,
    heaviest,
    jaccard,
    overlap_share,
    persistent,
    shift_counts,
    shift_survival,
    third_moves,
)

QUARTERS = [{"a", "b", "c"}, {"b", "c", "d"}, {"b", "c", "d", "e"}]
METRES = st.floats(-400.0, 400.0, allow_nan=False)


def fullest(cells: np.ndarray) -> np.ndarray:
    return heaviest(cells, np.ones(cells.size), 1)


def ten_fullest(cells: np.ndarray) -> np.ndarray:
    return heaviest(cells, np.ones(cells.size), 10)


def share_by_polygons(cells: np.ndarray, others: np.ndarray, shift: tuple[float, float]) -> np.ndarray:
    """Return the share of each cell in the others by cutting polygons: slow, and another way altogether."""
    polygons = shapely.polygons(grid.corners(cells))
    union = shapely.union_all(shapely.polygons(grid.corners(others, origin=shift)))
    return shapely.area(shapely.intersection(polygons, union)) / grid.area_m2()


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


class TestMoves:
    def test_the_eight_moves_give_eight_different_lattices_and_none_the_one_as_it_lies(self) -> None:
        spots = np.random.default_rng(5).uniform(-2000, 2000, (3000, 2))
        lattices = {(0.0, 0.0): grid.cells_of(*spots.T)}
        for move in third_moves():
            lattices[move] = grid.cells_of(*spots.T, origin=move)
        centres = {move: np.column_stack(grid.centres(found, origin=move)) for move, found in lattices.items()}
        same = [
            np.abs(centres[one] - centres[other]).max() < 1.0 for one in centres for other in centres if one < other
        ]
        assert len(centres) == 9
        assert not any(same)

    def test_three_thirds_along_a_step_are_the_lattice_as_it_lies(self) -> None:
        east, north = third_moves()[stability.THIRDS.index((1, 0))]
        spots = np.random.default_rng(5).uniform(-2000, 2000, (500, 2))
        whole = grid.centres(grid.cells_of(*spots.T, origin=(3 * east, 3 * north)), origin=(3 * east, 3 * north))
        assert np.allclose(whole, grid.centres(grid.cells_of(*spots.T)))

    def test_half_moves_are_half_a_width_and_half_a_height(self) -> None:
        assert half_moves(100.0)[0] == pytest.approx((86.602540, 0.0))
        assert half_moves(100.0)[1] == (0.0, 100.0)


class TestHeaviest:
    def test_by_weight_then_by_cell_and_never_without_weight(self) -> None:
        assert heaviest([5, 4, 9, 5, 7], [1, 2, 0, 1, 3], 9).tolist() == [7, 4, 5]

    def test_no_events_choose_nothing(self) -> None:
        assert heaviest([], [], 3).tolist() == []


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


class TestShiftCounts:
    @pytest.mark.parametrize("seed", range(4))
    def test_it_agrees_with_cutting_polygons_move_by_move(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        spots = np.concatenate([rng.normal(middle, 160, (60, 2)) for middle in rng.uniform(-3000, 3000, (14, 2))])
        found = shift_counts(spots[:, 0], spots[:, 1], ten_fullest).set_index("cell")["survived"]
        chosen = ten_fullest(grid.cells_of(*spots.T))
        expected = np.zeros(chosen.size, dtype=int)
        for move in third_moves():
            again = ten_fullest(grid.cells_of(*spots.T, origin=move))
            expected += share_by_polygons(chosen, again, move) >= 0.5 - 1e-9
        assert found.to_dict() == dict(zip(chosen.tolist(), expected.tolist(), strict=True))
        assert 0 < expected.sum() < 8 * chosen.size

    def test_a_broad_plateau_survives_every_move_and_a_lone_address_on_an_edge_few(self) -> None:
        steps = np.arange(-900.0, 901.0, 20.0)
        plateau = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        everywhere = shift_counts(plateau[:, 0], plateau[:, 1], np.unique)
        assert everywhere.set_index("cell").loc[grid.pack(0, 0), "survived"] == 8
        edge = grid.corners([0])[0, 0]
        alone = shift_counts(np.full(20, edge[0] - 1.0), np.full(20, edge[1] - 1.0), fullest)
        assert alone["survived"].tolist()[0] <= 3

    def test_other_cells_can_be_asked_about(self) -> None:
        far = grid.pack(100, 100)
        assert shift_counts([0.0], [0.0], fullest, chosen=[far]).to_numpy().tolist() == [[far, 0]]

    def test_no_events_give_no_cells(self) -> None:
        assert shift_counts([], [], fullest).empty


class TestCoveredShare:
    def test_a_cell_covers_itself_when_nothing_moves(self) -> None:
        cells = grid.pack([0, 4], [0, -2])
        assert covered_share(cells, cells, (0.0, 0.0)) == pytest.approx([1.0, 1.0])

    def test_half_a_width_sideways_leaves_a_third_outside_and_more(self) -> None:
        cell = grid.pack([0], [0])
        half = np.sqrt(3) / 2 * grid.SIDE_M
        assert covered_share(cell, cell, (half, 0.0)) == pytest.approx([5 / 12], abs=0.02)

    @given(METRES, METRES)
    def test_a_moved_lattice_covers_every_cell_wholly(self, east_m: float, north_m: float) -> None:
        own = grid.pack([0, 3], [0, -7])
        q, r = np.meshgrid(np.arange(-12, 13), np.arange(-12, 13))
        assert covered_share(own, grid.pack(q.ravel(), r.ravel()), (east_m, north_m)) == pytest.approx([1.0, 1.0])

    @given(METRES, METRES)
    def test_it_agrees_with_cutting_polygons(self, east_m: float, north_m: float) -> None:
        own, others = grid.pack([0, 1, 5], [0, 0, -2]), grid.pack([0, 1, -1, 4], [0, 1, 2, -2])
        found = covered_share(own, others, (east_m, north_m))
        assert found == pytest.approx(share_by_polygons(own, others, (east_m, north_m)), abs=1e-9)

    @given(METRES, METRES)
    def test_the_overlap_of_two_hexagons_agrees_with_cutting_them(self, east_m: float, north_m: float) -> None:
        one, other = shapely.polygons(np.stack([grid.corners([0])[0], grid.corners([0])[0] + [east_m, north_m]]))
        assert overlap_share(east_m, north_m) == pytest.approx(one.intersection(other).area / one.area, abs=1e-9)
