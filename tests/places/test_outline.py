import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import grid, joining, outline
from rasure.places.outline import Outline, Shift

SHIFTS = st.builds(Shift, st.floats(-200, 200), st.floats(-200, 200), st.floats(-400, 400))
RING = grid.neighbours([grid.pack([3], [3])[0]])[0].tolist()


@st.composite
def grounds(draw: st.DrawFn) -> tuple[int, ...]:
    """Draw cells that hang together, near real ground."""
    axial = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14, unique=True))
    cells = grid.pack([1900 + q for q, _ in axial], [830 + r for _, r in axial])
    found = joining.joined(cells, np.zeros(cells.size))
    return tuple(found.loc[found["hotspot"] == 0, "cell"].tolist())


def around(ground: Outline, seed: int, n: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    west, south, east, north = outline.polygon(ground).bounds
    rng = np.random.default_rng(seed)
    return rng.uniform(west - 300, east + 300, n), rng.uniform(south - 300, north + 300, n)


class TestHolds:
    @given(grounds(), SHIFTS, st.integers(0, 10**6))
    def test_it_counts_as_a_polygon_does(self, cells: tuple[int, ...], shift: Shift, seed: int) -> None:
        ground = Outline(cells, shift)
        east, north = around(ground, seed)
        shape = outline.polygon(ground)
        points = shapely.points(east, north)
        clear = shapely.distance(shape.boundary, points) > 1e-3
        expected = shapely.contains(shape, points)
        assert clear.mean() > 0.99
        assert outline.holds(ground, east, north)[clear].tolist() == expected[clear].tolist()

    @given(grounds(), st.sampled_from([-720.0, -360.0, 0.0, 360.0]), st.integers(0, 10**6))
    def test_no_nudge_and_whole_turns_change_nothing(self, cells: tuple[int, ...], turn: float, seed: int) -> None:
        plain, turned = Outline(cells), Outline(cells, Shift(0.0, 0.0, turn))
        east, north = around(plain, seed)
        assert turned.shift.is_none
        assert np.array_equal(outline.holds(plain, east, north), outline.holds(turned, east, north))
        assert np.array_equal(outline.parts(plain), outline.parts(turned))

    def test_no_points_give_none(self) -> None:
        assert outline.holds(Outline((0,), Shift(5, 5, 5)), [], []).tolist() == []


class TestShape:
    @given(grounds(), SHIFTS)
    def test_its_area_never_changes(self, cells: tuple[int, ...], shift: Shift) -> None:
        moved = Outline(cells, shift)
        assert outline.polygon(moved).area == pytest.approx(outline.area_m2(Outline(cells)), rel=1e-9)
        assert shapely.polygons(outline.parts(moved)).size == len(cells)

    @given(grounds(), SHIFTS)
    def test_its_parts_make_up_the_whole(self, cells: tuple[int, ...], shift: Shift) -> None:
        moved = Outline(cells, shift)
        together = shapely.union_all(shapely.buffer(shapely.polygons(outline.parts(moved)), 1e-4))
        assert shapely.symmetric_difference(together, outline.polygon(moved)).area < 2.0

    def test_a_nudge_moves_it_so_far_east_and_north(self) -> None:
        moved = outline.polygon(Outline((0,), Shift(30, -40))).centroid
        assert (moved.x, moved.y) == pytest.approx((30, -40))

    def test_it_turns_clockwise_about_its_centre(self) -> None:
        pair = (0, int(grid.pack([1], [0])[0]))
        (west, _), (east, _) = outline.centres(Outline(pair))
        turned = outline.centres(Outline(pair, Shift(clockwise_deg=90)))
        middle, half = (west + east) / 2, (east - west) / 2
        assert turned == pytest.approx(np.asarray([[middle, half], [middle, -half]]))

    def test_the_order_of_the_cells_does_not_move_the_centre(self) -> None:
        assert Outline(tuple(RING)).pivot() == Outline(tuple(reversed(RING))).pivot()

    def test_a_hole_stays_a_hole(self) -> None:
        ground = Outline(tuple(RING))
        middle = np.asarray(grid.centres([grid.pack([3], [3])[0]])).T
        assert len(outline.rings(ground)) == 2
        assert len(outline.polygon(ground).interiors) == 1
        assert outline.polygon(ground).area == pytest.approx(outline.area_m2(ground))
        assert not outline.holds(ground, middle[:, 0], middle[:, 1]).any()

    def test_rings_run_round_the_ground_on_their_left(self) -> None:
        outer, hole = outline.rings(Outline(tuple(RING)))
        assert shapely.is_ccw(shapely.linearrings(outer))
        assert not shapely.is_ccw(shapely.linearrings(hole))

    def test_cells_that_lie_apart_are_no_hot_spot(self) -> None:
        with pytest.raises(InputRejected, match="hang together"):
            outline.polygon(Outline((0, int(grid.pack([9], [9])[0]))))

    def test_an_outline_needs_ground_and_numbers(self) -> None:
        with pytest.raises(InputRejected, match="at least one cell"):
            Outline(())
        with pytest.raises(InputRejected, match="give numbers"):
            Shift(math.nan)

    @given(grounds(), SHIFTS)
    def test_what_is_written_is_read_back_to_the_millimetre(self, cells: tuple[int, ...], shift: Shift) -> None:
        corners = outline.parts(Outline(cells, shift))[0]
        text = outline.written(corners)
        read = shapely.from_wkt(text)
        assert shapely.get_coordinates(read)[:6] == pytest.approx(corners, abs=0.0006)
        assert outline.written(shapely.get_coordinates(read)[:6]) == text


class TestClosePairs:
    def at(self, q: int, r: int, **shift: float) -> Outline:
        return Outline((int(grid.pack([q], [r])[0]),), Shift(**shift))

    def test_hot_spots_whose_rings_overlap_are_named_with_their_distance(self) -> None:
        pairs = outline.close_pairs([self.at(0, 0), self.at(1, 1), self.at(6, 6), self.at(7, 6)])
        assert pairs[["first", "second"]].to_numpy().tolist() == [[2, 3], [0, 1]]
        assert pairs["distance_m"].tolist() == pytest.approx([0.0, 139.0])

    def test_two_ring_widths_apart_is_far_enough(self) -> None:
        width = 139 * math.sqrt(3)
        near, far = self.at(1, 0, east_m=199.0), self.at(1, 0, east_m=201.0)
        assert len(outline.close_pairs([self.at(0, 0), near])) == 1
        assert outline.close_pairs([self.at(0, 0), far]).empty
        assert outline.close_pairs([self.at(0, 0), near])["distance_m"][0] == pytest.approx(199.0, abs=1e-6)
        assert width > 200

    @given(st.integers(0, 3), st.integers(-2, 2), SHIFTS)
    def test_shared_ground_is_found_and_neighbours_share_none(self, q: int, r: int, shift: Shift) -> None:
        assume((q, r) != (0, 0))
        still, moved = self.at(0, 0), Outline(self.at(q, r).cells, shift)
        expected = shapely.intersection(outline.polygon(still), outline.polygon(moved)).area
        found = outline.overlapping(outline.close_pairs([still, moved]))
        assert len(found) == int(expected > outline.SMALLEST_OVERLAP_M2)
        assert outline.overlapping(outline.close_pairs([still, self.at(1, 0)])).empty

    def test_no_hot_spots_give_no_pairs(self) -> None:
        assert outline.close_pairs([]).empty
        assert list(outline.close_pairs([]).columns) == ["first", "second", "distance_m", "overlap_m2"]
