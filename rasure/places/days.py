"""Whole days: what a column of dates says, and how long before a given day each one was."""

from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected

Days = NDArray[np.datetime64]


def as_days(dated_on: ArrayLike) -> Days:
    """Give dates as whole days (`datetime64[D]`); a time of day is dropped, a missing date stays `NaT`.

    Takes dates, ISO text or timestamps without a zone: a date means a local date, so turn instants into
    local dates first (`times.operational_days`). Empty input gives an empty column.
    """
    column = np.asarray(dated_on)
    if column.size == 0:
        return np.empty(0, dtype="datetime64[D]")
    if column.dtype.kind in "iufb":
        raise InputRejected("A column of dates holds numbers; give dates or ISO text.")
    if _has_zone(dated_on, column):
        raise InputRejected("A date carries a time zone; turn instants into local dates first.")
    try:
        return column.astype("datetime64[D]")
    except (TypeError, ValueError) as fault:
        raise InputRejected("A date cannot be read; dates are written YYYY-MM-DD.") from fault


def ages_days(dated_on: ArrayLike, as_of: date) -> NDArray[np.int64]:
    """Give the whole days from each date to `as_of`: 1 is the day before, 0 or less is not yet past.

    A missing date has age 0, so that no rule that asks for past events counts it.
    """
    days = as_days(dated_on)
    ages = (np.datetime64(as_of, "D") - days).astype(np.int64)
    return np.where(np.isnat(days), 0, ages)


def _has_zone(given: ArrayLike, column: NDArray[np.generic]) -> bool:
    """Say whether any value is an instant, or text of one, whose local date is not yet decided."""
    if str(getattr(given, "dtype", "")).startswith("datetime64["):
        return "," in str(getattr(given, "dtype", ""))
    if column.dtype.kind not in "OU":
        return False
    return any(getattr(value, "tzinfo", None) is not None or _names_zone(value) for value in column.flat)


def _names_zone(value: object) -> bool:
    return isinstance(value, str) and any(mark in value[10:] for mark in ("Z", "+", "-"))
