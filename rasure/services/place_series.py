"""What every place is measured against: the series of days known, earlier rankings, and the hours of the force."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.access.scope import Scope
from rasure.places import aoristic, quarters
from rasure.places.ranking import RankingRule
from rasure.services.hot_spots import ORDER, Question
from rasure.services.place_record import TOP
from rasure.services.scoring import HALF_LIFE_DAYS
from rasure.store.analytics import offences, place, records, reference
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.terms import Source, Window

QUARTERS = 16
_LEAST_BEFORE_DAYS = 182
"""A ranking needs half a year of events behind it to say anything about a place."""


@dataclass(frozen=True, slots=True)
class Series:
    """The days one series covers up to the day asked for: never across a break. `missing` are months not loaded."""

    window: Window
    missing: frozenset[date]

    def known_days(self, window: Window) -> int:
        """Return how many days of a window lie in the series and in months that are loaded."""
        first_on = max(window.first_on, self.window.first_on)
        last_on = min(window.last_on, self.window.last_on)
        length = max(0, (last_on - first_on).days + 1)
        if not self.missing:
            return length
        days = (first_on + timedelta(days=step) for step in range(length))
        return sum(day.replace(day=1) not in self.missing for day in days)

    def holds(self, window: Window) -> bool:
        return self.window.first_on <= window.first_on and window.last_on <= self.window.last_on


@dataclass(frozen=True, slots=True)
class Chosen:
    """The places the ranking chose at the start of each quarter it could judge, first place first."""

    starts: tuple[date, ...]
    cells: tuple[tuple[int, ...], ...]

    def rank(self, start: date, cell: int) -> int | None:
        cells = self.cells[self.starts.index(start)] if start in self.starts else ()
        return cells.index(cell) + 1 if cell in cells else None


def series(store: Store, scope: Scope, as_of: date) -> Series | None:
    """Return the series the day before `as_of` belongs to; None when nothing is known before it."""
    extent = offences.extent(store.analytics, scope)
    if extent is None or extent[0] >= as_of:
        return None
    held = offences.sources(store.analytics)
    is_published = Source.POLICE_UK.value in held
    first_on = extent[0].replace(day=1) if is_published else extent[0]
    last_on = as_of - timedelta(days=1)
    for broken in reference.series_breaks(store.analytics):
        if broken["source"] not in held:
            continue
        if broken["first_after"] <= last_on:
            first_on = max(first_on, broken["first_after"])
        elif broken["last_before"] < last_on:
            last_on = broken["last_before"]
    if first_on > last_on:
        return None
    missing = _missing_months(store, first_on, last_on) if held == [Source.POLICE_UK.value] else frozenset()
    return Series(Window(first_on, last_on), missing)


def chosen_each_quarter(store: Store, scope: Scope, question: Question) -> Chosen:
    """Rank at the start of each of the last quarters, each time from the events before it only (methods.md 1.9)."""
    known = series(store, scope, question.as_of)
    starts = [] if known is None else judged_starts(known)
    if known is None or not starts:
        return Chosen((), ())
    which = Filter(known.window, question.lpa, question.groups, question.band, question.with_weak)
    events = offences.to_rank(store.analytics, scope, which)
    chosen = quarters.chosen_each_quarter(
        events["cell"],
        events["dated_on"],
        events["harm_days"],
        starts=starts,
        top=TOP,
        rule=RankingRule(HALF_LIFE_DAYS, question.lookback_days),
        by=ORDER[question.measure],
        premises=events["premises"] if question.institutions_apart else None,
    )
    return Chosen(tuple(starts), tuple(chosen))


def judged_starts(known: Series) -> list[date]:
    """Return the quarter starts with enough of the series before them to rank from."""
    least = known.window.first_on + timedelta(days=_LEAST_BEFORE_DAYS)
    after = known.window.last_on + timedelta(days=1)
    return quarters.quarter_starts(after, most=QUARTERS, not_before=least)


def hours_of_all(store: Store, scope: Scope, question: Question, period: Window) -> NDArray[np.float64] | None:
    """Return the shares of the week's three-hour blocks, shape (7, 8), of all a reader may see; None without times."""
    which = Filter(period, None, question.groups, question.band, question.with_weak)
    found = place.times(store.analytics, scope, which)
    if found.empty:
        return None
    blocks = aoristic.blocks(hours_of(found).weights)
    return np.asarray(blocks / blocks.sum(), dtype=np.float64)


def hours_of(timed: pd.DataFrame) -> aoristic.HoursOfWeek:
    """Spread offences with clock times (committed_from, committed_to, UTC) over the hours of the week."""
    starts = pd.DatetimeIndex(timed["committed_from"]).tz_localize("UTC")
    return aoristic.hours_of_week(starts, pd.DatetimeIndex(timed["committed_to"]).tz_localize("UTC"))


def _missing_months(store: Store, first_on: date, last_on: date) -> frozenset[date]:
    held = {pd.Timestamp(month).date() for month in records.months(store.analytics, Source.POLICE_UK, "street")}
    wanted = pd.date_range(first_on.replace(day=1), last_on, freq="MS")
    return frozenset(month.date() for month in wanted) - held
