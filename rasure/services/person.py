"""One person: who, what they were in which offence, with whom, where and when, under which order, with what plan.

A read takes the scope of an opened person (`desk.opened`); who opened it and why is in the log already.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date

import numpy as np
import pandas as pd

from rasure.access.columns import Column
from rasure.access.scope import Kind, Scope
from rasure.errors import NotFound
from rasure.places.times import LONDON
from rasure.services import hot_spots, place_counts, safeguarding
from rasure.services.person_record import Associate, Harm, Identity, Order, Part, PersonRecord, Standing, Where
from rasure.services.place_record import Plan, PlanResponse
from rasure.store.analytics import ground, reference
from rasure.store.analytics import person as reads
from rasure.store.analytics.person import Row
from rasure.store.store import Store

MOST_ASSOCIATES = 12
_SUSPECTED = ("suspect", "offender", "convicted")
#: In this order standings are told, whatever is commonest.
STANDINGS = (*_SUSPECTED, "victim", "witness")
_WITHHELD = {Column.NAME: "name", Column.BORN_ON: "date of birth"}
_PARTS_OF_DAY = (
    ("night, 00–06", 0, 6),
    ("morning, 06–12", 6, 12),
    ("afternoon, 12–18", 12, 18),
    ("evening, 18–24", 18, 24),
)


def record(store: Store, scope: Scope, today: date) -> PersonRecord:
    """Return what the reader may know of the person the scope opens.

    Raises
    ------
    NotFound
        Nobody is opened by this scope, or what was opened is no longer there for it.
    """
    found = reads.identity(store.analytics, scope, today)
    if found is None or scope.opened is None or scope.opened.kind is not Kind.PERSON:
        raise NotFound("No person of that identifier is recorded in your areas. Check the identifier.")
    names = {area.code: area.name for area in ground.areas(store.analytics)}
    days = reads.days(store.analytics, scope, today)
    rows = reads.history(store.analytics, scope, today, days)
    parts = tuple(_part(row, names) for row in rows)
    associates = _associates(reads.associates(store.analytics, scope, today, days, MOST_ASSOCIATES))
    own = [row["lpa"] for row in rows if row["lpa"]]
    return PersonRecord(
        subject=scope.opened,
        today=today,
        identity=_identity(found, scope),
        standings=_standings(parts),
        parts=parts,
        associates=associates,
        between=tuple(
            (row["person_id"], row["other_id"], int(row["together"]))
            for row in reads.between(store.analytics, scope, [one.person_id for one in associates])
        ),
        orders=tuple(_order(row, today) for row in reads.orders(store.analytics, scope, today)),
        plans=_plans(store, scope, today),
        places=_places(store, parts),
        hours=_hours(parts),
        harm=_harm(parts),
        lead=safeguarding.lead(store, own) if found["is_child"] else None,
        is_whole_force=scope.lpas is None,
        sees_victims=Column.VICTIM_ROLE in scope.columns,
    )


def _identity(row: Row, scope: Scope) -> Identity:
    withheld = tuple(word for column, word in _WITHHELD.items() if column not in scope.columns)
    return Identity(
        person_id=row["person_id"],
        name=full_name(row),
        born_on=row["born_on"],
        age_years=row["age_years"],
        gender=row["gender"],
        is_child=row["is_child"],
        has_been_victim=row["has_been_victim"],
        withheld=withheld,
    )


def full_name(row: Row) -> str | None:
    """Return given and family name of a row as one text, None when neither is there."""
    return " ".join(part for part in (row["given_name"], row["family_name"]) if part) or None


def standing_of(role: str, category: str) -> str:
    """Return what somebody was in an offence: the role, or convicted where the record says so."""
    return "convicted" if category == "convicted" else role


def _part(row: Row, names: dict[str, str]) -> Part:
    start = row["committed_from"]
    is_timed = start is not None and row["precision"] in ("exact", "range")
    return Part(
        offence_id=row["offence_id"],
        dated_on=row["dated_on"],
        when=place_counts.when(row["precision"], row["dated_on"], start, row["committed_to"]),
        standing=standing_of(row["role"], row["category"]),
        role=row["role"],
        category=row["category"],
        evidence=row["evidence"],
        offence=row["offence"] or "not classified",
        group=row["offence_group"] or "other",
        weapon=row["weapon"].replace("_", " ") if row["weapon"] else None,
        outcome=row["outcome"],
        area=names.get(row["lpa"], row["lpa"]),
        cell=row["cell"],
        street=row["location_text"],
        harm_days=row["harm_days"],
        hour=start.replace(tzinfo=UTC).astimezone(LONDON).hour if is_timed else None,
    )


def _standings(parts: Sequence[Part]) -> tuple[Standing, ...]:
    found = []
    for standing in STANDINGS:
        own = [part for part in parts if part.standing == standing]
        if own:
            days = [part.dated_on for part in own]
            found.append(Standing(standing, len({part.offence_id for part in own}), min(days), max(days)))
    return tuple(found)


def _associates(rows: Iterable[Row]) -> tuple[Associate, ...]:
    return tuple(
        Associate(row["person_id"], full_name(row), row["is_child"], int(row["together"]), row["last_on"])
        for row in rows
    )


def _order(row: Row, today: date) -> Order:
    if row["ended_on"] is not None and row["ended_on"] <= today:
        state = "discharged"
    elif row["ends_on"] is not None and row["ends_on"] < today:
        state = "over"
    elif row["breached_on"] is not None:
        state = "in force, breached"
    else:
        state = "in force"
    return Order(**row, state=state)


def _plans(store: Store, scope: Scope, today: date) -> tuple[Plan, ...]:
    plans = reads.plans(store.analytics, scope, today)
    if not plans:
        return ()
    responses: dict[str, list[PlanResponse]] = defaultdict(list)
    for row in reads.plan_responses(store.analytics, scope, today):
        responses[row.pop("plan_id")].append(PlanResponse(**row))
    return tuple(Plan(**row, responses=tuple(responses[row["plan_id"]])) for row in plans)


def _places(store: Store, parts: Sequence[Part]) -> tuple[Where, ...]:
    """Return the hexagons of somebody's offences, those with the most as suspect first."""
    by_cell: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        if part.cell is not None and part.standing != "witness":
            by_cell[part.cell].append(part)
    if not by_cell:
        return ()
    named = hot_spots.named(store, pd.DataFrame({"cell": np.array(list(by_cell), dtype=np.int64)}))
    said: dict[int, str] = dict(zip(named["cell"].tolist(), named["place"].tolist(), strict=True))
    found = [
        Where(
            cell,
            said[cell],
            len({part.offence_id for part in own if part.standing in _SUSPECTED}),
            len({part.offence_id for part in own if part.standing == "victim"}),
            max(part.dated_on for part in own),
        )
        for cell, own in by_cell.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.suspected, -one.victim, -one.last_on.toordinal(), one.cell)))


def _hours(parts: Sequence[Part]) -> tuple[tuple[str, int, int], ...]:
    """Count offences as suspect by part of the day: name, Monday to Friday, Saturday and Sunday."""
    timed = {part.offence_id: part for part in parts if part.standing in _SUSPECTED and part.hour is not None}
    counted = Counter(
        (name, part.dated_on.weekday() >= 5)
        for part in timed.values()
        for name, first, last in _PARTS_OF_DAY
        if first <= (part.hour or 0) < last
    )
    return tuple((name, counted[name, False], counted[name, True]) for name, _, _ in _PARTS_OF_DAY)


def _harm(parts: Sequence[Part]) -> Harm:
    own = {part.offence_id: part.harm_days for part in parts if part.standing in _SUSPECTED}
    weights = [days for days in own.values() if days is not None]
    return Harm(sum(weights), len(weights), len(own) - len(weights), reference.HARM_EDITION)
