"""Decisions about entries on the lists of people: one person nominates, another approves, somebody reviews or removes.

Each is checked against how the entry stands this moment, written into the audit log first, and then appended to the
ledger. Nothing is edited, and nothing but these functions puts anybody on a list.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from rasure.access.audit import POLICY, Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound
from rasure.people.criterion import RULES, ListName, Route
from rasure.people.standing import Facts, Standing, State, Step, standing
from rasure.services import audit, desk, people_lists, people_ranking
from rasure.services.people_lists import Periods
from rasure.services.people_ranking import SEEN_BY, Asked, Event
from rasure.store.ledger import list_decisions
from rasure.store.ledger.list_decisions import Row
from rasure.store.store import Store

MOST_CHARS = 1_000
_TAKES = {
    Step.NOMINATED: Action.NOMINATE,
    Step.APPROVED: Action.APPROVE,
    Step.DECLINED: Action.APPROVE,
    Step.KEPT: Action.NOMINATE,
    Step.REMOVED: Action.NOMINATE,
    Step.CHALLENGED: Action.NOMINATE,
    Step.ANSWERED: Action.APPROVE,
}
#: From which states a decision may be made, and what is said where it may not.
_FROM = {
    Step.NOMINATED: ({State.PROPOSED, State.LAPSED}, "is nominated already, or on the list"),
    Step.APPROVED: ({State.NOMINATED}, "has not been nominated, or is on the list already"),
    Step.DECLINED: ({State.NOMINATED}, "has not been nominated, or is on the list already"),
    Step.KEPT: ({State.LISTED}, "is not on the list; a lapsed entry is nominated and approved anew"),
    Step.REMOVED: ({State.NOMINATED, State.LISTED, State.LAPSED}, "is not on the list"),
    Step.CHALLENGED: ({State.NOMINATED, State.LISTED, State.LAPSED}, "is not on the list"),
    Step.ANSWERED: ({State.NOMINATED, State.LISTED, State.LAPSED}, "is not on the list"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says with a decision: why; the day it lasts until; a safeguarding lead; how a challenge ends."""

    reason: str
    review_due_on: date | None = None
    lead: str = ""
    is_upheld: bool | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An entry this moment: how it stands, what the rule found, the person's route, the periods that apply."""

    standing: Standing
    facts: Facts
    route: Route
    periods: Periods
    today: date


def decide(
    store: Store,
    principal: Principal,
    name: ListName,
    person_id: str,
    step: Step,
    said: Said,
    *,
    calendar: Callable[[Store], date] | None = None,
) -> Standing:
    """Make a decision about an entry and return how it stands then; the demo alone sets another calendar.

    Raises
    ------
    NotAllowed
        The role may not decide this, or the same person would decide twice.
    NotFound
        No such person is in the areas of whoever decides: the answer for an unknown identifier is the same.
    Conflict
        The entry stands in another way than the decision takes it to.
    InputRejected
        The reason, the review date or the safeguarding lead is missing or cannot be taken.
    """
    scope = desk.admit(principal, SEEN_BY[name])
    desk.admit(principal, _TAKES[step])
    with store.writing:
        today = (calendar or people_ranking.today)(store)
        asked = Asked(name, today)
        known = people_ranking.explained(store, scope, asked, [person_id], earlier_days=people_ranking.EARLIER_DAYS)
        events = known.get(person_id)
        if events is None:
            raise NotFound("No person of that identifier is recorded in your areas. Check the identifier.")
        facts = Facts(tuple(sorted({event.on for event in events if event.is_qualifying})), RULES[name])
        held = _held(store, facts, name, person_id, today)
        _refuse(principal, person_id, step, held)
        rows = _rows(principal, name, person_id, step, _checked(step, said, held), held, events)
        for row in rows:
            audit.record(
                store,
                principal,
                Op.ALTERATION,
                object=f"person:{person_id}",
                fields=POLICY[_TAKES[step]].fields,
                n=1,
                reason=row.reason,
                reference=f"list:{name.value}/{row.step}",
            )
        list_decisions.append(store.ledger, rows)
        decided = list_decisions.of_person(store.ledger, name.value, person_id)
        return standing(people_lists.decisions_of(decided), facts, today)


def review_until(held: Held) -> date:
    """Return the last day a review may be put off to."""
    return held.today + timedelta(days=held.periods.review_days(held.route))


def _held(store: Store, facts: Facts, name: ListName, person_id: str, today: date) -> Held:
    rows = list_decisions.of_person(store.ledger, name.value, person_id)
    now = standing(people_lists.decisions_of(rows), facts, today)
    return Held(now, facts, people_lists.route(store, person_id, today), people_lists.periods(store), today)


def _refuse(principal: Principal, person_id: str, step: Step, held: Held) -> None:
    """Refuse what the entry's state, or what the person decided before, forbids."""
    now = held.standing
    if now.state is State.ENDED or (now.state is State.REMOVED and not held.facts.meets(held.today)):
        raise Conflict(f"{person_id} does not meet the rule, so nothing can put or keep them on the list.")
    if now.state is State.REMOVED:
        raise Conflict(f"{person_id} was removed, and nothing that qualifies has happened since. Leave it at that.")
    states, otherwise = _FROM[step]
    if now.state not in states:
        raise Conflict(f"{person_id} {otherwise}. Load the page again to see how the entry stands.")
    if step in (Step.APPROVED, Step.DECLINED) and principal.id == now.owner:
        raise NotAllowed(
            "You nominated this person, so somebody else has to approve or decline. Ask another inspector."
        )
    if step is Step.CHALLENGED and now.challenge:
        raise Conflict("A challenge to this entry is open already. Answer that one first.")
    if step is Step.ANSWERED and not now.challenge:
        raise Conflict("There is no open challenge to this entry.")
    if step is Step.ANSWERED and principal.id in now.deciders:
        raise NotAllowed("You decided about this entry, so somebody else has to answer the challenge to it.")
    if step is Step.KEPT and now.challenge:
        raise Conflict("This entry is under challenge. Answer the challenge before it is kept.")


def _checked(step: Step, said: Said, held: Held) -> Said:
    """Return what was said as it is kept, or refuse what is missing."""
    reason = people_ranking.taken_reason(said.reason)
    lead = " ".join(said.lead.split())
    if len(reason) > MOST_CHARS or len(lead) > MOST_CHARS:
        raise InputRejected(f"A reason or a name has more than {MOST_CHARS:,} characters. Shorten it.")
    if held.route.is_safeguarded and not lead:
        raise InputRejected("This person is, or may be, under 18. Name the safeguarding lead who was consulted.")
    if step is Step.ANSWERED and said.is_upheld is None:
        raise InputRejected("Say whether the challenge is upheld, which removes the entry, or not.")
    due_on = None
    if step in (Step.APPROVED, Step.KEPT):
        due_on, until = said.review_due_on, review_until(held)
        if due_on is None or not held.today < due_on <= until:
            raise InputRejected(f"Give a review date after today and not later than {until:%-d %B %Y}.")
    if step is Step.CHALLENGED:
        due_on = held.today + timedelta(days=held.periods.challenge_days)
    return Said(reason, due_on, lead, said.is_upheld if step is Step.ANSWERED else None)


def _rows(
    principal: Principal,
    name: ListName,
    person_id: str,
    step: Step,
    said: Said,
    held: Held,
    events: Sequence[Event],
) -> list[Row]:
    """Return the decision, and the removal that follows from a challenge that is upheld."""
    steps = [step, Step.REMOVED] if step is Step.ANSWERED and said.is_upheld else [step]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    met = tuple(
        {key: value for key, value in (asdict(event) | {"on": event.on.isoformat()}).items() if key in _FACTS}
        for event in events
        if event.is_qualifying and event.age_days <= RULES[name].lookback_days
    )
    return [
        Row(
            list=name.value,
            person_id=person_id,
            step=one.value,
            decided_by=principal.id,
            decided_by_name=principal.name,
            decided_on=held.today,
            decided_at=at,
            reason=said.reason,
            due_on=said.review_due_on if one is step else None,
            lead=said.lead or None,
            is_upheld=said.is_upheld if one is step else None,
            rule_version=RULES[name].version,
            facts=met,
        )
        for one in steps
    ]


#: What is kept of the records that met the rule.
_FACTS = frozenset({"on", "kind", "evidence", "offence_id"})
