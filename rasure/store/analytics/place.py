"""Reads over one hexagon. Each takes a scope; none reads who anybody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.offences import Filter
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)


@dataclass(frozen=True, slots=True)
class Apart:
    """What is left out of a read in full: a building by its id, or a default point by its position; or nothing."""

    premises_id: str | None = None
    point_dm: tuple[int, int] | None = None

    def parameters(self) -> dict[str, Any]:
        e_dm, n_dm = self.point_dm or (0, 0)
        return {
            "apart_premises": self.premises_id or "",
            "apart_point": self.point_dm is not None,
            "apart_e_dm": e_dm,
            "apart_n_dm": n_dm,
        }


def offences(database: Database, scope: Scope, which: Filter, cell: int) -> pd.DataFrame:
    """Return the offences of a hexagon, oldest first: date, times (UTC), group, harm, premises, grade."""
    return database.frame(_SQL["offences"], scope.parameters() | which.parameters() | {"cell": cell})


def latest(database: Database, scope: Scope, which: Filter, cell: int, apart: Apart, most: int) -> list[dict[str, Any]]:
    """Return the latest of them in full, newest first: when, group, street, weapon, outcome."""
    asked = scope.parameters() | which.parameters() | apart.parameters() | {"cell": cell, "most": most}
    return _rows(database, "latest", asked)


def times(database: Database, scope: Scope, which: Filter) -> pd.DataFrame:
    """Return committed_from, committed_to (UTC) of everything in a selection that has a clock time, in no order."""
    return database.frame(_SQL["times"], scope.parameters() | which.parameters())


def premises(database: Database, scope: Scope, cell: int) -> list[dict[str, Any]]:
    """Return premises_id, name, kind, is_institution, e_m, n_m of the premises inside, by id."""
    return _rows(database, "premises", scope.parameters() | {"cell": cell})


def people(database: Database, scope: Scope, which: Filter, cell: int, apart: Apart) -> int:
    """Return how many people are recorded in the offences of a hexagon; witnesses are left out."""
    asked = scope.parameters() | which.parameters() | apart.parameters() | {"cell": cell}
    return int(database.value(_SQL["people"], asked))


def hot_spots(database: Database, scope: Scope, cell: int) -> list[dict[str, Any]]:
    """Return the published hot spots that hold a hexagon, latest first."""
    return _rows(database, "hot_spots", scope.parameters() | {"cell": cell})


def plans(database: Database, scope: Scope, subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return the plans of a place, open ones first."""
    return _rows(database, "plans", scope.parameters() | {"subjects": list(subjects)})


def plan_responses(database: Database, scope: Scope, subjects: Sequence[str]) -> list[dict[str, Any]]:
    return _rows(database, "plan_responses", scope.parameters() | {"subjects": list(subjects)})


def patrols(database: Database, scope: Scope, hotspot_id: str) -> dict[str, Any]:
    """Return patrols, tasked, on_foot_or_stopped, last_at (UTC) of a hot spot."""
    return _rows(database, "patrols", scope.parameters() | {"hotspot_id": hotspot_id})[0]


def visits(database: Database, scope: Scope, hotspot_id: str) -> dict[str, Any]:
    """Return visits, last_at (UTC), computed of a hot spot."""
    return _rows(database, "visits", scope.parameters() | {"hotspot_id": hotspot_id})[0]


def _rows(database: Database, block: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = database.arrow(_SQL[block], parameters).to_pylist()
    return found
