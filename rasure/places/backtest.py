"""How many later events each way of choosing places would have caught, cut after cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from rasure.errors import InputRejected
from rasure.places import grid
from rasure.places.days import Days, ages_days, as_days
from rasure.places.kde import quartic_kernel
from rasure.places.ranking import TIE_PLACES

HORIZON_DAYS = 90
STEP_DAYS = 90
WINDOW_COLUMNS = ("cut", "method", "hits", "total", "chosen", "best", "earlier_hits", "earlier_total")

_UNIT_M2 = 1e6


@dataclass(frozen=True, slots=True)
class Method:
    """A way of scoring cells: events of the look-back, each halving in weight, or plainly counted.

    With a bandwidth in metres every event is spread round its point by a quartic kernel first.
    """

    name: str
    lookback_days: int
    half_life_days: float | None = None
    bandwidth_m: float | None = None

    def __post_init__(self) -> None:
        if self.lookback_days < 1:
            raise InputRejected(f"Method {self.name!r} must look back at least one day.")
        if self.half_life_days is not None and not (np.isfinite(self.half_life_days) and self.half_life_days > 0):
            raise InputRejected(f"Method {self.name!r} needs a positive half-life.")
        if self.bandwidth_m is not None and not (np.isfinite(self.bandwidth_m) and self.bandwidth_m > 0):
            raise InputRejected(f"Method {self.name!r} needs a positive bandwidth.")


BASELINE = Method("decayed_count", lookback_days=1461, half_life_days=730.0)
"""The method to beat: last year's count is not a fair rival."""


@dataclass(frozen=True, slots=True)
class Events:
    """Rows of events, in an order of their own so that the order given never matters.

    `codes` are row numbers in `universe`, the sorted cells that can be chosen; `study` marks those that may be chosen
    without an event of their own; `points` are row numbers in the kernels' columns.
    """

    universe: NDArray[np.int64]
    study: NDArray[np.bool_]
    codes: NDArray[np.int64]
    days: Days
    counts: NDArray[np.int64]
    points: NDArray[np.int64]
    kernels: dict[float, csr_array]

    def scores(self, method: Method, cut: date) -> NDArray[np.float64]:
        """Score every cell of the universe by the events strictly before the cut, rounded to 12 places."""
        ages = ages_days(self.days, cut)
        earlier = (ages > 0) & (ages <= method.lookback_days)
        mass = self.counts[earlier].astype(np.float64)
        if method.half_life_days is not None:
            mass *= np.exp2(-ages[earlier] / method.half_life_days)
        own = np.bincount(self.codes[earlier], weights=mass, minlength=self.universe.size)
        if method.bandwidth_m is not None:
            kernel = self.kernels[method.bandwidth_m]
            spread = kernel @ np.bincount(self.points[earlier], weights=mass, minlength=kernel.shape[1])
            own = np.where(self.study | (own > 0), spread * _UNIT_M2, 0.0)
        return np.asarray(np.round(own, TIE_PLACES), dtype=np.float64)

    def counted(self, cut: date, first_day: int, days: int) -> NDArray[np.int64]:
        """Count the events of each cell on `days` days, the first of them `first_day` days from the cut."""
        after = -ages_days(self.days, cut) - first_day
        within = (after >= 0) & (after < days)
        sums = np.bincount(self.codes[within], weights=self.counts[within], minlength=self.universe.size)
        return sums.astype(np.int64)


def events(
    cells: ArrayLike,
    dated_on: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    points_m: ArrayLike | None = None,
    study: ArrayLike = (),
    bandwidths_m: Sequence[float] = (),
    side_m: float = grid.SIDE_M,
) -> Events:
    """Make events ready to be scored at many cuts.

    Parameters
    ----------
    cells, dated_on
        Packed cell and local date of each row of events.
    counts
        Number of events of each row; one each where not given.
    points_m
        Place of each row in EPSG:27700 metres, shape (n, 2); needed only for bandwidths.
    study
        Every cell of the study area. A kernel may choose one of them without an event; it never chooses a cell
        for being known only from later events.
    bandwidths_m
        Bandwidths in metres that methods will ask for.
    """
    places, days = np.asarray(cells, dtype=np.int64), as_days(dated_on)
    many = np.ones(places.size, np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
    spots = np.zeros((places.size, 2)) if points_m is None else np.asarray(points_m, dtype=np.float64).reshape(-1, 2)
    if not places.shape == days.shape == many.shape == spots.shape[:1]:
        raise InputRejected("Cells, dates, counts and points differ in number.")
    if bandwidths_m and points_m is None and places.size:
        raise InputRejected("A bandwidth needs the points of the events.")
    order = np.lexsort((many, days, spots[:, 1], spots[:, 0], places))
    places, days, many, spots = places[order], days[order], many[order], spots[order]
    known = np.unique(np.asarray(study, dtype=np.int64))
    universe = np.union1d(places, known)
    centres = np.column_stack(grid.centres(universe, side_m=side_m))
    fresh = np.r_[True, (spots[1:] != spots[:-1]).any(axis=1)] if places.size else np.zeros(0, np.bool_)
    return Events(
        universe=universe,
        study=np.isin(universe, known, assume_unique=True),
        codes=np.searchsorted(universe, places),
        days=days,
        counts=many,
        points=np.cumsum(fresh) - 1,
        kernels={h: quartic_kernel(spots[fresh], centres, bandwidth_m=h) for h in set(bandwidths_m)},
    )


def choose(known: Events, method: Method, cut: date, k: int) -> NDArray[np.int64]:
    """Give the packed cells the method would have chosen on the cut, best first, from events strictly before it.

    Equal scores, after rounding to 12 places, go to the lower cell number, which is q, then r. Fewer than `k` come
    back where fewer have any score.
    """
    return known.universe[_chosen(known.scores(method, cut), k)]


def backtest(
    cells: ArrayLike,
    dated_on: ArrayLike,
    *,
    cuts: Sequence[date],
    k: int,
    methods: Sequence[Method],
    horizon_days: int = HORIZON_DAYS,
) -> pd.DataFrame:
    """Choose `k` cells by the events strictly before each cut and count those from the cut on.

    Parameters
    ----------
    cells, dated_on
        Packed cell and local date of each event.
    cuts, k, methods, horizon_days
        As for `backtest_of`, for methods without a bandwidth.
    """
    return backtest_of(events(cells, dated_on), cuts=cuts, k=k, methods=methods, horizon_days=horizon_days)


def backtest_of(
    known: Events, *, cuts: Sequence[date], k: int, methods: Sequence[Method], horizon_days: int = HORIZON_DAYS
) -> pd.DataFrame:
    """Choose `k` cells at each cut by each method and count the events from the cut on.

    Parameters
    ----------
    cuts
        First day of each test window.
    horizon_days
        Length of a test window; its last day is `cut + horizon_days - 1`.

    Returns
    -------
    DataFrame
        `cut`, `method`, `hits`, `total` later events, cells `chosen` (fewer than `k` when fewer have any
        event in the look-back), `best` hits any k cells could have had, and of the `earlier_total` events of the
        method's look-back those in the chosen cells; in the order of the cuts, then of the methods.
    """
    if k < 1 or horizon_days < 1:
        raise InputRejected("The number of cells and the horizon must be at least 1.")
    rows = []
    for cut in cuts:
        later = known.counted(cut, 0, horizon_days)
        total, best = int(later.sum()), int(np.sort(later)[-k:].sum())
        for method in methods:
            chosen = _chosen(known.scores(method, cut), k)
            earlier = known.counted(cut, -method.lookback_days, method.lookback_days)
            hits, held = int(later[chosen].sum()), int(earlier[chosen].sum())
            rows.append((cut, method.name, hits, total, chosen.size, best, held, int(earlier.sum())))
    return pd.DataFrame(rows, columns=list(WINDOW_COLUMNS))


def cuts_every(first_on: date, last_on: date, step_days: int = STEP_DAYS) -> list[date]:
    """Give the cuts from `first_on` every `step_days`, none after `last_on`."""
    if step_days < 1:
        raise InputRejected("Cuts must be at least one day apart.")
    return [first_on + timedelta(days=d) for d in range(0, (last_on - first_on).days + 1, step_days)]


def totals(windows: pd.DataFrame) -> pd.DataFrame:
    """Add up each method's windows: `method`, `windows`, `hits`, `total`, `hit_rate` (NaN without events)."""
    summed = windows.groupby("method", sort=False).agg(
        windows=("cut", "size"), hits=("hits", "sum"), total=("total", "sum")
    )
    summed["hit_rate"] = summed["hits"] / summed["total"].where(summed["total"] > 0)
    return summed.reset_index()


def _chosen(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    scored = np.flatnonzero(scores > 0)
    return np.asarray(scored[np.argsort(-scores[scored], kind="stable")[:k]], dtype=np.int64)
