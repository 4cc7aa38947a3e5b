"""Who meets a list's rule now, in order, and why: the computation's proposal, before anybody decides anything.

What reaches the ranking is an identifier, an age and events; names and records are read apart, for people already
ranked, as far as the reader's scope goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.people.criterion import BLADE_CLASSES, RULES, WEAPON_CLASSES, ListName, Route, in_words
from rasure.people.ranking import rank
from rasure.people.standing import Facts
from rasure.services import audit
from rasure.store.analytics import people, reference
from rasure.store.audit_records import Entry
from rasure.store.store import Store
from rasure.terms import StoreClass

#: How far before the look-back dates are read: no entry goes unreviewed for longer.
EARLIER_DAYS = 366
#: What one must be allowed to see a list.
SEEN_BY = {
    ListName.CARRIERS: Action.VIEW_PEOPLE,
    ListName.HEIGHTENED: Action.VIEW_PEOPLE,
    ListName.VICTIMS: Action.VIEW_VICTIMS,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, as of a day, in one area or (None) in all the reader may see."""

    name: ListName
    as_of: date
    lpa: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who meets the rule: their place in the order, what made it, and how far one event decides it.

    Scores are harm days, halved by age; `gravity` is not halved. Counts are of dates.
    """

    id: str
    age_years: int | None
    route: Route
    rank: int
    rank_best: int
    rank_worst: int
    fragile: bool
    score: float
    recency_days: int
    event_dates: int
    qualifying_dates: int
    gravity: float
    #: Of their dates, the latest that qualifies.
    latest_on: date


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a candidate beside the ranking: name by column, area last heard of, the other kind of role."""

    family_name: str | None
    given_name: str | None
    lpa: str | None
    #: On a list of what people did: also a victim of counted violence; on that of victims: also a suspect or offender.
    is_also: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """Everybody in a scope who meets a rule, in order; the rule in words, and how far the records reach."""

    asked: Asked
    rule: str
    rule_version: str
    harm_edition: str
    candidates: tuple[Candidate, ...]
    #: Dates that qualify by person, also of those who met the rule earlier and do not now.
    facts: Mapping[str, Facts]

    def of(self, person_id: str) -> Candidate | None:
        """Return somebody who meets the rule, or None."""
        return next((found for found in self.candidates if found.id == person_id), None)


@dataclass(frozen=True, slots=True)
class Event:
    """One record behind an entry. Of another area there is neither number nor area nor the offence's words.

    `contribution` is what it adds to the score: nothing when another event of its date counts instead.
    """

    on: date
    age_days: int
    kind: str
    evidence: str
    category: str
    harm: float | None
    contribution: float
    is_counted: bool
    is_qualifying: bool
    offence: str | None
    offence_id: str | None
    lpa: str | None


def today(store: Store) -> date:
    """Return the day reviews are due by: today, or in a synthetic force, whose calendar stands still, its last day."""
    if store.store_class is StoreClass.SYNTHETIC:
        return people.latest_on(store.analytics) or datetime.now(UTC).date()
    return datetime.now(UTC).date()


def proposed(store: Store, scope: Scope, asked: Asked) -> Proposed:
    """Return everybody in a scope who meets a list's rule.

    A person belongs to every area where something of theirs happened in the look-back; the rule is judged on all their
    events, so that it is the same rule in every area.
    """
    rule = RULES[asked.name]
    events = people.events(store.analytics, scope, replace(wanted(asked), earlier_days=EARLIER_DAYS))
    ids = sorted(events["id"].unique())
    ages = people.ages(store.analytics, ids, asked.as_of)
    ranked = rank(ages, events, rule, asked.as_of)
    qualifying = ranked.contributions[ranked.contributions["is_qualifying"]]
    latest: dict[str, date] = {}
    for person, on in zip(qualifying["id"].tolist(), _days(qualifying["date"]), strict=True):
        latest[person] = max(on, latest.get(person, on))
    known = dict(zip(ages["id"].tolist(), ages["age"].tolist(), strict=True))
    rows: list[dict[str, Any]] = ranked.listed.to_dict("records")  # type: ignore[assignment]
    return Proposed(
        asked,
        in_words(asked.name),
        rule.version,
        reference.HARM_EDITION,
        tuple(_candidate(row, known[row["id"]], latest[row["id"]]) for row in rows),
        facts_of(events, asked.name),
    )


def facts_of(events: pd.DataFrame, name: ListName) -> dict[str, Facts]:
    """Return by person the dates that qualify for a list, among its events."""
    rule = RULES[name]
    own = events[events["kind"].isin(rule.kinds) & events["evidence"].isin(rule.qualifying)]
    dates: dict[str, set[date]] = {}
    for person, on in zip(own["id"].tolist(), _days(own["date"]), strict=True):
        dates.setdefault(person, set()).add(on)
    return {person: Facts(tuple(sorted(dates[person])), rule) for person in sorted(dates)}


def told(store: Store, scope: Scope, asked: Asked, ids: Sequence[str]) -> dict[str, Told]:
    """Return by person what is told of some candidates, as far as the scope goes."""
    which = wanted(asked)
    names = {row["id"]: row for row in people.identities(store.analytics, scope, ids, which)}
    also = people.also(store.analytics, scope, ids, which)
    return {
        person: Told(row["family_name"], row["given_name"], row["lpa"], person in also) for person, row in names.items()
    }


def explained(
    store: Store, scope: Scope, asked: Asked, ids: Sequence[str], *, earlier_days: int = 0
) -> dict[str, tuple[Event, ...]]:
    """Return by person the records behind some entries, newest first, each with what it adds to the score.

    Whoever has nothing in the areas of the scope is not in it. `earlier_days` reads on beyond the look-back.
    """
    dated: dict[str, dict[date, list[Event]]] = {}
    which = replace(wanted(asked), earlier_days=earlier_days)
    for row in people.records(store.analytics, scope, ids, which):
        event = _event(row, asked)
        dated.setdefault(row["id"], {}).setdefault(event.on, []).append(event)
    return {
        person: tuple(event for on in sorted(days, reverse=True) for event in _one_counts(days[on]))
        for person, days in dated.items()
    }


def wanted(asked: Asked) -> people.Wanted:
    """Return what the reads behind a list bind."""
    rule = RULES[asked.name]
    return people.Wanted(
        as_of=asked.as_of,
        lookback_days=rule.lookback_days,
        is_victim=asked.name is ListName.VICTIMS,
        kinds=tuple(sorted(rule.kinds)),
        qualifying=tuple(sorted(rule.qualifying)),
        least_dates=rule.min_dates,
        blade_classes=BLADE_CLASSES,
        weapon_classes=WEAPON_CLASSES,
        lpa=asked.lpa,
    )


def looked(store: Store, principal: Principal, asked: Asked, n: int, reason: str | None = None) -> Entry:
    """Record that somebody looks at a list, how long it is and what was asked, before it is shown."""
    return audit.consulted(store, principal, SEEN_BY[asked.name], asdict(asked), n, reason=reason)


def taken_reason(reason: str) -> str:
    """Return a reason as it is kept, or refuse an empty one."""
    said = " ".join(reason.split())
    if not said:
        raise InputRejected("Say why: the reason is written into the audit log beside your name.")
    return said


def _days(dates: "pd.Series[Any]") -> list[date]:
    """Return dates of a frame as days."""
    found: list[date] = dates.to_numpy().astype("datetime64[D]").astype(object).tolist()
    return found


def _candidate(row: dict[str, Any], age: Any, latest: date) -> Candidate:
    return Candidate(
        id=row["id"],
        age_years=None if pd.isna(age) else int(age),
        route=Route(row["route"]),
        rank=int(row["rank"]),
        rank_best=int(row["rank_best"]),
        rank_worst=int(row["rank_worst"]),
        fragile=bool(row["fragile"]),
        score=float(row["score"]),
        recency_days=int(row["recency_days"]),
        event_dates=int(row["event_dates"]),
        qualifying_dates=int(row["qualifying_dates"]),
        gravity=float(row["gravity"]),
        latest_on=latest,
    )


def _event(row: dict[str, Any], asked: Asked) -> Event:
    rule = RULES[asked.name]
    on = pd.Timestamp(row["date"]).date()
    age_days = (asked.as_of - on).days
    weight = rule.weights[row["evidence"]]
    return Event(
        on=on,
        age_days=age_days,
        kind=row["kind"],
        evidence=row["evidence"],
        category=row["category"],
        harm=row["harm"],
        contribution=(row["harm"] or 0.0) * weight * 2 ** (-age_days / rule.half_life_days),
        is_counted=weight > 0,
        is_qualifying=row["kind"] in rule.kinds and row["evidence"] in rule.qualifying,
        offence=row["offence"],
        offence_id=row["offence_id"],
        lpa=row["lpa"],
    )


def _one_counts(same_day: list[Event]) -> list[Event]:
    """Let the event that adds most stand for its date; the others add nothing."""
    ordered = sorted(same_day, key=lambda event: (-event.contribution, event.kind, event.evidence))
    first, *others = ordered
    return [first, *(replace(event, contribution=0.0, is_counted=False) for event in others)]
