"""On whom searches and the lists' rules fall, by ethnicity, in counts with small ones withheld; and how lists are kept.

For monitoring alone: nothing here is read by a ranking or a list. Methods: methods.md 5.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rasure.access.columns import Column
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.people.criterion import RULES, ListName
from rasure.people.disproportion import MIN_COUNT, Disproportion, Kind, disproportion
from rasure.people.standing import State, Step
from rasure.people.suppression import suppress
from rasure.services import audit, desk, people_lists, people_ranking
from rasure.services.people_lists import PeopleList
from rasure.services.people_ranking import Asked, Proposed
from rasure.store.analytics import monitoring
from rasure.store.audit_records import Entry
from rasure.store.ledger import list_decisions
from rasure.store.ledger.list_decisions import Row as Row
from rasure.store.store import Store
from rasure.terms import Window

UNKNOWN = "unknown"
#: The group the others are set beside, and over what time searches are counted.
REFERENCE, SEARCH_DAYS = "White", 365
_RESIDENTS = "residents_by_ethnicity.csv"
#: How many whole months back the composition of the lists is told.
MONTHS = 6
_SAMPLE = 10
_SAMPLE_PURPOSE = "sample of list decisions"


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its count and what it is among (None: withheld, or not known), and its ratio to the reference."""

    name: str
    count: int | None
    among: int | None
    ratio: Disproportion | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that falls on people, by group; `unknown` of `total` have no recorded group (None: withheld).

    `among_unknown` of `among_total` are the same of those it could have fallen on, where the records hold them; of
    people on record small numbers are withheld there too, of residents, whom a census counts, none are.
    """

    what: str
    groups: tuple[Group, ...]
    unknown: int | None
    total: int | None
    is_empty: bool
    among_unknown: int | None
    among_total: int | None
    #: Why there is no ratio at all; empty where there may be.
    without: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How one list is kept in the reader's areas: how many stand how."""

    name: ListName
    counts: Mapping[State, int]
    challenged: int
    children: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everything the page shows, as of a day."""

    as_of: date
    comparisons: tuple[Comparison, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A list on the last day of a month: who was on it, who met its rule, and whom that could have found."""

    on: date
    name: ListName
    on_list: Comparison
    meets_rule: Comparison
    could_be_found: Comparison


def fairness(store: Store, scope: Scope) -> Fairness:
    """Return on whom searches and rules fall, and how the lists are kept, in a scope."""
    today = people_ranking.today(store)
    lists = [people_lists.whole(store, scope, Asked(name, today)) for name in _names(scope)]
    rules = [_rule(store, scope, found.proposed) for found in lists]
    return Fairness(today, (_searches(store, scope, today), *rules), tuple(map(_kept, lists)))


def monthly(store: Store, scope: Scope) -> tuple[Month, ...]:
    """Return the lists' composition by group on the last day of each of the last whole months, oldest first."""
    ends = [people_ranking.today(store).replace(day=1) - timedelta(days=1)]
    while len(ends) < MONTHS:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return tuple(_month(store, scope, Asked(name, on)) for on in reversed(ends) for name in _names(scope))


def looked(store: Store, principal: Principal, found: Fairness) -> Entry:
    """Record the look, before it is shown."""
    return audit.consulted(store, principal, Action.MONITOR_DISPARITY, found.as_of, len(found.comparisons))


def removed(store: Store, principal: Principal) -> tuple[Row, ...]:
    """Return every removal, latest first: for the auditor alone, by identifier."""
    desk.admit(principal, Action.VIEW_AUDIT)
    rows = [row for row in _decisions(store) if row.step in (Step.REMOVED, Step.DECLINED)]
    audit.consulted(store, principal, Action.VIEW_AUDIT, {"removals": len(rows)}, len(rows))
    return tuple(reversed(rows))


def sample(store: Store, principal: Principal) -> tuple[date, tuple[Row, ...]]:
    """Draw decisions of the last whole month for the auditor: the same however often asked, foreseen by nobody."""
    desk.admit(principal, Action.VIEW_AUDIT)
    last_on = people_ranking.today(store).replace(day=1) - timedelta(days=1)
    first_on, digest = last_on.replace(day=1), store.audit.keyed(_SAMPLE_PURPOSE)
    pool = [row for row in _decisions(store) if first_on <= row.decided_on <= last_on]
    drawn = sorted(pool, key=lambda row: digest(f"{first_on} {row.list} {row.person_id} {row.step} {row.decided_on}"))
    audit.consulted(store, principal, Action.VIEW_AUDIT, {"sample of decisions": first_on}, len(drawn[:_SAMPLE]))
    return first_on, tuple(sorted(drawn[:_SAMPLE], key=lambda row: (row.decided_on, row.list, row.person_id)))


def compared(
    what: str, counts: Mapping[str, int], among: Mapping[str, int] | None, *, kind: Kind, without: str = ""
) -> Comparison:
    """Set each group beside the reference group, with small counts withheld so that no sum gives one away."""
    names = sorted({*counts, *(among or {})} - {UNKNOWN}, key=lambda name: (name != REFERENCE, name))
    held = among or {}
    *shown, unknown, total = _withheld([counts.get(name, 0) for name in (*names, UNKNOWN)])
    among_each = [held.get(name, 0) for name in (*names, UNKNOWN)]
    *sizes, among_unknown, among_total = _withheld(among_each) if kind == "risk" else (*among_each, sum(held.values()))
    groups = []
    for name, count, size in zip(names, shown, sizes, strict=True):
        ratio = None
        if held.get(name) and held.get(REFERENCE) and name != REFERENCE:
            ratio = disproportion(counts.get(name, 0), held[name], counts.get(REFERENCE, 0), held[REFERENCE], kind=kind)
        groups.append(Group(name, count, size if among else None, ratio))
    return Comparison(
        what,
        tuple(groups),
        unknown,
        total,
        not sum(counts.values()),
        among_unknown,
        among_total,
        "" if among else without,
    )


def _withheld(counts: list[int]) -> list[int | None]:
    """Return counts with their total after them, and small ones withheld so that no sum gives one away."""
    return list(suppress([counts], MIN_COUNT)[0])


def _names(scope: Scope) -> list[ListName]:
    """Return the lists of which a reader may know: that of victims takes a permission of its own."""
    return [name for name in ListName if name is not ListName.VICTIMS or Column.VICTIM_ROLE in scope.columns]


def _month(store: Store, scope: Scope, asked: Asked) -> Month:
    found = people_ranking.proposed(store, scope, asked)
    among = _could_be(store, scope, asked)
    own = {candidate.id for candidate in found.candidates}
    on_list = monitoring.people(store.analytics, people_lists.on_list(store, found, asked.as_of) & own)
    return Month(
        asked.as_of,
        asked.name,
        compared(f"was on the list {asked.name.value}", on_list, among, kind="risk"),
        _rule(store, scope, found, among),
        compared("could have been found", among, None, kind="risk"),
    )


def _rule(store: Store, scope: Scope, found: Proposed, among: Mapping[str, int] | None = None) -> Comparison:
    """Set who meets a rule beside everybody it could have found."""
    counts = monitoring.people(store.analytics, [one.id for one in found.candidates])
    among = _could_be(store, scope, found.asked) if among is None else among
    return compared(f"meets the rule of the list {found.asked.name.value}", counts, among, kind="risk")


def _could_be(store: Store, scope: Scope, asked: Asked) -> dict[str, int]:
    """Return whom a rule could have found: suspects and offenders of its look-back, or victims of counted violence."""
    lookback = Window(asked.as_of - timedelta(days=RULES[asked.name].lookback_days), asked.as_of)
    return monitoring.recorded(store.analytics, scope, lookback, is_victim=asked.name is ListName.VICTIMS)


def _searches(store: Store, scope: Scope, today: date) -> Comparison:
    counts = monitoring.searches(store.analytics, scope, Window(today - timedelta(days=SEARCH_DAYS), today))
    without = f"The force has given no residents by ethnicity ({_RESIDENTS}), so no rate can be told."
    return compared("was searched", counts, _residents(store, scope), kind="rate", without=without)


def _residents(store: Store, scope: Scope) -> dict[str, int] | None:
    """Return residents by group in the scope's areas, or None when the force has given none for all of them."""
    path = store.reference_folder / _RESIDENTS
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        if not {"lpa", "group", "residents"} <= row.keys() or not (row["residents"] or "").isdigit():
            raise InputRejected(f"{_RESIDENTS}, line {number}: give lpa, group and residents, a whole number.")
        if scope.covers(row["lpa"]):
            found[row["group"]] = found.get(row["group"], 0) + int(row["residents"])
    held = {row["lpa"] for row in rows}
    return found if found and (scope.lpas is None or scope.lpas <= held) else None


def _kept(found: PeopleList) -> Kept:
    return Kept(
        found.proposed.asked.name,
        {state: len(found.those(state)) for state in people_lists.SHOWN},
        len(found.challenged()),
        sum(entry.candidate.route.is_safeguarded for entry in found.those(State.LISTED)),
    )


def _decisions(store: Store) -> list[Row]:
    rows = [
        row for name in ListName for own in list_decisions.of_list(store.ledger, name.value).values() for row in own
    ]
    return sorted(rows, key=lambda row: (row.decided_on, row.decided_at))
