"""Is this week unusual against the same weeks of earlier years."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from rasure.errors import InputRejected
from rasure.places.days import as_days

LEAST_BASELINE = 8
"""Baseline weeks under which no alert is given."""

PRIOR_YEARS = 3
WEEKS_EITHER_SIDE = 3
WEEKS_WITHOUT_HISTORY = 52

NO_BASELINE = "no_baseline"
HIGH_STRONG, HIGH, LOW, USUAL = "high_strong", "high", "low", "usual"


@dataclass(frozen=True, slots=True)
class WeeklyAlert:
    """One week against its baseline; without enough baseline all figures are NaN and `status` says so."""

    mean: float
    dispersion: float
    p_high: float
    p_low: float
    interval: tuple[float, float]
    status: str


def weekly_alert(baseline: ArrayLike, current: int) -> WeeklyAlert:
    """Judge one week's count by a negative binomial forecast from the baseline weeks.

    Parameters
    ----------
    baseline
        Counts of earlier weeks, as `baseline_weeks` chooses them.
    current
        Count of the week asked about.

    Returns
    -------
    WeeklyAlert
        `p_high` is the chance of at least this many, `p_low` of at most this many, `interval` the 2.5 and
        97.5 per cent points. At 0.01, one ordinary week in a hundred is still called high: say how many
        rows were tested.
    """
    weeks = np.asarray(baseline, dtype=np.float64)
    if weeks.ndim != 1 or not np.isfinite(weeks).all() or (weeks < 0).any() or current < 0:
        raise InputRejected("Weekly counts must be zero or more; one is negative or missing.")
    if weeks.size < LEAST_BASELINE:
        return WeeklyAlert(math.nan, math.nan, math.nan, math.nan, (math.nan, math.nan), NO_BASELINE)
    mean, dispersion = float(weeks.mean()), 1.0
    if mean > 0:
        dispersion = max(1.0, float(weeks.var(ddof=1)) / mean)
    size, chance = _forecast(mean, dispersion, weeks.size)
    p_high = float(stats.nbinom.sf(current - 1, size, chance))
    p_low = float(stats.nbinom.cdf(current, size, chance))
    low, high = (float(stats.nbinom.ppf(q, size, chance)) for q in (0.025, 0.975))
    return WeeklyAlert(mean, dispersion, p_high, p_low, (low, high), _status(p_high, p_low))


def weekly_counts(dated_on: ArrayLike, *, from_on: date, weeks: int) -> "pd.Series[int]":
    """Count events in `weeks` whole weeks from `from_on`, zeros included, by the first day of each week."""
    days = as_days(dated_on)
    days = days[~np.isnat(days)]
    first = np.datetime64(from_on, "D")
    number = (days - first).astype(np.int64) // 7
    inside = (number >= 0) & (number < weeks)
    counts = np.bincount(number[inside], minlength=weeks)
    return pd.Series(counts, index=pd.DatetimeIndex(first + 7 * np.arange(weeks)), dtype="int64")


def baseline_weeks(counts: "pd.Series[int]", week_on: date) -> NDArray[np.int64]:
    """Choose the weeks a week is judged by, all of them over before it begins.

    Parameters
    ----------
    counts
        Count of each week by its first day, without gaps, as `weekly_counts` gives them. Weeks from
        `week_on` on are not looked at.
    week_on
        First day of the week asked about, one of a run of weeks with `counts`.

    Returns
    -------
    NDArray[int64]
        The seven weeks centred on this week of the year in each of the three years before; with less
        history the last 52 whole weeks, or as many as there are.
    """
    past = counts[counts.index < pd.Timestamp(week_on)].sort_index()
    starts = [
        _same_week(week_on, years) + timedelta(weeks=shift)
        for years in range(PRIOR_YEARS, 0, -1)
        for shift in range(-WEEKS_EITHER_SIDE, WEEKS_EITHER_SIDE + 1)
    ]
    wanted = pd.DatetimeIndex(starts)
    chosen = past.loc[wanted] if wanted.isin(past.index).all() else past.tail(WEEKS_WITHOUT_HISTORY)
    return np.asarray(chosen, dtype=np.int64)


def _same_week(week_on: date, years: int) -> date:
    """Give the first day of the week, that many years before, that holds the same middle day."""
    middle = week_on + timedelta(days=3)
    day = min(middle.day, 28) if middle.month == 2 else middle.day
    weeks = round((middle - middle.replace(year=middle.year - years, day=day)).days / 7)
    return week_on - timedelta(weeks=weeks)


def _forecast(mean: float, dispersion: float, n: int) -> tuple[float, float]:
    """Give size and chance of the negative binomial that allows for the baseline's own uncertainty."""
    if mean == 0.0:
        return 0.5, n / (n + 1.0)
    variance = dispersion * mean * (1.0 + 1.0 / n)
    return mean**2 / (variance - mean), mean / variance


def _status(p_high: float, p_low: float) -> str:
    if p_high < 0.001:
        return HIGH_STRONG
    if p_high < 0.01:
        return HIGH
    return LOW if p_low < 0.01 else USUAL
