"""Where a name stands in text: found by its words, because no identifier leads there."""

from collections.abc import Iterator
from dataclasses import dataclass

from rasure.store.analytics.database import Database, identifier
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)


@dataclass(frozen=True, slots=True)
class Mention:
    """A column in which a name stands: how many rows, and what names them (row_key, or the row's number)."""

    table: str
    column: str
    keys: tuple[str, ...]


def mentions(database: Database, family: str, given: str) -> Iterator[Mention]:
    """Yield every column of the store with rows that hold both words, whatever their case and accents."""
    for table, column, is_keyed in database.rows(_SQL["texts"]):
        names = {"{table}": table, "{column}": column, "{key}": "row_key" if is_keyed else "rowid"}
        sql = _SQL["mentions"]
        for mark, name in names.items():
            sql = sql.replace(mark, identifier(name))
        found = database.rows(sql, {"family": family, "given": given})
        if found:
            yield Mention(table, column, tuple(str(key) for (key,) in found))
