"""Decisions of invented people about entries on the lists of the synthetic force, so that its pages show every state.

Made through the same function as anybody's decisions, on earlier days of the force's calendar; which people they are
about follows from the force, and so from its seed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from rasure.access.identity import Principal
from rasure.people.criterion import ListName, Route
from rasure.people.standing import Step
from rasure.services import desk, people_decisions, people_lists, people_ranking, sessions
from rasure.services.people_decisions import Said
from rasure.services.people_lists import Periods
from rasure.services.people_ranking import SEEN_BY, Asked, Candidate
from rasure.store.analytics import ground
from rasure.store.store import Progress, Store
from rasure.terms import Role

_LEAD = "Safeguarding hub, Sgt Wren"
#: Areas with an entry in every state; the others get one.
_FULL = 2
_WHY = {
    Step.NOMINATED: "Synthetic: two knives within two years; agreed at the weekly meeting",
    Step.APPROVED: "Synthetic: the records were read and meet the rule",
    Step.KEPT: "Synthetic: still comes to notice; the plan goes on",
    Step.REMOVED: "Synthetic: moved away and settled; nothing further to do",
    Step.CHALLENGED: "Synthetic: says the knife was a tool of his trade",
}
_SUFFERED = "Synthetic: harmed again and again; support was offered"


@dataclass(frozen=True, slots=True)
class _Story:
    """Decisions and how many days ago each was made; `due_in` is when the review is due, from today, for an adult."""

    steps: tuple[tuple[Step, int], ...]
    due_in: int = 45


@dataclass(frozen=True, slots=True)
class _Told:
    """One story of one candidate on a list, with the two inspectors of the area."""

    name: ListName
    inspectors: tuple[Principal, Principal]
    candidate: Candidate
    story: _Story


_LISTED = _Story(((Step.NOMINATED, 40), (Step.APPROVED, 38)))
_DUE = _Story(((Step.NOMINATED, 36), (Step.APPROVED, 33)), due_in=6)
_LAPSED = _Story(((Step.NOMINATED, 48), (Step.APPROVED, 45)), due_in=-4)
_WAITING = _Story(((Step.NOMINATED, 3),))
_REMOVED = _Story(((Step.NOMINATED, 40), (Step.APPROVED, 38), (Step.REMOVED, 10)))
_CHALLENGED = _Story(((Step.NOMINATED, 30), (Step.APPROVED, 28), (Step.CHALLENGED, 5)))

#: What happens on each list of an area, to the first of its people in turn. Nobody is removed from the carriers' list,
#: so that it proposes everybody whom the truth of the demo names.
_STORIES = {
    ListName.CARRIERS: (_LISTED, _DUE, _LAPSED, _WAITING, _CHALLENGED),
    ListName.HEIGHTENED: (_LISTED, _REMOVED, _WAITING),
    ListName.VICTIMS: (_LISTED, _WAITING),
}
_LONGEST_DAYS = 50


def decide(store: Store, progress: Progress) -> int:
    """Make the decisions; return how many."""
    today, periods, made = people_ranking.today(store), people_lists.periods(store), 0
    codes = [area.code for area in ground.areas(store.analytics)]
    firsts, seconds = sessions.inspectors(codes), sessions.relief(codes)
    for name, stories in _STORIES.items():
        progress(made, 1, f"decisions on {name.value}")
        by_area = _candidates(store, name, today)
        for number, code in enumerate(codes):
            told = stories if number < _FULL else stories[: int(name is ListName.CARRIERS)]
            by = (firsts[number], next(person for person in seconds if code in person.lpas))
            for candidate, story in zip(by_area.get(code, []), told, strict=False):
                made += _tell(store, _Told(name, by, candidate, story), today, periods)
    return made


def _candidates(store: Store, name: ListName, today: date) -> dict[str, list[Candidate]]:
    """Return by the area where they were known when the stories begin, in order, those who met the rule ever since."""
    scope, since = desk.admit(desk.operator(), SEEN_BY[name]), today - timedelta(days=_LONGEST_DAYS)
    facts = people_ranking.proposed(store, scope, Asked(name, today)).facts
    then = Asked(name, since)
    found = people_ranking.proposed(store, scope, then)
    known = people_ranking.told(store, scope, then, [candidate.id for candidate in found.candidates])
    by_area: dict[str, list[Candidate]] = {}
    for candidate in found.candidates:
        if candidate.id in facts and facts[candidate.id].meets_throughout(since, today):
            by_area.setdefault(known[candidate.id].lpa or "", []).append(candidate)
    return by_area


def _tell(store: Store, told: _Told, today: date, periods: Periods) -> int:
    route, story = told.candidate.route, told.story
    for step, days_ago in story.steps:
        on = today - timedelta(days=days_ago)
        latest = on + timedelta(days=periods.review_days(route))
        due_on = min(today + timedelta(days=story.due_in), latest) if step is Step.APPROVED else None
        why = _SUFFERED if told.name is ListName.VICTIMS and step is Step.NOMINATED else _WHY[step]
        lead = "" if route is Route.ADULT else _LEAD
        people_decisions.decide(
            store,
            _who(told, step),
            told.name,
            told.candidate.id,
            step,
            Said(why, due_on, lead),
            calendar=lambda _store, on=on: on,  # type: ignore[misc]
        )
    return len(story.steps)


def _who(told: _Told, step: Step) -> Principal:
    """Return who decides: what is challenged was approved by the second inspector, so that the first can answer."""
    first, second = told.inspectors
    if step is Step.APPROVED:
        return second if told.story is _CHALLENGED else first
    if told.name is ListName.VICTIMS:
        return Principal("demo-analyst", "Avery Quill", Role.ANALYST, frozenset())
    return Principal("demo-offender-manager", "Sgt Fern", Role.OFFENDER_MANAGER, first.lpas)
