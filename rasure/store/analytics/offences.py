"""Reads over offences. Each takes a scope; the SQL twin binds it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.analytics.days import Days
from rasure.store.statements import Statements
from rasure.terms import Band, Window

_SQL = Statements.beside(__file__)
_APART = pa.schema({"cell": pa.int64(), "premises": pa.int32()})


@dataclass(frozen=True, slots=True)
class Filter:
    """Which offences of a scope are meant: days, area, offence groups (none: all), band, weak locations."""

    window: Window
    lpa: str | None = None
    groups: tuple[str, ...] = ()
    band: Band | None = None
    with_weak: bool = True

    def parameters(self) -> dict[str, Any]:
        return Days(self.window, self.lpa).parameters() | {
            "any_group": not self.groups,
            "groups": list(self.groups),
            "any_band": self.band is None,
            "band": (self.band or Band.DAY).value,
            "weak": self.with_weak,
        }


def to_rank(database: Database, scope: Scope, which: Filter) -> pd.DataFrame:
    """Return cell, dated_on, harm_days, premises (NA where unknown) of the located offences, one by one."""
    return database.frame(_SQL["to_rank"], scope.parameters() | which.parameters())


def sums(database: Database, scope: Scope, which: Filter, weights: pd.DataFrame) -> pd.DataFrame:
    """Return the sums `ranking.from_sums` wants for each hexagon of a selection and each premises in it.

    `weights` are of `ranking.day_weights`; `premises` is NA for what happened at none that is known.
    """
    incoming = pa.Table.from_pandas(weights, preserve_index=False)
    return database.frame_over(incoming, _SQL["sums"], scope.parameters() | which.parameters())


def two_periods(
    database: Database, scope: Scope, which: Filter, before: Window, apart: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return cell, lpa, now, before: located offences of each hexagon in the selection's window and in another.

    With `apart` (cell, premises), without the offences at those premises.
    """
    asked = scope.parameters() | which.parameters()
    other = {"before_first_on": before.first_on, "before_last_on": before.last_on}
    return database.frame_over(left_out(apart), _SQL["two_periods"], asked | other)


def dated_points(
    database: Database, scope: Scope, which: Filter, *, most: int, apart: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return e_dm, n_dm, dated_on of the latest offences with a known day and place; none of published data.

    With `apart` (cell, premises), without the offences at those premises.
    """
    asked = scope.parameters() | which.parameters() | {"most": most}
    return database.frame_over(left_out(apart), _SQL["dated_points"], asked)


def left_out(apart: pd.DataFrame | None) -> pa.Table:
    """Return premises set apart (cell, premises; None: none) as the table that reads leave out."""
    if apart is None:
        return _APART.empty_table()
    return pa.Table.from_pandas(apart[["cell", "premises"]], schema=_APART, preserve_index=False)


def premises_counts(database: Database, scope: Scope, which: Filter, *, least: int) -> pd.DataFrame:
    """Return cell, premises, events, total (in the hexagon) of the premises with at least `least` events."""
    return database.frame(_SQL["premises_counts"], scope.parameters() | which.parameters() | {"least": least})


def premises(database: Database, wanted: pd.Series) -> pd.DataFrame:
    """Return premises, premises_id, premises_name, kind, is_default_point, e_dm, n_dm of the premises asked for."""
    incoming = pa.table({"premises": pa.array(wanted.unique(), pa.int32())})
    return database.frame_over(incoming, _SQL["premises"])


def summary(database: Database, scope: Scope, which: Filter) -> dict[str, Any]:
    """Return the counts of a selection and what of it cannot be placed or timed."""
    found = database.arrow(_SQL["summary"], scope.parameters() | which.parameters())
    row: dict[str, Any] = found.to_pylist()[0]
    return row


def groups(database: Database, scope: Scope) -> list[str]:
    """Return the offence groups that count and occur."""
    return [name for (name,) in database.rows(_SQL["groups"], scope.parameters())]


def extent(database: Database, scope: Scope) -> tuple[date, date] | None:
    """Return the first and last day of an in-scope offence, or None when there is none."""
    ((first_on, last_on),) = database.rows(_SQL["extent"], scope.parameters())
    return None if first_on is None else (first_on, last_on)


def sources(database: Database) -> list[str]:
    """Return the sources of the offences held."""
    return [name for (name,) in database.rows(_SQL["sources"])]


def grades(database: Database, scope: Scope) -> pd.DataFrame:
    """Return source, grade, offences, in_scope."""
    return database.frame(_SQL["grades"], scope.parameters())


def classes(database: Database, scope: Scope) -> pd.DataFrame:
    """Return source, offence_group, class_key, include_rule, offences, in_scope."""
    return database.frame(_SQL["classes"], scope.parameters())
