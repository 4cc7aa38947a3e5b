"""Which single premises make up most of a cell's events, so that the cell is no street hot spot.

A force's default geocode (a town centroid, a police station) is caught by the same rule.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected

FLAG_COLUMNS = ("cell", "premises", "events", "share", "remaining")


@dataclass(frozen=True, slots=True)
class InstitutionRule:
    """Least events at the premises, and least share of its cell's events; both limits are included."""

    min_events: int = 5
    threshold: float = 0.5


def flag_institutions(cells: ArrayLike, premises: ArrayLike, *, rule: InstitutionRule | None = None) -> pd.DataFrame:
    """Find the cells where the premises with most events has enough of them.

    Parameters
    ----------
    cells, premises
        Cell and premises id of each event of the look-back. An id that is missing or blank is unknown:
        it counts in the cell's total, never as one premises.

    Returns
    -------
    DataFrame
        `cell`, `premises`, `events` there, their `share` of the cell, events `remaining`; by cell. A tie
        between premises goes to the id that sorts first. No rows for no events.
    """
    events = _events(cells, premises)
    totals = events.groupby("cell", sort=True).size().rename("total")
    known = events[events["premises"].notna()]
    if known.empty:
        return pd.DataFrame({name: [] for name in FLAG_COLUMNS})
    counts = known.groupby(["cell", "premises"], sort=True).size().rename("events").reset_index()
    return flag_counts(counts.join(totals, on="cell"), rule=rule)


def flag_counts(counts: pd.DataFrame, *, rule: InstitutionRule | None = None) -> pd.DataFrame:
    """Find them from counts that are made already: `cell`, `premises`, its `events`, the cell's `total`; as above."""
    rule = InstitutionRule() if rule is None else rule
    top = counts.sort_values(["cell", "events", "premises"], ascending=[True, False, True]).drop_duplicates("cell")
    enough = (top["events"] >= rule.min_events) & (top["events"] >= rule.threshold * top["total"] * (1.0 - 1e-12))
    flagged = top[enough].reset_index(drop=True)
    flagged["share"] = flagged["events"] / flagged["total"]
    flagged["remaining"] = flagged["total"] - flagged["events"]
    return flagged[list(FLAG_COLUMNS)]


def outside_institutions(cells: ArrayLike, premises: ArrayLike, flagged: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which events are not at a flagged premises: those the cell is re-scored on."""
    events = _events(cells, premises)
    pairs = pd.MultiIndex.from_frame(events[["cell", "premises"]])
    return np.asarray(~pairs.isin(list(zip(flagged["cell"], flagged["premises"], strict=True))))


def _events(cells: ArrayLike, premises: ArrayLike) -> pd.DataFrame:
    places, ids = np.asarray(cells), pd.Series(np.asarray(premises, dtype=object), dtype=object)
    if places.shape != ids.shape:
        raise InputRejected("Cells and premises differ in number.")
    blank = ids.map(lambda value: isinstance(value, str) and not value.strip()).astype(bool)
    return pd.DataFrame({"cell": places, "premises": ids.mask(ids.isna() | blank)})
