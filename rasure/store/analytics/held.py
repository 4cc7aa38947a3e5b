"""What the store already holds of the rows a load refers to, corrects or completes."""

import pandas as pd
import pyarrow as pa

from rasure.store.analytics.database import Database
from rasure.store.analytics.loads import KEYED
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

#: The columns rows may be looked up by.
_COLUMNS = frozenset(["row_key", "offence_id", "occurrence_id", "location_id", "hotspot_id"])


def keys(database: Database, table: str, wanted: pd.Series) -> set[str]:
    """Return which of the wanted keys a table holds."""
    return set(database.frame_over(_incoming(wanted), _over(_SQL["keys"], table))["row_key"])


def rows(database: Database, table: str, column: str, wanted: pd.Series) -> pd.DataFrame:
    """Return the rows of a table whose column holds one of the wanted values; no rows keep their columns."""
    return database.frame_over(_incoming(wanted), _over(_SQL["rows"], table, column))


def locations_at(database: Database, points: pd.DataFrame) -> pd.DataFrame:
    """Return the locations at any of the points, given as e_dm and n_dm."""
    incoming = pa.Table.from_pandas(points[["e_dm", "n_dm"]].dropna().drop_duplicates(), preserve_index=False)
    return database.frame_over(incoming, _SQL["locations_at"])


def _incoming(wanted: pd.Series) -> pa.Table:
    return pa.table({"value": pa.array(wanted.dropna().unique(), pa.string())})


def _over(sql: str, table: str, column: str = "row_key") -> str:
    if table not in KEYED or column not in _COLUMNS:
        raise KeyError((table, column))
    return sql.replace("{table}", table).replace("{column}", column)
