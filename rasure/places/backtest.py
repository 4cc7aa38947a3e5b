"""How many later events each way of choosing places would have caught, cut after cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places.days import ages_days, as_days
from rasure.places.ranking import TIE_PLACES

HORIZON_DAYS = 90
STEP_DAYS = 90
WINDOW_COLUMNS = ("cut", "method", "hits", "total", "chosen")


@dataclass(frozen=True, slots=True)
class Method:
    """A way of scoring cells: events of the look-back, each halving in weight, or plainly counted."""

    name: str
    lookback_days: int
    half_life_days: float | None = None

    def __post_init__(self) -> None:
        if self.lookback_days < 1:
            raise InputRejected(f"Method {self.name!r} must look back at least one day.")
        if self.half_life_days is not None and not (np.isfinite(self.half_life_days) and self.half_life_days > 0):
            raise InputRejected(f"Method {self.name!r} needs a positive half-life.")


BASELINE = Method("decayed_count", lookback_days=1461, half_life_days=730.0)
"""The method to beat: last year's count is not a fair rival."""


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
    cuts
        First day of each test window.
    horizon_days
        Length of a test window; its last day is `cut + horizon_days - 1`.

    Returns
    -------
    DataFrame
        `cut`, `method`, `hits`, `total` later events, cells `chosen` (fewer than `k` when fewer have any
        event in the look-back); in the order of the cuts, then of the methods. Equal scores, after rounding
        to 12 places, go to the lower cell number, which is q, then r.
    """
    places, days = np.asarray(cells, dtype=np.int64), as_days(dated_on)
    if places.shape != days.shape:
        raise InputRejected("Cells and dates differ in number.")
    if k < 1 or horizon_days < 1:
        raise InputRejected("The number of cells and the horizon must be at least 1.")
    order = np.lexsort((days, places))
    different, codes = np.unique(places[order], return_inverse=True)
    rows = [
        _window(codes, ages_days(days[order], cut), different.size, method, k, horizon_days, cut)
        for cut in cuts
        for method in methods
    ]
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


def _window(
    codes: NDArray[np.int64],
    ages: NDArray[np.int64],
    size: int,
    method: Method,
    k: int,
    horizon_days: int,
    cut: date,
) -> tuple[date, str, int, int, int]:
    earlier = (ages > 0) & (ages <= method.lookback_days)
    later = (ages <= 0) & (ages > -horizon_days)
    aged = ages[earlier]
    weights = np.ones(aged.size) if method.half_life_days is None else np.exp2(-aged / method.half_life_days)
    scores = np.round(np.bincount(codes[earlier], weights=weights, minlength=size), TIE_PLACES)
    chosen = np.argsort(-scores, kind="stable")[:k]
    chosen = chosen[scores[chosen] > 0]
    counts = np.bincount(codes[later], minlength=size)
    return cut, method.name, int(counts[chosen].sum()), int(counts.sum()), int(chosen.size)
