"""How much of a selection is still there next quarter, or after the lattice is moved."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence, Set
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places import grid

PERSISTENT_SHARE = 0.75
SURVIVING_SHARE = 0.5

Place = TypeVar("Place", bound=Hashable)

Ranker = Callable[[NDArray[np.int64]], NDArray[np.int64]]
"""Given the cell of every event, gives the chosen cells."""


def jaccard(selections: Sequence[Set[Hashable]]) -> list[float]:
    """Give the overlap of each selection with the next: shared over either; two empty ones count as 1."""
    return [
        len(one & other) / len(one | other) if one | other else 1.0
        for one, other in zip(selections, selections[1:], strict=False)
    ]


def persistent(selections: Sequence[Set[Place]], share: float = PERSISTENT_SHARE) -> set[Place]:
    """Give the places that are in at least `share` of the selections; none for no selections."""
    if not 0.0 <= share <= 1.0:
        raise InputRejected("A share of selections lies between 0 and 1.")
    times = Counter(place for selection in selections for place in selection)
    return {place for place, seen in times.items() if seen >= share * len(selections) * (1.0 - 1e-12)}


def shift_survival(e_m: ArrayLike, n_m: ArrayLike, choose: Ranker, *, side_m: float = grid.SIDE_M) -> pd.DataFrame:
    """Move the lattice by half a cell's width, half its height and both, choose again, and see what stays.

    Parameters
    ----------
    e_m, n_m
        Place of every event in EPSG:27700 metres.
    choose
        Gives the chosen cells from the cell of every event, such as the first N of a ranking.

    Returns
    -------
    DataFrame
        `shift_e_m`, `shift_n_m`, `chosen` before the move, and how many `survived`: at least half their
        area lies in cells chosen after it.
    """
    chosen = choose(grid.cells_of(e_m, n_m, side_m=side_m))
    half_e, half_n = math.sqrt(3.0) / 2.0 * side_m, side_m
    rows = []
    for shift in ((half_e, 0.0), (0.0, half_n), (half_e, half_n)):
        again = choose(grid.cells_of(e_m, n_m, side_m=side_m, origin=shift))
        kept = covered_share(chosen, again, shift, side_m=side_m) >= SURVIVING_SHARE - 1e-9
        rows.append((*shift, chosen.size, int(kept.sum())))
    return pd.DataFrame(rows, columns=["shift_e_m", "shift_n_m", "chosen", "survived"])


def covered_share(
    cells: ArrayLike, others: ArrayLike, shift: tuple[float, float], *, side_m: float = grid.SIDE_M
) -> NDArray[np.float64]:
    """Give the part of each cell that lies in `others`, cells of the lattice moved by `shift` metres."""
    polygons = shapely.polygons(grid.corners(cells, side_m=side_m))
    union = shapely.union_all(shapely.polygons(grid.corners(others, side_m=side_m, origin=shift)))
    return np.asarray(shapely.area(shapely.intersection(polygons, union)) / grid.area_m2(side_m))
