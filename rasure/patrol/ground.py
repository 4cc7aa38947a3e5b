"""Where a patrol area is: which points lie in its outline grown by the margin, and the same as squares for a database.

An outline is a list of rings in EPSG:27700 metres, holes among them, open or closed, in any order. A point lies in the
grown outline when it lies in the outline or no further than the margin from its edge, the edge included.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected

MARGIN_M = 20.0
"""How far an outline is grown for the error of positions (methods 6)."""

SQUARE_M = 10.0
"""Side of the squares. Its diagonal is less than the margin, so a square with any point outside the grown outline holds
none of the outline itself, and distance to the edge decides alone."""

ON_EDGE_M = 1e-6
"""A point this near an edge is on it: decimals are only nearly what they say as binary numbers."""

_FLAT_POLYGON = b"\x01\x03\x00\x00\x00"
_MOST_AT_ONCE = 500_000
_HALF_DIAGONAL = 0.5 * 2.0**0.5
_ROUNDING_M = 0.01

Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Squares:
    """A grown outline as squares of `SQUARE_M`, told by whole numbers `east` and `north` (metres // `SQUARE_M`).

    `is_edge` marks those that lie in it only in part. For those, `edges` has the pieces of edge that can decide: rows
    of (place in the lists here, place in the outline's `pieces`).
    """

    east: NDArray[np.int64]
    north: NDArray[np.int64]
    is_edge: NDArray[np.bool_]
    edges: NDArray[np.int64]


def rings_of(wkb: bytes) -> list[Metres]:
    """Read the rings of a polygon kept as little-endian well-known bytes: corners, shape (n, 2), as they stand there.

    Raises
    ------
    InputRejected
        The bytes are no such polygon.
    """
    said = InputRejected("An outline is kept as the well-known bytes of one flat polygon; these are something else.")
    whole, at, found = memoryview(wkb), 9, []
    if len(whole) < at or bytes(whole[:5]) != _FLAT_POLYGON:
        raise said
    for _ in range(int.from_bytes(whole[5:at], "little")):
        end = at + 4 + 16 * int.from_bytes(whole[at : at + 4], "little")
        if end > len(whole):
            raise said
        found.append(np.frombuffer(whole[at + 4 : end], dtype="<f8").reshape(-1, 2))
        at = end
    return found


def pieces(rings: Sequence[ArrayLike]) -> Metres:
    """Give the straight pieces of the edges of an outline, shape (n, 4): start east and north, then the way along.

    Raises
    ------
    InputRejected
        A ring has fewer than three corners, or one that is no finite number.
    """
    found = []
    for ring in rings:
        start = np.asarray(ring, dtype=np.float64).reshape(-1, 2)
        if len(np.unique(start, axis=0)) < 3 or not np.isfinite(start).all():
            raise InputRejected("An outline needs rings of at least three corners, all finite numbers.")
        found.append(np.hstack([start, np.roll(start, -1, axis=0) - start]))
    whole = np.concatenate(found)
    return np.asarray(whole[np.any(whole[:, 2:] != 0.0, axis=1)], dtype=np.float64)


def holds(outline: Metres, e_m: ArrayLike, n_m: ArrayLike, *, margin_m: float = MARGIN_M) -> NDArray[np.bool_]:
    """Say which points lie in an outline (its `pieces`) grown by a margin, edge included."""
    east, north = np.asarray(e_m, dtype=np.float64), np.asarray(n_m, dtype=np.float64)
    return np.asarray(reach_m(outline, east, north) <= margin_m + ON_EDGE_M)


def reach_m(outline: Metres, e_m: Metres, n_m: Metres) -> Metres:
    """Give how far points are from an outline: 0 on its edge, less than 0 within it."""
    reach = np.empty(len(e_m))
    step = max(_MOST_AT_ONCE // len(outline), 1)
    for first in range(0, len(e_m), step):
        own = slice(first, first + step)
        distance, crossings = _against(outline, e_m[own], n_m[own])
        reach[own] = np.where(crossings % 2 == 1, -distance.min(axis=1), distance.min(axis=1))
    return reach


def squares(outline: Metres, *, margin_m: float = MARGIN_M, side_m: float = SQUARE_M) -> Squares:
    """Give a grown outline as squares: blocks are quartered until they lie within it, outside it, or are one square.

    The distance to an outline changes by no more than one moves, so that of its middle tells where a whole block lies.
    """
    corners = np.vstack([outline[:, :2], outline[:, :2] + outline[:, 2:]])
    low, high = (np.floor((at + way * margin_m) / side_m) for at, way in ((corners.min(0), -1), (corners.max(0), 1)))
    span = 1 << int((high - low).max()).bit_length()
    blocks, within = low[np.newaxis, :].astype(np.int64), []
    while True:
        reach = reach_m(outline, *((blocks + span / 2.0) * side_m).T)
        slack = _HALF_DIAGONAL * span * side_m + _ROUNDING_M
        within.append(_quartered(blocks[reach <= margin_m - slack], span, 1))
        blocks = blocks[np.abs(reach - margin_m) < slack]
        if span == 1 or not len(blocks):
            break
        blocks, span = _quartered(blocks, span, span // 2), span // 2
    whole = np.concatenate(within)
    listed = np.concatenate([whole, blocks])
    near = _near(outline, (blocks + 0.5) * side_m, margin_m + _HALF_DIAGONAL * side_m + _ROUNDING_M)
    near[:, 0] += len(whole)
    return Squares(listed[:, 0], listed[:, 1], np.arange(len(listed)) >= len(whole), near)


def _quartered(blocks: NDArray[np.int64], span: int, into: int) -> NDArray[np.int64]:
    """Cut blocks of `span` squares a side into blocks of `into`."""
    steps = np.arange(0, span, into, dtype=np.int64)
    east, north = np.meshgrid(steps, steps, indexing="ij")
    parts = np.stack([east.ravel(), north.ravel()], axis=-1)
    return (blocks[:, np.newaxis, :] + parts).reshape(-1, 2)


def _near(outline: Metres, points: Metres, within_m: float) -> NDArray[np.int64]:
    """Give (point, piece) for all pieces of an outline no further than so many metres from a point."""
    step = max(_MOST_AT_ONCE // len(outline), 1)
    found = [np.empty((0, 2), dtype=np.int64)]
    for first in range(0, len(points), step):
        own = points[first : first + step]
        distance, _ = _against(outline, own[:, 0], own[:, 1])
        found.append(np.argwhere(distance <= within_m) + np.array([first, 0]))
    return np.concatenate(found)


def _against(outline: Metres, e_m: Metres, n_m: Metres) -> tuple[Metres, NDArray[np.int64]]:
    """Set points against pieces: distances, shape (points, pieces), and how many pieces lie due east of each point."""
    start_e, start_n, along_e, along_n = outline.T
    east, north = e_m[:, np.newaxis] - start_e, n_m[:, np.newaxis] - start_n
    square = along_e**2 + along_n**2
    share = np.clip((east * along_e + north * along_n) / square, 0.0, 1.0)
    distance = np.hypot(east - share * along_e, north - share * along_n)
    is_passed = (start_n > n_m[:, np.newaxis]) != (start_n + along_n > n_m[:, np.newaxis])
    with np.errstate(divide="ignore", invalid="ignore"):
        is_east = north * along_e / along_n > east
    return distance, (is_passed & is_east).sum(axis=1)
