"""The one read behind what partner agencies are given: counts of whole areas in whole quarters, still raw."""

from datetime import date

from rasure.access.scope import Scope
from rasure.store.analytics.database import Database
from rasure.store.statements import Statements
from rasure.terms import Source, Window

_SQL = Statements.beside(__file__)


def counts(database: Database, scope: Scope, window: Window) -> list[tuple[str, date, str, int]]:
    """Return area, first day of the quarter, group, offences; the window is of whole quarters, noughts are left out."""
    days = {"first_on": window.first_on, "last_on": window.last_on}
    return [(lpa, start, group, n) for lpa, start, group, n in database.rows(_SQL["counts"], scope.parameters() | days)]


def groups(database: Database) -> list[str]:
    """Return the offence groups that count and occur anywhere in the force."""
    return [name for (name,) in database.rows(_SQL["groups"])]


def reach(database: Database) -> dict[Source, tuple[date, date]]:
    """Return the first and last day known of each source."""
    return {Source(name): (first_on, last_on) for name, first_on, last_on in database.rows(_SQL["reach"])}
