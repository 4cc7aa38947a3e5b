"""Which hexagon of the British National Grid a point lies in, and where that hexagon is.

Pointy-top hexagons in axial coordinates (q, r), told apart by one 64-bit whole number `(q << 32) + r`.
Sorting packed cells sorts them by q, then r. Every function is vectorised and takes EPSG:27700 metres.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected

SIDE_M = 139.0
"""Side of the default hexagon: 5.02 hectares, about seven football pitches."""

Cells = NDArray[np.int64]
Metres = NDArray[np.float64]

_ROOT3 = math.sqrt(3.0)
_HALF = 2**31
_LOW = 2**32 - 1
_CORNER_ANGLES = np.radians([30.0, 90.0, 150.0, 210.0, 270.0, 330.0])
_AROUND = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))


def cells_of(
    e_m: ArrayLike, n_m: ArrayLike, *, side_m: float = SIDE_M, origin: tuple[float, float] = (0.0, 0.0)
) -> Cells:
    """Give the packed cell each point lies in, by cube rounding.

    Parameters
    ----------
    e_m, n_m
        Eastings and northings in EPSG:27700 metres, the same length.
    side_m
        Side (and circumradius) of the hexagons in metres.
    origin
        Centre of cell (0, 0) in metres; move it to see what hangs on where the lattice lies.

    Returns
    -------
    NDArray[int64]
        One packed cell per point; empty for no points.

    Raises
    ------
    InputRejected
        When a coordinate is not a finite number, is too far off to pack, or the side is not positive.
    """
    east, north = _points(e_m, n_m)
    side = _side(side_m)
    x, y = east - origin[0], north - origin[1]
    q, r = (x * (_ROOT3 / 3.0) - y / 3.0) / side, (y * (2.0 / 3.0)) / side
    if q.size and not (np.abs(q).max() < _HALF - 1 and np.abs(r).max() < _HALF - 1):
        raise InputRejected("A coordinate lies too far from the grid's origin; check that it is in metres.")
    return pack(*_rounded(q, r))


def centres(
    cells: ArrayLike, *, side_m: float = SIDE_M, origin: tuple[float, float] = (0.0, 0.0)
) -> tuple[Metres, Metres]:
    """Give the centre of each cell in EPSG:27700 metres, as eastings and northings; empty for no cells."""
    q, r = unpack(cells)
    side = _side(side_m)
    east = np.asarray(origin[0] + side * _ROOT3 * (q + r / 2.0), dtype=np.float64)
    return east, np.asarray(origin[1] + 1.5 * side * r, dtype=np.float64)


def corners(
    cells: ArrayLike, *, side_m: float = SIDE_M, origin: tuple[float, float] = (0.0, 0.0)
) -> NDArray[np.float64]:
    """Give the six corners of each cell in metres, shape (n, 6, 2), counter-clockwise, not closed."""
    east, north = centres(cells, side_m=side_m, origin=origin)
    ring = side_m * np.column_stack([np.cos(_CORNER_ANGLES), np.sin(_CORNER_ANGLES)])
    return np.stack([east, north], axis=-1)[:, np.newaxis, :] + ring[np.newaxis, :, :]


def neighbours(cells: ArrayLike) -> Cells:
    """Give the six packed cells that share an edge with each cell, shape (n, 6)."""
    q, r = unpack(cells)
    steps = np.asarray(_AROUND, dtype=np.int64)
    return pack(q[:, np.newaxis] + steps[:, 0], r[:, np.newaxis] + steps[:, 1])


def cells_in_box(
    west_m: float,
    south_m: float,
    east_m: float,
    north_m: float,
    *,
    side_m: float = SIDE_M,
    origin: tuple[float, float] = (0.0, 0.0),
) -> Cells:
    """Give all cells whose centre lies in the box, edges included, sorted; empty for an empty box."""
    side = _side(side_m)
    if not np.isfinite([west_m, south_m, east_m, north_m]).all():
        raise InputRejected("The box has an edge that is not a number.")
    height, width = 1.5 * side, side * _ROOT3
    r = np.arange(math.ceil((south_m - origin[1]) / height), math.floor((north_m - origin[1]) / height) + 1)
    first = np.ceil((west_m - origin[0]) / width - r / 2.0).astype(np.int64)
    last = np.floor((east_m - origin[0]) / width - r / 2.0).astype(np.int64)
    lengths = np.maximum(last - first + 1, 0)
    rows = np.repeat(r, lengths)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.sort(pack(np.repeat(first, lengths) + within, rows))


def area_m2(side_m: float = SIDE_M) -> float:
    """Give the area of one hexagon in square metres."""
    return 1.5 * _ROOT3 * _side(side_m) ** 2


def pack(q: ArrayLike, r: ArrayLike) -> Cells:
    """Put axial coordinates into one number each, `(q << 32) + r`; both must fit in 32 signed bits."""
    columns, rows = np.asarray(q, dtype=np.int64), np.asarray(r, dtype=np.int64)
    for part in (columns, rows):
        if part.size and (part.min() <= -_HALF or part.max() >= _HALF):
            raise InputRejected("An axial coordinate does not fit in 32 bits.")
    return np.asarray((columns << 32) + rows, dtype=np.int64)


def unpack(cells: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the axial coordinates (q, r) of packed cells; r may be negative."""
    packed = np.asarray(cells, dtype=np.int64)
    r = ((packed & _LOW) ^ _HALF) - _HALF
    return (packed - r) >> 32, r


def _rounded(q: Metres, r: Metres) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Round fractional axial coordinates to the nearest cell, keeping q + r + s = 0."""
    s = -q - r
    near_q, near_r, near_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = np.abs(near_q - q), np.abs(near_r - r), np.abs(near_s - s)
    q_worst = (off_q > off_r) & (off_q > off_s)
    r_worst = ~q_worst & (off_r > off_s)
    whole_q = np.where(q_worst, -near_r - near_s, near_q)
    whole_r = np.where(r_worst, -near_q - near_s, near_r)
    return whole_q.astype(np.int64), whole_r.astype(np.int64)


def _points(e_m: ArrayLike, n_m: ArrayLike) -> tuple[Metres, Metres]:
    east, north = np.asarray(e_m, dtype=np.float64), np.asarray(n_m, dtype=np.float64)
    if east.shape != north.shape:
        raise InputRejected("Eastings and northings differ in number.")
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        raise InputRejected("A coordinate is missing or not a finite number; leave such points out first.")
    return east, north


def _side(side_m: float) -> float:
    if not (math.isfinite(side_m) and side_m > 0):
        raise InputRejected("The side of a hexagon must be a positive number of metres.")
    return side_m
