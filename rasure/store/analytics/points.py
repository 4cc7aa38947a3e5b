"""Reads over the exact points of one hexagon: offences and patrol areas. Each takes a scope; the SQL twin binds it."""

import pandas as pd

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.offences import Filter
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)


def offences(database: Database, scope: Scope, cell: int, which: Filter) -> pd.DataFrame:
    """Return e_dm, n_dm, is_home, street, offence_group, n, first_on, last_on, month_only, is_weak."""
    return database.frame(_SQL["offences"], {"cell": cell} | scope.parameters() | which.parameters())


def patrol_areas(database: Database, scope: Scope, set_id: str, version: int, hotspot_id: str) -> pd.DataFrame:
    """Return name, cell, outline_wkb (EPSG:27700, empty unless moved) of the patrol areas of a published hot spot."""
    which = {"set_id": set_id, "version": version, "hotspot_id": hotspot_id}
    return database.frame(_SQL["patrol_areas"], which | scope.parameters())


def weapons(
    database: Database, scope: Scope, cell: int, which: Filter, *, apart_premises: str, apart_default: bool
) -> list[tuple[str | None, int]]:
    """Return weapon and offences: `none` where it is known that there was none, None where the source does not say.

    Offences at `apart_premises` (empty: none such), or at the source's default point, are left out.
    """
    apart = {"cell": cell, "apart_premises": apart_premises, "apart_default": apart_default}
    found = database.rows(_SQL["weapons"], apart | scope.parameters() | which.parameters())
    return [(weapon, n) for weapon, n in found]
