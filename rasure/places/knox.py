"""Do events follow each other closer in space and time than chance: Knox's test for near repeats.

A statement of how long and how far, not a forecast. Published points that were moved for privacy make false
repeats at the same place: such data must not come here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from rasure.errors import InputRejected
from rasure.places import fdr

SPACE_M = (0.0, 1.0, 100.0, 200.0, 300.0, 400.0)
"""Edges of the distance bands: the same place, then by 100 metres."""

TIME_DAYS = (0.0, 7.0, 14.0, 21.0, 28.0)
SHUFFLES = 999
MOST_PAIRS = 40_000_000
"""Pairs within reach above which the question is too wide for memory."""

#: Gaps between times held in memory at once while times are shuffled.
_AT_ONCE = 1_000_000
_NORMS = {"euclidean": 2.0, "manhattan": 1.0}

Table = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NearRepeats:
    """Pairs by distance band (rows) and time band (columns): seen, expected, their ratio, p and q."""

    observed: NDArray[np.int64]
    expected: Table
    ratio: Table
    p: Table
    q: Table


def knox(
    e_m: ArrayLike,
    n_m: ArrayLike,
    days: ArrayLike,
    *,
    rng: np.random.Generator,
    space_m: Sequence[float] = SPACE_M,
    time_days: Sequence[float] = TIME_DAYS,
    metric: str = "euclidean",
    shuffles: int = SHUFFLES,
) -> NearRepeats:
    """Count pairs of events in bands of distance and time, and compare with shuffled times.

    Parameters
    ----------
    e_m, n_m, days
        Place in metres and time in days of each event.
    rng
        Generator whose seed is kept with the result.
    space_m, time_days
        Rising edges of the bands, closed on the left and open on the right.
    metric
        `euclidean` or `manhattan`.
    shuffles
        Times are shuffled so often, places stay; a tie counts as reaching.

    Returns
    -------
    NearRepeats
        `expected` is exact under shuffling; `ratio` is NaN where nothing is expected; q is Benjamini and
        Hochberg's over the table. Fewer than two events: zeros, p of 1.

    References
    ----------
    Knox (1964), Applied Statistics 13; Barton and David (1966); Steenbeek, R package NearRepeat.
    """
    points, when = _events(e_m, n_m, days)
    space, time = _edges(space_m), _edges(time_days)
    if metric not in _NORMS:
        raise InputRejected("The metric is euclidean or manhattan.")
    if shuffles < 1:
        raise InputRejected("At least one shuffle is needed.")
    pairs, rows = _near(points, space, _NORMS[metric])
    (observed,) = _tables(when[np.newaxis], pairs, rows, space.size - 1, time)
    expected = _expected(rows, when, space.size - 1, time)
    reached = np.zeros(observed.shape, dtype=np.int64)
    at_once = max(1, min(shuffles, _AT_ONCE // max(1, len(rows), when.size)))
    for first in range(0, shuffles if len(rows) else 0, at_once):
        shuffled = np.array([rng.permutation(when) for _ in range(min(at_once, shuffles - first))])
        reached += (_tables(shuffled, pairs, rows, space.size - 1, time) >= observed).sum(axis=0)
    p = np.asarray((1.0 + reached) / (shuffles + 1.0)) if len(rows) else np.ones_like(expected)
    ratio = np.divide(observed, expected, out=np.full(p.shape, np.nan), where=expected > 0)
    return NearRepeats(observed, expected, ratio, p, fdr.adjusted(p))


def _near(points: NDArray[np.float64], space: NDArray[np.float64], norm: float) -> tuple[Indices, Indices]:
    """Give the pairs within reach, shape (m, 2), and the distance band of each."""
    if points.shape[0] < 2:
        return np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = cKDTree(points)
    reach = float(np.nextafter(space[-1], np.inf))
    if (tree.count_neighbors(tree, reach, p=norm) - points.shape[0]) / 2 > MOST_PAIRS:
        raise InputRejected("Too many pairs of events lie within reach; take a shorter period or distance.")
    pairs = tree.query_pairs(reach, p=norm, output_type="ndarray")
    apart = np.abs(points[pairs[:, 0]] - points[pairs[:, 1]])
    distance = np.hypot(apart[:, 0], apart[:, 1]) if norm == 2.0 else apart.sum(axis=1)
    rows = np.searchsorted(space, distance, side="right") - 1
    inside = (rows >= 0) & (rows < space.size - 1)
    return np.asarray(pairs[inside], dtype=np.int64), rows[inside].astype(np.int64)


def _tables(when: NDArray[np.float64], pairs: Indices, rows: Indices, bands: int, time: NDArray[np.float64]) -> Indices:
    """Count the pairs of each band for each row of times; those outside every time band fall in two spare columns."""
    apart = np.abs(when[:, pairs[:, 0]] - when[:, pairs[:, 1]])
    times, wide = when.shape[0], time.size + 1
    cells = (np.arange(times)[:, np.newaxis] * bands + rows) * wide + _time_bands(apart, time)
    return np.bincount(cells.ravel(), minlength=times * bands * wide).reshape(times, bands, wide)[:, :, 1:-1]


def _time_bands(apart: NDArray[np.float64], time: NDArray[np.float64]) -> Indices:
    """Give the number of edges each gap has reached; whole days are looked up, which shuffles need to be quick."""
    if not apart.size or not (apart == (days := apart.astype(np.int32))).all():
        return np.searchsorted(time, apart, side="right")
    return np.searchsorted(time, np.arange(float(days.max()) + 1), side="right")[days]


def _expected(rows: Indices, when: NDArray[np.float64], bands: int, time: NDArray[np.float64]) -> Table:
    n = when.size
    if n < 2:
        return np.zeros((bands, time.size - 1))
    in_space = np.bincount(rows, minlength=bands).astype(np.float64)
    return np.outer(in_space, _pairs_in_time(when, time)) / (n * (n - 1) / 2.0)


def _pairs_in_time(when: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count all pairs of events in each time band, near or far, without making them."""
    ascending = np.sort(when)
    before = np.array([_closer_than(ascending, edge) for edge in time], dtype=np.float64)
    return np.diff(before)


def _closer_than(ascending: NDArray[np.float64], edge: float) -> int:
    """Count the pairs less than `edge` apart."""
    beyond = np.searchsorted(ascending, ascending + edge, side="left")
    return int(np.maximum(beyond - np.arange(ascending.size) - 1, 0).sum())


def _events(e_m: ArrayLike, n_m: ArrayLike, days: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    east, north = np.asarray(e_m, dtype=np.float64), np.asarray(n_m, dtype=np.float64)
    when = np.asarray(days, dtype=np.float64)
    if not east.shape == north.shape == when.shape or east.ndim != 1:
        raise InputRejected("Places and times differ in number.")
    if not (np.isfinite(east).all() and np.isfinite(north).all() and np.isfinite(when).all()):
        raise InputRejected("An event has no place or no time; leave it out and count it.")
    order = np.lexsort((when, north, east))
    return np.column_stack([east[order], north[order]]), when[order]


def _edges(edges: Sequence[float]) -> NDArray[np.float64]:
    band = np.asarray(edges, dtype=np.float64)
    if band.ndim != 1 or band.size < 2 or not np.isfinite(band).all() or (np.diff(band) <= 0).any():
        raise InputRejected("Bands need at least two edges, each larger than the one before.")
    if band[0] < 0:
        raise InputRejected("A band cannot begin below 0.")
    return band
