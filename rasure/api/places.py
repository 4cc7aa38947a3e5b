"""One place's tables as CSV: the same record as its page, under the same scope."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api.downloads import admitted, csv
from rasure.api.hot_spots import parameters_of, question_of
from rasure.services import audit, place_rows, wiring
from rasure.services.place import PlaceRecord, place
from rasure.services.place_rows import Row


def events(request: Request) -> Response:
    """Return the latest offences of a place."""
    return _answer(request, "events", place_rows.EVENT_COLUMNS, place_rows.events)


def quarters(request: Request) -> Response:
    """Return a place's quarters: offences, and its rank when each began."""
    return _answer(request, "quarters", place_rows.QUARTER_COLUMNS, place_rows.quarters)


def hours(request: Request) -> Response:
    """Return a place's week in three-hour blocks."""
    return _answer(request, "hours", place_rows.HOUR_COLUMNS, place_rows.hours)


def _answer(
    request: Request, table: str, columns: Sequence[str], rows_of: Callable[[PlaceRecord], list[Row]]
) -> Response:
    principal, scope = admitted(request, Action.VIEW_HOT_SPOTS)
    store, cell = wiring.store(), request.path_params["cell"]
    question = question_of(dict(request.query_params))
    rows = rows_of(place(store, scope, question, cell))
    name = f"place-{cell}-{table}"
    asked = parameters_of(question)
    entry = audit.disclosed(store, principal, Action.VIEW_HOT_SPOTS, name=name, question=asked, n=len(rows))
    return csv(entry, name, columns, rows)
