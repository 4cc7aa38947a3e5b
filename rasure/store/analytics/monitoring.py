"""Counts by ethnicity, for monitoring disparity alone: the only reads that touch it. No other module asks for them."""

from collections.abc import Iterable

import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements
from rasure.terms import Window

_SQL = Statements.beside(__file__)


def searches(database: Database, scope: Scope, window: Window) -> dict[str, int]:
    """Return searches by group."""
    return dict(database.rows(_SQL["searches"], scope.parameters() | _days(window)))


def people(database: Database, ids: Iterable[str]) -> dict[str, int]:
    """Return how many of some people are of each group."""
    found = database.frame_over(pa.table({"id": pa.array(sorted(ids), pa.string())}), _SQL["people"])
    return dict(zip(found["grp"], map(int, found["n"]), strict=True))


def recorded(database: Database, scope: Scope, window: Window, *, is_victim: bool) -> dict[str, int]:
    """Return suspects and offenders by group, or victims of counted violence."""
    asked = scope.parameters() | _days(window) | {"is_victim": is_victim}
    return dict(database.rows(_SQL["recorded"], asked))


def _days(window: Window) -> dict[str, object]:
    return {"first_on": window.first_on, "last_on": window.last_on}
