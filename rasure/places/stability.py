"""How much of a selection is still there next quarter, or after the lattice is moved."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence, Set
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places import grid
from rasure.places.ranking import TIE_PLACES

PERSISTENT_SHARE = 0.75
SURVIVING_SHARE = 0.5
THIRDS = ((0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2))
"""Eight moves in thirds of the lattice's two steps: eight different lattices, evenly spread over one cell.

Half-cell moves to eight points of the compass would repeat each other, since a whole step changes nothing.
"""

Place = TypeVar("Place", bound=Hashable)
Shift = tuple[float, float]

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


def half_moves(side_m: float = grid.SIDE_M) -> list[Shift]:
    """Give the moves by half a cell's width, half its height, and both, in metres east and north."""
    half_e, half_n = math.sqrt(3.0) / 2.0 * side_m, side_m
    return [(half_e, 0.0), (0.0, half_n), (half_e, half_n)]


def third_moves(side_m: float = grid.SIDE_M) -> list[Shift]:
    """Give the eight moves of `THIRDS` in metres east and north."""
    width, height = math.sqrt(3.0) * side_m, 1.5 * side_m
    return [(width * (q + r / 2.0) / 3.0, height * r / 3.0) for q, r in THIRDS]


def heaviest(cells: ArrayLike, weights: ArrayLike, top: int) -> NDArray[np.int64]:
    """Give the `top` cells of greatest summed weight, in order; equal ones, to 12 places, by cell number.

    Cells without weight are never chosen, so fewer may come back.
    """
    different, codes = np.unique(np.asarray(cells, dtype=np.int64), return_inverse=True)
    scores = np.round(np.bincount(codes, weights=np.asarray(weights), minlength=different.size), TIE_PLACES)
    order = np.argsort(-scores, kind="stable")[:top]
    return np.asarray(different[order[scores[order] > 0]], dtype=np.int64)


def shift_survival(
    e_m: ArrayLike, n_m: ArrayLike, choose: Ranker, *, chosen: ArrayLike | None = None, side_m: float = grid.SIDE_M
) -> pd.DataFrame:
    """Move the lattice by half a cell's width, half its height and both, choose again, and see what stays.

    Parameters
    ----------
    e_m, n_m
        Place of every event in EPSG:27700 metres.
    choose
        Gives the chosen cells from the cell of every event, such as the first N of a ranking.
    chosen
        The cells asked about, where they are not those `choose` gives on the lattice as it lies.

    Returns
    -------
    DataFrame
        `shift_e_m`, `shift_n_m`, `chosen` before the move, and how many `survived`: at least half their
        area lies in cells chosen after it.
    """
    own, moves = _asked(e_m, n_m, choose, chosen, side_m), half_moves(side_m)
    kept = survives(own, e_m, n_m, choose, moves, side_m=side_m)
    rows = [(*shift, own.size, int(row.sum())) for shift, row in zip(moves, kept, strict=True)]
    return pd.DataFrame(rows, columns=["shift_e_m", "shift_n_m", "chosen", "survived"])


def shift_counts(
    e_m: ArrayLike, n_m: ArrayLike, choose: Ranker, *, chosen: ArrayLike | None = None, side_m: float = grid.SIDE_M
) -> pd.DataFrame:
    """Count for each chosen cell how many of the eight moved lattices it survives.

    Parameters
    ----------
    e_m, n_m, choose, chosen
        As for `shift_survival`.

    Returns
    -------
    DataFrame
        `cell` and `survived`, 0 to 8, in the order of the chosen cells.
    """
    own = _asked(e_m, n_m, choose, chosen, side_m)
    kept = survives(own, e_m, n_m, choose, third_moves(side_m), side_m=side_m)
    return pd.DataFrame({"cell": own, "survived": kept.sum(axis=0)})


def survives(
    chosen: ArrayLike,
    e_m: ArrayLike,
    n_m: ArrayLike,
    choose: Ranker,
    moves: Sequence[Shift],
    *,
    side_m: float = grid.SIDE_M,
) -> NDArray[np.bool_]:
    """Say for each move and each chosen cell whether half its area lies in cells chosen after the move.

    Returns
    -------
    NDArray[bool]
        Shape (moves, chosen cells).
    """
    own = np.asarray(chosen, dtype=np.int64)
    kept = np.zeros((len(moves), own.size), dtype=np.bool_)
    for row, shift in enumerate(moves):
        again = choose(grid.cells_of(e_m, n_m, side_m=side_m, origin=shift))
        kept[row] = covered_share(own, again, shift, side_m=side_m) >= SURVIVING_SHARE - 1e-9
    return kept


def covered_share(
    cells: ArrayLike, others: ArrayLike, shift: Shift, *, side_m: float = grid.SIDE_M
) -> NDArray[np.float64]:
    """Give the part of each cell that lies in `others`, cells of the lattice moved by `shift` metres.

    Every cell lies on the moved lattice in the same way, so the shares of its few neighbours there are worked
    out once.
    """
    q, r = grid.unpack(cells)
    moved = np.unique(np.asarray(others, dtype=np.int64))
    home_q, home_r = grid.unpack(grid.cells_of([0.0], [0.0], side_m=side_m, origin=shift))
    covered = np.zeros(q.size)
    for step_q in (-2, -1, 0, 1, 2):
        for step_r in (-2, -1, 0, 1, 2):
            away = grid.pack(home_q + step_q, home_r + step_r)
            east, north = grid.centres(away, side_m=side_m, origin=shift)
            share = overlap_share(float(east[0]), float(north[0]), side_m=side_m)
            if share > 0.0:
                there = grid.pack(q + home_q + step_q, r + home_r + step_r)
                covered += share * np.isin(there, moved)
    return covered


def overlap_share(east_m: float, north_m: float, *, side_m: float = grid.SIDE_M) -> float:
    """Give the part of a hexagon that its copy, moved by so many metres, lies over.

    A hexagon is where three strips cross; so is what two of them share, with strips narrower by the move
    along each. Measured along two of the strips' normals, that is a rectangle less two corners.
    """
    apothem, root3 = math.sqrt(3.0) / 2.0 * side_m, math.sqrt(3.0)
    along = (east_m, (east_m + root3 * north_m) / 2.0, (root3 * north_m - east_m) / 2.0)
    one, middle, other = (apothem - abs(part) / 2.0 for part in along)
    if min(one, middle, other) <= 0.0:
        return 0.0
    corner = max(0.0, one + other - middle)
    corners = corner**2 - max(0.0, corner - 2.0 * one) ** 2 - max(0.0, corner - 2.0 * other) ** 2
    return (4.0 * one * other - corners) * 2.0 / root3 / grid.area_m2(side_m)


def _asked(
    e_m: ArrayLike, n_m: ArrayLike, choose: Ranker, chosen: ArrayLike | None, side_m: float
) -> NDArray[np.int64]:
    return choose(grid.cells_of(e_m, n_m, side_m=side_m)) if chosen is None else np.asarray(chosen, dtype=np.int64)
