"""Reads for tasking: offences where an outline is to be fitted, and the sets that were published."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.offences import Filter
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

#: West, south, east, north in EPSG:27700 metres.
Box = tuple[float, float, float, float]


def events_in_box(
    database: Database, scope: Scope, which: Filter, box: Box, apart: Sequence[tuple[int, int]]
) -> pd.DataFrame:
    """Return e_m, n_m, dated_on, harm_days of the located offences of a selection in a box.

    Those at a premises of `apart` (cell, premises) are left out.
    """
    left_out = {"cell": [cell for cell, _ in apart], "premises": [premises for _, premises in apart]}
    incoming = pa.table(left_out, schema=pa.schema([("cell", pa.int64()), ("premises", pa.int64())]))
    sides = dict(zip(("west_dm", "south_dm", "east_dm", "north_dm"), (round(10 * side) for side in box), strict=True))
    return database.frame_over(incoming, _SQL["events_in_box"], scope.parameters() | which.parameters() | sides)


def sets(database: Database, scope: Scope) -> list[dict[str, Any]]:
    """Return the published sets that hold anything of the scope: one row a version, newest first."""
    rows: list[dict[str, Any]] = database.arrow(_SQL["sets"], scope.parameters()).to_pylist()
    return rows


def set_areas(database: Database, scope: Scope, set_id: str, version: int) -> list[dict[str, Any]]:
    """Return the patrol areas of one version, of the areas in scope; none for a set there is not."""
    which = {"set_id": set_id, "version": version}
    rows: list[dict[str, Any]] = database.arrow(_SQL["set_areas"], scope.parameters() | which).to_pylist()
    return rows


def latest_version(database: Database, set_id: str) -> int:
    """Return the highest version of a set; 0 when there is none."""
    return int(database.value(_SQL["latest_version"], {"set_id": set_id}) or 0)
