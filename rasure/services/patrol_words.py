"""What the pages about patrols say in sentences, made by rule from the figures."""

from collections.abc import Iterable
from datetime import datetime

from rasure.services import operational_day
from rasure.services.crews import Feedback
from rasure.services.live import Board
from rasure.services.patrols import DEFAULT_DAYS, Picture, Share, Summary
from rasure.services.place_dose import PlaceDose
from rasure.words import counted, day, number, share, share_interval

#: What makes a position doubted, as the page says it; the words a supervisor decides by.
DOUBTS = {
    "same_point": "the same exact point for more than five minutes",
    "imprecise": "positions no better than 100 metres",
    "same_accuracy": "the same accuracy throughout",
    "clockwork": "reports on the dot of a fraction of a second",
    "replayed": "the very steps of an earlier track, at another time or place",
    "held_back": "positions that arrived long after the time they claim while the device was sending, or before it",
    "too_fast": "a speed no vehicle has",
    "two_places": "two devices of one officer over a kilometre apart",
}

#: What is often behind a doubt, and what to ask: written for the officer as much as for who supervises.
OFTEN = {
    "same_point": "a phone that lost its satellites and repeats its last position; was it left in a car or a locker?",
    "imprecise": "positions from masts indoors; may the app use the precise location?",
    "same_accuracy": "an app that may not use the precise location, or another app that feeds it positions",
    "clockwork": "another app that feeds positions to this one; which one is it?",
    "replayed": "an upload repeated under a new time after the app was set up anew; was the patrol done that day too?",
    "held_back": "a phone whose clock was wrong, or an upload that failed in parts; when was the app opened again?",
    "too_fast": "one position thrown far away between tall houses; only that position is left out",
    "two_places": "a phone or radio lent to a colleague, or a vehicle booked to the wrong officer; who had it?",
}


def title(picture: Picture, where: str) -> str:
    """Return the finding: how many patrol days got a valid visit, and how many control days saw police."""
    whole = picture.whole
    if not picture.days.shape[0]:
        return f"No patrols were assigned in {where} in this period"
    if not whole.delivered.patrol_days:
        return f"No patrol days in {where} in this period, {counted(whole.delivered.control_days, 'control day')}"
    done = whole.compliance
    said = f"Patrols made a valid visit on {share(done.part, done.whole)} of patrol days in {where}"
    if not done.part:
        said = f"Patrols made no valid visit on {counted(done.whole, 'patrol day')} in {where}"
    seen = whole.contamination
    if not seen.whole:
        return said
    if not seen.part:
        return f"{said}; no control day saw police for two minutes"
    return f"{said}; {share(seen.part, seen.whole)} of control days saw police too"


def reasons(flags: Iterable[str]) -> list[tuple[str, str]]:
    """Return each reason that occurs, in the order they are judged, with what is often behind it."""
    known = set(flags)
    return [(said, OFTEN[flag]) for flag, said in DOUBTS.items() if flag in known]


def without_outcome(found: Feedback) -> str:
    """Say how many officers' records never name an outcome, of those with enough records to tell."""
    if not found.recording:
        return f"Nobody has recorded {found.least} tasked patrols yet, so nothing is said about outcomes."
    silent = len(found.without_outcome)
    of = counted(found.recording, "officer")
    if not silent:
        return f"{of} recorded at least {found.least} tasked patrols so far, each with an outcome on some of them."
    return f"{silent} of {of} with at least {found.least} patrol records so far named no outcome on any of them."


def of(found: Share, noun: str) -> str:
    """Write a share with its counts and interval: 371 of 476 patrol days, 95 % interval 74–81 %."""
    if not found.whole:
        return f"no {noun}s"
    return f"{found.part:,} of {counted(found.whole, noun)}, 95 % interval {share_interval(*found.interval)}"


def percent(found: Share) -> str | None:
    """Write a share, or nothing where there is none."""
    return share(found.part, found.whole) if found.whole else None


def minutes(value: float | None) -> str | None:
    """Write minutes: 29, 1.2, 0.4; nothing where there is no day to average over."""
    if value is None:
        return None
    return f"{value:,.0f}" if value >= 9.95 or value == 0 else f"{value:.1f}"


def band(found: Summary) -> str:
    """Write the error band of the mean dose of a patrol day."""
    low, high = found.delivered.patrol_minutes, found.widest_minutes
    if low is None or high is None:
        return "no patrol days"
    return f"between {low:.1f} and {high:.1f}, by how often positions came"


def since(hours: float) -> str:
    """Write how long ago: 40 minutes, 5 hours, 3 days; never for a place nobody visited."""
    if hours != hours:
        return "not in this period"
    if hours < 1:
        return counted(round(hours * 60), "minute")
    return counted(round(hours), "hour") if hours < 48 else counted(round(hours / 24), "day")


def clock(at: datetime) -> str:
    """Write an instant (UTC) as clocks here show it: 21:40."""
    return f"{operational_day.local(at):%H:%M}"


def moment(at: datetime) -> str:
    """Write an instant (UTC) with its day: 3 March 2026, 21:40."""
    local = operational_day.local(at)
    return f"{day(local.date())}, {local:%H:%M}"


def doubt(flag: str) -> str:
    """Say why a visit is doubted; a reason this program does not know is shown as it stands."""
    return DOUBTS.get(flag, flag)


def place_dose(found: PlaceDose) -> str:
    """Say what a hot spot received lately, and how long ago anybody was there."""
    lately = f"the last {DEFAULT_DAYS} days"
    if found.last_ended_at is None:
        return f"No visit of two minutes or more in {lately}, by the positions of officers."
    said = f"In {lately} positions show {counted(found.visits, 'visit')}, {found.valid_visits:,} valid,"
    said += f" and {minutes(found.patrol_minutes)} patrol-minutes"
    if found.patrol_days:
        said += f"; {found.complied_days:,} of {counted(found.patrol_days, 'patrol day')} had a tasked valid one"
    ago = since((found.at - found.last_ended_at).total_seconds() / 3600)
    return f"{said}. The last visit ended {ago} ago."


def live_title(board: Board, where: str) -> str:
    """Return the board's finding: how many of today's patrol places have had no visit."""
    places = len(board.places)
    if not places:
        return f"No patrol places in {where} today"
    waiting = sum(place.visits == 0 for place in board.places)
    if not waiting:
        whole = {1: "The patrol place has", 2: "Both patrol places have"}
        said = whole.get(places, f"All {number(places)} patrol places have")
        return f"{said} had a visit today in {where}"
    if waiting == places:
        return f"None of {number(places)} patrol places in {where} has had a visit yet today"
    have = "has" if waiting == 1 else "have"
    return f"{number(waiting).capitalize()} of {number(places)} patrol places in {where} {have} had no visit yet today"
