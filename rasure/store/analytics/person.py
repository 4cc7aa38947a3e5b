"""Reads about people. What tells who somebody is takes a scope of something opened, and without one returns nothing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from rasure.access.scope import Kind, Scope, Subject
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

Row = dict[str, Any]


def standing(database: Database, scope: Scope, subject: Subject, today: date) -> bool | None:
    """Return None when there is no such thing for this reader, otherwise whether it is somebody under 18."""
    if subject.kind is Kind.PERSON:
        found = _rows(database, "standing", scope, person_id=subject.id, today=today)
    else:
        found = _rows(database, f"{subject.kind.value}_standing", scope, id=subject.id)
    return bool(found[0]["is_child"]) if found else None


def is_known(database: Database, subject: Subject) -> bool:
    """Tell whether an identifier is one, wherever; for the log alone."""
    return bool(database.value(_SQL[f"known_{subject.kind.value}"], {"id": subject.id}))


def identity(database: Database, scope: Scope, today: date) -> Row | None:
    """Return person_id, family_name, given_name, born_on, age_years, gender, is_child, has_been_victim."""
    found = _rows(database, "identity", scope, today=today)
    return found[0] if found else None


def days(database: Database, scope: Scope, today: date) -> list[date]:
    """Return the days of the offences the opened person has a part in, as far as the reader may know."""
    return [row["dated_on"] for row in _rows(database, "days", scope, today=today)]


def history(database: Database, scope: Scope, today: date, on: Sequence[date]) -> list[Row]:
    """Return the opened person's parts in offences of these days, latest first; harm in days, positions by cell."""
    return _rows(database, "history", scope, today=today, days=list(on))


def associates(database: Database, scope: Scope, today: date, on: Sequence[date], most: int) -> list[Row]:
    """Return person_id, family_name, given_name, is_child, together, last_on of co-offenders on these days."""
    return _rows(database, "associates", scope, today=today, days=list(on), most=most)


def between(database: Database, scope: Scope, person_ids: Sequence[str]) -> list[Row]:
    """Return person_id, other_id, together for every pair of these who offended together."""
    return _rows(database, "between", scope, person_ids=list(person_ids)) if len(person_ids) > 1 else []


def orders(database: Database, scope: Scope, today: date) -> list[Row]:
    """Return kind, made_on, ends_on, ended_on, breached_on, conditions, the latest first."""
    return _rows(database, "orders", scope, today=today)


def plans(database: Database, scope: Scope, today: date) -> list[Row]:
    """Return the plans about the opened person, open ones first."""
    return _rows(database, "plans", scope, today=today)


def plan_responses(database: Database, scope: Scope, today: date) -> list[Row]:
    return _rows(database, "plan_responses", scope, today=today)


def at_place(database: Database, scope: Scope, today: date, since_on: date) -> list[Row]:
    """Return who is recorded at the opened hexagon, with offences by role and the last date."""
    return _rows(database, "at_place", scope, today=today, since_on=since_on)


def in_offence(database: Database, scope: Scope, today: date) -> list[Row]:
    """Return who is recorded in the opened offence, one row a role."""
    return _rows(database, "in_offence", scope, today=today)


def linked_count(database: Database, scope: Scope, subject: Subject, since_on: date) -> int:
    """Return how many people opening a place or an offence would name."""
    asked = scope.parameters() | {"id": subject.id, "since_on": since_on}
    return int(database.value(_SQL[f"linked_to_{subject.kind.value}"], asked))


def offence(database: Database, scope: Scope, offence_id: str) -> Row | None:
    """Return one offence without anybody in it."""
    found = _rows(database, "offence", scope, id=offence_id)
    return found[0] if found else None


def known_for_panel(database: Database, person_ids: Iterable[str]) -> list[Row]:
    """Return person_id, family_name, lpa (None when in several); for the auditor's panel alone."""
    incoming = pa.table({"person_id": pa.array(sorted(person_ids), pa.string())})
    found = database.frame_over(incoming, _SQL["known_for_panel"]).astype(object)
    rows: list[Row] = found.where(found.notna(), None).to_dict("records")  # type: ignore[assignment]
    return rows


def _rows(database: Database, block: str, scope: Scope, **asked: object) -> list[Row]:
    found: list[Row] = database.arrow(_SQL[block], scope.parameters() | asked).to_pylist()
    return found
