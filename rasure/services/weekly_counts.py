"""A week's violence against what is usual: every area, every kind of offence, and how complete the week is by now.

A week's count grows for weeks after it ended, because much is reported late. So every earlier week is counted as it was
known at the same distance from its own end: like is compared with like (methods.md 4.2).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.places.alerts import (
    HIGH,
    HIGH_STRONG,
    LEAST_BASELINE,
    NO_BASELINE,
    PRIOR_YEARS,
    WEEKS_EITHER_SIDE,
    WeeklyAlert,
    baseline_weeks,
    weekly_alert,
)
from rasure.store.analytics import weeks
from rasure.store.analytics.op_days import day_of, starts_at
from rasure.store.store import Store

WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
#: Weeks drawn before the one asked about.
TREND_WEEKS = 52
#: A week older than this has, for what is said here, all its offences; how they grew tells of the newest.
SETTLED = timedelta(weeks=13)
_HISTORY_WEEKS = TREND_WEEKS + math.ceil(PRIOR_YEARS * 365.25 / 7) + WEEKS_EITHER_SIDE + 1


@dataclass(frozen=True, slots=True)
class Reach:
    """The weeks that can be asked about: the first Monday and the last of a whole week, and the last day known."""

    first_on: date
    last_on: date
    known_on: date

    def weeks(self) -> list[date]:
        """Return every week's Monday, the newest first."""
        n = (self.last_on - self.first_on).days // 7
        return [self.last_on - number * WEEK for number in range(n + 1)]


@dataclass(frozen=True, slots=True)
class Judged:
    """A count of a week against its baseline of earlier weeks; `lpa` and `group` are None where all are meant."""

    lpa: str | None
    group: str | None
    n: int
    weeks: int
    alert: WeeklyAlert

    @property
    def is_tested(self) -> bool:
        return self.alert.status != NO_BASELINE

    @property
    def is_high(self) -> bool:
        return self.alert.status in (HIGH, HIGH_STRONG)


@dataclass(frozen=True, slots=True)
class Harm:
    """Harm days of a week beside the least and most of its baseline weeks, and the one offence that weighs most."""

    days: float
    usual: tuple[float, float] | None
    with_weight: int
    top_days: float
    top_offence: str | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of earlier weeks was known at this distance from their end: `known` of `in_all` offences."""

    lag_days: int
    known: int
    in_all: int

    @property
    def share(self) -> float | None:
        return self.known / self.in_all if self.in_all else None

    def to_come(self, n: int) -> int:
        """Return how many more a week of `n` may be expected to get."""
        return round(n / self.share) - n if self.share else 0


@dataclass(frozen=True, slots=True)
class Violence:
    """The answer: the whole, its areas, its kinds of offence, and each kind in each area; then a year of weeks.

    `trend` ends with the week asked about; `without_area` counts what belongs to no area.
    """

    week_on: date
    whole: Judged
    harm: Harm
    areas: tuple[Judged, ...]
    groups: tuple[Judged, ...]
    rows: tuple[Judged, ...]
    trend: tuple[tuple[date, Judged], ...]
    without_area: int
    completeness: Completeness

    @property
    def tested(self) -> int:
        """Return how many rows were asked whether they stand out."""
        return sum(row.is_tested for row in (*self.areas, *self.groups, *self.rows))


def reach(store: Store, clock: datetime) -> Reach | None:
    """Return which whole weeks the offences held cover; None without a whole week of offences with a day.

    Parameters
    ----------
    clock
        The present instant (UTC, without a zone): a report of the future makes no week whole.
    """
    found = weeks.reach(store.analytics)
    if found is None:
        return None
    first_on, last_on, reported_at = found
    newest = day_of(reported_at) if reported_at else last_on
    known_on = min(max(newest, last_on), day_of(clock))
    first = first_on + timedelta(days=-first_on.weekday() % 7)
    last = known_on - timedelta(days=(known_on.weekday() + 1) % 7 + 6)
    return None if last < monday(first_on) else Reach(min(first, last), last, known_on)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def violence(store: Store, scope: Scope, reach: Reach, week_on: date, lpas: Iterable[str], lpa: str | None) -> Violence:
    """Return a week against what is usual.

    Parameters
    ----------
    lpas
        The areas to judge one by one.
    lpa
        Only this area; None: all that the scope covers.
    """
    if week_on.weekday() != 0 or not reach.first_on <= week_on <= reach.last_on:
        raise InputRejected(
            f"{week_on} begins no whole week of offences held. Choose a Monday from {reach.first_on} to"
            f" {reach.last_on}."
        )
    lag_days = (reach.known_on - week_on).days - 6
    first = max(reach.first_on, week_on - _HISTORY_WEEKS * WEEK)
    mondays = [first + number * WEEK for number in range((week_on - first).days // 7 + 1)]
    known = [(on, starts_at(on + WEEK + lag_days * _DAY).replace(tzinfo=None)) for on in mondays]
    found = weeks.counts(store.analytics, scope, known)
    found = found if lpa is None else found[found["lpa"] == lpa]
    series = _Series(found, mondays)
    groups = sorted(found["offence_group"].unique())
    areas = [one for one in lpas if lpa is None or one == lpa]
    own = found[found["week_on"] == pd.Timestamp(week_on)]
    return Violence(
        week_on=week_on,
        whole=series.judged(week_on),
        harm=_harm(own, *series.harm(week_on)),
        areas=tuple(series.judged(week_on, lpa=one) for one in areas),
        groups=tuple(series.judged(week_on, group=one) for one in groups),
        rows=tuple(series.judged(week_on, lpa=one, group=group) for one in areas for group in groups)
        if len(areas) > 1
        else (),
        trend=tuple((on, series.judged(on)) for on in mondays[-TREND_WEEKS - 1 :]),
        without_area=int(own.loc[own["lpa"].isna(), "n"].sum()),
        completeness=_completeness(found, reach, week_on, lag_days),
    )


class _Series:
    """Counts by week, zeros included, of any area and group."""

    def __init__(self, found: pd.DataFrame, mondays: list[date]) -> None:
        weeks_of = pd.DatetimeIndex(mondays)
        self._number = pd.Series(np.arange(len(mondays)), index=weeks_of)
        self._week = weeks_of.get_indexer(pd.DatetimeIndex(found["week_on"]))
        self._lpa, self._group = found["lpa"].to_numpy(dtype=object), found["offence_group"].to_numpy(dtype=object)
        self._n = found["n"].to_numpy(dtype=np.float64)
        self._harm = found["harm_days"].to_numpy(dtype=np.float64)
        self._chosen: dict[date, NDArray[np.int64]] = {}

    def judged(self, week_on: date, *, lpa: str | None = None, group: str | None = None) -> Judged:
        of = np.ones(len(self._n), dtype=bool)
        of &= True if lpa is None else self._lpa == lpa
        of &= True if group is None else self._group == group
        n, baseline = self._split(self._n * of, week_on)
        return Judged(lpa, group, int(n), len(baseline), weekly_alert(baseline, int(n)))

    def harm(self, week_on: date) -> tuple[float, NDArray[np.float64]]:
        """Return the harm days of a week, and those of its baseline weeks."""
        return self._split(self._harm, week_on)

    def _split(self, weights: NDArray[np.float64], week_on: date) -> tuple[float, NDArray[np.float64]]:
        by_week = np.asarray(np.bincount(self._week, weights, minlength=len(self._number)), dtype=np.float64)
        return float(by_week[self._number[pd.Timestamp(week_on)]]), by_week[self._baseline(week_on)]

    def _baseline(self, week_on: date) -> NDArray[np.int64]:
        """Return the numbers of the weeks a week is judged by: the same for every area and group."""
        if week_on not in self._chosen:
            self._chosen[week_on] = baseline_weeks(self._number, week_on)
        return self._chosen[week_on]


def _harm(own: pd.DataFrame, days: float, baseline: NDArray[np.float64]) -> Harm:
    weighed = own.dropna(subset=["top_harm_days"])
    top = None if weighed.empty else weighed.sort_values(["top_harm_days", "top_offence"]).iloc[-1]
    is_known = len(baseline) >= LEAST_BASELINE and bool(baseline.any() or days)
    return Harm(
        days=days,
        usual=(float(baseline.min()), float(baseline.max())) if is_known else None,
        with_weight=int(own["with_harm"].sum()),
        top_days=0.0 if top is None else float(top["top_harm_days"]),
        top_offence=None if top is None else str(top["top_offence"]),
    )


def _completeness(found: pd.DataFrame, reach: Reach, week_on: date, lag_days: int) -> Completeness:
    if timedelta(days=lag_days) >= SETTLED:
        return Completeness(lag_days, 0, 0)
    last = pd.Timestamp(reach.known_on - SETTLED - WEEK)
    first = pd.Timestamp(week_on - (TREND_WEEKS + SETTLED.days // 7) * WEEK)
    settled = found[(found["week_on"] >= first) & (found["week_on"] <= last)]
    return Completeness(lag_days, int(settled["n"].sum()), int(settled["offences"].sum()))
