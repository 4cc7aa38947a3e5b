"""One place's tables, to take away: the same record as its page, under the same scope."""

from collections.abc import Callable, Sequence
from functools import partial

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table
from rasure.api.hot_spots import cell_of, parameters_of, question_of
from rasure.services import place_rows
from rasure.services.place import PlaceRecord, place
from rasure.services.place_rows import Row

_TABLES: dict[str, tuple[Sequence[str], Callable[[PlaceRecord], list[Row]]]] = {
    "events": (place_rows.EVENT_COLUMNS, place_rows.events),
    "quarters": (place_rows.QUARTER_COLUMNS, place_rows.quarters),
    "hours": (place_rows.HOUR_COLUMNS, place_rows.hours),
}


def table(which: str, asked: Asked) -> Table:
    """Return the latest offences of a place, its quarters with its rank when each began, or its week in blocks."""
    cell, question = cell_of(asked.parameters), question_of(asked.parameters)
    columns, rows_of = _TABLES[which]
    rows = rows_of(place(asked.store, asked.scope, question, cell))
    return Table(f"place-{cell}-{which}", columns, rows, parameters_of(question) | {"place": str(cell)})


EXPORTS = tuple(Export(f"place-{which}", Action.VIEW_HOT_SPOTS, partial(table, which)) for which in _TABLES)
