"""What the offences of one hexagon add up to: by age, by quarter, by hour, by group, by street. Counting only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure import words
from rasure.places import aoristic, nearby, peaks, quarters, rates, shrink
from rasure.places.days import ages_days
from rasure.places.times import LONDON
from rasure.services.place_record import (
    AgeYear,
    Comparison,
    Event,
    Group,
    Hours,
    Peak,
    Premises,
    Quarter,
    Since,
    SincePublished,
    YearCount,
)
from rasure.services.place_series import QUARTERS, Chosen, Series, hours_of, judged_starts
from rasure.services.scoring import HALF_LIFE_DAYS
from rasure.terms import Precision, Window

_YEAR_DAYS = 365.25
_LEAST_DAYS = 180
"""Days known of each year before two years are compared."""
_LEAST_AFTER_DAYS = 28
"""Days known after publication before it is compared with the year before."""
_PEAK_BLOCKS = 2
_WEAPONS = {"other": "other weapon", "unspecified": "weapon not specified"}
_TIMED = (Precision.EXACT.value, Precision.RANGE.value)

Centre = tuple[float, float, float, float]
"""lon, lat, e_m, n_m of a hexagon's centre."""


def by_age(events: pd.DataFrame, as_of: date) -> tuple[AgeYear, ...]:
    """Part a place's score into years of age: how many offences of each, and the weight they add."""
    ages = ages_days(events["dated_on"].to_numpy(), as_of)
    years = ((ages - 1) // _YEAR_DAYS).astype(int)
    weights = np.exp2(-ages / HALF_LIFE_DAYS)
    return tuple(
        AgeYear(year, int((years == year).sum()), float(np.sort(weights[years == year]).sum()))
        for year in range(int(years.max()) + 1 if years.size else 0)
    )


def since(events: pd.DataFrame, known: Series, chosen: Chosen, cell: int) -> Since:
    """Count each calendar quarter of the series, and say whether the ranking at its start chose the place."""
    after = known.window.last_on + timedelta(days=1)
    judged = set(judged_starts(known))
    found = []
    for start in quarters.quarter_starts(after, most=QUARTERS):
        window = Window(start, quarters.quarter_end(start))
        if window.last_on < known.window.first_on:
            continue
        days = (window.last_on - window.first_on).days + 1
        known_days = known.known_days(window)
        rank = chosen.rank(start, cell)
        found.append(Quarter(window, count(events, window), known_days == days, start in judged, rank, known_days))
    return Since(tuple(found))


def trend(events: pd.DataFrame, known: Series) -> Comparison | None:
    """Compare the last twelve months with the twelve before; None unless enough of both is known."""
    after = known.window.last_on + timedelta(days=1)
    later = Window(years_later(after, -1), known.window.last_on)
    earlier = Window(years_later(after, -2), later.first_on - timedelta(days=1))
    if not known.holds(earlier):
        return None
    return _compared(events, known, later, earlier, _LEAST_DAYS)


def since_published(events: pd.DataFrame, known: Series, published_on: date) -> SincePublished:
    """Count the whole years before a set was published and the years since."""
    before = []
    for years in (3, 2, 1):
        last_on = years_later(published_on, 1 - years) - timedelta(days=1)
        window = Window(years_later(published_on, -years), last_on)
        if known.holds(window):
            before.append(_year(events, known, window))
    after: list[YearCount] = []
    start = published_on
    while start <= known.window.last_on:
        following = years_later(published_on, len(after) + 1)
        window = Window(start, min(following - timedelta(days=1), known.window.last_on))
        after.append(_year(events, known, window))
        start = following
    comparison = None
    if before and after:
        comparison = _compared(events, known, after[-1].window, before[-1].window, _LEAST_AFTER_DAYS)
    return SincePublished(published_on, tuple(before), tuple(after), comparison)


def hours(events: pd.DataFrame, force: NDArray[np.float64] | None) -> Hours | None:
    """Spread the offences with a clock time over the week, shrunk to the profile of all; None when none has one."""
    timed = events[events["precision"].isin(_TIMED) & events["committed_from"].notna()]
    if timed.empty or force is None:
        return None
    weights = aoristic.blocks(hours_of(timed).weights)
    shares = shrink.shrink_profile(weights, force)
    weekday, block = peaks.busiest_of_week(shares, _PEAK_BLOCKS)
    any_day = peaks.busiest_of_day(shares, _PEAK_BLOCKS)
    n = len(timed)
    return Hours(
        timed=n,
        untimed=len(events) - n,
        weights=weights,
        shares=shares,
        week=_peak(weekday, block, peaks.held_of_week(weights, weekday, block, _PEAK_BLOCKS), n),
        day=_peak(None, any_day, peaks.held_of_day(weights, any_day, _PEAK_BLOCKS), n),
        is_faded=n < shrink.FADE_BELOW,
    )


def mix(events: pd.DataFrame) -> tuple[Group, ...]:
    """Count offence groups, the commonest first, with the harm of those that have a weight."""
    found = []
    for name, group in events.groupby("offence_group", sort=True):
        harm = group["harm_days"].dropna()
        total = float(np.sort(harm.to_numpy(dtype=np.float64)).sum()) if len(harm) else None
        found.append(Group(str(name), len(group), total, len(group) - len(harm)))
    return tuple(sorted(found, key=lambda group: (-group.offences, group.name)))


def recent(latest: Sequence[dict[str, Any]]) -> tuple[Event, ...]:
    """Put the latest offences into words, in the order given."""
    return tuple(
        Event(
            dated_on=_date(row["dated_on"]),
            when=when(row["precision"], _date(row["dated_on"]), row["committed_from"], row["committed_to"]),
            group=row["offence_group"],
            street=row["location_text"],
            weapon=_weapon(row["weapon"]),
            outcome=row["outcome"],
            offence_id=row["offence_id"],
        )
        for row in latest
    )


def when(precision: str, dated_on: date, start: Any, end: Any) -> str:
    """Write when an offence happened as well as it is known, in local time: a moment, a span, a day or a month."""
    if precision == Precision.MONTH.value:
        return words.month(dated_on)
    if precision not in _TIMED or pd.isna(start):
        return f"{dated_on:%A} {words.day(dated_on)}, time not known"
    first, last = _local(start), None if pd.isna(end) else _local(end)
    said = f"{first:%A} {words.day(first.date())}, {first:%H:%M}"
    if last is None or last <= first:
        return said
    return (
        f"{said} to {last:%H:%M}" if last.date() == first.date() else f"{said} to {last:%a} {last.day} {last:%b %H:%M}"
    )


def premises(events: pd.DataFrame, inside: Sequence[dict[str, Any]], centre: Centre) -> tuple[Premises, ...]:
    """Count offences at each of the premises; those without one are left out unless they are an institution."""
    at = events["premises_id"].value_counts()
    found = []
    for row in inside:
        n = int(at.get(row["premises_id"], 0))
        if n or row["is_institution"]:
            e_m, n_m = (row["e_m"], row["n_m"]) if row["e_m"] is not None else centre[2:]
            lon, lat = degrees(centre, e_m, n_m)
            name = row["name"] or row["premises_id"]
            found.append(Premises(row["premises_id"], name, row["kind"], row["is_institution"], n, lon, lat))
    return tuple(sorted(found, key=lambda one: (-one.offences, one.name, one.premises_id)))


def count(events: pd.DataFrame, window: Window) -> int:
    """Return how many offences are dated in a window."""
    days = events["dated_on"].to_numpy().astype("datetime64[D]")
    return int(((days >= np.datetime64(window.first_on)) & (days <= np.datetime64(window.last_on))).sum())


def degrees(centre: Centre, e_m: float, n_m: float) -> tuple[float, float]:
    """Return lon and lat of a grid position inside the hexagon or next to it."""
    lon, lat = nearby.degrees_near(centre[0], centre[1], e_m - centre[2], n_m - centre[3])
    return float(lon), float(lat)


def years_later(day: date, years: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _compared(
    events: pd.DataFrame, known: Series, later: Window, earlier: Window, least_days: int
) -> Comparison | None:
    later_days, earlier_days = known.known_days(later), known.known_days(earlier)
    if min(later_days, earlier_days) < least_days:
        return None
    later_n, earlier_n = count(events, later), count(events, earlier)
    rate = rates.compare_rates(later_n, later_days, earlier_n, earlier_days)
    return Comparison(later, later_days, later_n, earlier, earlier_days, earlier_n, rate)


def _year(events: pd.DataFrame, known: Series, window: Window) -> YearCount:
    return YearCount(window, known.known_days(window), count(events, window))


def _peak(weekday: int | None, block: int, weight: float, n: int) -> Peak:
    return Peak(weekday, block * aoristic.BLOCK_HOURS, _PEAK_BLOCKS * aoristic.BLOCK_HOURS, weight, weight / n)


def _date(value: Any) -> date:
    return pd.Timestamp(value).date()


def _local(value: Any) -> datetime:
    return pd.Timestamp(value).tz_localize("UTC").tz_convert(LONDON).to_pydatetime()


def _weapon(value: str | None) -> str | None:
    """Write a weapon as people do: blunt instrument."""
    return value and _WEAPONS.get(value, value.replace("_", " "))
