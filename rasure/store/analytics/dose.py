"""Reads over visits and what they were assigned to. Each takes a scope, and the flagged visits that were restored."""

from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.days import Days
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

#: A flagged visit that counts all the same, as `restored` below holds them.
RESTORED = pa.schema(
    [
        ("officer_id", pa.string()),
        ("hotspot_id", pa.string()),
        ("started_at", pa.timestamp("us")),
        ("ended_at", pa.timestamp("us")),
    ]
)


def place_days(
    database: Database,
    scope: Scope,
    which: Days,
    restored: pa.Table,
    *,
    pass_s: float,
    valid_s: float,
    unseen_s: float = 0,
) -> pd.DataFrame:
    """Return the dose of every assigned place-day, by day and place.

    Columns: op_day, hotspot_id, arm, lpa, name, daily_cap, those of `patrol.dose.place_days`, and widest_minutes: the
    patrol-minutes if every visit lasted as long as its officer was not seen elsewhere, at most `unseen_s` at an end.
    """
    rule = {"pass_s": pass_s, "valid_s": valid_s, "unseen_s": int(unseen_s)}
    return database.frame_over(restored, _SQL["place_days"], scope.parameters() | which.parameters() | rule)


def visits(database: Database, scope: Scope, which: Days, restored: pa.Table) -> pd.DataFrame:
    """Return the visits of a period in order of time (UTC), with unit, is_tasked and is_counted."""
    return database.frame_over(restored, _SQL["visits"], scope.parameters() | which.parameters())


def outputs(
    database: Database, scope: Scope, lpa: str | None, first_at: datetime, until_at: datetime
) -> list[dict[str, Any]]:
    """Return lpa, patrols, spoken_to, searched, arrested, without_any of tasked patrols begun in a time (UTC)."""
    asked = {"first_at": first_at, "until_at": until_at, "any_lpa": lpa is None, "lpa": lpa or ""}
    found: list[dict[str, Any]] = database.arrow(_SQL["outputs"], scope.parameters() | asked).to_pylist()
    return found


def recorded(database: Database, scope: Scope, lpa: str | None, until_at: datetime) -> pd.DataFrame:
    """Return officer_id, unit, patrols, with_outcome of who ever recorded tasked patrols begun before then (UTC)."""
    asked = {"until_at": until_at, "any_lpa": lpa is None, "lpa": lpa or ""}
    return database.frame(_SQL["recorded"], scope.parameters() | asked)


def extent(database: Database, scope: Scope) -> tuple[date, date] | None:
    """Return the first and last operational day with an assignment or a visit, or None when there is neither."""
    ((first_on, last_on),) = database.rows(_SQL["extent"], scope.parameters())
    return None if first_on is None else (first_on, last_on)


def track(
    database: Database, scope: Scope, officer_id: str, hotspot_id: str, started_at: datetime, ended_at: datetime
) -> pd.DataFrame:
    """Return seen_at (UTC), e_m, n_m, accuracy_m, source, flag around one visit of the scope; else no rows."""
    asked = {"officer_id": officer_id, "hotspot_id": hotspot_id, "started_at": started_at, "ended_at": ended_at}
    return database.frame(_SQL["track"], scope.parameters() | asked)


def ground(database: Database, scope: Scope, hotspot_id: str) -> pd.DataFrame:
    """Return patrol_area_id, name, cell, e_m, n_m of the patrol areas of a hot spot in its latest version."""
    return database.frame(_SQL["ground"], scope.parameters() | {"hotspot_id": hotspot_id})
