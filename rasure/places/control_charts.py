"""Has a series drifted: EWMA and CUSUM charts, and how often they would cry wolf."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from rasure.errors import InputRejected

WEIGHT = 0.2
SDS = 3.0
RISE = 1.5
"""The rise a CUSUM for counts is tuned to find."""

LEAST_RUN = 200.0
"""Least average number of weeks to a false alarm."""

_MOST_STATES = 4_000
_FINEST = 50

Values = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ewma:
    """Smoothed series with its limits; `signals` are positions from 1 outside them."""

    z: Values
    lower: Values
    upper: Values
    signals: Positions


@dataclass(frozen=True, slots=True)
class Cusum:
    """Cumulated excess above and below the target; signals are positions from 1 above the threshold."""

    c_plus: Values
    c_minus: Values
    signals_high: Positions
    signals_low: Positions


def ewma(y: ArrayLike, *, mean: float, sd: float, weight: float = WEIGHT, asymptotic: bool = False) -> Ewma:
    """Smooth a series exponentially from `mean` and mark where it leaves three standard deviations.

    Parameters
    ----------
    y
        One value for each week.
    mean, sd
        Of the process in control.
    weight
        Weight of the newest value, above 0 and at most 1.
    asymptotic
        Use the limits of a long series from the start, instead of the narrower true ones.

    References
    ----------
    Roberts (1959); NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.4.
    """
    series = _series(y)
    if not 0.0 < weight <= 1.0 or not math.isfinite(mean) or not (math.isfinite(sd) and sd >= 0.0):
        raise InputRejected("An EWMA takes a weight above 0 and at most 1, a mean and a standard deviation.")
    z, last = np.empty(series.size), mean
    for place, value in enumerate(series.tolist()):
        last = z[place] = weight * value + (1.0 - weight) * last
    grown = 1.0 if asymptotic else 1.0 - (1.0 - weight) ** (2.0 * np.arange(1, series.size + 1))
    half = np.full(series.size, SDS * sd * np.sqrt(weight / (2.0 - weight) * grown))
    lower, upper = mean - half, mean + half
    return Ewma(z, lower, upper, _positions((z < lower) | (z > upper)))


def cusum(y: ArrayLike, *, target: float, k: float, h: float) -> Cusum:
    """Add up what exceeds `target + k`, and what falls short of `target - k`, never below 0.

    Parameters
    ----------
    y
        One value for each week.
    k, h
        Slack and threshold, 0 or more; a sum above `h` signals. For counts `target + k` is used whole and
        comes from `reference_value`.

    References
    ----------
    Page (1954), Biometrika 41; NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.3.
    """
    series = _series(y)
    if not (math.isfinite(target) and math.isfinite(k) and math.isfinite(h) and k >= 0.0 and h >= 0.0):
        raise InputRejected("A CUSUM takes a target, and a slack and threshold of zero or more.")
    plus, minus = _cumulated(series - target - k), _cumulated(target - k - series)
    return Cusum(plus, minus, _positions(plus > h), _positions(minus > h))


def reference_value(mean: float, rise: float = RISE) -> float:
    """Give the count a CUSUM subtracts each week to find a rise of a Poisson mean soonest.

    References
    ----------
    Lucas (1985), Technometrics 27.
    """
    if not (math.isfinite(mean) and mean > 0.0 and math.isfinite(rise) and rise > 1.0):
        raise InputRejected("A reference value takes a positive mean and a rise above 1.")
    return mean * (rise - 1.0) / math.log(rise)


def average_run(mean: float, k: float, h: float) -> float:
    """Give the average number of weeks until `C = max(0, C + y - k)` first exceeds `h`, y Poisson.

    Parameters
    ----------
    mean
        Poisson mean of a week's count.
    k, h
        Reference value and threshold, whole or simple fractions (denominator up to 50).

    Returns
    -------
    float
        Average run length from a start at 0; infinite when it can never signal.

    References
    ----------
    Brook and Evans (1972), Biometrika 59: exact Markov chain.
    """
    if not all(math.isfinite(part) and part >= 0.0 for part in (mean, k, h)):
        raise InputRejected("A run length takes a mean, reference value and threshold of zero or more.")
    step, top = _lattice(k, h)
    drop = round(Fraction(k).limit_denominator(_FINEST) * step)
    if mean == 0.0:
        return math.inf
    return _expected_steps(_transitions(mean, step, drop, top))


def threshold_for(mean: float, k: float, least_run: float = LEAST_RUN) -> int:
    """Give the smallest whole threshold whose average run to a false alarm is at least `least_run` weeks."""
    if k <= mean:
        raise InputRejected("The reference value must lie above the mean, or every series ends in a signal.")
    for h in range(_MOST_STATES):
        if average_run(mean, k, float(h)) >= least_run:
            return h
    raise InputRejected("No threshold keeps false alarms so rare; ask for a shorter run.")


def simulated_run(
    mean: float, k: float, h: float, *, rng: np.random.Generator, runs: int = 2_000, most_weeks: int = 100_000
) -> float:
    """Estimate `average_run` by simulation for any reference value; refused when one passes `most_weeks`."""
    sums, lengths = np.zeros(runs), np.zeros(runs)
    alive = np.arange(runs)
    for week in range(1, most_weeks + 1):
        sums[alive] = np.maximum(0.0, sums[alive] + rng.poisson(mean, alive.size) - k)
        lengths[alive] = week
        alive = alive[sums[alive] <= h]
        if alive.size == 0:
            return float(lengths.mean())
    raise InputRejected("Runs are too long to simulate; take a lower threshold.")


def _lattice(k: float, h: float) -> tuple[int, int]:
    """Give how finely the sum must be divided, and the highest state that does not signal."""
    reference = Fraction(k).limit_denominator(_FINEST)
    if abs(float(reference) - k) > 1e-9 * max(1.0, k):
        raise InputRejected("This reference value needs simulation: it is no simple fraction.")
    step = reference.denominator
    top = math.floor(h * step + 1e-9)
    if top >= _MOST_STATES:
        raise InputRejected("The threshold is too high for the exact chain.")
    return step, top


def _transitions(mean: float, step: int, drop: int, top: int) -> Values:
    """Give the chances of moving between the states 0 to `top`, in units of 1/`step`."""
    states = np.arange(top + 1)
    rise = states[np.newaxis, :] - states[:, np.newaxis] + drop
    reachable = (rise >= 0) & (rise % step == 0)
    chances = np.where(reachable, stats.poisson.pmf(rise // step, mean), 0.0)
    chances[:, 0] = stats.poisson.cdf((drop - states) // step, mean)
    return np.asarray(chances, dtype=np.float64)


def _expected_steps(chances: Values) -> float:
    try:
        steps = np.linalg.solve(np.eye(chances.shape[0]) - chances, np.ones(chances.shape[0]))
    except np.linalg.LinAlgError:
        return math.inf
    return float(steps[0]) if 1.0 <= steps[0] < 1e14 else math.inf


def _cumulated(excess: Values) -> Values:
    sums, last = np.empty(excess.size), 0.0
    for place, value in enumerate(excess.tolist()):
        last = sums[place] = max(0.0, last + value)
    return sums


def _positions(marked: NDArray[np.bool_]) -> Positions:
    return (np.flatnonzero(marked) + 1).astype(np.int64)


def _series(y: ArrayLike) -> Values:
    series = np.asarray(y, dtype=np.float64)
    if series.ndim != 1 or not np.isfinite(series).all():
        raise InputRejected("A chart takes one finite value for each week.")
    return series
