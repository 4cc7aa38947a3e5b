"""What the weekly summary says in sentences, made by rule from its figures. Plain values in, text out.

No sentence speaks of a rise or a fall: a week is within its usual range, above it, below it, or at its edge. Below or
above is said only of a count that one such week in a hundred reaches by chance (methods.md 4.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rasure.places.alerts import HIGH, HIGH_STRONG, LOW, NO_BASELINE
from rasure.words import counted, day, number, share, share_interval

#: Areas named in a sentence; of more, the rest are counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A count with the range it usually has (None: too little history to say), and what the alert says of it."""

    n: int
    usual: tuple[float, float] | None
    status: str
    weeks: int

    @property
    def is_inside(self) -> bool:
        return self.usual is not None and self.usual[0] <= self.n <= self.usual[1]


def violence(where: str | None, told: Told) -> str:
    """Say how a week's count stands to its usual range; `where` is an area, None the whole force."""
    place = f" in {where}" if where else ""
    if told.status == NO_BASELINE:
        recorded = counted(told.n, "offence") if told.n else "No violence"
        were = "was" if told.n < 2 else "were"
        return f"{recorded} {were} recorded{place}; {_too_few(told.weeks)}."
    if not told.n:
        below = told.status == LOW
        return f"No violence was recorded{place}; that is {'below' if below else 'within'} its usual range."
    if told.status == HIGH_STRONG:
        return f"Violence{place} was far above its usual range."
    if told.status == HIGH:
        return f"Violence{place} was above its usual range."
    if told.status == LOW:
        return f"Violence{place} was below its usual range."
    return f"Violence{place} was {'within' if told.is_inside else 'at the edge of'} its usual range."


def areas(told: Sequence[tuple[str, Told]]) -> str:
    """Say which of several areas stand out; with none tested, that there is too little history."""
    tested = [(name, one) for name, one in told if one.status != NO_BASELINE]
    if not tested:
        return "No area has enough history to be compared."
    high = [name for name, one in tested if one.status in (HIGH, HIGH_STRONG)]
    low = [name for name, one in tested if one.status == LOW]
    if not high and not low:
        return f"None of {number(len(tested))} areas stood out." if len(tested) > 1 else f"{tested[0][0]} was as usual."
    said = []
    if high:
        said.append(f"{listed(high)} recorded more than chance explains")
    if low:
        said.append(f"{listed(low)} {'recorded fewer' if not high else 'fewer'} than chance explains")
    return f"{'; '.join(said)}."


def groups(told: Sequence[tuple[str, Told]]) -> str:
    """Say which kinds of offence stand out in the one area that is shown."""
    tested = [(name, one) for name, one in told if one.status != NO_BASELINE]
    if not tested:
        return "No kind of offence has enough history to be compared."
    high = [name for name, one in tested if one.status in (HIGH, HIGH_STRONG)]
    low = [name for name, one in tested if one.status == LOW]
    if high:
        return f"There was more {listed(high)} than chance explains."
    if low:
        return f"There was less {listed(low)} than chance explains."
    return "No kind of offence stood out."


def patrols(patrol_days: int, complied_days: int, *, is_held: bool) -> str:
    """Say how many assigned place-days got a valid visit."""
    if not is_held:
        return "Patrols are not yet recorded."
    if not patrol_days:
        return "No patrols were assigned."
    if not complied_days:
        return f"Patrols made no valid visit on {counted(patrol_days, 'patrol day')}."
    done = share(complied_days, patrol_days)
    return f"Patrols made a valid visit on {done} of {counted(patrol_days, 'patrol day')}."


def usual(told: Told) -> str:
    """Write the range a count usually has."""
    if told.usual is None:
        return _too_few(told.weeks)
    return f"usually {told.usual[0]:,.0f}–{told.usual[1]:,.0f}"


def standing(told: Told) -> str:
    """Write in two or three words how a count stands to its range."""
    if told.status == NO_BASELINE:
        return "too little history"
    if told.status in (HIGH, HIGH_STRONG):
        return "far more than usual" if told.status == HIGH_STRONG else "more than usual"
    if told.status == LOW:
        return "fewer than usual"
    return "within usual" if told.is_inside else "at the edge of usual"


def tested(n_areas: int, n_groups: int, n_tested: int, by_chance: float) -> str:
    """Say how many rows were asked, and how many of them chance alone would flag, by the measured rates."""
    if not n_tested:
        return "Nothing could be compared: there are too few earlier weeks."
    figure = (
        "fewer than 0.1"
        if by_chance < 0.05
        else f"about {by_chance:.0f}"
        if by_chance >= 9.5
        else f"about {by_chance:.1f}"
    )
    parts = [counted(n_areas, "area") if n_areas > 1 else "the area"]
    parts += [counted(n_groups, "kind of offence", "kinds of offence")]
    asked = " and ".join(parts)
    return (
        f"{n_tested:,} rows were tested ({asked}{', each in each' if n_areas > 1 else ''});"
        f" {figure} would stand out by chance alone."
    )


def completeness(known: int, in_all: int, lag_days: int, to_come: int) -> str:
    """Say how much of a week is known so soon after it, and how earlier weeks are counted; nothing once it is whole."""
    if known == in_all:
        return ""
    soon = "the day it ends" if lag_days == 0 else f"{counted(lag_days, 'day')} after it ends"
    more = f"; about {to_come:,} more may be reported" if to_come else ""
    return (
        f"{share(known, in_all)} of a week’s offences are known {soon} ({known:,} of {in_all:,}){more}."
        " Earlier weeks are counted as they stood then."
    )


def part_of(part: int, whole: int, interval: tuple[float, float]) -> str:
    """Write a share with its interval; its counts stand beside it."""
    said = share(part, whole) if part and whole else "none"
    return f"{said}, interval {share_interval(*interval)}" if whole else ""


def week(week_on: date) -> str:
    """Write a week as Week 46 · 9–15 November 2026."""
    last = week_on + timedelta(days=6)
    if week_on.month == last.month:
        first = str(week_on.day)
    elif week_on.year == last.year:
        first = f"{week_on.day} {week_on:%B}"
    else:
        first = day(week_on)
    return f"Week {week_on.isocalendar().week} · {first}–{day(last)}"


def iso(week_on: date) -> str:
    """Write a week as 2026-W46."""
    year, number_of, _ = week_on.isocalendar()
    return f"{year}-W{number_of:02}"


def listed(names: Sequence[str]) -> str:
    """Write names as a sentence lists them; beyond the third they are counted."""
    shown = list(names[:_NAMED])
    if len(names) > _NAMED:
        shown.append(f"{number(len(names) - _NAMED)} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _too_few(weeks: int) -> str:
    if not weeks:
        return "there is no earlier week to compare it with"
    return f"{number(weeks)} earlier {'week is' if weeks == 1 else 'weeks are'} too few to say what is usual"
