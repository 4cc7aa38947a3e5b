"""When events happened: local time across clock changes, the operational day, its day and night band."""

from datetime import time
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LONDON = ZoneInfo("Europe/London")
DAY_START = time(6)
"""An operational day runs from 06:00 to 05:59:59."""

BAND_HOURS = 12
DAY, NIGHT = "day", "night"


def instants(local: pd.DatetimeIndex, zone: ZoneInfo = LONDON) -> pd.DatetimeIndex:
    """Give the UTC instants of wall-clock times without a zone.

    A time that occurs twice, when clocks go back, means the first; one that does not exist, when they go
    forward, moves forward to the first that does. A missing time stays missing.
    """
    first = np.ones(len(local), dtype=bool)
    return local.tz_localize(zone, ambiguous=first, nonexistent="shift_forward").tz_convert("UTC")


def operational_days(local: pd.DatetimeIndex, *, day_start: time = DAY_START) -> pd.DataFrame:
    """Say which operational day, hour and band each local wall-clock time belongs to.

    Parameters
    ----------
    local
        Wall-clock times without a zone.
    day_start
        When the operational day begins.

    Returns
    -------
    DataFrame
        `op_date` (date of the wall time less `day_start`), `weekday` (of the wall time, Monday 0), `hour`,
        and `band`: `day` for the first twelve operational hours. No times give no rows.
    """
    start = pd.Timedelta(hours=day_start.hour, minutes=day_start.minute, seconds=day_start.second)
    shifted = local - start
    return pd.DataFrame(
        {
            "op_date": shifted.normalize(),
            "weekday": local.day_of_week.astype("int64"),
            "hour": local.hour.astype("int64"),
            "band": _bands(shifted),
        }
    )


def _bands(shifted: pd.DatetimeIndex) -> NDArray[np.str_]:
    return np.where(shifted.hour.to_numpy() < BAND_HOURS, DAY, NIGHT)
