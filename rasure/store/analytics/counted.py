"""The offences that count, and people's parts, kept apart so that a ranking over a million of them answers at once."""

from collections.abc import Iterable

from rasure.store.analytics.database import Database, Writer
from rasure.store.analytics.loads import get_meta, set_meta
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)
_MARK = "counted_as"

#: Tables of a batch on which it depends what counts, where and when.
SOURCES = frozenset(["offence", "location", "offence_area", "involvement", "weapon"])


def follow(writer: Writer, loaded: Iterable[str]) -> None:
    """Bring what counts up to date after a load of the named tables, in the load's own transaction."""
    if SOURCES & set(loaded):
        _count_again(writer)
    set_meta(writer, _MARK, writer.value(_SQL["counted_as"]))


def ensure(database: Database) -> None:
    """Count again if loads or reference tables changed without anybody following them, as in a rebuild."""
    if get_meta(database, _MARK) == database.value(_SQL["counted_as"]):
        return
    with database.transaction() as writer:
        _count_again(writer)
        set_meta(writer, _MARK, writer.value(_SQL["counted_as"]))


def _count_again(writer: Writer) -> None:
    for step in (
        "forget_counted",
        "forget_premises",
        "forget_judged",
        "learn_premises",
        "learn_counted",
        "learn_judged",
    ):
        writer.run(_SQL[step])
