"""Tables that leave as CSV: the same scope, the same rows as the page, safe to open in a spreadsheet."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.api.hot_spots import question_of
from rasure.errors import NotAllowed
from rasure.reports import csv_writer
from rasure.services import desk, hot_spots, operations, wiring
from rasure.settings import settings

_TOP = 50


def ranked_places(request: Request) -> Response:
    """Return the ranked table of the hot-spot page."""
    scope = _admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    picture = hot_spots.picture(store, scope, question_of(dict(request.query_params)))
    rows = hot_spots.as_rows(hot_spots.named(store, picture.places.head(_TOP)))
    return _csv("hot-spots", operations.RANK_COLUMNS, rows)


def rejected_rows(request: Request) -> Response:
    """Return the rejected rows of one batch."""
    scope = _admitted(request, Action.VIEW_REJECTS)
    batch = request.path_params["batch"]
    found = operations.rejected(wiring.store(), scope, batch)
    return _csv(f"rejects-batch-{batch}", list(found.columns), found.to_dict("records"))


def _admitted(request: Request, action: Action) -> Scope:
    principal = request.state.principal
    if principal is None:
        raise NotAllowed("Your session has ended. Load the page again.")
    return desk.admit(principal, action)


def _csv(name: str, columns: Sequence[str], rows: Sequence[Mapping[Any, Any]]) -> Response:
    out = io.StringIO()
    csv_writer.write(out, columns, rows)
    file = f"{settings().marking}-{wiring.store().store_class.value}-{name}.csv".replace(" ", "-")
    return Response(
        out.getvalue(), media_type="text/csv", headers={"content-disposition": f'attachment; filename="{file}"'}
    )
