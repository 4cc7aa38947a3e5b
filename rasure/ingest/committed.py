"""When an offence happened, from the local wall times of its occurrence: instants, date, precision, band, day."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places.times import LONDON, instants, operational_days
from rasure.terms import Precision

#: A longer range says nothing about day or night.
_LONGEST_BANDED = pd.Timedelta(hours=12)
_DAY = pd.Timedelta(days=1)
#: Stands for a time of day nobody knows: the operational day is then the date.
_NOON = pd.Timedelta(hours=12)


def timed(occurrences: pd.DataFrame) -> pd.DataFrame:
    """Return reported_at, committed_from, committed_to (UTC), dated_on, precision, band, op_day of each occurrence.

    `occurrences` holds reported_local, committed_from_local, committed_to_local; the last two may be missing.
    """
    reported, start, end = (
        pd.DatetimeIndex(occurrences[name]) for name in ("reported_local", "committed_from_local", "committed_to_local")
    )
    started, ended = instants(start), instants(end)
    precision = _precision(start, end)
    dated = start.where(start.notna(), reported).normalize()
    told = _told(started, ended, precision)
    is_timed = precision != Precision.DAY.value
    moment = told.tz_convert(LONDON).tz_localize(None).where(is_timed, dated + _NOON)
    days = operational_days(moment)
    span = np.asarray(ended - started)
    short = np.isnat(span) | ((span >= np.timedelta64(0)) & (span <= _LONGEST_BANDED.to_timedelta64()))
    return pd.DataFrame(
        {
            "reported_at": instants(reported).tz_localize(None),
            "committed_from": started.tz_localize(None),
            "committed_to": ended.tz_localize(None),
            "dated_on": dated,
            "precision": precision,
            "band": days["band"].where(is_timed & short).astype("str").array,
            "op_day": days["op_date"].to_numpy(),
        },
        index=occurrences.index,
    )


def is_reversed(occurrences: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which occurrences end before they begin: kept as received, counted as a fault of the data."""
    return (occurrences["committed_to_local"] < occurrences["committed_from_local"]).to_numpy(dtype=bool)


def _precision(start: pd.DatetimeIndex, end: pd.DatetimeIndex) -> NDArray[np.object_]:
    """Say how well the time is known.

    A start at midnight without an end, and midnight to midnight, are how a records system says "that day".
    """
    at_midnight = start == start.normalize()
    none = start.isna()
    whole_day = at_midnight & (end - start == _DAY)
    alone = end.isna()
    choices = [none | whole_day | (alone & at_midnight), alone | (start == end)]
    return np.select(choices, [Precision.DAY.value, Precision.EXACT.value], Precision.RANGE.value).astype(object)


def _told(started: pd.DatetimeIndex, ended: pd.DatetimeIndex, precision: NDArray[np.object_]) -> pd.DatetimeIndex:
    """Return the instant that band and operational day are told by: the middle of a short range, else its start."""
    span = ended - started
    short = (precision == Precision.RANGE.value) & (span > pd.Timedelta(0)) & (span <= _LONGEST_BANDED)
    return started.where(~short, started + span / 2)
