"""The Times page's tables as CSV, and its question as URL parameters, so that they answer exactly what it shows."""

from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api import downloads, hot_spots
from rasure.errors import InputRejected
from rasure.services import audit, times, times_rows, wiring
from rasure.services.times import DEFAULT_WINDOW_H, WINDOWS_H, Asked, Picture
from rasure.services.times_rows import Rows


def hours_of_week(request: Request) -> Response:
    """Return the hours of the week, or three-hour blocks where those are shown."""
    return _table(request, "times", times_rows.HOUR_COLUMNS, times_rows.hours)


def kinds_of_days(request: Request) -> Response:
    """Return offences a day on each kind of day and on the days it is set against."""
    return _table(request, "days", times_rows.DAY_COLUMNS, times_rows.days)


def by_month(request: Request) -> Response:
    """Return offences by month; a month that is not held has no number."""
    return _table(request, "months", times_rows.MONTH_COLUMNS, times_rows.months)


def parameters_of(asked: Asked) -> dict[str, str]:
    """Return what was asked as URL parameters; `asked_of` reads them back."""
    place = {} if asked.cell is None else {"place": str(asked.cell)}
    return {**hot_spots.parameters_of(asked.question), **place, "window": str(asked.window_h)}


def asked_of(parameters: Mapping[str, str]) -> Asked:
    """Read what was asked from URL parameters; anything else is refused in a sentence."""
    place, window = parameters.get("place", ""), parameters.get("window", str(DEFAULT_WINDOW_H))
    if (place and not _is_cell(place)) or window not in map(str, WINDOWS_H):
        raise InputRejected("Times were asked for with a place or a shift that is not one. Load the page again.")
    return Asked(hot_spots.question_of(dict(parameters)), int(place) if place else None, int(window))


def _is_cell(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and abs(int(text)) < 2**63


def _table(request: Request, name: str, columns: Sequence[str], rows_of: Callable[[Picture], Rows]) -> Response:
    principal, scope = downloads.admitted(request, Action.VIEW_HOT_SPOTS)
    store, asked = wiring.store(), asked_of(request.query_params)
    rows = rows_of(times.picture(store, scope, asked))
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name=name, question=parameters_of(asked), n=len(rows)
    )
    return downloads.csv(entry, name, columns, rows)
