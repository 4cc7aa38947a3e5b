"""One opened person's tables, to take away: the same record as the page, while it is open to whoever asks."""

from collections.abc import Callable, Sequence
from functools import partial

from rasure.access.roles import Action
from rasure.access.scope import Kind, Subject
from rasure.api.exportable import Asked, Export, Table
from rasure.services import desk, person, person_access
from rasure.services.person_record import PersonRecord

_TABLES: dict[str, tuple[Sequence[str], Callable[[PersonRecord], Sequence[object]]]] = {
    "history": (
        (
            *("offence_id", "dated_on", "when", "standing", "role", "category", "evidence", "offence", "group"),
            *("weapon", "outcome", "area", "street", "harm_days"),
        ),
        lambda record: record.parts,
    ),
    "associates": (("person_id", "name", "is_child", "together", "last_on"), lambda record: record.associates),
    "places": (("cell", "name", "suspected", "victim", "last_on"), lambda record: record.places),
}


def table(which: str, asked: Asked) -> Table:
    """Return the parts of an opened person in offences, the associates, or the places of the offences.

    The file's name carries no identifier; the log does, by the selection's digest and the opening before it.
    """
    subject = Subject(Kind.PERSON, asked.parameters.get("person", "")[:64])
    scope = desk.opened(asked.store, asked.principal, subject)
    columns, rows_of = _TABLES[which]
    found = rows_of(person.record(asked.store, scope, person_access.today()))
    rows = [{name: getattr(row, name) for name in columns} for row in found]
    return Table(f"person-{which}", columns, rows, {"person": subject.id})


EXPORTS = tuple(
    Export(f"person-{which}", Action.OPEN_PERSON, partial(table, which), reason_required=True) for which in _TABLES
)
