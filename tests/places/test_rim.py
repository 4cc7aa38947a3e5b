import numpy as np
import pytest

from rasure.places import grid
from rasure.places.rim import open_sides, rim


class TestOpenSides:
    def test_a_lone_hexagon_is_open_all_round(self) -> None:
        assert open_sides([grid.pack(3, 4)]).tolist() == [[True] * 6]

    def test_a_hexagon_with_all_its_neighbours_is_closed(self) -> None:
        middle = grid.pack([0], [0])
        cells = np.r_[middle, grid.neighbours(middle)[0]]
        sides = open_sides(cells)
        assert not sides[0].any()
        assert sides.sum() == 18


class TestRim:
    def test_each_open_side_lies_halfway_to_the_neighbour_it_faces(self) -> None:
        cell = grid.pack([2], [5])
        sides = np.array(rim(cell, [-2.0], [51.5]))
        metres = (sides.mean(axis=1) - [-2.0, 51.5]) * [69_459.0, 111_250.0]
        east, north = grid.centres(cell)
        to_e, to_n = grid.centres(grid.neighbours(cell)[0])
        expected = np.column_stack([to_e - east, to_n - north]) / 2
        assert metres == pytest.approx(expected, abs=1.5)

    def test_two_neighbours_share_a_ring_without_the_side_between_them(self) -> None:
        cells = grid.pack([0, 1], [0, 0])
        width = np.sqrt(3) * grid.SIDE_M / 69_459.0
        sides = rim(cells, [-2.0, -2.0 + width], [51.5, 51.5])
        ends = [tuple(np.round(point, 4)) for side in sides for point in side]
        assert len(sides) == 10
        assert sorted(ends.count(end) for end in set(ends)) == [2] * 10

    def test_no_hexagons_have_no_rim(self) -> None:
        assert rim(np.empty(0, dtype=np.int64), [], []) == []
