"""Reads behind the evidence for a ranking: counts of every hexagon, and offences by point and day."""

import pandas as pd

from rasure.access.scope import Scope
from rasure.store.analytics import offences
from rasure.store.analytics.database import Database
from rasure.store.analytics.offences import Filter
from rasure.store.statements import Statements
from rasure.terms import Measure

_SQL = Statements.beside(__file__)


def cell_counts(database: Database, scope: Scope, which: Filter, apart: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return cell, n, in_area of every hexagon of the study area and any other with an offence, by cell.

    With `apart` (cell, premises), without the offences at those premises.
    """
    return database.frame_over(offences.left_out(apart), _SQL["cell_counts"], scope.parameters() | which.parameters())


def point_days(
    database: Database,
    scope: Scope,
    which: Filter,
    measure: Measure = Measure.COUNT,
    apart: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return cell, e_dm, n_dm (whole decimetres), dated_on, n, mass (days of harm, their roots, or the count).

    With `apart` (cell, premises), without the offences at those premises.
    """
    parameters = scope.parameters() | which.parameters() | {"measure": measure.value}
    return database.frame_over(offences.left_out(apart), _SQL["point_days"], parameters)
