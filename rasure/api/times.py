"""The tables of the times page to take away, from its own URL parameters, so that they answer exactly what it shows."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from rasure.access.roles import Action
from rasure.api import hot_spots
from rasure.api.exportable import Asked, Export, Table
from rasure.errors import InputRejected
from rasure.services import times, times_rows
from rasure.services.times import DEFAULT_WINDOW_H, WINDOWS_H, Picture
from rasure.services.times import Asked as Times
from rasure.services.times_rows import Rows

#: Hours of the week (or the three-hour blocks shown), kinds of days, and months: one that is not held has no number.
_TABLES: dict[str, tuple[Sequence[str], Callable[[Picture], Rows]]] = {
    "times": (times_rows.HOUR_COLUMNS, times_rows.hours),
    "days": (times_rows.DAY_COLUMNS, times_rows.days),
    "months": (times_rows.MONTH_COLUMNS, times_rows.months),
}


def parameters_of(asked: Times) -> dict[str, str]:
    """Return what was asked as URL parameters; `asked_of` reads them back."""
    place = {} if asked.cell is None else {"place": str(asked.cell)}
    return {**hot_spots.parameters_of(asked.question), **place, "window": str(asked.window_h)}


def asked_of(parameters: Mapping[str, str]) -> Times:
    """Read what was asked from URL parameters; anything else is refused in a sentence."""
    window = parameters.get("window", str(DEFAULT_WINDOW_H))
    if window not in map(str, WINDOWS_H):
        raise InputRejected("Times were asked for with a shift that is not one. Load the page again.")
    cell = hot_spots.cell_of(parameters) if parameters.get("place") else None
    return Times(hot_spots.question_of(parameters), cell, int(window))


def table(which: str, asked: Asked) -> Table:
    """Return one of the page's tables."""
    wanted = asked_of(asked.parameters)
    columns, rows_of = _TABLES[which]
    return Table(which, columns, rows_of(times.picture(asked.store, asked.scope, wanted)), parameters_of(wanted))


EXPORTS = tuple(Export(which, Action.VIEW_HOT_SPOTS, partial(table, which)) for which in _TABLES)
