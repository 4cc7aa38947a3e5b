"""Are two counts in unequal periods or areas really different, and may a percentage be printed."""

import math
from dataclasses import dataclass

from scipy import stats

from rasure.errors import InputRejected

LEAST_FOR_PERCENT = 20
"""Both counts must reach it before a percentage is shown: below, ordinary weeks make large ones."""


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate of the first count over that of the second; NaN where it cannot be worked out."""

    ratio: float
    ci: tuple[float, float]
    p: float
    show_percent: bool

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes 1; otherwise the words are "no clear change"."""
        low, high = self.ci
        return low > 1.0 or high < 1.0


def compare_rates(k1: int, n1: float, k2: int, n2: float, *, level: float = 0.95) -> RateRatio:
    """Compare `k1` events in exposure `n1` with `k2` in `n2`, exactly.

    Parameters
    ----------
    k1, k2
        Numbers of events.
    n1, n2
        Exposures above 0 in the same unit: weeks, people, square metres.
    level
        Level of the Clopper-Pearson interval.

    Returns
    -------
    RateRatio
        With no second event there is no ratio and no upper limit; with no event at all nothing but p = 1.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31: the conditional binomial test. The E-test is not used:
    it misses plain changes when the periods are unequal.
    """
    _check(k1, n1, k2, n2, level)
    if k1 + k2 == 0:
        return RateRatio(math.nan, (math.nan, math.nan), 1.0, False)
    scale = n2 / n1
    p = float(stats.binomtest(k1, k1 + k2, 1.0 / (1.0 + scale)).pvalue)
    tail = (1.0 - level) / 2.0
    low = _odds(float(stats.beta.ppf(tail, k1, k2 + 1))) * scale if k1 else 0.0
    high = _odds(float(stats.beta.isf(tail, k1 + 1, k2))) * scale if k2 else math.nan
    ratio = k1 / k2 * scale if k2 else math.nan
    return RateRatio(ratio, (low, high), min(p, 1.0), min(k1, k2) >= LEAST_FOR_PERCENT)


def _odds(share: float) -> float:
    return share / (1.0 - share) if share < 1.0 else math.inf


def _check(k1: int, n1: float, k2: int, n2: float, level: float) -> None:
    if k1 < 0 or k2 < 0:
        raise InputRejected("A count must not be negative.")
    if not (math.isfinite(n1) and math.isfinite(n2) and n1 > 0 and n2 > 0):
        raise InputRejected("An exposure must be a positive number.")
    if not 0.0 < level < 1.0:
        raise InputRejected("A confidence level lies between 0 and 1.")
