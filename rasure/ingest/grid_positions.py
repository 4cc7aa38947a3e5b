"""Positions given in EPSG:27700 metres: which cannot be, and where on the lattice the others lie."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from rasure.ingest.boundaries import Areas
from rasure.ingest.contract import Mask
from rasure.ingest.received import Received
from rasure.places import grid

Floats = NDArray[np.float64]

#: Points just beyond the force's edge are its own too.
_MARGIN_M = 10_000.0


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in metres; edges included."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, e_m: Floats, n_m: Floats) -> Mask:
        return (e_m >= self.west) & (e_m <= self.east) & (n_m >= self.south) & (n_m <= self.north)


#: Where the British National Grid is defined.
GREAT_BRITAIN = Box(0.0, 0.0, 700_000.0, 1_300_000.0)


def study_box(areas: Areas | None) -> Box:
    """Return the box around the policing areas with a margin, or around Great Britain before they are loaded."""
    if areas is None:
        return GREAT_BRITAIN
    west, south, east, north = shapely.total_bounds(np.asarray(areas.outlines, dtype=object))
    return Box(west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)


def reject_impossible(received: Received, box: Box) -> None:
    """Take out rows whose position is half given, zero, swapped or outside Great Britain; none given is no fault."""
    columns = ("easting", "northing")
    half = _known(received.rows["easting"]) ^ _known(received.rows["northing"])
    received.reject(half, columns, "half_a_position", "Only one of easting and northing is given.")
    for reason, said, wrong in (
        ("position_zero", "The position is (0, 0), which stands for not known: leave both empty instead.", _is_zero),
        ("position_swapped", "Easting and northing are swapped.", _is_swapped),
        (
            "position_outside",
            "The position lies outside Great Britain; coordinates are EPSG:27700 metres.",
            _is_outside,
        ),
    ):
        received.reject(wrong(*metres(received.rows), box), columns, reason, said)


def _is_zero(e_m: Floats, n_m: Floats, _box: Box) -> Mask:
    return np.asarray((e_m == 0) & (n_m == 0))


def _is_swapped(e_m: Floats, n_m: Floats, box: Box) -> Mask:
    return np.asarray(_known(e_m) & ~box.holds(e_m, n_m) & box.holds(n_m, e_m))


def _is_outside(e_m: Floats, n_m: Floats, _box: Box) -> Mask:
    return np.asarray(_known(e_m) & ~GREAT_BRITAIN.holds(e_m, n_m))


def metres(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return eastings and northings, not-a-number where there is none."""
    return rows["easting"].to_numpy(dtype=float), rows["northing"].to_numpy(dtype=float)


def placed(e_m: ArrayLike, n_m: ArrayLike) -> pd.DataFrame:
    """Return whole decimetres and the cell of each point: e_dm, n_dm, cell, empty where there is no point."""
    east, north = np.asarray(e_m, dtype=float), np.asarray(n_m, dtype=float)
    known = _known(east) & _known(north)
    east, north = np.where(known, east, 0.0), np.where(known, north, 0.0)
    return pd.DataFrame(
        {
            "e_dm": pd.arrays.IntegerArray(np.rint(east * 10).astype(np.int32), ~known),
            "n_dm": pd.arrays.IntegerArray(np.rint(north * 10).astype(np.int32), ~known),
            "cell": pd.arrays.IntegerArray(grid.cells_of(east, north), ~known),
        }
    )


def _known(values: pd.Series | Floats) -> Mask:
    return np.asarray(np.isfinite(np.asarray(values, dtype=float)))
