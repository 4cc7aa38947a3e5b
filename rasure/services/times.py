"""When does it happen: hours of the week, shifts, months, kinds of day, and the offences behind an hour."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.access.scope import Scope
from rasure.places import aoristic, shifts, timeline
from rasure.places.days import Days, as_days
from rasure.places.shifts import Shift
from rasure.places.shrink import FADE_BELOW, STRENGTH, shrink_profile
from rasure.places.times import LONDON
from rasure.services import day_kinds
from rasure.services.day_kinds import Comparison
from rasure.services.hot_spots import Question, require_area, usable_window, window_of
from rasure.store.analytics import times as reads
from rasure.store.analytics.offences import Filter
from rasure.store.analytics.times import Within
from rasure.store.store import Store
from rasure.terms import Window

WINDOWS_H = (4, 8, 12)
DEFAULT_WINDOW_H = 8
#: Fewer than five offences an hour of the week: three-hour blocks, pulled towards what is known from many.
COARSE_BELOW = 5 * aoristic.WEEK_HOURS
TOO_FEW = FADE_BELOW
INCIDENTS_SHOWN = 50
_EPOCH = datetime(1970, 1, 1)
_WEEK_S = aoristic.WEEK_HOURS * 3600
#: The longest day there is: the one on which clocks go back.
_DAY_S = 25 * 3600

Counted = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A selection, perhaps one hexagon of it, and the length of the shift looked for."""

    question: Question
    cell: int | None = None
    window_h: int = DEFAULT_WINDOW_H


@dataclass(frozen=True, slots=True)
class Counts:
    """How the offences of a selection are timed; they add up to `offences`."""

    offences: int
    month_only: int
    untimed: int
    point: int
    spread: int
    uniform: int
    reversed: int

    @property
    def timed(self) -> int:
        """Offences with a committed time, which the weights of the week add up to."""
        return self.point + self.spread + self.uniform + self.reversed

    @property
    def is_by_month(self) -> bool:
        """Whether nothing but the month is known of any offence, so that hours and days cannot be told."""
        return 0 < self.offences == self.month_only


@dataclass(frozen=True, slots=True)
class Blocks:
    """Three-hour blocks of a small selection, both of shape (7, 8): its weights, and its shares pulled to `towards`."""

    weights: NDArray[np.float64]
    shares: NDArray[np.float64]
    towards: str | None
    towards_timed: int


class Held(StrEnum):
    """How much of a month is held: the window or the data may begin or end in it, or leave it out."""

    WHOLE = "whole"
    PART = "part"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Month:
    """Offences of one month, None in a gap, and on how many of its days data are held."""

    first_on: date
    offences: int | None
    days: int
    held: Held


@dataclass(frozen=True, slots=True)
class Picture:
    """The answer. `weights` has shape (7, 24), Monday first; the shifts are None or empty without any timed offence."""

    window: Window
    cut_at_break: str | None
    counts: Counts
    weights: NDArray[np.float64]
    effective: float
    peak: Shift | None
    every_day: Shift | None
    by_weekday: tuple[Shift, ...]
    blocks: Blocks | None
    months: tuple[Month, ...]
    kinds: tuple[Comparison, ...]
    terms_checked: bool


@dataclass(frozen=True, slots=True)
class Incident:
    """One offence behind some hours: its local times, how much of it lies in them, where and what it was."""

    started_at: datetime
    ended_at: datetime | None
    weight: float
    street: str | None
    group: str
    lpa: str | None


@dataclass(frozen=True, slots=True)
class Incidents:
    """The newest offences behind some hours, and how many there are in all."""

    rows: tuple[Incident, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A selection as read: its rows by starting hour, and of every span its start and length, in seconds."""

    rows: pd.DataFrame
    start_s: NDArray[np.int64]
    span_s: NDArray[np.int64]

    @property
    def timed(self) -> pd.DataFrame:
        return self.rows[self.rows["hour"].notna()]

    @property
    def is_uniform(self) -> NDArray[np.bool_]:
        return self.span_s >= _WEEK_S

    def on_the_line(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return what `timeline` takes: hours, how many start in each, and the spans of less than a week."""
        timed, away = self.timed, self.start_s[self.is_uniform] // 3600
        is_spread = (self.span_s > 0) & ~self.is_uniform
        start_s = self.start_s[is_spread]
        return (
            np.concatenate([timed["hour"].to_numpy(np.int64), away]),
            np.concatenate([timed["n"].to_numpy(np.int64), np.full(away.size, -1)]),
            start_s,
            start_s + self.span_s[is_spread],
        )


def picture(store: Store, scope: Scope, asked: Asked, *, larger: Callable[[Asked], "Picture"] | None = None) -> Picture:
    """Weigh the offences of a selection, or of one hexagon of it, by hour, month and kind of day (methods.md 2).

    `larger` answers for a wider selection, which small ones are pulled towards; a caller that keeps answers gives its
    own.
    """
    require_area(scope, asked.question)
    window, cut = _window(store, asked)
    read = _read(store, scope, _within(asked, window))
    counts = _counts(read)
    hour, n, start_s, end_s = read.on_the_line()
    weights = timeline.fold(*timeline.hour_weights(hour, n, start_s, end_s)) + counts.uniform / aoristic.WEEK_HOURS
    fitting = np.minimum(1.0, asked.window_h * 3600 / (end_s - start_s)).sum()
    effective = counts.point + counts.reversed + float(fitting)
    days = _days_held(store, window, by_month=counts.is_by_month)
    by_day = _by_month_day(read, days) if counts.is_by_month else _by_known_day(read, days)
    terms = day_kinds.terms(store)
    return Picture(
        window=window,
        cut_at_break=cut,
        counts=counts,
        weights=weights,
        effective=effective,
        peak=shifts.best_of_week(weights, asked.window_h, effective),
        every_day=shifts.best_every_day(weights, asked.window_h, effective),
        by_weekday=tuple(shifts.best_by_weekday(weights, asked.window_h, effective)),
        blocks=_blocks(asked, counts, weights, larger or (lambda wider: picture(store, scope, wider))),
        months=_months(read.rows, window, days),
        kinds=tuple(day_kinds.compared(by_day, days, terms, only_seasons=counts.is_by_month)) if days.size else (),
        terms_checked=terms.is_checked,
    )


def incidents(store: Store, scope: Scope, asked: Asked, *, weekday: int, hours: tuple[int, ...]) -> Incidents:
    """Return the offences whose span touches some hours of a weekday (Monday 0), newest first, each with its weight."""
    require_area(scope, asked.question)
    window, _cut = _window(store, asked)
    within = _within(asked, window)
    first, last = (_hour_of(day) for day in (window.first_on - timedelta(days=1), window.last_on + timedelta(days=9)))
    wanted = timeline.hours_at(weekday, hours, first, last)
    starts = timeline.touching(*_read(store, scope, within).on_the_line(), wanted)
    newest = starts[::-1].cumsum()
    since = newest.index[min(int((newest < INCIDENTS_SHOWN).sum()), len(newest) - 1)] if len(newest) else last
    found = reads.touching(
        *(store.analytics, scope, within, wanted), since=_EPOCH + timedelta(hours=int(since)), most=INCIDENTS_SHOWN
    )
    started, ended = (pd.DatetimeIndex(found[name]).tz_localize("UTC") for name in ("committed_from", "ended_at"))
    weights = aoristic.weights_in(started, ended, [weekday * 24 + hour for hour in hours])
    texts = found[["location_text", "offence_group", "lpa"]].astype(object).where(found.notna(), None)
    rows = zip(
        *(started.tz_convert(LONDON).tz_localize(None), ended.tz_convert(LONDON).tz_localize(None), weights.tolist()),
        *(texts["location_text"], texts["offence_group"], texts["lpa"]),
        strict=True,
    )
    return Incidents(
        tuple(
            Incident(start.to_pydatetime(), None if pd.isna(end) else end.to_pydatetime(), *rest)
            for start, end, *rest in rows
        ),
        total=int(starts.sum()),
    )


def _window(store: Store, asked: Asked) -> tuple[Window, str | None]:
    """Return the days that count: a place is cut where its points were redrawn, an area is not."""
    if asked.cell is None:
        return window_of(asked.question), None
    return usable_window(store, asked.question)


def _within(asked: Asked, window: Window) -> Within:
    question = asked.question
    return Within(Filter(window, question.lpa, question.groups, question.band, question.with_weak), asked.cell)


def _read(store: Store, scope: Scope, within: Within) -> _Read:
    rows = reads.starts(store.analytics, scope, within)
    start_s, end_s = reads.spans(store.analytics, scope, within)
    return _Read(rows, start_s, end_s - start_s)


def _counts(read: _Read) -> Counts:
    rows, uniform = read.rows, int(read.is_uniform.sum())
    timed, month_only, reverse = int(read.timed["n"].sum()), int(rows["month_only"].sum()), int((read.span_s < 0).sum())
    return Counts(
        offences=int(rows["n"].sum()),
        month_only=month_only,
        untimed=int(rows["n"].sum()) - timed - month_only,
        point=timed - read.span_s.size,
        spread=read.span_s.size - uniform - reverse,
        uniform=uniform,
        reversed=reverse,
    )


def _blocks(
    asked: Asked, counts: Counts, week: NDArray[np.float64], larger: Callable[[Asked], Picture]
) -> Blocks | None:
    """Return three-hour blocks when hours would be noise, pulled towards the nearest larger selection that is large."""
    if not counts.timed or (asked.cell is None and counts.timed >= COARSE_BELOW):
        return None
    weights = aoristic.blocks(week)
    everywhere = replace(asked.question, lpa=None)
    for wider, words in ((everywhere, "the same offences"), (replace(everywhere, groups=()), "all violence")):
        if asked.cell is None and wider == asked.question:
            continue
        found = larger(Asked(wider))
        if found.counts.timed >= COARSE_BELOW:
            shares = shrink_profile(weights, aoristic.blocks(found.weights) / found.counts.timed, STRENGTH)
            return Blocks(weights, shares, words, found.counts.timed)
    return Blocks(weights, weights / counts.timed, None, 0)


def _days_held(store: Store, window: Window, *, by_month: bool) -> Days:
    """Return the days of a window that data are held for, whatever they hold; the exposure of every rate.

    An offence of which only the month is known is dated on its last day, so a month counts when that day is in.
    """
    known_from = reads.known_from(store.analytics)
    if known_from is None:
        return np.empty(0, dtype="datetime64[D]")
    months = np.array(reads.months(store.analytics), dtype="datetime64[M]")
    first, last = np.datetime64(max(window.first_on, known_from), "D"), np.datetime64(window.last_on, "D")
    if by_month:
        ends = (months + 1).astype("datetime64[D]") - 1
        months = months[(ends >= first) & (ends <= last)]
        first, last = (months.min(), months.max() + 1) if months.size else (last, first)
        days = np.arange(first, last, dtype="datetime64[D]")
    else:
        days = np.arange(first, last + 1, dtype="datetime64[D]")
    return np.asarray(days[np.isin(days.astype("datetime64[M]"), months)])


def _by_known_day(read: _Read, days: Days) -> Counted:
    """Count by operational day the offences whose day is known: with a committed time, and a span of a day at most."""
    timed = read.timed
    by_hour = timeline.operational_days(timed["hour"].to_numpy(np.int64))
    told = np.where(timed["by_day"], as_days(timed["dated_on"]), by_hour)
    long = timeline.operational_days(read.start_s[read.span_s > _DAY_S] // 3600)
    return _on(days, told, timed["n"].to_numpy()) - _on(days, long, np.ones(long.size))


def _by_month_day(read: _Read, days: Days) -> Counted:
    """Count by date offences of which only the month is known; they are dated on its last day."""
    return _on(days, as_days(read.rows["dated_on"]), read.rows["n"].to_numpy())


def _on(days: Days, dated: Days, n: NDArray[np.generic]) -> Counted:
    """Count on each of some days, in the order given."""
    if not days.size:
        return np.zeros(0, dtype=np.int64)
    at = (dated - days.min()).astype(np.int64)
    size = int((days.max() - days.min()).astype(np.int64)) + 1
    inside = (at >= 0) & (at < size)
    counted = np.bincount(at[inside], n[inside], size).astype(np.int64)
    return np.asarray(counted[(days - days.min()).astype(np.int64)])


def _months(rows: pd.DataFrame, window: Window, days: Days) -> tuple[Month, ...]:
    months = np.arange(np.datetime64(window.first_on, "M"), np.datetime64(window.last_on, "M") + 1)
    at = (as_days(rows["dated_on"]).astype("datetime64[M]") - months[0]).astype(np.int64)
    counted = np.bincount(at, rows["n"], months.size).astype(np.int64)
    held = np.bincount((days.astype("datetime64[M]") - months[0]).astype(np.int64), minlength=months.size)
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    return tuple(
        Month(
            first_on=first_on,
            offences=n if on else None,
            days=on,
            held=Held.GAP if not on else Held.PART if on < whole else Held.WHOLE,
        )
        for first_on, n, on, whole in zip(
            *(months.astype("datetime64[D]").tolist(), counted.tolist(), held.tolist(), length.tolist()), strict=True
        )
    )


def _hour_of(day: date) -> int:
    """Return the hour since 1970 that a day begins with, near enough to bound a search."""
    return (day - _EPOCH.date()).days * 24
