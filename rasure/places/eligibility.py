"""Which cells may become patrol places: enough events, in enough different years, and no institution."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rasure.errors import InputRejected
from rasure.places.days import ages_days, as_days

INSTITUTION = "institution"
TOO_FEW_EVENTS = "too_few_events"
NOT_PERSISTENT = "not_persistent"


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """Least events in the look-back, and least different 12-month blocks with one of them."""

    min_events: int = 6
    min_active_years: int = 2


def activity(cells: ArrayLike, dated_on: ArrayLike, *, as_of: date, lookback_days: int = 1461) -> pd.DataFrame:
    """Count each cell's events in the look-back and the 12-month blocks, counted back from `as_of`, with one.

    A block runs from a calendar day of one year up to, not including, the same day of the next; from
    29 February it is counted from the 28th. Only dates before `as_of` count.

    Returns
    -------
    DataFrame
        `cell`, `n`, `active_years`, by cell; no rows for no events.
    """
    places, days = np.asarray(cells, dtype=np.int64), as_days(dated_on)
    if places.shape != days.shape:
        raise InputRejected("Cells and dates differ in number.")
    ages = ages_days(days, as_of)
    counted = (ages > 0) & (ages <= lookback_days)
    events = pd.DataFrame({"cell": places[counted], "block": blocks_ago(days[counted], as_of, lookback_days)})
    by_cell = events.groupby("cell", sort=True)["block"]
    counts = pd.DataFrame({"n": by_cell.size(), "active_years": by_cell.nunique()})
    return counts.astype("int64").reset_index()


def refusals(places: pd.DataFrame, rule: EligibilityRule) -> "pd.Series[str]":
    """Give the first reason that keeps each place out, an empty word where none does.

    Needs the columns `institution` (bool), `n` and `active_years`.
    """
    reasons = np.select(
        [
            places["institution"].to_numpy(dtype=bool),
            places["n"].to_numpy() < rule.min_events,
            places["active_years"].to_numpy() < rule.min_active_years,
        ],
        [INSTITUTION, TOO_FEW_EVENTS, NOT_PERSISTENT],
        default="",
    )
    return pd.Series(reasons, index=places.index, dtype="str")


def blocks_ago(days: np.ndarray, as_of: date, lookback_days: int = 1461) -> np.ndarray:
    """Number the 12-month block, counted back from `as_of`, that each day before it lies in: 0 is the latest."""
    years = lookback_days // 365 + 1
    edges = [np.datetime64(_years_before(as_of, k), "D") for k in range(min(years, as_of.year - 1), 0, -1)]
    return len(edges) - np.searchsorted(np.asarray(edges, dtype="datetime64[D]"), days, side="right")


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
