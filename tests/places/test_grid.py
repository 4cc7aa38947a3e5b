import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import grid

METRES = st.floats(-50_000, 700_000, allow_nan=False)
AXIAL = st.integers(1 - 2**31, 2**31 - 1)


class TestCellsOf:
    def test_known_points_fall_in_the_nearest_lattice_centre(self) -> None:
        east, north = [0, 451300.4, 497012.9, 485321.0], [0, 206150.2, 179954.1, 238760.5]
        q, r = grid.unpack(grid.cells_of(east, north, side_m=125))
        assert list(zip(q.tolist(), r.tolist(), strict=True)) == [
            (0, 0),
            (1535, 1099),
            (1816, 960),
            (1605, 1273),
        ]

    def test_ten_thousand_random_points_lie_inside_the_polygon_of_their_cell(self) -> None:
        rng = np.random.default_rng(5)
        east, north = rng.uniform(-9_000, 600_000, 10_000), rng.uniform(-9_000, 300_000, 10_000)
        polygons = shapely.polygons(grid.corners(grid.cells_of(east, north)))
        inside = shapely.contains_xy(polygons, east, north)
        on_edge = shapely.distance(shapely.boundary(polygons), shapely.points(east, north)) < 0.01
        assert np.all(inside | on_edge)
        assert inside.sum() > 9_990

    @given(METRES, METRES, st.floats(20, 500))
    def test_no_neighbouring_centre_is_nearer(self, e_m: float, n_m: float, side_m: float) -> None:
        cell = grid.cells_of([e_m], [n_m], side_m=side_m)
        own = np.hypot(*(c - p for c, p in zip(grid.centres(cell, side_m=side_m), (e_m, n_m), strict=True)))
        east, north = grid.centres(grid.neighbours(cell)[0], side_m=side_m)
        assert own[0] <= np.hypot(east - e_m, north - n_m).min() + 1e-6

    @given(METRES, METRES, st.floats(-100, 100), st.floats(-100, 100))
    def test_moving_the_origin_is_moving_the_point_back(self, e_m: float, n_m: float, de: float, dn: float) -> None:
        moved = grid.cells_of([e_m], [n_m], origin=(de, dn))
        assert moved.tolist() == grid.cells_of([e_m - de], [n_m - dn]).tolist()

    def test_a_centre_lies_in_its_own_cell_whatever_the_origin(self) -> None:
        cells = grid.cells_in_box(450_000, 200_000, 455_000, 205_000, origin=(60.0, 70.0))
        east, north = grid.centres(cells, origin=(60.0, 70.0))
        assert np.array_equal(grid.cells_of(east, north, origin=(60.0, 70.0)), cells)

    def test_no_points_give_no_cells(self) -> None:
        assert grid.cells_of([], []).dtype == np.int64
        assert grid.cells_of([], []).size == 0

    @pytest.mark.parametrize("bad", [math.nan, math.inf, 1e300])
    def test_a_coordinate_that_cannot_be_placed_is_refused(self, bad: float) -> None:
        with pytest.raises(InputRejected):
            grid.cells_of([bad], [0.0])

    @pytest.mark.parametrize("side_m", [0.0, -1.0, math.nan])
    def test_a_side_that_is_not_positive_is_refused(self, side_m: float) -> None:
        with pytest.raises(InputRejected):
            grid.cells_of([1.0], [1.0], side_m=side_m)

    def test_columns_of_different_length_are_refused(self) -> None:
        with pytest.raises(InputRejected):
            grid.cells_of([1.0, 2.0], [1.0])


class TestPacking:
    @given(AXIAL, AXIAL)
    def test_unpacking_gives_back_what_was_packed(self, q: int, r: int) -> None:
        back_q, back_r = grid.unpack(grid.pack([q], [r]))
        assert (back_q[0], back_r[0]) == (q, r)

    @given(st.lists(st.tuples(AXIAL, AXIAL), min_size=2, max_size=8))
    def test_packed_order_is_q_then_r(self, pairs: list[tuple[int, int]]) -> None:
        packed = np.sort(grid.pack([q for q, _ in pairs], [r for _, r in pairs]))
        q, r = grid.unpack(packed)
        assert list(zip(q.tolist(), r.tolist(), strict=True)) == sorted(pairs)

    def test_the_number_is_q_shifted_by_32_bits_plus_r(self) -> None:
        assert grid.pack([1535, 2], [1099, -3]).tolist() == [1535 * 2**32 + 1099, 2 * 2**32 - 3]

    @pytest.mark.parametrize("axial", [2**31, -(2**31)])
    def test_a_coordinate_over_32_bits_is_refused(self, axial: int) -> None:
        with pytest.raises(InputRejected):
            grid.pack([0], [axial])


class TestCentres:
    def test_the_published_centre_is_given_to_the_tenth_of_a_millimetre(self) -> None:
        east, north = grid.centres(grid.pack([1535], [1099]), side_m=125)
        assert east[0] == pytest.approx(451307.4885, abs=1e-4)
        assert north[0] == 206062.5


class TestCorners:
    def test_corners_lie_one_side_from_the_centre_and_from_each_other(self) -> None:
        ring = grid.corners(grid.pack([3], [-2]))[0]
        east, north = grid.centres(grid.pack([3], [-2]))
        assert np.allclose(np.hypot(ring[:, 0] - east[0], ring[:, 1] - north[0]), 139.0)
        assert np.allclose(np.hypot(*(ring - np.roll(ring, 1, axis=0)).T), 139.0)

    def test_a_corner_points_north(self) -> None:
        ring = grid.corners(grid.pack([0], [0]))[0]
        assert ring[:, 1].max() == pytest.approx(139.0)

    def test_the_polygon_has_the_stated_area(self) -> None:
        polygon = shapely.Polygon(grid.corners(grid.pack([0], [0]))[0])
        assert polygon.area == pytest.approx(grid.area_m2())


class TestAreaM2:
    def test_the_default_hexagon_is_five_hectares(self) -> None:
        assert grid.area_m2() / 10_000 == pytest.approx(5.02, abs=0.005)


class TestNeighbours:
    def test_all_six_centres_are_one_hexagon_width_away(self) -> None:
        cell = grid.pack([40], [-7])
        east, north = grid.centres(cell)
        around = grid.neighbours(cell)[0]
        far_e, far_n = grid.centres(around)
        assert np.allclose(np.hypot(far_e - east, far_n - north), 139.0 * math.sqrt(3))
        assert len(set(around.tolist()) | set(cell.tolist())) == 7

    @given(st.integers(-900, 900), st.integers(-900, 900))
    def test_being_a_neighbour_is_mutual(self, q: int, r: int) -> None:
        cell = grid.pack([q], [r])
        assert (grid.neighbours(grid.neighbours(cell)[0]) == cell[0]).any(axis=1).all()


class TestCellsInBox:
    def test_it_holds_exactly_the_cells_whose_centre_is_inside(self) -> None:
        q, r = np.meshgrid(np.arange(-40, 60), np.arange(-40, 60))
        every = grid.pack(q.ravel(), r.ravel())
        east, north = grid.centres(every)
        within = (east >= -500) & (east <= 2_000) & (north >= -700) & (north <= 1_500)
        assert np.array_equal(grid.cells_in_box(-500, -700, 2_000, 1_500), np.sort(every[within]))

    def test_a_box_with_its_edges_swapped_is_empty(self) -> None:
        assert grid.cells_in_box(2_000, 0, 0, 1_000).size == 0
        assert grid.cells_in_box(0, 2_000, 1_000, 0).size == 0

    def test_cells_number_as_many_as_the_area_holds(self) -> None:
        cells = grid.cells_in_box(0, 0, 100_000, 100_000)
        assert cells.size == pytest.approx(1e10 / grid.area_m2(), rel=0.005)
