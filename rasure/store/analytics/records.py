"""Reads over the loads themselves: batches, files, coverage, rejects."""

from datetime import date

import pandas as pd

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements
from rasure.terms import Source

_SQL = Statements.beside(__file__)


def load_batches(database: Database) -> pd.DataFrame:
    return database.frame(_SQL["load_batches"])


def coverage(database: Database) -> pd.DataFrame:
    """Return source, kind, force, month, rows for every month present."""
    return database.frame(_SQL["coverage"])


def months(database: Database, source: Source, kind: str) -> list[date]:
    """Return the months a kind of file covers, by their first day."""
    return [month for (month,) in database.rows(_SQL["months"], {"source": source.value, "kind": kind})]


def rejects(database: Database, _scope: Scope, batch_id: int) -> pd.DataFrame:
    """Return the rejected rows of a batch; the scope shows that the desk admitted the reader."""
    return database.frame(_SQL["rejects"], {"batch_id": batch_id})


def reject_reasons(database: Database) -> pd.DataFrame:
    return database.frame(_SQL["reject_reasons"])
