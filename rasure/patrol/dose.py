"""What was delivered: visits joined to runs, minutes of presence, compliance and contamination (methods.md 6).

Presence counts once however many officers give it: a place's dose is the length of the union of their visits. A visit
belongs to the operational day it starts in, and is never cut at the day's end.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PATROL, CONTROL = "patrol", "control"
_PLACE_DAY = ["op_day", "hotspot_id"]
_MINUTE = 60.0

LONGEST_UNSEEN_S = 300.0
"""Longest silence that may still hide presence (s): the longest gap two positions are joined over."""


@dataclass(frozen=True, slots=True)
class DoseRule:
    """From which length a run is a visit and no passing, and from how much time still or on foot it is valid (s)."""

    pass_s: float = 120.0
    valid_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """What place-days add up to. A share of no place-days is None, never 0; minutes are patrol-minutes a place-day."""

    patrol_days: int
    complied_days: int
    control_days: int
    contaminated_days: int
    contaminated_tasked_days: int
    patrol_minutes: float | None
    control_minutes: float | None

    @property
    def compliance(self) -> float | None:
        """Share of patrol place-days with a tasked valid visit."""
        return _share(self.complied_days, self.patrol_days)

    @property
    def contamination(self) -> float | None:
        """Share of control place-days with any presence of two minutes or more in one run."""
        return _share(self.contaminated_days, self.control_days)

    @property
    def contamination_tasked(self) -> float | None:
        """Share of control place-days with a tasked run of two minutes or more."""
        return _share(self.contaminated_tasked_days, self.control_days)

    @property
    def as_delivered(self) -> float | None:
        """Treatment as delivered: patrol-minutes of a mean patrol day less those of a mean control day."""
        if self.patrol_minutes is None or self.control_minutes is None:
            return None
        return self.patrol_minutes - self.control_minutes


def place_days(assignments: pd.DataFrame, visits: pd.DataFrame, rule: DoseRule | None = None) -> pd.DataFrame:
    """Return the dose of every assigned place-day, in the order of the assignments.

    Parameters
    ----------
    assignments
        op_day, hotspot_id, arm (`patrol` or `control`); one row a place-day.
    visits
        One row an officer's visit, in any order, any of them any number of times: op_day (of its start), hotspot_id,
        officer_id, started_at, ended_at (instants), active_s (time still or on foot), is_tasked.

    Returns
    -------
    DataFrame
        The assignments with patrol_minutes (union over officers), officer_minutes (sum over officers of each one's
        union), tasked_minutes, untasked_minutes (the rest of the union), visits and pass_throughs (runs of at least
        `rule.pass_s`, and shorter ones), tasked_visits (runs of tasked presence of that length), valid_visits (runs
        that hold a visit with at least `rule.valid_s` active) and tasked_valid_visits (with a tasked such visit).
    """
    rule = rule or DoseRule()
    known = visits.merge(assignments[_PLACE_DAY].drop_duplicates(), on=_PLACE_DAY)
    tasked = known[known["is_tasked"].to_numpy(dtype=bool)]
    every = runs(known, _PLACE_DAY, rule)
    by_officer = runs(known, [*_PLACE_DAY, "officer_id"], rule)
    of_tasked = runs(tasked, _PLACE_DAY, rule)
    is_visit = ~every["is_pass"]
    found = pd.DataFrame(
        {
            "patrol_minutes": _minutes(every),
            "officer_minutes": _minutes(by_officer),
            "tasked_minutes": _minutes(of_tasked),
            "visits": _count(every, is_visit),
            "pass_throughs": _count(every, ~is_visit),
            "tasked_visits": _count(of_tasked, ~of_tasked["is_pass"]),
            "valid_visits": _count(every, every["is_valid"]),
            "tasked_valid_visits": _count(every, every["is_tasked_valid"]),
        }
    )
    found["untasked_minutes"] = found["patrol_minutes"] - found["tasked_minutes"].fillna(0.0)
    rows = assignments.merge(found, how="left", left_on=_PLACE_DAY, right_index=True)
    kinds = {name: "float64" if name.endswith("_minutes") else "int64" for name in found.columns}
    return rows.fillna(dict.fromkeys(kinds, 0)).astype(kinds).reset_index(drop=True)


def runs(visits: pd.DataFrame, by: list[str], rule: DoseRule | None = None) -> pd.DataFrame:
    """Join visits that overlap or touch into runs, apart for each value of `by`; ordered by it and by time.

    Returns
    -------
    DataFrame
        `by`, started_at, ended_at, length_s, is_tasked (holds a tasked visit), is_pass (shorter than `rule.pass_s`),
        is_valid and is_tasked_valid (hold a visit, or a tasked one, with at least `rule.valid_s` active).
    """
    rule = rule or DoseRule()
    group = visits.groupby(by, sort=True).ngroup().to_numpy().astype(np.int64)
    order = np.lexsort((visits["ended_at"].to_numpy(), visits["started_at"].to_numpy(), group))
    rows = visits.iloc[order].reset_index(drop=True)
    number = _run_numbers(group[order], rows["started_at"].to_numpy(), rows["ended_at"].to_numpy())
    first = np.flatnonzero(np.diff(number, prepend=0))
    is_tasked = rows["is_tasked"].to_numpy(dtype=bool)
    is_valid = rows["active_s"].to_numpy(dtype=np.float64) >= rule.valid_s
    joined = rows.loc[first, [*by, "started_at"]].reset_index(drop=True)
    ended_at = rows["ended_at"].to_numpy()
    joined["ended_at"] = pd.Series(np.maximum.reduceat(ended_at, first) if len(first) else ended_at)
    for name, mark in (("is_tasked", is_tasked), ("is_valid", is_valid), ("is_tasked_valid", is_tasked & is_valid)):
        joined[name] = np.logical_or.reduceat(mark, first) if len(first) else mark
    length_s = (joined["ended_at"] - joined["started_at"]).dt.total_seconds()
    return joined.assign(length_s=length_s, is_pass=length_s < rule.pass_s)


def delivered(days: pd.DataFrame) -> Delivered:
    """Add up place-days (of `place_days`, or any part of them)."""
    marked = marks(days)
    return of_marks({str(name): float(value) for name, value in marked.sum().items()})


def marks(days: pd.DataFrame) -> pd.DataFrame:
    """Return what `of_marks` needs of each place-day, in numbers that can be added up for any part of them."""
    is_patrol, is_control = ((days["arm"] == arm).to_numpy() for arm in (PATROL, CONTROL))
    minutes = days["patrol_minutes"].to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "patrol_days": is_patrol,
            "complied_days": is_patrol & (days["tasked_valid_visits"] > 0),
            "control_days": is_control,
            "contaminated_days": is_control & (days["visits"] > 0),
            "contaminated_tasked_days": is_control & (days["tasked_visits"] > 0),
            "patrol_minutes": np.where(is_patrol, minutes, 0.0),
            "control_minutes": np.where(is_control, minutes, 0.0),
        },
        index=days.index,
    )


def of_marks(sums: Mapping[str, float]) -> Delivered:
    """Return what sums of `marks` amount to."""
    names = ("patrol_days", "complied_days", "control_days", "contaminated_days", "contaminated_tasked_days")
    patrol, complied, control, seen, tasked = (int(sums[name]) for name in names)
    return Delivered(
        *(patrol, complied, control, seen, tasked),
        patrol_minutes=sums["patrol_minutes"] / patrol if patrol else None,
        control_minutes=sums["control_minutes"] / control if control else None,
    )


def widened(visits: pd.DataFrame, longest_s: float = LONGEST_UNSEEN_S) -> pd.DataFrame:
    """Return visits at the longest they may have been: for as long as their officer was not seen elsewhere.

    A visit is measured from its first to its last position inside. Before and after it lies a time of which nothing is
    known, up to the officer's position before (unseen_before_s) and after (unseen_after_s); `longest_s` at most, and
    where there is no such position. The dose of these visits is the upper end of the band whose lower end is the dose.
    """
    before, after = (
        pd.to_timedelta(visits[name].fillna(longest_s).clip(upper=longest_s), unit="s")
        for name in ("unseen_before_s", "unseen_after_s")
    )
    return visits.assign(started_at=visits["started_at"] - before, ended_at=visits["ended_at"] + after)


def _run_numbers(
    group: NDArray[np.int64], started_at: NDArray[np.datetime64], ended_at: NDArray[np.datetime64]
) -> NDArray[np.int64]:
    """Number the runs of rows in order of group and start: a new one where nobody has been there up to the start.

    Ends are compared by their rank, and a later group's ranks lie above all of an earlier one's, so that the largest
    so far never comes from another group.
    """
    ends, rank = np.unique(ended_at, return_inverse=True)
    latest = ends[np.maximum.accumulate(group * len(ends) + rank) % max(len(ends), 1)]
    is_new = np.ones(len(group), dtype=bool)
    is_new[1:] = (group[1:] != group[:-1]) | (started_at[1:] > latest[:-1])
    return np.asarray(is_new.cumsum(), dtype=np.int64)


def _minutes(joined: pd.DataFrame) -> pd.Series:
    return joined.groupby(_PLACE_DAY)["length_s"].sum() / _MINUTE


def _count(joined: pd.DataFrame, chosen: pd.Series) -> pd.Series:
    return joined[chosen.to_numpy(dtype=bool)].groupby(_PLACE_DAY).size()


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
