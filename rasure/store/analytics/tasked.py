"""Which visits are tasked: the patrol app reported them, or a patrol record says so. Worked out after visits are."""

from collections.abc import Iterable

from rasure.store.analytics.database import Database, Writer
from rasure.store.analytics.loads import get_meta, set_meta
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)
_MARK = "tasked_as"

#: Tables of a batch on which it depends.
SOURCES = frozenset(["ping", "patrol_area", "patrol"])


def follow(writer: Writer, loaded: Iterable[str] = SOURCES) -> None:
    """Say anew of every visit whether it is tasked; visits are few."""
    if not SOURCES & set(loaded):
        return
    for step in ("forget_tasked", "reported_by_the_app", "written_down"):
        writer.run(_SQL[step])
    set_meta(writer, _MARK, writer.value(_SQL["tasked_as"]))


def ensure(database: Database) -> None:
    """Say it anew if visits or records changed without anybody following them, as in a rebuild."""
    if get_meta(database, _MARK) == database.value(_SQL["tasked_as"]):
        return
    with database.transaction() as writer:
        follow(writer)
