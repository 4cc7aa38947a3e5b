"""Reads behind the lists of people: candidates' events for the ranking and, apart from it, what is told of them.

The ranking's reads return an identifier, an age and events and nothing else. Each read takes a scope; a person is in it
when one of their events of the look-back is, and their other events come without saying where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which candidates are meant: as of a day, over so many days, in an area; and least qualifying dates, to save work.

    `is_victim` asks for what people suffered, else for what they are suspected or proven to have done. Events are read
    from `earlier_days` before the look-back on, to say since when a rule is met; of `subjects` alone, or (None) of all.
    """

    as_of: date
    lookback_days: int
    is_victim: bool
    kinds: tuple[str, ...]
    qualifying: tuple[str, ...]
    least_dates: int
    blade_classes: tuple[str, ...]
    weapon_classes: tuple[str, ...]
    lpa: str | None = None
    subjects: tuple[str, ...] | None = None
    earlier_days: int = 0

    def parameters(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "first_on": self.as_of - timedelta(days=self.lookback_days),
            "read_from": self.as_of - timedelta(days=self.lookback_days + self.earlier_days),
            "any_person": self.subjects is None,
            "subjects": list(self.subjects or ()),
            "kinds": list(self.kinds),
            "qualifying": list(self.qualifying),
            "least_dates": self.least_dates,
            "blade_classes": list(self.blade_classes),
            "weapon_classes": list(self.weapon_classes),
            "is_victim": self.is_victim,
            "any_lpa": self.lpa is None,
            "lpa": self.lpa or "",
        }


def events(database: Database, scope: Scope, wanted: Wanted) -> pd.DataFrame:
    """Return id, date, kind, harm (days), evidence of whoever may meet a rule: what `people.ranking` takes."""
    block = "suffered" if wanted.is_victim else "done"
    return database.frame(_SQL[block], scope.parameters() | wanted.parameters())


def ages(database: Database, ids: Sequence[str], as_of: date) -> pd.DataFrame:
    """Return id, age in whole years (NA where no day of birth is held): what `people.ranking` takes."""
    found = database.frame_over(_incoming(ids), _SQL["ages"], {"as_of": as_of})
    return found.astype({"age": "Int64"})


def identities(database: Database, scope: Scope, ids: Sequence[str], wanted: Wanted) -> list[dict[str, Any]]:
    """Return id, family_name, given_name as far as the scope's columns go, and lpa, where something was last."""
    asked = scope.parameters() | wanted.parameters()
    return _plain(database.frame_over(_incoming(ids), _SQL["identities"], asked))


def records(database: Database, scope: Scope, ids: Sequence[str], wanted: Wanted) -> list[dict[str, Any]]:
    """Return the records behind some people's events; those of other areas without their number, place and details."""
    asked = scope.parameters() | wanted.parameters()
    block = "suffered_records" if wanted.is_victim else "done_records"
    return _plain(database.frame_over(_incoming(ids), _SQL[block], asked))


def also(database: Database, scope: Scope, ids: Sequence[str], wanted: Wanted) -> frozenset[str]:
    """Return which of some people are in the other kind of role too in the look-back: victims, or suspects."""
    asked = scope.parameters() | wanted.parameters()
    return frozenset(database.frame_over(_incoming(ids), _SQL["also"], asked)["id"])


def latest_on(database: Database) -> date | None:
    """Return the last day of any event of anybody."""
    found: date | None = database.value(_SQL["latest_on"])
    return found


def _incoming(ids: Sequence[str]) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.string())})


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    known = frame.astype(object).where(frame.notna(), None)
    rows: list[dict[str, Any]] = known.to_dict("records")  # type: ignore[assignment]
    return rows
