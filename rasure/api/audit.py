"""The audit log as files: the records that match, and its head."""

from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rasure.access.audit import Op
from rasure.access.roles import Action
from rasure.api.downloads import admitted, csv
from rasure.errors import InputRejected
from rasure.services import audit_reading, wiring
from rasure.services.audit_reading import Wanted

#: More than a person reads; the command line has no limit.
MOST_ROWS = 100_000


def records(request: Request) -> Response:
    """Return the records that match, newest first."""
    principal, _scope = admitted(request, Action.VIEW_AUDIT)
    entry, rows = audit_reading.exported(
        wiring.store(), principal, wanted_of(dict(request.query_params)), limit=MOST_ROWS
    )
    return csv(entry, "audit-log", audit_reading.COLUMNS, rows)


def head(request: Request) -> Response:
    """Return the head of the log, to be kept where no administrator of this machine can reach it."""
    principal, _scope = admitted(request, Action.VIEW_AUDIT)
    found = audit_reading.head(wiring.store(), principal)
    file = f"audit-head-{found.seq}.json"
    return JSONResponse(found.as_json(), headers={"content-disposition": f'attachment; filename="{file}"'})


def parameters_of(wanted: Wanted) -> dict[str, str]:
    """Return a search as URL parameters; `wanted_of` reads them back."""
    return {
        "actor": wanted.actor,
        "op": wanted.op.value if wanted.op else "",
        "object": wanted.object,
        "from": wanted.first_on.isoformat() if wanted.first_on else "",
        "to": wanted.last_on.isoformat() if wanted.last_on else "",
        "code": wanted.code,
    }


def wanted_of(parameters: dict[str, str]) -> Wanted:
    """Read a search from URL parameters; anything that is not one is refused in a sentence."""
    given = {name: value for name, value in parameters.items() if value}
    try:
        return Wanted(
            actor=given.get("actor", ""),
            op=Op(given["op"]) if "op" in given else None,
            object=given.get("object", ""),
            first_on=date.fromisoformat(given["from"]) if "from" in given else None,
            last_on=date.fromisoformat(given["to"]) if "to" in given else None,
            code=given.get("code", ""),
        )
    except ValueError as error:
        raise InputRejected(
            "The audit log was asked for something that is not a search. Load the page again."
        ) from error
