"""Reads behind the weekly summary. Each takes a scope; a week is seven operational days from Monday 06:00."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.days import Days
from rasure.store.statements import Statements
from rasure.terms import Window

_SQL = Statements.beside(__file__)
_KNOWN = pa.schema({"week_on": pa.date32(), "known_until": pa.timestamp("us")})


def reach(database: Database) -> tuple[date, date, datetime | None] | None:
    """Return the first and last operational day of an offence and the newest report (UTC); None without any."""
    ((first_on, last_on, reported_at),) = database.rows(_SQL["reach"])
    return None if first_on is None else (first_on, last_on, reported_at)


def counts(database: Database, scope: Scope, known: Iterable[tuple[date, datetime]]) -> pd.DataFrame:
    """Return the offences of some weeks, each as it was known by a moment (UTC) of its own.

    Columns: week_on, lpa, offence_group, offences (known now), n (known then), harm_days, with_harm.
    """
    rows = [{"week_on": week_on, "known_until": until} for week_on, until in known]
    return database.frame_over(pa.Table.from_pylist(rows, _KNOWN), _SQL["counts"], scope.parameters())


def gravest(database: Database, scope: Scope, which: Days, until_at: datetime) -> tuple[float, str] | None:
    """Return harm days and name of the one offence of a period that weighs most, as known by a moment (UTC)."""
    rows = database.rows(_SQL["gravest"], scope.parameters() | which.parameters() | {"until_at": until_at})
    return (float(rows[0][0]), str(rows[0][1])) if rows else None


def places(database: Database, scope: Scope, window: Window, lpa: str, most: int) -> list[dict[str, Any]]:
    """Return cell, street, offences, is_patrolled of the hexagons of an area with the most offences."""
    asked = {"first_on": window.first_on, "last_on": window.last_on, "lpa": lpa, "most": most}
    return _rows(database, "places", scope.parameters() | asked)


def outcomes(database: Database, scope: Scope, which: Days, positive: Iterable[str]) -> dict[str, int]:
    """Return offences, with_outcome, positive: the offences whose outcome in force is among those given."""
    asked = scope.parameters() | which.parameters() | {"groups": sorted(positive)}
    found: dict[str, int] = _rows(database, "outcomes", asked)[0]
    return found


def searches(database: Database, scope: Scope, which: Days) -> dict[str, Any] | None:
    """Return searches, with_outcome, found; None where the store holds no search at all."""
    ((is_any,),) = database.rows(_SQL["any_searches"])
    return _rows(database, "searches", scope.parameters() | which.parameters())[0] if is_any else None


def plans(database: Database, scope: Scope, which: Days) -> list[dict[str, Any]]:
    """Return plan_id, title (None: about a person), lpa, opened_on, review_due_on, closed_on (None: not by the end)."""
    return _of_period(database, "plans", scope, which)


def operations(database: Database, scope: Scope, which: Days) -> list[dict[str, Any]]:
    """Return operation_id, name, lpa, starts_on, ends_on, funding_gbp, funder of the operations of a period."""
    return _of_period(database, "operations", scope, which)


def partners(database: Database, scope: Scope, which: Days) -> list[dict[str, Any]]:
    """Return partner_id, name, lpa, engaged_on, last_contact_on of the agencies engaged by a period's end."""
    return _of_period(database, "partners", scope, which)


def training(database: Database, scope: Scope, which: Days) -> list[dict[str, Any]]:
    """Return course, officers, trained (in the period), due as of a period's end."""
    return _of_period(database, "training", scope, which)


def _of_period(database: Database, name: str, scope: Scope, which: Days) -> list[dict[str, Any]]:
    return _rows(database, name, scope.parameters() | which.parameters())


def _rows(database: Database, name: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = database.arrow(_SQL[name], asked).to_pylist()
    return found
