"""Where the names of streets go on a map: along a straight enough run of their line, none over another."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rasure.places.clipping import Box, Point

_TRIES = (0.5, 0.38, 0.62, 0.26, 0.74, 0.15, 0.85)
#: A name is set straight; a run this much shorter than its own length still looks straight under it.
_STRAIGHT = 0.96


@dataclass(frozen=True, slots=True)
class Name:
    """A name, the middle of where it is written, and how far it is turned (degrees counter-clockwise of east)."""

    text: str
    at: Point
    turned_degrees: float


def placed(
    streets: Sequence[tuple[str, int, Sequence[Point]]], box: Box, *, letter_m: float, line_m: float
) -> list[Name]:
    """Place each street's name once if there is room, as near to the middle of the map as it goes.

    Parameters
    ----------
    streets
        Name, class (1 the most important) and line in metres of every piece of street.
    box
        West, south, east and north of the map in metres; names stay inside.
    letter_m, line_m
        Width of a letter and height of a line of text on the ground, in metres.
    """
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    wanted: dict[str, tuple[int, list[tuple[Point, float]]]] = {}
    for text, rank, line in streets:
        known, runs = wanted.get(text, (rank, []))
        wanted[text] = (min(known, rank), runs + _runs(line, letter_m * len(text)))
    taken: list[Point] = []
    names: list[Name] = []
    for text, (_rank, runs) in sorted(wanted.items(), key=lambda item: (item[1][0], item[0])):
        for at, turned in sorted(runs, key=lambda run: math.dist(run[0], middle)):
            spots = _spots(at, turned, letter_m * len(text), line_m)
            if all(_is_in(spot, box, line_m) for spot in spots) and _is_free(spots, taken, line_m):
                names.append(Name(text, at, turned))
                taken += spots
                break
    return names


def _runs(line: Sequence[Point], long_m: float) -> list[tuple[Point, float]]:
    """Return middle and direction of every tried run of the line that is long and straight enough."""
    whole = _length(line)
    found = []
    for part in _TRIES:
        start_m, end_m = whole * part - long_m / 2, whole * part + long_m / 2
        if start_m < 0 or end_m > whole:
            continue
        (x0, y0), (x1, y1) = _along(line, start_m), _along(line, end_m)
        if math.hypot(x1 - x0, y1 - y0) >= _STRAIGHT * long_m:
            angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
            found.append((((x0 + x1) / 2, (y0 + y1) / 2), _upright(angle)))
    return found


def _upright(angle: float) -> float:
    """Turn a direction so that text along it reads from the left."""
    turned = (angle + 90.0) % 180.0 - 90.0
    return 90.0 if turned == -90.0 else turned


def _spots(at: Point, turned: float, long_m: float, line_m: float) -> list[Point]:
    """Return points along the name, no further apart than a line is high."""
    steps = max(1, math.ceil(long_m / line_m))
    dx, dy = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    offsets = [long_m * (step / steps - 0.5) for step in range(steps + 1)]
    return [(at[0] + dx * offset, at[1] + dy * offset) for offset in offsets]


def _is_free(spots: Sequence[Point], taken: Sequence[Point], line_m: float) -> bool:
    return all(math.dist(spot, other) >= 1.2 * line_m for spot in spots for other in taken)


def _is_in(spot: Point, box: Box, margin: float) -> bool:
    west, south, east, north = box
    return west + margin <= spot[0] <= east - margin and south + margin <= spot[1] <= north - margin


def _length(line: Sequence[Point]) -> float:
    return sum(math.dist(start, end) for start, end in zip(line, line[1:], strict=False))


def _along(line: Sequence[Point], distance_m: float) -> Point:
    """Return the point so far along the line."""
    left = distance_m
    for start, end in zip(line, line[1:], strict=False):
        step = math.dist(start, end)
        if left <= step and step > 0:
            part = left / step
            return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
        left -= step
    return line[-1]
