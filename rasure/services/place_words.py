"""The sentences of a place's page and briefing, made by rule from its record; every figure carries its count."""

from calendar import day_name
from datetime import date

from rasure import words
from rasure.services.place_record import Apart, Comparison, Hours, Peak, PlaceRecord, Quarter, Since
from rasure.terms import Measure

_BY = {Measure.COUNT: "", Measure.HARM: " by harm", Measure.SQRT_HARM: " by square-root harm"}


def title(record: PlaceRecord) -> str:
    """Return the answer in one sentence: where, how many offences in how long, which place in its area."""
    name = record.name.replace(" – ", ", ")
    found = record.standing
    if found is None and record.apart:
        return f"{name}: all {words.counted(record.apart.offences, 'offence')} are at {record.apart.name}"
    if found is None:
        return f"{name}: no offence in this selection"
    force = f"{words.ordinal(found.rank)} of all places"
    rank = f"{words.ordinal(found.rank_in_lpa)} in {record.lpa_name}" if record.lpa_name else force
    if record.lpa_name and record.question.lpa is None and found.of != found.of_in_lpa:
        rank = force if found.rank == 1 else f"{rank} and {force}"
    return f"{name}: {words.counted(found.n, 'offence')} in {_span(record)}, {rank}{_BY[record.question.measure]}"


def nothing(record: PlaceRecord) -> str:
    """Say why a selection may hold no offence of the place, and what to change."""
    if record.apart:
        return (
            f"{apart(record.apart)} Nothing else happens in this hexagon. To count them here, choose “Left in” for"
            " prisons, hospitals and the like under More."
        )
    if record.question.lpa not in (None, record.lpa):
        return f"This place lies in {record.lpa_name or 'no policing area'}. Choose that area, or the whole force."
    return "Widen the period, or include all offences and all times of day."


def apart(found: Apart) -> str:
    """Say what is set apart in the hexagon, and why."""
    what = words.counted(found.offences, "offence")
    if found.is_default_point:
        return (
            f"{what} recorded at one default point, as a system does that knows only the town, {_are(found)} set apart:"
            " a fault of geocoding, not a place."
        )
    return (
        f"{what} at {found.name} {_are(found)} set apart and counted only under the premises: the building makes up"
        " most of this hexagon and needs a plan of its own."
    )


def since(found: Since) -> str:
    """Say in how many quarters the place was among the first ranked, and since when."""
    among = f"among the {found.top} first-ranked places"
    if not found.judged:
        return "Too little is known before this period to say since when it is hot."
    quarters = f"last {words.number(found.judged)} quarters" if found.judged > 1 else "one quarter that can be judged"
    if not found.times or found.first_on is None:
        return f"It was not {among} at the start of any of the {quarters}."
    judged = [quarter for quarter in found.quarters if quarter.is_judged]
    if found.times == found.judged:
        every = "every one of the " if found.judged > 1 else "the "
        return f"It was {among} at the start of {every}{quarters}; nothing before {_quarter(judged[0])} can be judged."
    return f"It was {among} at the start of {found.times} of the {quarters}, first in {_first(found.quarters)}."


def in_short(record: PlaceRecord) -> str:
    """Return the line under the title: since when, and the busiest hours."""
    said = []
    found = record.since
    if found.judged:
        times = "all" if found.times == found.judged else found.times or "none"
        said.append(f"In the top {found.top} in {times} of the last {found.judged} quarters")
    if record.hours and not record.hours.is_faded:
        said.append(f"busiest {_peak(record.hours.week)}")
    return _capital("; ".join(said)) + "." if said else ""


def peak(record: PlaceRecord) -> str:
    """Say at what hours it happens, or why that cannot be said."""
    found = record.hours
    n = record.standing.n if record.standing else 0
    if found is None:
        none = "The one offence here has no" if n == 1 else f"None of the {words.counted(n, 'offence')} here has a"
        return f"{none} clock time: at what hours is not known."
    if found.is_faded:
        return (
            f"Only {found.timed} of {words.counted(n, 'offence')} here {'has' if found.timed == 1 else 'have'} a clock"
            " time: too few to say at what hours. What is drawn is mostly the usual week of all places."
        )
    return (
        f"Busiest {_peak(found.week)}: about {_held(found, found.week)} of the {found.timed} offences with a clock"
        f" time. Over all days, {_peak(found.day)}: about {_held(found, found.day)}."
    )


def trend(found: Comparison | None) -> str:
    """Compare the last twelve months with the twelve before, in counts first."""
    if found is None:
        return "Not enough of the last two years is known to compare them."
    said = (
        f"{words.counted(found.later_n, 'offence')} in the last 12 months, {found.earlier_n:,} in the 12 before"
        f"{_days(found)}"
    )
    return f"{said}: {change(found)}"


def change(found: Comparison) -> str:
    """Say whether two rates differ: ratio and 95 % interval, and words that claim no more than the interval does."""
    rate, (low, high) = found.rate, found.rate.ci
    if found.later_n + found.earlier_n == 0:
        return "nothing to compare."
    if rate.ratio != rate.ratio:
        return f"no ratio can be given; {'more than before' if rate.is_clear else 'no clear change'}."
    verdict = "no clear change"
    if rate.is_clear:
        verdict = "more than before" if rate.ratio > 1 else "fewer than before"
    return f"rate ratio {rate.ratio:.2f} (95 % interval {low:.2f} to {high:.2f}), {verdict}."


def people(record: PlaceRecord) -> str | None:
    """Say how many people are recorded here, to those who may know; None for everybody else."""
    found = record.people
    if found is None:
        return None
    if found.n == 0:
        return "No person is recorded in offences here."
    many = "Fewer than five people are" if found.n is None else f"{_capital(words.number(found.n))} people are"
    return (
        f"{many} recorded in offences here as victim, suspect or offender. Their names are not on this page: they open"
        " on the People page, with a reason that is logged."
    )


def dose(record: PlaceRecord) -> str:
    """Say what patrols officers recorded in the hot spot, and that tracks have not been counted while they have not."""
    found = record.dose
    if found is None or record.tasked is None:
        return "It is in no published set of hot spots, so no patrol is tasked to it."
    if not found.patrols:
        said = f"No patrol of {record.tasked.name} is recorded."
    else:
        said = (
            f"{words.counted(found.patrols, 'patrol')} of {record.tasked.name} recorded,"
            f" {found.on_foot_or_stopped:,} of them stopped or on foot"
        )
        said += f"; the last on {words.day(found.last_at.date())} at {found.last_at:%H:%M}." if found.last_at else "."
    return said if found.visits else f"{said} These are what officers wrote down; no position of theirs is known there."


def before_after(record: PlaceRecord) -> str:
    """Compare the year before publication with the time since, and say what that cannot show."""
    found = record.since_published
    if found is None:
        return ""
    published = f"First published for tasking on {words.day(found.published_on)}"
    if not found.after:
        return f"{published}: no offence dated since then is known yet."
    no_proof = (
        "Places are chosen when they are at their worst and tend to fall back by themselves; without places to compare"
        " with, this proves nothing about the patrols."
    )
    if found.comparison is None:
        return f"{published}: too little is known before or since to compare. {no_proof}"
    both = found.comparison
    said = (
        f"{words.counted(both.later_n, 'offence')} in {words.counted(both.later_days, 'day')} since,"
        f" {both.earlier_n:,} in the {both.earlier_days:,} days before"
    )
    return f"{published}: {said}; {change(both)} {no_proof}"


def quarter(found: Quarter) -> str:
    """Write a quarter as January to March 2026."""
    return _quarter(found)


def _are(found: Apart) -> str:
    return "is" if found.offences == 1 else "are"


def _span(record: PlaceRecord) -> str:
    """Return how long the ranking looks back, no further than the first day known."""
    first_on = max(record.period.first_on, record.known_from or record.period.first_on)
    return words.span((record.period.last_on - first_on).days + 1)


def _peak(found: Peak) -> str:
    until = (found.hour + found.hours) % 24
    if found.weekday is None:
        return f"{found.hour:02}:00 to {until:02}:00"
    ends_next = found.hour + found.hours > 24
    following = f"{day_name[(found.weekday + 1) % 7]} " if ends_next else ""
    return f"{day_name[found.weekday]} {found.hour:02}:00 to {following}{until:02}:00"


def _held(hours: Hours, found: Peak) -> str:
    return f"{round(found.weight)} ({words.share(found.weight, hours.timed)})"


def _days(found: Comparison) -> str:
    """Name the days known where months are missing, so that two counts are not read as like for like."""
    whole = ((found.later.last_on - found.later.first_on).days, (found.earlier.last_on - found.earlier.first_on).days)
    if (found.later_days, found.earlier_days) == (whole[0] + 1, whole[1] + 1):
        return ""
    return f" ({found.later_days} and {found.earlier_days} days known)"


def _first(quarters: tuple[Quarter, ...]) -> str:
    return next(_quarter(quarter) for quarter in quarters if quarter.rank is not None)


def _quarter(found: Quarter) -> str:
    first: date = found.window.first_on
    return f"{first:%B} to {found.window.last_on:%B %Y}"


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
