"""Words for entries on the lists of people: who, why, how sure the order is, when a review is due."""

from datetime import date

from rasure.people.criterion import ListName, Route
from rasure.people.standing import State, Step
from rasure.services.people_lists import Entry, PeopleList
from rasure.services.people_ranking import Candidate, Event
from rasure.web import text

CALLED = {
    ListName.CARRIERS: "Habitual knife carriers",
    ListName.HEIGHTENED: "People at heightened risk",
    ListName.VICTIMS: "Repeat victims",
}
#: Shape and words: read in grey print too.
STATES = {
    State.LAPSED: ("▲", "Off the list: review missed"),
    State.NOMINATED: ("◇", "Waiting for approval"),
    State.LISTED: ("●", "On the list"),
    State.PROPOSED: ("○", "Meets the rule, nobody has decided"),
}
STEPS = {
    Step.NOMINATED: "Nominated",
    Step.APPROVED: "Approved",
    Step.DECLINED: "Declined",
    Step.KEPT: "Kept at review",
    Step.REMOVED: "Removed",
    Step.CHALLENGED: "Challenged",
    Step.ANSWERED: "Challenge answered",
}
_KINDS = {
    "knife_possession": "Knife possession",
    "knife_enabled": "Offence with a knife",
    "violence": "Violence",
    "searched": "Search",
    "suffered": "Violence suffered",
}
_EVIDENCE = {
    "convicted": "convicted",
    "caution": "cautioned",
    "charged": "charged",
    "weapon_recovered": "weapon recovered from them",
    "suspect": "suspected, counts half",
    "intelligence": "intelligence, counts nothing",
    "searched_nothing_found": "nothing found, counts nothing",
    "victim": "victim",
}


def headline(found: PeopleList, where: str) -> str:
    """Return the page's sentence: how many are on the list, what is overdue, else how many wait for a decision."""
    on, lapsed, waiting, proposed = (
        len(found.those(state)) for state in (State.LISTED, State.LAPSED, State.NOMINATED, State.PROPOSED)
    )
    what = {
        ListName.CARRIERS: "the knife carriers’ list",
        ListName.HEIGHTENED: "the list of people at heightened risk",
        ListName.VICTIMS: "the list of repeat victims",
    }[found.proposed.asked.name]
    if not found.entries:
        return f"Nobody {where} meets the rule for {what}"
    said = f"{_people(on).capitalize()} {where} {'is' if on < 2 else 'are'} on {what}"
    if lapsed:
        return f"{said}; {_reviews(lapsed)}"
    if waiting:
        return f"{said}, and {text.number(waiting)} {'waits' if waiting == 1 else 'wait'} for approval"
    if proposed:
        more = " more" if on else ""
        return f"{said}, and {text.number(proposed)}{more} {'meets' if proposed == 1 else 'meet'} the rule"
    return said


def stands(entry: Entry) -> str:
    """Write how an entry stands, with its shape."""
    return " ".join(STATES[entry.state])


def who(entry: Entry) -> str:
    """Write who it is, as far as the reader may know: the name with the identifier, or the identifier alone."""
    given = " ".join(part for part in (entry.told.given_name, entry.told.family_name) if part)
    return f"{given} ({entry.id})" if given else entry.id


def age(candidate: Candidate) -> str:
    if candidate.age_years is None:
        return "unknown"
    return f"{candidate.age_years}, child" if candidate.route is Route.CHILD else str(candidate.age_years)


def because(entry: Entry) -> str:
    """Say what met the rule: on how many dates, the latest when."""
    found = entry.candidate
    return f"{text.number(found.qualifying_dates)} dates, the latest {text.day(found.latest_on)}"


def order(candidate: Candidate) -> str:
    """Write the place in the order with how far one event can move it."""
    if candidate.rank_best == candidate.rank_worst:
        return f"{candidate.rank:,}"
    return f"{candidate.rank:,} ({candidate.rank_best:,} to {candidate.rank_worst:,})"


def sureness(candidate: Candidate, of: int) -> str:
    """Say in words how far the place in the order, and being in it at all, hang on single events."""
    place = f"{text.ordinal(candidate.rank)} of {of:,}"
    if candidate.rank_best == candidate.rank_worst:
        said = f"{place}, whichever one event is left out"
    else:
        best, worst = text.ordinal(candidate.rank_best), text.ordinal(candidate.rank_worst)
        said = f"{place}; between {best} and {worst} if any one event were left out"
    if candidate.fragile:
        said += ". Without one of the events the rule would not be met"
    return said + "."


def review(entry: Entry, today: date) -> str:
    """Say when the review is due, with a shape."""
    due_on = entry.standing.review_due_on
    if due_on is None:
        return "–"
    if due_on < today:
        return f"▲ overdue since {text.day(due_on)}"
    if (due_on - today).days <= 14:
        return (
            f"◆ due {text.day(due_on)}, in {text.span(max((due_on - today).days, 1))}"
            if due_on > today
            else "◆ due today"
        )
    return f"due {text.day(due_on)}"


def marks(entry: Entry, name: ListName) -> str:
    """List what a reader must not overlook about an entry."""
    said = []
    if entry.standing.challenge:
        said.append("under challenge")
    if entry.candidate.route.is_safeguarded:
        said.append("under 18" if entry.candidate.route is Route.CHILD else "age unknown: as a child")
    if entry.told.is_also:
        said.append("also recorded as a suspect" if name is ListName.VICTIMS else "also has a safeguarding need")
    if entry.candidate.fragile:
        said.append("one event decides")
    if entry.standing.removed:
        said.append(f"removed {text.day(entry.standing.removed.on)}, something new since")
    return "; ".join(said) or "–"


def kind(event: Event) -> str:
    """Write what an event was, as far as the reader's areas go."""
    return f"{_KINDS[event.kind]}: {event.offence}" if event.offence else f"{_KINDS[event.kind]}, in another area"


def evidence(event: Event) -> str:
    return _EVIDENCE[event.evidence]


def adds(event: Event) -> str:
    """Write what an event adds to the score, or why nothing."""
    if event.harm is None:
        return "no harm weight"
    if (
        event.contribution == 0
        and event.is_counted is False
        and event.evidence not in ("intelligence", "searched_nothing_found")
    ):
        return "another of that day counts"
    return f"{event.contribution:,.1f}"


def _people(number: int) -> str:
    return {0: "nobody", 1: "one person"}.get(number, f"{text.number(number)} people")


def _reviews(number: int) -> str:
    return "one review was missed" if number == 1 else f"{text.number(number)} reviews were missed"
