"""One entry of a list: why it meets the rule, what each event adds, who decided, and the next decision."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from rasure.access.audit import POLICY, Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import NotAllowed, RasureError
from rasure.people.criterion import ListName
from rasure.people.standing import Decision, State, Step
from rasure.services import audit, people_decisions, people_lists, people_ranking, wiring
from rasure.services.people_decisions import Said
from rasure.services.people_lists import Entry, PeopleList
from rasure.services.people_ranking import Event
from rasure.web import guard, navigation, people_reads, people_words, reads, tables, text

_WIDTH_PX = 560
_NONE = "Choose a person"
#: What may be decided from a state, by what it takes, with the words on the button.
_OFFERED: dict[State, tuple[tuple[Step, Action, str], ...]] = {
    State.PROPOSED: ((Step.NOMINATED, Action.NOMINATE, "Nominate for the list"),),
    State.NOMINATED: (
        (Step.APPROVED, Action.APPROVE, "Approve: put on the list"),
        (Step.DECLINED, Action.APPROVE, "Decline the nomination"),
        (Step.REMOVED, Action.NOMINATE, "Withdraw and remove"),
    ),
    State.LISTED: (
        (Step.KEPT, Action.NOMINATE, "Keep, with a new review date"),
        (Step.REMOVED, Action.NOMINATE, "Remove from the list"),
    ),
    State.LAPSED: (
        (Step.NOMINATED, Action.NOMINATE, "Nominate anew"),
        (Step.REMOVED, Action.NOMINATE, "Remove for good"),
    ),
}
_CHALLENGE = (Step.CHALLENGED, Action.NOMINATE, "Record a challenge")
_UPHOLD, _REJECT = "The challenge is right: remove the entry", "The entry stands"


def view(scope: Scope, principal: Principal, found: PeopleList) -> None:
    """Let the reader choose an entry, and draw it."""
    said = st.session_state.pop("people-said", None)
    if said:
        (st.success if said[0] else st.warning)(text.plain(said[1]))
    if not found.entries:
        return
    st.subheader("One entry", anchor=False)
    called = {entry.id: people_words.who(entry) for entry in found.entries}
    key = f"people-entry-{found.proposed.asked.name.value}"
    if st.session_state.get(key) not in called:
        st.session_state.pop(key, None)
    chosen = st.selectbox(
        "Whose entry",
        list(called),
        index=None,
        placeholder=_NONE,
        format_func=called.__getitem__,
        key=key,
        width=_WIDTH_PX,
    )
    entry = found.of(chosen) if chosen else None
    if entry is None:
        tables.note("Choose a person to see the records behind the entry, and to nominate, approve, review or remove.")
        return
    events = people_reads.events(scope, found.proposed.asked, reads.version(), entry.id)
    _looked(principal, found, entry, len(events))
    left, right = st.columns([50, 50], gap="large")
    with left:
        _why(found, entry)
    with right:
        _life(principal, found, entry)
    _events(events)


def _looked(principal: Principal, found: PeopleList, entry: Entry, n: int) -> None:
    """Write down whose entry is looked at, before its records are shown, once a session and entry."""
    name = found.proposed.asked.name
    looked = (principal.id, principal.session, name, entry.id)
    held: set[object] = st.session_state.setdefault("people-entries-looked", set())
    if looked not in held:
        fields = POLICY[people_ranking.SEEN_BY[name]].fields
        audit.record(
            wiring.store(),
            principal,
            Op.CONSULTATION,
            object=f"person:{entry.id}",
            fields=fields,
            n=n,
            reason="entry on a list of people",
            reference=f"list:{name.value}",
        )
        held.add(looked)


def _why(found: PeopleList, entry: Entry) -> None:
    """Say why the rule is met, and what the order is made of."""
    one, of = entry.candidate, len(found.proposed.candidates)
    who, because = text.plain(people_words.who(entry)), text.plain(people_words.because(entry))
    st.markdown(f"**{who}** meets the rule because of {because}.")
    tables.note(f"The rule: {found.proposed.rule}.")
    looked_back = text.span(people_ranking.wanted(found.proposed.asked).lookback_days)
    tables.table(
        "What the order is made of",
        ("Recency", "Frequency", "Gravity", "Score"),
        [
            (
                f"{text.in_words(one.recency_days, 'day')} since the latest",
                f"{text.in_words(one.event_dates, 'date')} in {looked_back}",
                f"{one.gravity:,.0f} days of harm",
                f"{one.score:,.1f}",
            )
        ],
    )
    tables.note(f"In order: {people_words.sureness(one, of)}")
    _overlap(found.proposed.asked.name, entry)
    navigation.link("person", "Open the whole record, with a reason", person=entry.id)


def _events(events: Sequence[Event]) -> None:
    """List every event with what it adds, over the whole width."""
    tables.table(
        "Every event, newest first; ● met the rule",
        ("", "Date", "What", "Evidence", "Harm, days", "Adds"),
        [
            (
                "●" if event.is_qualifying else "",
                text.day(event.on),
                people_words.kind(event),
                people_words.evidence(event),
                None if event.harm is None else f"{event.harm:,.0f}",
                people_words.adds(event),
            )
            for event in events
        ],
        numeric=(4, 5),
    )


def _overlap(name: ListName, entry: Entry) -> None:
    if not entry.told.is_also:
        return
    if name is ListName.VICTIMS:
        tables.note("Also recorded as a suspect or offender: for other lists and purposes. Here it is a need for care.")
    elif guard.may(Action.VIEW_VICTIMS):
        tables.note("Also has a safeguarding need: recorded as a victim of violence in these two years.")
    else:
        tables.note("Also has a safeguarding need; ask an inspector.")


def _life(principal: Principal, found: PeopleList, entry: Entry) -> None:
    """Draw what was decided and offer what can be decided next."""
    now = entry.standing
    rows = [("Stands", people_words.stands(entry)), ("Review", people_words.review(entry, found.today))]
    if entry.candidate.route.is_safeguarded:
        rows.append(("Safeguarding lead", now.lead or "to be named with the first decision"))
    if now.challenge and entry.answer_due_on:
        rows.append(("Challenge", f"{now.challenge.reason}; to answer by {text.day(entry.answer_due_on)}"))
    tables.table("How the entry stands", ("", ""), rows)
    decisions = [one for one in (now.nominated, now.approved, now.kept, now.challenge, now.removed) if one]
    if decisions:
        tables.table("Who decided what", ("What", "Who", "When", "Why"), [_decision(one) for one in decisions])
    _form(principal, found, entry)


def _decision(one: Decision) -> tuple[str, str, str, str]:
    return people_words.STEPS[one.step], one.by_name or one.by, text.day(one.on), one.reason


def _form(principal: Principal, found: PeopleList, entry: Entry) -> None:
    """Offer the decisions that are open to the reader, with what each needs said."""
    offered = [(step, called) for step, action, called in _offers(entry) if guard.may(action)]
    now, name = entry.standing, found.proposed.asked.name
    if entry.state is State.NOMINATED and now.owner == principal.id:
        tables.note("You nominated this person, so an inspector who did not has to approve or decline.")
        offered = [(step, called) for step, called in offered if step not in (Step.APPROVED, Step.DECLINED)]
    if now.challenge and principal.id in now.deciders:
        tables.note("You decided about this entry, so somebody else has to answer the challenge.")
        offered = [(step, called) for step, called in offered if step is not Step.ANSWERED]
    if not offered:
        tables.note("There is nothing for you to decide here now.")
        return
    prefix = f"people-form-{name.value}-{entry.id}-{entry.state.value}"
    labels = {called: step for step, called in offered}
    called = st.radio("Decision", list(labels), key=f"{prefix}-step")
    step = labels[called or next(iter(labels))]
    if step is Step.ANSWERED:
        st.radio("Answer", [_REJECT, _UPHOLD], key=f"{prefix}-upheld")
    st.text_area(
        "Why",
        key=f"{prefix}-reason",
        max_chars=people_decisions.MOST_CHARS,
        height=90,
        placeholder="What this rests on, and the reference",
    )
    if step in (Step.APPROVED, Step.KEPT):
        days = people_lists.periods(wiring.store()).review_days(entry.candidate.route)
        until = found.today + timedelta(days=days)
        st.date_input(
            f"Review by, at the latest {text.day(until)}",
            value=until,
            min_value=found.today + timedelta(days=1),
            max_value=until,
            format="DD/MM/YYYY",
            key=f"{prefix}-due",
        )
    if entry.candidate.route.is_safeguarded:
        st.text_input("Safeguarding lead who was consulted", value=now.lead or "", key=f"{prefix}-lead", max_chars=200)
    st.button(called or "", type="primary", key=f"{prefix}-do", on_click=_decide, args=(name, entry.id, step, prefix))


def _offers(entry: Entry) -> list[tuple[Step, Action, str]]:
    offers = list(_OFFERED[entry.state])
    if entry.standing.challenge:
        offers = [(Step.ANSWERED, Action.APPROVE, "Answer the challenge"), *offers]
        return [offer for offer in offers if offer[0] is not Step.KEPT]
    return [*offers, _CHALLENGE] if entry.state is not State.PROPOSED else offers


def _decide(name: ListName, person_id: str, step: Step, prefix: str) -> None:
    """Make the decision as it was said; a button can still be pressed after the right to it is gone."""
    said = st.session_state
    try:
        principal = guard.principal()
        if principal is None:
            raise NotAllowed("Your session has ended. Sign in again; nothing was decided.")
        people_decisions.decide(
            wiring.store(),
            principal,
            name,
            person_id,
            step,
            Said(
                reason=str(said.get(f"{prefix}-reason", "")),
                review_due_on=said.get(f"{prefix}-due"),
                lead=str(said.get(f"{prefix}-lead", "")),
                is_upheld=said.get(f"{prefix}-upheld") == _UPHOLD if step is Step.ANSWERED else None,
            ),
        )
    except RasureError as error:
        said["people-said"] = (False, error.message)
        return
    said["people-said"] = (True, f"{people_words.STEPS[step]}: {person_id}. It is written into the audit log.")
