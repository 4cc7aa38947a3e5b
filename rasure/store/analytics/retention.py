"""How many records are how old, by the group whose review period they fall under; counts only."""

from datetime import date
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

Working = Literal["positions", "earlier_versions", "rejected_rows"]


def by_group(
    database: Database,
    scope: Scope,
    which: Literal["people", "offences"],
    groups: pd.DataFrame,
    cutoffs: pd.DataFrame,
    *,
    rest: int,
) -> pd.DataFrame:
    """Count records by group.

    Parameters
    ----------
    groups
        offence_group, strictness: 1 is the strictest.
    cutoffs
        strictness, grp, cutoff_on: what is dated before that day is past its period; empty for no period.
    rest
        The strictness of offences whose group is not among `groups`.

    Returns
    -------
    DataFrame
        grp, held, past, oldest_on.
    """
    days = pa.Table.from_pandas(cutoffs, preserve_index=False)
    wanted = pa.Table.from_pandas(groups[["offence_group", "strictness"]], preserve_index=False)
    return database.frame_over(wanted, _SQL[which], {**scope.parameters(), "rest": rest}, beside={"cutoffs": days})


def people_without_role(database: Database) -> int:
    return int(database.value(_SQL["people_without_role"]))


def working(database: Database, which: Working, cutoff_on: date | None) -> dict[str, Any]:
    """Return held, past and oldest_on of one kind of working data; nothing is past without a day."""
    ((held, past, oldest_on),) = database.rows(_SQL[which], {"cutoff_on": cutoff_on})
    return {"held": held, "past": past, "oldest_on": oldest_on}
