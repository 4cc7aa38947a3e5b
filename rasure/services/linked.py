"""The corners of the triangle: an offence without anybody, and who is recorded in it or at a place once opened."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from rasure.access.columns import Column
from rasure.access.scope import Kind, Scope, Subject
from rasure.errors import NotFound
from rasure.services import hot_spots, place_counts
from rasure.services.person import full_name, standing_of
from rasure.store.analytics import ground
from rasure.store.analytics import person as reads
from rasure.store.store import Store


@dataclass(frozen=True, slots=True)
class Incident:
    """One offence: when, what, where, with what, and what became of it; nobody is named."""

    offence_id: str
    occurrence_id: str | None
    dated_on: date
    when: str
    offence: str
    group: str
    counts: str
    weapon: str | None
    outcome: str | None
    outcome_on: date | None
    area: str | None
    street: str | None
    cell: int | None
    place: str | None
    harm_days: float | None


@dataclass(frozen=True, slots=True)
class LinkedPerson:
    """Somebody recorded at a place or in an offence: offences by what they were there; None is withheld."""

    person_id: str
    name: str | None
    is_child: bool
    suspected: int
    convicted: int
    victim: int | None
    witness: int | None
    last_on: date | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Linked:
    """Who is recorded there since a day, most often first, and whether victims are among those told."""

    subject: Subject
    people: tuple[LinkedPerson, ...]
    since_on: date
    sees_victims: bool


_COUNTS = {
    "always": "counts in every ranking",
    "weapon_required": "counts only with a weapon",
    "stand_in": "stands in, on published data",
    "off": "counts in no ranking",
}


def incident(store: Store, scope: Scope, offence_id: str) -> Incident:
    """Return one offence of the reader's areas.

    Raises
    ------
    NotFound
        There is none of that identifier there.
    """
    row = reads.offence(store.analytics, scope, offence_id)
    if row is None:
        raise NotFound("No offence of that identifier is recorded in your areas. Check the identifier.")
    names = {area.code: area.name for area in ground.areas(store.analytics)}
    return Incident(
        offence_id=row["offence_id"],
        occurrence_id=row["occurrence_id"],
        dated_on=row["dated_on"],
        when=place_counts.when(row["precision"], row["dated_on"], row["committed_from"], row["committed_to"]),
        offence=row["offence"] or "not classified",
        group=row["offence_group"] or "other",
        counts=_COUNTS.get(row["include_rule"], "not classified"),
        weapon=row["weapon"].replace("_", " ") if row["weapon"] else None,
        outcome=row["outcome"],
        outcome_on=row["outcome_on"],
        area=names.get(row["lpa"], row["lpa"]),
        street=row["location_text"],
        cell=row["cell"],
        place=None if row["cell"] is None else _name_of(store, row["cell"]),
        harm_days=row["harm_days"],
    )


def people(store: Store, scope: Scope, today: date, since_on: date) -> Linked:
    """Return who is recorded at the place, or in the offence, that the scope opens; without one, nobody."""
    if scope.opened is None:
        raise NotFound("Nothing is open. Say why you need it first.")
    found = (
        [
            LinkedPerson(
                *(row["person_id"], full_name(row), row["is_child"], row["suspected"], row["convicted"]),
                *(row["victim"], row["witness"], row["last_on"], None),
            )
            for row in reads.at_place(store.analytics, scope, today, since_on)
        ]
        if scope.opened.kind is Kind.PLACE
        else _in_offence(store, scope, today)
    )
    return Linked(scope.opened, tuple(found), since_on, Column.VICTIM_ROLE in scope.columns)


def _in_offence(store: Store, scope: Scope, today: date) -> list[LinkedPerson]:
    sees_victims = Column.VICTIM_ROLE in scope.columns
    found = []
    for row in reads.in_offence(store.analytics, scope, today):
        standing = standing_of(row["role"], row["category"])
        found.append(
            LinkedPerson(
                person_id=row["person_id"],
                name=full_name(row),
                is_child=row["is_child"],
                suspected=int(standing in ("suspect", "offender", "convicted")),
                convicted=int(standing == "convicted"),
                victim=int(standing == "victim") if sees_victims else None,
                witness=int(standing == "witness") if sees_victims else None,
                last_on=None,
                evidence=row["evidence"],
            )
        )
    return found


def _name_of(store: Store, cell: int) -> str:
    named = hot_spots.named(store, pd.DataFrame({"cell": np.array([cell], dtype=np.int64)}))
    return str(named["place"].iloc[0])
