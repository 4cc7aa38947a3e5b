"""The institutions page's table as CSV."""

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api import downloads
from rasure.api.hot_spots import parameters_of, question_of
from rasure.services import audit, institutions, wiring

_COLUMNS = (
    *("premises_id", "premises_name", "kind", "is_default_point", "place", "lpa", "cell", "events", "share"),
    *("remaining", "rank_with", "rank_without", "reason", "plan_id", "owner", "review_due_on", "closed_on"),
)


def table(request: Request) -> Response:
    """Return every building and default point, most offences first."""
    principal, scope = downloads.admitted(request, Action.VIEW_HOT_SPOTS)
    store, question = wiring.store(), question_of(dict(request.query_params))
    found = institutions.institutions(store, scope, question)
    both = pd.concat([found.premises, found.default_points])
    rows = downloads.rows_of(both)
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name="institutions", question=parameters_of(question), n=len(rows)
    )
    return downloads.csv(entry, "institutions", _COLUMNS, rows)
