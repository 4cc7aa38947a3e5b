"""Is a cell and its neighbourhood fuller than chance would have it: Gi* with an exact p-value.

It corroborates a ranking and never makes one. The normal tail is wrong for sparse counts, so p is the share
of all sets of as many cells whose sum is at least as large.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places import fdr, grid

RANDOM_SETS = 99_999
"""Sets drawn where the exact share cannot be worked out: values that are not whole numbers."""

_MOST_SETS = 20_000
_SHARED_UP_TO = 30
"""Sizes of set that are worked out together; beside a much larger one a small size would hardly ever be drawn."""

_MOST_WORK = 2_000_000_000
_MOST_WHOLE = 2**53

Indices = NDArray[np.int64]
Values = NDArray[np.float64]


def gi_star(values: ArrayLike, neighbours: ArrayLike, *, rng: np.random.Generator | None = None) -> pd.DataFrame:
    """Compare each cell and its neighbours with all sets of as many cells.

    Parameters
    ----------
    values
        One value for every cell of the study area, zeros included.
    neighbours
        Row numbers of each cell's neighbours without itself, shape (n, most), -1 where there are fewer;
        `grid_neighbours` makes it for the hexagon grid.
    rng
        Needed only where random sets are: values not whole, or too wide a range to count.

    Returns
    -------
    DataFrame
        `z`, one-sided `p` for a high value and Benjamini-Hochberg `q`, one row per cell. Without variance,
        or where the neighbourhood is everything, z is NaN and p is 1. No cells give no rows.

    References
    ----------
    Getis and Ord (1992, 1996), Geographical Analysis 24; binary weights, the cell included.
    """
    x, around = np.asarray(values, dtype=np.float64), np.asarray(neighbours, dtype=np.int64)
    _check(x, around)
    present = around >= 0
    sizes = 1 + present.sum(axis=1)
    sums = x + np.where(present, x[around], 0.0).sum(axis=1) if x.size else x
    p = np.ones(x.size)
    if x.size and x.min() < x.max():
        partial = np.unique(sizes[sizes < x.size]).tolist()
        small = [size for size in partial if size <= _SHARED_UP_TO]
        shared = _tails(x, max(small)) if small else None
        for size in partial:
            rows = sizes == size
            tails = _tails(x, size) if size > _SHARED_UP_TO else shared
            p[rows] = _share_at_least(x, size, sums[rows], tails, rng)
    return pd.DataFrame({"z": _z(x, sizes, sums), "p": p, "q": fdr.adjusted(p)})


def grid_neighbours(cells: ArrayLike) -> Indices:
    """Give the row number of each of a cell's six neighbours among `cells`, -1 where it is not there."""
    packed = np.asarray(cells, dtype=np.int64)
    if packed.size == 0:
        return np.empty((0, 6), dtype=np.int64)
    order = np.argsort(packed)
    around = grid.neighbours(packed)
    found = order[np.minimum(np.searchsorted(packed[order], around), packed.size - 1)]
    return np.where(packed[found] == around, found, -1)


def exact_tail(values: NDArray[np.int64], size: int) -> Values:
    """Give, for each sum s from 0, the share of all sets of `size` values whose sum is at least s.

    Values are whole numbers of 0 or more; the shares end with the greatest sum such a set can have.
    """
    return exact_tails(values, size)[size, : _greatest_sum(values, size) + 1]


def exact_tails(values: NDArray[np.int64], most: int) -> Values:
    """Give the shares of `exact_tail` for every size of set up to `most`, shape (most + 1, greatest sum + 1).

    Let every cell be drawn by itself with the same chance. One polynomial recursion over the different values gives
    the chance of each size and sum together, and given the size all sets are equally likely, whatever that chance
    was. Nothing is subtracted and nothing overflows, so far tails keep their digits.
    """
    ascending = np.sort(values)
    different, copies = np.unique(ascending, return_counts=True)
    held = np.r_[0, np.cumsum(ascending)]
    chance = most / (values.size + 1.0)
    table, reach, seen = np.zeros((most + 1, _greatest_sum(values, most) + 1)), 0, 0
    table[0, 0] = 1.0
    for value, many in zip(different.tolist(), copies.tolist(), strict=True):
        before = table[:, : reach + 1].copy()
        table[:, : reach + 1] *= _drawn(0, many, chance)
        for drawn in range(1, min(many, most) + 1):
            shift = value * drawn
            width = min(reach + 1, table.shape[1] - shift)
            if width <= 0:
                break
            table[drawn:, shift : shift + width] += _drawn(drawn, many, chance) * before[: most + 1 - drawn, :width]
        seen += many
        reach = int(held[seen] - held[max(0, seen - most)])
    tails = np.cumsum(table[:, ::-1], axis=1)[:, ::-1]
    shares = np.divide(tails, tails[:, :1], out=np.zeros_like(tails), where=tails[:, :1] > 0)
    return np.asarray(np.minimum(shares, 1.0), dtype=np.float64)


def _drawn(drawn: int, many: int, chance: float) -> float:
    """Give the chance that so many of `many` cells are drawn."""
    return math.comb(many, drawn) * chance**drawn * math.exp((many - drawn) * math.log1p(-chance))


def _greatest_sum(values: NDArray[np.int64], size: int) -> int:
    return int(np.sort(values)[values.size - size :].sum())


def _share_at_least(
    x: Values, size: int, sums: Values, tails: "_Tails | None", rng: np.random.Generator | None
) -> Values:
    if math.comb(x.size, size) <= _MOST_SETS:
        return _enumerated_share(x, size, sums)
    if tails is None:
        return _random_share(x, size, sums, rng)
    reached = np.rint((sums - size * tails.lowest) / tails.step).astype(np.int64)
    return np.asarray(tails.shares[size][reached], dtype=np.float64)


def _enumerated_share(x: Values, size: int, sums: Values) -> Values:
    """Try every set: there are few, so the values may be any numbers."""
    sets = np.array(list(itertools.combinations(range(x.size), size)), dtype=np.int64)
    drawn = np.sort(np.sort(x)[sets].sum(axis=1))
    return _at_least(drawn, sums) / drawn.size


def _at_least(drawn: Values, sums: Values) -> Values:
    """Count the drawn sums, in rising order, that reach each sum, tiny rounding aside."""
    slack = 1e-9 * max(1.0, float(np.abs(drawn).max()))
    return np.asarray(drawn.size - np.searchsorted(drawn, sums - slack, side="left"), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Tails:
    """Shares of `exact_tails` for values taken as `lowest` plus so many times `step`."""

    shares: Values
    lowest: float
    step: float


def _tails(x: Values, most: int) -> _Tails | None:
    """Give the tails of every size of set up to `most`, None where counting cannot work."""
    if np.abs(x).max() >= _MOST_WHOLE / (most + 1) or (x != np.rint(x)).any():
        return None
    lowest = x.min()
    numbers = (x - lowest).astype(np.int64)
    step = int(np.gcd.reduce(numbers))
    numbers //= step
    work = np.unique(numbers).size * most * (most + 1) * (_greatest_sum(numbers, most) + 1)
    return _Tails(exact_tails(numbers, most), float(lowest), float(step)) if work <= _MOST_WORK else None


def _random_share(x: Values, size: int, sums: Values, rng: np.random.Generator | None) -> Values:
    if rng is None:
        raise InputRejected("Values that are not whole numbers need a random generator with a seed.")
    ordered = np.sort(x)
    members = min(size, x.size - size)
    drawn = ordered[_random_sets(x.size, members, rng)].sum(axis=1)
    drawn = np.sort(drawn if members == size else ordered.sum() - drawn)
    return (1.0 + _at_least(drawn, sums)) / (drawn.size + 1.0)


def _random_sets(n: int, size: int, rng: np.random.Generator) -> Indices:
    """Draw sets of different row numbers, all equally likely, by Floyd's method on all sets at once."""
    sets = np.full((RANDOM_SETS, size), -1, dtype=np.int64)
    for place, last in enumerate(range(n - size, n)):
        pick = rng.integers(0, last + 1, RANDOM_SETS)
        taken = (sets[:, :place] == pick[:, np.newaxis]).any(axis=1)
        sets[:, place] = np.where(taken, last, pick)
    return sets


def _z(x: Values, sizes: Indices, sums: Values) -> Values:
    n = x.size
    spread = x.std() * np.sqrt(np.maximum(sizes * (n - sizes), 0) / max(n - 1, 1)) if n else x
    varied = (spread > 0) & (x.min() < x.max()) if n else np.zeros(0, dtype=bool)
    return np.divide(sums - sizes * x.mean(), spread, out=np.full(n, np.nan), where=varied) if n else x


def _check(x: Values, around: Indices) -> None:
    if x.ndim != 1 or around.ndim != 2 or around.shape[0] != x.size:
        raise InputRejected("Give one value and one row of neighbours for each cell.")
    if not np.isfinite(x).all():
        raise InputRejected("A cell has no value; give 0 where nothing happened.")
    if around.size and (around.min() < -1 or around.max() >= x.size):
        raise InputRejected("A neighbour is not among the cells.")
    own = np.arange(x.size)[:, np.newaxis]
    ranked = np.sort(np.where(around < 0, -1 - np.arange(around.shape[1]), around), axis=1)
    if (around == own).any() or (ranked[:, 1:] == ranked[:, :-1]).any():
        raise InputRejected("A cell names itself, or the same neighbour twice.")
