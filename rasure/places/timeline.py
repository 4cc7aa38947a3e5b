"""Aoristic weight on the time line: the figures of `aoristic.hours_of_week` for very many incidents.

An incident of span d, spread over [start, end), gives the hour it starts in (3600 − start % 3600)/d, every later hour
3600/d, and less from the hour it ends in. So its weight follows from a rate 1/d that begins at its start and ends at
its end; rates are added up by hour once, instead of walking every span. Hours are counted in UTC, where each has 3600
seconds, and only then named in local time, so clock changes stay exact.

Rates are whole numbers, 1/d in units of 1/`_RATE_SCALE`: what begins and ends cancels to nothing, in any order of rows.
"""

from collections.abc import Collection
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.errors import InputRejected
from rasure.places.aoristic import WEEK_HOURS
from rasure.places.days import Days, as_days
from rasure.places.times import DAY_START, LONDON

#: A span of a week then loses less than a thousand-millionth of its weight to rounding.
_RATE_SCALE = 10**15
_HOUR_S = 3600

Seconds = NDArray[np.int64]


def hour_weights(
    hour: NDArray[np.int64], n: NDArray[np.int64], start_s: Seconds, end_s: Seconds
) -> tuple[int, NDArray[np.float64]]:
    """Give the weight of every hour from the first to the last.

    Parameters
    ----------
    hour, n
        Hours since 1970 in UTC and how many incidents start in each; an hour may come more than once.
    start_s, end_s
        UTC seconds of those of these incidents that have a span, of less than a week: they leave the hour they
        start in and are spread over their span.

    Returns
    -------
    int, NDArray[float64]
        The first hour, and the weights from there on, without gaps; they add up to the number of incidents. No
        incidents give hour 0 and no weights.
    """
    if not hour.size:
        return 0, np.zeros(0)
    first = int(hour.min())
    size = int(max(hour.max(), (end_s // _HOUR_S).max(initial=0))) - first + 1
    begins, ends = start_s // _HOUR_S - first, end_s // _HOUR_S - first
    rate = (_RATE_SCALE + (end_s - start_s) // 2) // (end_s - start_s)
    whole = np.bincount(hour - first, n, size) - np.bincount(begins, minlength=size)
    begun = np.bincount(begins, rate, size) - np.bincount(ends, rate, size)
    going = np.concatenate([[0.0], np.cumsum(begun)[:-1]])
    here = np.bincount(begins, rate * (_HOUR_S - start_s % _HOUR_S), size)
    here -= np.bincount(ends, rate * (_HOUR_S - end_s % _HOUR_S), size)
    return first, whole + np.maximum(here + _HOUR_S * going, 0.0) / _RATE_SCALE


def touching(
    hour: NDArray[np.int64], n: NDArray[np.int64], start_s: Seconds, end_s: Seconds, wanted: NDArray[np.int64]
) -> pd.Series:
    """Count the incidents that touch any of the wanted hours (rising), by the hour they start in, oldest first.

    The other arguments are those of `hour_weights`.
    """
    if not wanted.size:
        return pd.Series(dtype=np.int64)
    begins = start_s // _HOUR_S
    following = wanted[np.minimum(np.searchsorted(wanted, begins), wanted.size - 1)]
    touches = (following >= begins) & (following * _HOUR_S < end_s)
    inside, also = np.isin(hour, wanted), np.isin(begins, wanted)
    at = np.concatenate([hour[inside], begins[also], begins[touches]])
    counts = np.concatenate([n[inside], np.full(int(also.sum()), -1), np.ones(int(touches.sum()), dtype=np.int64)])
    found = pd.Series(counts).groupby(at).sum()
    return found[found > 0]


def fold(first: int, weights: NDArray[np.float64], zone: ZoneInfo = LONDON) -> NDArray[np.float64]:
    """Add the weights of hours since 1970 (UTC) up to local hours of the week, shape (7, 24), Monday first."""
    local = _local(first + np.arange(weights.size), zone)
    at = local.day_of_week.to_numpy().astype(np.int64) * 24 + local.hour.to_numpy()
    return np.bincount(at, weights, WEEK_HOURS).astype(np.float64).reshape(7, 24)


def operational_days(hour: NDArray[np.int64], zone: ZoneInfo = LONDON) -> Days:
    """Give the operational day, 06:00 to 05:59 local, that each hour since 1970 (UTC) belongs to."""
    local = _local(hour, zone)
    before = local.hour.to_numpy() < DAY_START.hour
    return as_days(as_days(local.tz_localize(None).to_numpy()) - before.astype(np.int64))


def hours_at(weekday: int, hours: Collection[int], first: int, last: int, zone: ZoneInfo = LONDON) -> NDArray[np.int64]:
    """Give the hours since 1970 (UTC), `first` to `last`, that are these local hours of a weekday (Monday 0)."""
    every = np.arange(first, last + 1)
    local = _local(every, zone)
    return every[(local.day_of_week == weekday) & np.isin(local.hour, list(hours))]


def _local(hour: NDArray[np.int64], zone: ZoneInfo) -> pd.DatetimeIndex:
    local = pd.DatetimeIndex((hour * _HOUR_S).view("datetime64[s]")).tz_localize("UTC").tz_convert(zone)
    if local.minute.to_numpy().any():
        raise InputRejected(f"The hours of {zone.key} do not begin on those of UTC; walk the spans instead.")
    return local
