import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rasure.places import clipping

BOX = (-3.0, -2.0, 4.0, 5.0)
points = st.tuples(st.floats(-10, 10), st.floats(-10, 10))


def length(pieces: list[list[tuple[float, float]]]) -> float:
    return sum(math.dist(a, b) for piece in pieces for a, b in zip(piece, piece[1:], strict=False))


@given(st.lists(points, min_size=2, max_size=8))
def test_what_is_left_of_a_line_is_what_lies_in_the_box(line: list[tuple[float, float]]) -> None:
    pieces = clipping.line_in(line, BOX)
    inside = sum(
        shapely.LineString([a, b]).intersection(shapely.box(*BOX)).length for a, b in zip(line, line[1:], strict=False)
    )
    assert length(pieces) == pytest.approx(inside, abs=1e-6)
    assert all(-3 - 1e-9 <= x <= 4 + 1e-9 and -2 - 1e-9 <= y <= 5 + 1e-9 for piece in pieces for x, y in piece)


@given(st.lists(points, min_size=3, max_size=8))
def test_what_is_left_of_an_area_has_the_area_in_the_box(ring: list[tuple[float, float]]) -> None:
    area = shapely.Polygon(ring).convex_hull
    if area.geom_type != "Polygon" or area.area < 1e-3:
        return
    cut = clipping.ring_in(list(area.exterior.coords), BOX)
    left = shapely.Polygon(cut).area if cut else 0.0
    assert left == pytest.approx(area.intersection(shapely.box(*BOX)).area, abs=1e-6)


def test_a_line_that_leaves_and_returns_comes_in_two_pieces() -> None:
    assert clipping.line_in([(0, 0), (0, 9), (1, 9), (1, 0)], BOX) == [[(0, 0), (0, 5)], [(1, 5), (1, 0)]]


def test_an_area_round_the_whole_box_becomes_the_box() -> None:
    ring = clipping.ring_in([(-9, -9), (9, -9), (9, 9), (-9, 9), (-9, -9)], BOX)
    assert shapely.Polygon(ring).equals(shapely.box(*BOX))
    assert ring[0] == ring[-1]


def test_nothing_is_left_of_what_lies_elsewhere() -> None:
    assert clipping.line_in([(6, 6), (9, 9)], BOX) == []
    assert clipping.ring_in([(6, 6), (9, 6), (9, 9)], BOX) == []
