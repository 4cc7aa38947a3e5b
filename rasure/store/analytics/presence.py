"""Everything that follows from positions, in its order: doubts, then visits, then whether each visit is tasked."""

from collections.abc import Iterable

from rasure.store.analytics import flags, tasked, visits
from rasure.store.analytics.database import Database, Writer


def follow(writer: Writer, loaded: Iterable[str]) -> None:
    """Bring it all up to date after a load of the named tables, in the load's own transaction."""
    tables = set(loaded)
    again = flags.follow(writer, tables)
    visits.follow(writer, tables)
    if again.num_rows:
        visits.recompute(writer, again)
    tasked.follow(writer, tables)


def ensure(database: Database) -> None:
    """Bring it up to date if something changed without anybody following it, as in a rebuild."""
    if not flags.is_current(database):
        with database.transaction() as writer:
            follow(writer, flags.SOURCES)
    visits.ensure(database)
    tasked.ensure(database)
