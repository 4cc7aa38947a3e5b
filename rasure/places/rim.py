"""The rim of a set of hexagons: the sides that face a hexagon outside it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.places import grid
from rasure.places.nearby import degrees_near

_SIDES = ((5, 0), (0, 1), (1, 2), (2, 3), (3, 4), (4, 5))
"""Corners of the side that faces each neighbour, in the order of `grid.neighbours`."""


def open_sides(cells: ArrayLike) -> NDArray[np.bool_]:
    """Say of each side of each cell whether the neighbour it faces is outside the set; shape (n, 6)."""
    own = np.asarray(cells, dtype=np.int64)
    return np.asarray(~np.isin(grid.neighbours(own), own))


def rim(
    cells: ArrayLike, lon: ArrayLike, lat: ArrayLike, *, side_m: float = grid.SIDE_M
) -> list[list[tuple[float, float]]]:
    """Give the sides that make up the rim, each as two positions in degrees.

    Parameters
    ----------
    lon, lat
        Centre of each cell, degrees of WGS84.
    """
    around = grid.corners([grid.pack(0, 0)], side_m=side_m)[0]
    sides = []
    for is_open, east, north in zip(open_sides(cells), np.asarray(lon), np.asarray(lat), strict=True):
        corners = list(zip(*(part.tolist() for part in degrees_near(east, north, *around.T)), strict=True))
        sides += [[corners[start], corners[end]] for side, (start, end) in enumerate(_SIDES) if is_open[side]]
    return sides
