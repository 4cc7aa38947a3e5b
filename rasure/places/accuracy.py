"""How well the chosen cells caught later events: hit rate, PAI, PEI and RRI."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from rasure.errors import InputRejected
from rasure.places.ranking import TIE_PLACES

Interval = tuple[float, float]

_NOTHING: Interval = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Later events in the chosen cells; a figure that has no denominator is NaN.

    `hit_rate_ci` is Wilson's interval and treats events as independent. `pai` grows when empty land is
    added: compare it within one study area only. `rri` below 1 is regression to the mean.
    """

    hits: float
    total: float
    hit_rate: float
    hit_rate_ci: Interval
    pai: float
    pai_ci: Interval
    pei: float
    rri: float


def accuracy(
    score: ArrayLike, later: ArrayLike, area: ArrayLike, earlier: ArrayLike, *, k: int, level: float = 0.95
) -> Accuracy:
    """Judge the `k` cells of highest score by the events that came later.

    Parameters
    ----------
    score, later, area, earlier
        For every cell of the study area: its score, its events in the test period, its area in any unit,
        its events in the training period.
    k
        Number of chosen cells, 1 to all. Equal scores (to 12 places) go to the cell listed first.

    References
    ----------
    Chainey, Tompson and Uhlig (2008), Security Journal 21 (PAI); Hunt (2016) (PEI); Levine (2008),
    Security Journal 21 (RRI); Wilson (1927).
    """
    scores, events, land, before = (_column(part) for part in (score, later, area, earlier))
    if not scores.size == events.size == land.size == before.size:
        raise InputRejected("Scores, events and areas differ in number.")
    if not 1 <= k <= scores.size:
        raise InputRejected("The number of chosen cells must lie between 1 and the number of cells.")
    if min(events.min(), land.min(), before.min()) < 0 or land.sum() <= 0:
        raise InputRejected("Events and areas must not be negative, and the study area not empty.")
    chosen = np.argsort(-np.round(scores, TIE_PLACES), kind="stable")[:k]
    hits, total = float(events[chosen].sum()), float(events.sum())
    best = float(np.sort(events)[-k:].sum())
    rate, part = _ratio(hits, total), float(land[chosen].sum() / land.sum())
    low, high = wilson(hits, total, level)
    trained = _ratio(float(before[chosen].sum()), float(before.sum()))
    return Accuracy(
        hits=hits,
        total=total,
        hit_rate=rate,
        hit_rate_ci=(low, high),
        pai=_ratio(rate, part),
        pai_ci=(_ratio(low, part), _ratio(high, part)),
        pei=_ratio(hits, best),
        rri=_ratio(rate, trained),
    )


def wilson(hits: float, total: float, level: float = 0.95) -> Interval:
    """Give Wilson's interval for a share of `total` independent events; NaN twice for none."""
    if not 0.0 < level < 1.0:
        raise InputRejected("A confidence level lies between 0 and 1.")
    if total <= 0:
        return _NOTHING
    z = _normal_quantile(level)
    z2 = z**2
    middle = (hits + z2 / 2.0) / (total + z2)
    half = z / (total + z2) * math.sqrt(hits * (total - hits) / total + z2 / 4.0)
    return max(0.0, middle - half), min(1.0, middle + half)


@cache
def _normal_quantile(level: float) -> float:
    """Return how many standard deviations hold so much on both sides; a page asks it a hundred times."""
    return float(stats.norm.isf((1.0 - level) / 2.0))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _column(values: ArrayLike) -> NDArray[np.float64]:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise InputRejected("Scores, events and areas must be finite numbers, one for each cell.")
    return column
