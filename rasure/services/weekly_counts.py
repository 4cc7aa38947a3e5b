"""A week's violence against what is usual: every area, every kind of offence, and how complete the week is by now.

A week's count grows for weeks after it ended, because much is reported late. So every earlier week is counted as it was
known at the same distance from its own end: like is compared with like (methods.md 4.2).
"""

import math
from collections.abc import Iterable, Sequence
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
    baseline_numbers,
    weekly_alerts,
)
from rasure.places.false_alarms import flagged_by_chance
from rasure.store.analytics import weeks
from rasure.store.analytics.days import Days
from rasure.store.analytics.op_days import day_of, starts_at
from rasure.store.store import Store
from rasure.terms import Window

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
        return len(self._asked())

    @property
    def by_chance(self) -> float:
        """Return how many of them would stand out if nothing had changed, high or low."""
        asked = self._asked()
        mean, dispersion = [row.alert.mean for row in asked], [row.alert.dispersion for row in asked]
        return float(flagged_by_chance([row.weeks for row in asked], mean, dispersion).sum())

    def _asked(self) -> list[Judged]:
        return [row for row in (*self.areas, *self.groups, *self.rows) if row.is_tested]


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
    areas = [one for one in lpas if lpa is None or one == lpa]
    pairs = [(one, group) for one in areas for group in series.groups] if len(areas) > 1 else []
    shown = mondays[-TREND_WEEKS - 1 :]
    own = found[found["week_on"] == pd.Timestamp(week_on)]
    trend = series.judged([(on, None, None) for on in shown])
    which = Days(Window(week_on, week_on + WEEK - _DAY), lpa)
    return Violence(
        week_on=week_on,
        whole=trend[-1],
        harm=_harm(own, weeks.gravest(store.analytics, scope, which, known[-1][1]), *series.harm(week_on)),
        areas=series.judged([(week_on, one, None) for one in areas]),
        groups=series.judged([(week_on, None, group) for group in series.groups]),
        rows=series.judged([(week_on, one, group) for one, group in pairs]),
        trend=tuple(zip(shown, trend, strict=True)),
        without_area=int(own.loc[own["lpa"].isna(), "n"].sum()),
        completeness=_completeness(found, reach, week_on, lag_days),
    )


class _Series:
    """Counts by week, zeros included, of any area and kind of offence."""

    def __init__(self, found: pd.DataFrame, mondays: Sequence[date]) -> None:
        self._first_on = mondays[0]
        week = (found["week_on"].to_numpy(dtype="datetime64[D]") - np.datetime64(mondays[0], "D")).astype(np.int64) // 7
        area, lpas = pd.factorize(found["lpa"], sort=True)
        group, groups = pd.factorize(found["offence_group"], sort=True)
        self.groups = [str(name) for name in groups]
        self._area = {str(lpa): number for number, lpa in enumerate(lpas)}
        self._group = {name: number for number, name in enumerate(self.groups)}
        # What has no known area comes last, and what has no offence at all is nought.
        shape = (len(mondays), len(lpas) + 1, max(1, len(groups)))
        cell = np.ravel_multi_index((week, np.where(area < 0, len(lpas), area), group), shape)
        self._n, self._harm = (_cells(cell, found[name], shape) for name in ("n", "harm_days"))

    def judged(self, asked: Sequence[tuple[date, str | None, str | None]]) -> tuple[Judged, ...]:
        """Judge some weeks, each of an area and a kind of offence (None: of all)."""
        split = [self._split(self._by_week(self._n, lpa, group), on) for on, lpa, group in asked]
        alerts = weekly_alerts([baseline for _, baseline in split], [int(n) for n, _ in split])
        return tuple(
            Judged(lpa, group, int(n), len(baseline), alert)
            for (_, lpa, group), (n, baseline), alert in zip(asked, split, alerts, strict=True)
        )

    def harm(self, week_on: date) -> tuple[float, NDArray[np.float64]]:
        """Return the harm days of a week, and those of its baseline weeks."""
        return self._split(self._by_week(self._harm, None, None), week_on)

    def _by_week(self, cells: NDArray[np.float64], lpa: str | None, group: str | None) -> NDArray[np.float64]:
        """Add up what is meant, week by week; an area without any offence has none in any week."""
        if lpa is not None and lpa not in self._area:
            return np.zeros(len(cells))
        areas = slice(None) if lpa is None else slice(self._area[lpa], self._area[lpa] + 1)
        groups = slice(None) if group is None else slice(self._group[group], self._group[group] + 1)
        return np.asarray(cells[:, areas, groups].sum(axis=(1, 2)), dtype=np.float64)

    def _split(self, by_week: NDArray[np.float64], week_on: date) -> tuple[float, NDArray[np.float64]]:
        number = (week_on - self._first_on).days // 7
        return float(by_week[number]), by_week[baseline_numbers(self._first_on, week_on)]


def _cells(cell: NDArray[np.int64], counted: pd.Series, shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """Lay out counts by week, area and kind."""
    found = np.bincount(cell, counted.to_numpy(dtype=np.float64), minlength=math.prod(shape))
    return np.asarray(found, dtype=np.float64).reshape(shape)


def _harm(own: pd.DataFrame, top: tuple[float, str] | None, days: float, baseline: NDArray[np.float64]) -> Harm:
    is_known = len(baseline) >= LEAST_BASELINE and bool(baseline.any() or days)
    return Harm(
        days=days,
        usual=(float(baseline.min()), float(baseline.max())) if is_known else None,
        with_weight=int(own["with_harm"].sum()),
        top_days=top[0] if top else 0.0,
        top_offence=top[1] if top else None,
    )


def _completeness(found: pd.DataFrame, reach: Reach, week_on: date, lag_days: int) -> Completeness:
    if timedelta(days=lag_days) >= SETTLED:
        return Completeness(lag_days, 0, 0)
    last = pd.Timestamp(reach.known_on - SETTLED - WEEK)
    first = pd.Timestamp(week_on - (TREND_WEEKS + SETTLED.days // 7) * WEEK)
    settled = found[(found["week_on"] >= first) & (found["week_on"] <= last)]
    return Completeness(lag_days, int(settled["n"].sum()), int(settled["offences"].sum()))
