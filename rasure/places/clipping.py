"""Cutting lines and areas to a box, in any plane coordinates."""

from collections.abc import Callable, Sequence

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def line_in(points: Sequence[Point], box: Box) -> list[list[Point]]:
    """Return the pieces of a line that lie in the box (west, south, east, north), in order (Liang and Barsky 1984)."""
    pieces: list[list[Point]] = []
    for start, end in zip(points, points[1:], strict=False):
        inside = _segment_in(start, end, box)
        if inside is None:
            continue
        first, last = inside
        if pieces and pieces[-1][-1] == first:
            pieces[-1].append(last)
        else:
            pieces.append([first, last])
    return pieces


def ring_in(points: Sequence[Point], box: Box) -> list[Point]:
    """Return the part of an area in the box, as a closed ring (Sutherland and Hodgman 1974); empty when there is none.

    Parts that lie apart stay joined along the edge of the box, which a fill without an outline does not show.
    """
    west, south, east, north = box
    ring = list(points[:-1] if points and points[0] == points[-1] else points)
    for edge, axis, is_in in (
        (west, 0, lambda p: p[0] >= west),
        (east, 0, lambda p: p[0] <= east),
        (south, 1, lambda p: p[1] >= south),
        (north, 1, lambda p: p[1] <= north),
    ):
        ring = _cut(ring, edge, axis, is_in)
    return [*ring, ring[0]] if len(ring) >= 3 else []


def _segment_in(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    west, south, east, north = box
    dx, dy = end[0] - start[0], end[1] - start[1]
    enters, leaves = 0.0, 1.0
    for step, room in ((-dx, start[0] - west), (dx, east - start[0]), (-dy, start[1] - south), (dy, north - start[1])):
        if step == 0.0:
            if room < 0.0:
                return None
        elif step < 0.0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    if enters >= leaves:
        return None
    first = start if enters == 0.0 else (start[0] + enters * dx, start[1] + enters * dy)
    last = end if leaves == 1.0 else (start[0] + leaves * dx, start[1] + leaves * dy)
    return first, last


def _cut(ring: list[Point], edge: float, axis: int, is_in: Callable[[Point], bool]) -> list[Point]:
    kept: list[Point] = []
    for number, point in enumerate(ring):
        before = ring[number - 1]
        if is_in(point) != is_in(before):
            kept.append(_crossing(before, point, edge, axis))
        if is_in(point):
            kept.append(point)
    return kept


def _crossing(start: Point, end: Point, edge: float, axis: int) -> Point:
    part = (edge - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + part * (end[1 - axis] - start[1 - axis])
    return (edge, other) if axis == 0 else (other, edge)
