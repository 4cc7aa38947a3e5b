"""The tables of the patrols page to take away, from its own URL parameters, so that they answer what it shows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table, rows_of
from rasure.errors import InputRejected
from rasure.services import crews, patrol_rows, patrols
from rasure.services.patrol_rows import DAY_COLUMNS, SUMMARY_COLUMNS, Row
from rasure.services.patrols import Asked as Patrols
from rasure.services.patrols import Picture
from rasure.terms import Window

_CREW_COLUMNS = ("officer_id", "unit", "tasked", "valid", "minutes")
_RECORD_COLUMNS = ("officer_id", "unit", "patrols", "with_outcome")
_TABLES: dict[str, tuple[Sequence[str], Callable[[Picture], list[Row]]]] = {
    "place-days": (DAY_COLUMNS, lambda found: patrol_rows.days(found.days)),
    "patrols-by-day": (("op_day", *SUMMARY_COLUMNS), lambda found: patrol_rows.by("op_day", found.by_day)),
    "patrols-by-week": (("week_from", *SUMMARY_COLUMNS), lambda found: patrol_rows.by("week_from", found.by_week)),
    "patrols-by-area": (("lpa", *SUMMARY_COLUMNS), lambda found: patrol_rows.by("lpa", found.by_lpa)),
    "patrols-by-hot-spot": (
        ("hotspot_id", "name", *SUMMARY_COLUMNS),
        lambda found: patrol_rows.by("hotspot_id", found.by_spot, found.names),
    ),
}


def parameters_of(asked: Patrols) -> dict[str, str]:
    """Return what was asked as URL parameters; `asked_of` reads them back."""
    first_on, last_on = asked.window.first_on, asked.window.last_on
    return {"from": first_on.isoformat(), "to": last_on.isoformat(), "lpa": asked.lpa or ""}


def asked_of(parameters: Mapping[str, str]) -> Patrols:
    """Read what was asked from URL parameters; anything else is refused in a sentence."""
    try:
        window = Window(date.fromisoformat(parameters["from"]), date.fromisoformat(parameters["to"]))
    except (KeyError, ValueError) as fault:
        raise InputRejected("Patrols were asked for with days that are none. Load the page again.") from fault
    return patrols.checked(Patrols(window, parameters.get("lpa") or None))


def table(which: str, asked: Asked) -> Table:
    """Return one of the page's tables; no officer is in any of them."""
    wanted = asked_of(asked.parameters)
    columns, rows_of_picture = _TABLES[which]
    rows = rows_of_picture(patrols.picture(asked.store, asked.scope, wanted))
    return Table(which, columns, rows, parameters_of(wanted))


def officers(asked: Asked) -> Table:
    """Return what each officer delivered, by identifier: for feedback and appraisal by those who supervise them."""
    wanted = asked_of(asked.parameters)
    found = crews.feedback(asked.store, asked.scope, wanted).everyone
    return Table("officers", _CREW_COLUMNS, rows_of(found.round({"minutes": 1})), parameters_of(wanted))


def records(asked: Asked) -> Table:
    """Return how many tasked patrols each officer recorded, by identifier, and how many of them name an outcome."""
    wanted = asked_of(asked.parameters)
    found = crews.feedback(asked.store, asked.scope, wanted).recorded
    return Table("patrol-records", _RECORD_COLUMNS, rows_of(found), parameters_of(wanted))


EXPORTS = (
    *(Export(which, Action.VIEW_PATROLS, partial(table, which)) for which in _TABLES),
    Export("officers", Action.VIEW_CREWS, officers, reason_required=True),
    Export("patrol-records", Action.VIEW_CREWS, records, reason_required=True),
)
