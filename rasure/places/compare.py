"""Is one way of choosing places better than another on the same later events."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from rasure.errors import InputRejected

MOST_EXACT = 20
"""Windows up to which every one of the 2**n sign flips is counted."""

RANDOM_FLIPS = 9_999
LEAST_WINDOWS = 8
LEAST_GAIN = 0.02
"""Gain in hit rate below which the simpler method stays."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean of a minus b over windows, its t interval (NaN for one window), and the sign-flip p-value."""

    windows: int
    mean_diff: float
    ci: tuple[float, float]
    p: float


def compare_windows(
    a: ArrayLike, b: ArrayLike, *, level: float = 0.95, rng: np.random.Generator | None = None
) -> PairedDifference:
    """Compare two methods window by window.

    Parameters
    ----------
    a, b
        Hits of each method on the same windows, at least one.
    rng
        Needed for more than 20 windows, where 9,999 random flips stand for all of them.

    Returns
    -------
    PairedDifference
        p is the share of sign flips whose sum is at least as far from 0 as the one seen (two-sided).
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1 or first.size == 0:
        raise InputRejected("Give both methods' hits on the same windows, at least one.")
    if not np.isfinite([first, second]).all():
        raise InputRejected("A window has no number of hits.")
    differences = np.sort(first - second)
    mean = float(differences.mean())
    return PairedDifference(differences.size, mean, _t_interval(differences, level), _sign_flip(differences, rng))


def mcnemar(only_a: int, only_b: int) -> float:
    """Give the exact two-sided p-value for events only one of two lists caught; 1 when there are none.

    References
    ----------
    McNemar (1947), Psychometrika 12; the exact binomial form.
    """
    if only_a < 0 or only_b < 0:
        raise InputRejected("Numbers of events must not be negative.")
    if only_a + only_b == 0:
        return 1.0
    return float(stats.binomtest(only_a, only_a + only_b, 0.5).pvalue)


def replaces_baseline(hits: ArrayLike, baseline_hits: ArrayLike, totals: ArrayLike) -> bool:
    """Say whether a method earns the baseline's place.

    It does when the paired interval lies above 0 over at least 8 windows and it catches at least 2 in 100
    more of all later events; otherwise the simpler method stays.
    """
    paired = compare_windows(hits, baseline_hits, rng=np.random.default_rng(0))
    total = float(np.sum(totals))
    gain = paired.mean_diff * paired.windows / total if total > 0 else 0.0
    return paired.windows >= LEAST_WINDOWS and paired.ci[0] > 0 and gain >= LEAST_GAIN - 1e-12


def _t_interval(differences: NDArray[np.float64], level: float) -> tuple[float, float]:
    if not 0.0 < level < 1.0:
        raise InputRejected("A confidence level lies between 0 and 1.")
    if differences.size < 2:
        return math.nan, math.nan
    half = float(stats.t.isf((1.0 - level) / 2.0, differences.size - 1) * stats.sem(differences))
    mean = float(differences.mean())
    return mean - half, mean + half


def _sign_flip(differences: NDArray[np.float64], rng: np.random.Generator | None) -> float:
    seen = abs(float(differences.sum())) - 1e-9 * max(1.0, float(np.abs(differences).sum()))
    if differences.size <= MOST_EXACT:
        sums = np.zeros(1)
        for difference in differences:
            sums = np.concatenate([sums + difference, sums - difference])
        return float((np.abs(sums) >= seen).mean())
    if rng is None:
        raise InputRejected("More than 20 windows need a random generator with a seed.")
    signs = rng.choice([-1.0, 1.0], (RANDOM_FLIPS, differences.size))
    return float((1 + (np.abs(signs @ differences) >= seen).sum()) / (RANDOM_FLIPS + 1))
