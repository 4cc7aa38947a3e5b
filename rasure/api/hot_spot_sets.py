"""A published set as CSV, in the columns that `rasure load hot-spots` reads."""

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api import downloads
from rasure.services import audit, hot_spot_sets, wiring


def table(request: Request) -> Response:
    """Return the patrol areas of one version of a set, of the areas the reader may see."""
    principal, scope = downloads.admitted(request, Action.VIEW_HOT_SPOTS)
    store = wiring.store()
    set_id, version = request.path_params["set_id"], request.path_params["version"]
    rows = hot_spot_sets.csv_rows(store, scope, set_id, version)
    entry = audit.disclosed(
        store, principal, Action.VIEW_HOT_SPOTS, name="hot-spot-set", question=[set_id, version], n=len(rows)
    )
    return downloads.csv(entry, f"hot-spots-{set_id}-{version}", hot_spot_sets.COLUMNS, rows)
