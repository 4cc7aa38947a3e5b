"""Tables that leave as CSV: the same scope, the same rows as the page, safe to open in a spreadsheet."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of, question_of
from rasure.errors import NotAllowed
from rasure.reports import csv_writer
from rasure.services import audit, desk, hot_spots, operations, wiring
from rasure.settings import settings
from rasure.store.audit_records import Entry

_TOP = 50


def ranked_places(request: Request) -> Response:
    """Return the ranked table of the hot-spot page."""
    principal, scope = admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    question = question_of(dict(request.query_params))
    picture = hot_spots.picture(store, scope, question)
    rows = hot_spots.as_rows(hot_spots.named(store, picture.places.head(_TOP)))
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name="hot-spots", question=parameters_of(question), n=len(rows)
    )
    return csv(entry, "hot-spots", operations.RANK_COLUMNS, rows)


def rejected_rows(request: Request) -> Response:
    """Return the rejected rows of one batch."""
    principal, scope = admitted(request, Action.VIEW_REJECTS)
    batch = request.path_params["batch"]
    store = wiring.store()
    found = operations.rejected(store, scope, batch)
    name = f"rejects-batch-{batch}"
    entry = audit.disclosed(store, principal, Action.VIEW_REJECTS, name=name, question=batch, n=len(found))
    return csv(entry, name, list(found.columns), found.to_dict("records"))


def admitted(request: Request, action: Action) -> tuple[Principal, Scope]:
    """Return who asks and what they may read, or refuse."""
    principal = request.state.principal
    if principal is None:
        raise NotAllowed("Your session has ended. Load the page again.")
    return principal, desk.admit(principal, action)


def csv(entry: Entry, name: str, columns: Sequence[str], rows: Sequence[Mapping[Any, Any]]) -> Response:
    """Return rows as a file that names its log record: without a record there is no file."""
    out = io.StringIO()
    csv_writer.write(out, columns, rows)
    return Response(out.getvalue(), media_type="text/csv", headers=file_headers(entry, f"{name}-{entry.code}.csv"))


def file_headers(entry: Entry, name: str) -> dict[str, str]:
    """Return the headers of a file that leaves: its name says marking and kind of data, and its log record is named."""
    file = f"{settings().marking}-{wiring.store().store_class.value}-{name}".replace(" ", "-")
    return {"content-disposition": f'attachment; filename="{file}"', "x-rasure-export": entry.code}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame for `csv`, None where a value is missing."""
    known = frame.astype(object).where(frame.notna(), None)
    return known.to_dict("records")  # type: ignore[return-value]
