"""Reads over problem-solving plans."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)


def about(database: Database, scope: Scope, subject_kind: str, subject_ids: Iterable[str]) -> pd.DataFrame:
    """Return the plans about a place, a person or an institution, the latest opened first: subject_id, plan_id, …"""
    incoming = pa.table({"subject_id": pa.array(list(subject_ids), pa.string())})
    return database.frame_over(incoming, _SQL["about"], scope.parameters() | {"subject_kind": subject_kind})
