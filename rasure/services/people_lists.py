"""The lists of people as they stand: who is proposed, nominated, on a list, lapsed; nobody who was removed or ended.

The computation proposes (`people_ranking`), people decide (`people_decisions`), and this sets the two side by side.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from rasure.access.columns import Column
from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.people.criterion import RULES, ListName, Route, in_words, route_of
from rasure.people.standing import Decision, Facts, Standing, State, Step, standing
from rasure.services import people_ranking
from rasure.services.people_ranking import Asked, Candidate, Proposed, Told
from rasure.store.analytics import people
from rasure.store.ledger import list_decisions
from rasure.store.ledger.list_decisions import Row
from rasure.store.store import Store

#: What a list shows, in the order it is shown: what has to be decided first.
SHOWN = (State.LAPSED, State.NOMINATED, State.LISTED, State.PROPOSED)
_SUBJECT = "people list"
_CHALLENGE = "answer to a challenge"
_FEW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Periods:
    """How long an entry lasts before it is reviewed, and a challenge before it is answered, days: the force's table."""

    adult_days: int
    child_days: int
    challenge_days: int

    def review_days(self, route: Route) -> int:
        """Return how many days after a decision a review is due at the latest."""
        return self.child_days if route.is_safeguarded else self.adult_days


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on, or proposed for, a list: what the rule found, what is told of them, and how it stands."""

    candidate: Candidate
    told: Told
    standing: Standing
    #: By when a challenge nobody has answered is to be answered.
    answer_due_on: date | None

    @property
    def id(self) -> str:
        return self.candidate.id

    @property
    def state(self) -> State:
        return self.standing.state


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A list as it stands on a day; `n_gone` counts entries that ended because the rule is no longer met."""

    proposed: Proposed
    today: date
    entries: tuple[Entry, ...]
    n_gone: int

    def those(self, state: State) -> tuple[Entry, ...]:
        """Return the entries in one state, in order."""
        return tuple(entry for entry in self.entries if entry.state is state)

    def of(self, person_id: str) -> Entry | None:
        """Return somebody's entry, or None."""
        return next((entry for entry in self.entries if entry.id == person_id), None)

    def lapsed_of(self, principal_id: str) -> tuple[Entry, ...]:
        """Return the entries of somebody whose review was missed: their owner is told."""
        return tuple(entry for entry in self.those(State.LAPSED) if entry.standing.owner == principal_id)

    def due_soon(self) -> tuple[Entry, ...]:
        """Return the entries whose review is due within two weeks, the soonest first."""
        due = [
            entry
            for entry in self.those(State.LISTED)
            if entry.standing.review_due_on and (entry.standing.review_due_on - self.today).days <= _FEW_DAYS
        ]
        return tuple(sorted(due, key=lambda entry: (entry.standing.review_due_on or self.today, entry.id)))

    def challenged(self) -> tuple[Entry, ...]:
        """Return the entries under a challenge nobody has answered."""
        return tuple(entry for entry in self.entries if entry.standing.challenge)


@dataclass(frozen=True, slots=True)
class Membership:
    """How one person stands with one list, for the page of that person."""

    name: ListName
    rule: str
    standing: Standing


def listed(store: Store, found: Proposed, known: Mapping[str, Told], today: date) -> PeopleList:
    """Set decisions beside who meets the rule: a list without the removed and the ended.

    Parameters
    ----------
    found, known
        Of `people_ranking.proposed` and `told`, under the reader's scope: nobody else can be on the list.
    """
    decided = list_decisions.of_list(store.ledger, found.asked.name.value)
    entries, n_gone = [], 0
    for candidate in found.candidates:
        now = standing(decisions_of(decided.get(candidate.id, ())), found.facts[candidate.id], today)
        if now.state in SHOWN and candidate.id in known:
            entries.append(Entry(candidate, known[candidate.id], now, now.challenge.due_on if now.challenge else None))
    met = {candidate.id for candidate in found.candidates}
    for person in decided.keys() & (found.facts.keys() - met):
        n_gone += standing(decisions_of(decided[person]), found.facts[person], today).state is State.ENDED
    return PeopleList(found, today, tuple(sorted(entries, key=_order)), n_gone)


def whole(store: Store, scope: Scope, asked: Asked) -> PeopleList:
    """Return a list read anew, all of it at once."""
    found = people_ranking.proposed(store, scope, asked)
    ids = [candidate.id for candidate in found.candidates]
    return listed(store, found, people_ranking.told(store, scope, asked, ids), asked.as_of)


def on_list(store: Store, found: Proposed, on: date) -> frozenset[str]:
    """Return who of a list's people was on it on a day, by what had been decided until then."""
    decided = list_decisions.of_list(store.ledger, found.asked.name.value)
    return frozenset(
        person
        for person, rows in decided.items()
        if person in found.facts
        and standing(decisions_of([row for row in rows if row.decided_on <= on]), found.facts[person], on).state
        is State.LISTED
    )


def tally(store: Store, scope: Scope, name: ListName) -> dict[tuple[str | None, State], int]:
    """Return how many entries of a list stand how, by the area where something of theirs happened last."""
    found = whole(store, scope, Asked(name, people_ranking.today(store)))
    return dict(Counter((entry.told.lpa, entry.state) for entry in found.entries))


def standings(store: Store, scope: Scope, person_id: str) -> tuple[Membership, ...]:
    """Return how one person stands with each list the scope's columns allow; lists they are not on are left out."""
    today = people_ranking.today(store)
    found = []
    for name in ListName:
        if name is ListName.VICTIMS and Column.VICTIM_ROLE not in scope.columns:
            continue
        rows = list_decisions.of_person(store.ledger, name.value, person_id)
        now = standing(decisions_of(rows), facts(store, scope, Asked(name, today), person_id), today)
        if now.state in SHOWN:
            found.append(Membership(name, in_words(name), now))
    return tuple(found)


def facts(store: Store, scope: Scope, asked: Asked, person_id: str) -> Facts:
    """Return one person's dates that qualify for a list; none when the scope does not reach them."""
    wanted = replace(
        people_ranking.wanted(asked), subjects=(person_id,), least_dates=1, earlier_days=people_ranking.EARLIER_DAYS
    )
    events = people.events(store.analytics, scope, wanted)
    return people_ranking.facts_of(events, asked.name).get(person_id, Facts((), RULES[asked.name]))


def route(store: Store, person_id: str, as_of: date) -> Route:
    """Return the route of a person by their age."""
    age = people.ages(store.analytics, [person_id], as_of)["age"].iloc[0]
    return route_of(None if pd.isna(age) else int(age))


def periods(store: Store) -> Periods:
    """Return the force's periods.

    Raises
    ------
    InputRejected
        The force's table lacks one of them, or it is no number of days.
    """
    path = store.reference_folder / "review_periods.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["subject"] == _SUBJECT]
    days = {row["group"]: row["review_after_days"] for row in rows}
    for group in ("adult", "child", _CHALLENGE):
        if not days.get(group, "").isdigit() or not 0 < int(days[group]) <= people_ranking.EARLIER_DAYS:
            raise InputRejected(
                f"review_periods.csv gives no period of at most {people_ranking.EARLIER_DAYS} days for {group!r} of the"
                f" {_SUBJECT}. Add it: no entry may go without a review."
            )
    return Periods(int(days["adult"]), int(days["child"]), int(days[_CHALLENGE]))


def decisions_of(rows: Sequence[Row]) -> list[Decision]:
    """Return ledger rows as decisions."""
    return [
        Decision(
            step=Step(row.step),
            by=row.decided_by,
            on=row.decided_on,
            reason=row.reason,
            due_on=row.due_on,
            lead=row.lead,
            is_upheld=row.is_upheld,
            by_name=row.decided_by_name,
        )
        for row in rows
    ]


def _order(entry: Entry) -> tuple[int, int]:
    return SHOWN.index(entry.state), entry.candidate.rank
