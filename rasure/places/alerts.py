"""Is this week unusual against the same weeks of earlier years."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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


_NOT_ASKED = WeeklyAlert(math.nan, math.nan, math.nan, math.nan, (math.nan, math.nan), NO_BASELINE)


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
    return weekly_alerts([np.asarray(baseline, dtype=np.float64)], [current])[0]


def weekly_alerts(baselines: Sequence[NDArray[Any]], currents: Sequence[int]) -> list[WeeklyAlert]:
    """Judge many weeks, each by a baseline of its own, as `weekly_alert` judges one: many cost little more than one."""
    alerts = [_NOT_ASKED] * len(baselines)
    judged = [number for number, weeks in enumerate(baselines) if _checked(weeks, currents[number])]
    if not judged:
        return alerts
    n = np.array([len(baselines[number]) for number in judged], dtype=np.float64)
    mean = np.array([baselines[number].mean() for number in judged], dtype=np.float64)
    spread = np.array([baselines[number].var(ddof=1) for number in judged], dtype=np.float64)
    dispersion = np.maximum(1.0, np.divide(spread, mean, out=np.ones_like(mean), where=mean > 0))
    forecast = stats.nbinom(*_forecast(mean, dispersion, n))
    current = np.array([currents[number] for number in judged], dtype=np.float64)
    p_high, p_low = forecast.sf(current - 1), forecast.cdf(current)
    low, high = forecast.ppf(0.025), forecast.ppf(0.975)
    columns = zip(judged, *(each.tolist() for each in (mean, dispersion, p_high, p_low, low, high)), strict=True)
    for number, m, phi, above, below, lower, upper in columns:
        alerts[number] = WeeklyAlert(m, phi, above, below, (lower, upper), _status(above, below))
    return alerts


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
    ordered = counts.sort_index()
    if ordered.empty:
        return np.empty(0, dtype=np.int64)
    return np.asarray(ordered, dtype=np.int64)[baseline_numbers(ordered.index[0].date(), week_on)]


def baseline_numbers(first_on: date, week_on: date) -> NDArray[np.int64]:
    """Number the weeks a week is judged by, as `baseline_weeks` chooses them, from the first week held (0) on."""
    number = (week_on - first_on).days // 7
    same = [number - _weeks_back(week_on, years) for years in range(PRIOR_YEARS, 0, -1)]
    if same[0] < WEEKS_EITHER_SIDE:
        return np.arange(max(0, number - WEEKS_WITHOUT_HISTORY), max(0, number))
    around = np.arange(-WEEKS_EITHER_SIDE, WEEKS_EITHER_SIDE + 1)
    return np.concatenate([centre + around for centre in same])


def _weeks_back(week_on: date, years: int) -> int:
    """Give how many weeks before, that many years ago, the week lies that holds the same middle day."""
    middle = week_on + timedelta(days=3)
    day = min(middle.day, 28) if middle.month == 2 else middle.day
    return round((middle - middle.replace(year=middle.year - years, day=day)).days / 7)


def _checked(weeks: NDArray[Any], current: int) -> bool:
    """Refuse what no count can be; tell whether there are weeks enough for an alert."""
    if weeks.ndim != 1 or not np.isfinite(weeks).all() or (weeks < 0).any() or current < 0:
        raise InputRejected("Weekly counts must be zero or more; one is negative or missing.")
    return weeks.size >= LEAST_BASELINE


def _forecast(
    mean: NDArray[np.float64], dispersion: NDArray[np.float64], n: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give sizes and chances of the negative binomials that allow for the baselines' own uncertainty."""
    is_some = mean > 0
    variance = dispersion * mean * (1.0 + 1.0 / n)
    size = np.divide(mean**2, variance - mean, out=np.full_like(mean, 0.5), where=is_some)
    return size, np.divide(mean, variance, out=n / (n + 1.0), where=is_some)


def _status(p_high: float, p_low: float) -> str:
    if p_high < 0.001:
        return HIGH_STRONG
    if p_high < 0.01:
        return HIGH
    return LOW if p_low < 0.01 else USUAL
