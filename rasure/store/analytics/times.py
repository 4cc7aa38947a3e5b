"""Reads over when offences happened: counts by hour, spans, what is behind an hour. The SQL twin binds the scope."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.offences import Filter
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)


@dataclass(frozen=True, slots=True)
class Within:
    """Which offences are meant: a selection, or one hexagon of it."""

    which: Filter
    cell: int | None = None

    def parameters(self) -> dict[str, Any]:
        return self.which.parameters() | {"any_cell": self.cell is None, "cell": self.cell or 0}


def starts(database: Database, scope: Scope, within: Within) -> pd.DataFrame:
    """Return hour, dated_on, by_day, n, month_only of the offences by the hour they start in."""
    return database.frame(_SQL["starts"], scope.parameters() | within.parameters())


def spans(database: Database, scope: Scope, within: Within) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the starts and the ends (UTC seconds) of the offences whose end is not their start."""
    found = database.arrow(_SQL["spans"], scope.parameters() | within.parameters())
    return found["start_s"].to_numpy(), found["end_s"].to_numpy()


def touching(
    database: Database, scope: Scope, within: Within, hours: NDArray[np.int64], *, since: datetime, most: int
) -> pd.DataFrame:
    """Return the newest offences that start `since` and whose span touches any of some hours (since 1970, UTC).

    The columns are committed_from, ended_at (UTC), location_text, lpa, offence_group.
    """
    incoming = pa.table({"since_s": hours * 3600, "until_s": (hours + 1) * 3600})
    bound = scope.parameters() | within.parameters() | {"since": since, "most": most}
    return database.frame_over(incoming, _SQL["touching"], bound)


def months(database: Database) -> list[date]:
    """Return the months for which offences are held, by their first day."""
    return [month for (month,) in database.rows(_SQL["months"])]


def known_from(database: Database) -> date | None:
    """Return the first day of what is held; None in an empty store."""
    found: date | None = database.value(_SQL["known_from"])
    return found
