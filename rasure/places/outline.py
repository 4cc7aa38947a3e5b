"""The outline of a hot spot on the ground: its cells, moved and turned as one, and which points lie in it.

Everything is in EPSG:27700 metres. A moved outline keeps its shape, so a point lies in it exactly when the point,
moved back, lies in one of the cells: no polygon is needed to count. Shapely is imported only where outlines are
compared or written down.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places import grid

if TYPE_CHECKING:
    import shapely

RING_M = 100.0
"""Width of the ring round a hot spot in which displacement is looked for."""

SMALLEST_OVERLAP_M2 = 1.0
"""Less ground than this in two outlines is rounding: neighbours share an edge."""

_DECIMALS = 3

Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shift:
    """How far an outline is moved east and north in metres, and turned clockwise in degrees about its centre."""

    east_m: float = 0.0
    north_m: float = 0.0
    clockwise_deg: float = 0.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.east_m, self.north_m, self.clockwise_deg))):
            raise InputRejected("An outline is moved by metres and turned by degrees; give numbers.")

    @property
    def is_none(self) -> bool:
        """Say whether the outline stays where it is; whole turns count as none."""
        return self.east_m == self.north_m == 0.0 and self.clockwise_deg % 360.0 == 0.0


@dataclass(frozen=True, slots=True)
class Outline:
    """The ground of one hot spot: at least one cell, moved by a shift; it turns about the mean of its centres."""

    cells: tuple[int, ...]
    shift: Shift = field(default_factory=Shift)

    def __post_init__(self) -> None:
        if not self.cells:
            raise InputRejected("An outline needs at least one cell.")

    def pivot(self) -> tuple[float, float]:
        """Return the centre the outline turns about, before it is moved."""
        east, north = grid.centres(sorted(self.cells))
        return float(east.mean()), float(north.mean())


def area_m2(outline: Outline) -> float:
    """Give the ground an outline covers in square metres; moving and turning never change it."""
    return len(outline.cells) * grid.area_m2()


def holds(outline: Outline, e_m: ArrayLike, n_m: ArrayLike) -> NDArray[np.bool_]:
    """Say which points lie in an outline; one on the edge lies where its cell's rounding puts it."""
    east, north = np.asarray(e_m, dtype=np.float64), np.asarray(n_m, dtype=np.float64)
    return np.isin(grid.cells_of(*_back(outline, east, north)), np.asarray(outline.cells, dtype=np.int64))


def parts(outline: Outline) -> Metres:
    """Give the corners of each cell as it lies now, in the order of `cells`: (n, 6, 2), counter-clockwise, open."""
    return _moved(outline, grid.corners(outline.cells))


def centres(outline: Outline) -> Metres:
    """Give the centre of each cell as it lies now, in the order of `cells`, shape (n, 2)."""
    return _moved(outline, np.stack(grid.centres(outline.cells), axis=-1))


def rings(outline: Outline) -> list[Metres]:
    """Give the edges of an outline as closed rings, shape (n, 2): outer ones counter-clockwise, holes clockwise.

    Corners are told apart by whole numbers, never by distance, so neighbours meet without a gap. The outer rings
    come first, largest first.
    """
    step = _edge_steps(outline.cells)
    found = []
    while step:
        first = min(step)
        ring, at = [first], step.pop(first)
        while at != first:
            ring.append(at)
            at = step.pop(at)
        found.append(np.asarray([*ring, first], dtype=np.float64))
    placed = [_corner_positions(ring) for ring in found]
    return [_moved(outline, ring) for ring in sorted(placed, key=_signed_area, reverse=True)]


def polygon(outline: Outline) -> "shapely.Polygon":
    """Give an outline as one polygon, holes left out of it.

    Raises
    ------
    InputRejected
        The cells do not hang together: they are several hot spots.
    """
    import shapely

    outer, *holes = rings(outline)
    if any(_signed_area(ring) > 0 for ring in holes):
        raise InputRejected("The cells of a hot spot must hang together; these are several.")
    return shapely.Polygon(outer, holes)


def written(corners: Metres) -> str:
    """Write the corners of one cell as well-known text, to the millimetre, so that reading it back loses nothing."""
    import shapely

    return str(shapely.to_wkt(shapely.Polygon(np.round(corners, _DECIMALS)), rounding_precision=_DECIMALS))


def read_back(outline_wkb: bytes) -> Metres:
    """Give the corners of an outline kept as well-known bytes, shape (n, 2), open."""
    import shapely

    return np.asarray(shapely.get_coordinates(shapely.from_wkb(outline_wkb).exterior)[:-1], dtype=np.float64)


def close_pairs(outlines: Sequence[Outline], *, within_m: float = 2 * RING_M) -> pd.DataFrame:
    """Find hot spots whose rings overlap: those less than two ring widths apart.

    Returns
    -------
    DataFrame
        `first` and `second` (places in `outlines`, first < second), `distance_m` between their edges and
        `overlap_m2` of ground in both, by distance; no rows when all lie apart.
    """
    import shapely

    shapes = np.asarray([polygon(outline) for outline in outlines], dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=within_m)
    once = first < second
    pairs = pd.DataFrame({"first": first[once].astype("int64"), "second": second[once].astype("int64")})
    left, right = shapes[pairs["first"]], shapes[pairs["second"]]
    pairs["distance_m"] = np.asarray(shapely.distance(left, right), dtype=np.float64)
    pairs["overlap_m2"] = np.asarray(shapely.area(shapely.intersection(left, right)), dtype=np.float64)
    pairs = pairs[pairs["distance_m"] < within_m]
    return pairs.sort_values(["distance_m", "first", "second"]).reset_index(drop=True)


def overlapping(pairs: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs of `close_pairs` that share ground, which would count an event twice."""
    return pairs[pairs["overlap_m2"] > SMALLEST_OVERLAP_M2].reset_index(drop=True)


def _turn(shift: Shift) -> Metres:
    """Give the matrix that turns row vectors clockwise; exactly one for whole turns."""
    degrees = shift.clockwise_deg % 360.0
    if degrees == 0.0:
        return np.eye(2)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.asarray([[cosine, -sine], [sine, cosine]], dtype=np.float64)


def _moved(outline: Outline, points: Metres) -> Metres:
    if outline.shift.is_none:
        return points
    pivot = np.asarray(outline.pivot())
    along = np.asarray([outline.shift.east_m, outline.shift.north_m])
    return np.asarray((points - pivot) @ _turn(outline.shift) + pivot + along, dtype=np.float64)


def _back(outline: Outline, east: Metres, north: Metres) -> tuple[Metres, Metres]:
    """Move points as the outline would have to move to lie on its cells again."""
    if outline.shift.is_none:
        return east, north
    pivot = np.asarray(outline.pivot())
    along = np.asarray([outline.shift.east_m, outline.shift.north_m])
    points = (np.stack([east, north], axis=-1) - along - pivot) @ _turn(outline.shift).T + pivot
    return points[..., 0], points[..., 1]


def _edge_steps(cells: Sequence[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Lead from each corner on the edge of a set of cells to the next, the cells to the left.

    A corner is named by the sum of the coordinates of the three cells that meet there. Three edges meet in a
    corner, so at most one leads on from it along the edge.
    """
    own = np.unique(np.asarray(cells, dtype=np.int64))
    q, r = grid.unpack(own)
    around = grid.neighbours(own)
    near_q, near_r = (part.reshape(around.shape) for part in grid.unpack(around.ravel()))
    is_edge = ~np.isin(around, own)
    corner_q = q[:, np.newaxis] + near_q + np.roll(near_q, -1, axis=1)
    corner_r = r[:, np.newaxis] + near_r + np.roll(near_r, -1, axis=1)
    row, side = np.nonzero(is_edge)
    start = zip(corner_q[row, side - 1].tolist(), corner_r[row, side - 1].tolist(), strict=True)
    end = zip(corner_q[row, side].tolist(), corner_r[row, side].tolist(), strict=True)
    return dict(zip(start, end, strict=True))


def _corner_positions(corners: Metres) -> Metres:
    """Give where corners lie, from the sums of coordinates that name them."""
    q, r = corners[:, 0] / 3.0, corners[:, 1] / 3.0
    return np.stack([grid.SIDE_M * math.sqrt(3.0) * (q + r / 2.0), 1.5 * grid.SIDE_M * r], axis=-1)


def _signed_area(ring: Metres) -> float:
    """Give twice the area of a closed ring, negative when it runs clockwise."""
    east, north = (ring - ring[0]).T
    return float(np.sum(east[:-1] * north[1:] - east[1:] * north[:-1]))
