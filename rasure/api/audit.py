"""The audit log as files: the records that match, and its head."""

import json
from collections.abc import Mapping
from datetime import date

from rasure.access.audit import Op
from rasure.access.roles import Action
from rasure.api.exportable import JSON, Asked, Document, Export, Table
from rasure.errors import InputRejected
from rasure.services import audit_reading
from rasure.services.audit_reading import Wanted

#: More than a person reads; the command line has no limit.
MOST_ROWS = 100_000


def records(asked: Asked) -> Table:
    """Return the records that match, newest first."""
    wanted = wanted_of(asked.parameters)
    rows = audit_reading.rows(asked.store, asked.principal, wanted, limit=MOST_ROWS)
    return Table("audit-log", audit_reading.COLUMNS, rows, parameters_of(wanted))


def head(asked: Asked) -> Document:
    """Return the head of the log, its own export already in it, to be kept where no administrator here reaches it."""

    def written(_entry: object) -> bytes:
        return json.dumps(asked.store.audit.head().as_json()).encode()

    return Document("audit-head", "application/json", written, {}, n=1)


EXPORTS = (
    Export("audit-log", Action.VIEW_AUDIT, records),
    Export("audit-head", Action.VIEW_AUDIT, head, forms=(JSON,)),
)


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


def wanted_of(parameters: Mapping[str, str]) -> Wanted:
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
