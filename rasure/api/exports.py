"""The one door by which anything leaves: `/export/new` notes what is asked for, `/export/{id}` hands it out once.

A link or a form of a page leads to the first, which sends the browser on to the second: one press for whoever presses.
"""

import io
import re
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from rasure.access.identity import Principal
from rasure.api import audit as audit_log
from rasure.api import (
    briefings,
    downloads,
    evidence,
    fairness,
    hot_spot_sets,
    institutions,
    partner,
    patrols,
    people,
    person,
    places,
    ranked,
    times,
    weekly,
)
from rasure.api.exportable import CSV, XLSX, Asked, Document, Export, Table
from rasure.errors import InputRejected, NotAllowed, NotFound
from rasure.reports import csv_writer, workbook
from rasure.reports.mark import Mark, mark
from rasure.services import audit, desk, wiring
from rasure.services.exports import Waiting, register
from rasure.settings import settings
from rasure.store.audit_records import Entry

NEW = "/export/new"
#: What the two doors take for themselves; everything else in an address is the selection.
WHAT, FORM, REASON, RECIPIENT = "what", "as", "reason", "recipient"
_MODULES = (
    downloads,
    evidence,
    fairness,
    ranked,
    institutions,
    places,
    people,
    times,
    weekly,
    hot_spot_sets,
    partner,
    patrols,
    audit_log,
    briefings,
    person,
)
#: Every export there is, by name.
EXPORTS: dict[str, Export] = {one.name: one for module in _MODULES for one in module.EXPORTS}
_MEDIA = {CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LONGEST_REASON = 500
_UNSAFE_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def routes() -> list[BaseRoute]:
    return [Route(NEW, new, methods=["GET", "POST"]), Route("/export/{id}", take)]


async def new(request: Request) -> Response:
    """Note what is asked for and send the browser to it; nothing is read yet, and nothing is written down."""
    _not_by_head(request)
    text = request.url.query if request.method == "GET" else (await request.body()).decode("utf-8", "replace")
    return await run_in_threadpool(_noted, request, dict(parse_qsl(text, keep_blank_values=True)))


def _noted(request: Request, given: dict[str, str]) -> Response:
    principal = _signed_in(request)
    export, form = _named(given.pop(WHAT, ""), given.pop(FORM, ""))
    reason, recipient = given.pop(REASON, "").strip(), given.pop(RECIPIENT, "").strip()
    desk.admit(principal, export.action)
    if export.reason_required:
        _hold_to_reason(request, reason, recipient)
    waiting = Waiting(export.name, form, given, principal, reason or None, recipient or None)
    return RedirectResponse(f"/export/{register.add(request.state.secret, waiting)}", 303)


def take(request: Request) -> Response:
    """Hand out what was asked for: the right checked again, rows read anew, the log written before a byte leaves."""
    _not_by_head(request)
    principal = _signed_in(request)
    waiting = register.take(request.state.secret, principal, request.path_params["id"])
    export = EXPORTS[waiting.what]
    scope, store = desk.admit(principal, export.action), wiring.store()
    made = export.make(Asked(store, principal, scope, waiting.parameters))
    entry = audit.disclosed(
        store,
        principal,
        export.action,
        name=made.name,
        question=dict(made.selection),
        n=_counted(made),
        reason=waiting.reason,
        recipient=waiting.recipient or (made.recipient if isinstance(made, Table) else None),
    )
    if isinstance(made, Document):
        return _file(entry, made.name, waiting.form, made.media_type, made.render(entry))
    said = mark(
        principal,
        scope,
        marking=settings().marking,
        kind=store.store_class,
        code=entry.code,
        at=datetime.fromisoformat(entry.t),
        selection=made.selection,
        reason=entry.reason,
        recipient=entry.recipient,
    )
    return _file(entry, made.name, waiting.form, _MEDIA[waiting.form], _as(waiting.form, said, made))


def _as(form: str, said: Mark, made: Table) -> bytes:
    if form == XLSX:
        return workbook.workbook(said, made.columns, made.rows)
    out = io.StringIO()
    csv_writer.write(out, made.columns, made.rows, first_line=said.line())
    return out.getvalue().encode()


def _file(entry: Entry, name: str, form: str, media_type: str, content: bytes) -> Response:
    """Return a file whose name says marking, kind of data and the code of its log record."""
    kind = wiring.store().store_class.value
    file = _UNSAFE_IN_A_NAME.sub("-", f"{settings().marking}-{kind}-{name[:100]}-{entry.code}.{form}")
    headers = {"content-disposition": f'attachment; filename="{file}"', "x-rasure-export": entry.code}
    return Response(content, media_type=media_type, headers=headers)


def _counted(made: Table | Document) -> int:
    if isinstance(made, Table) and made.n is None:
        return len(made.rows)
    return made.n or 0


def _named(what: str, form: str) -> tuple[Export, str]:
    export = EXPORTS.get(what)
    if export is None:
        raise NotFound("There is no such export. Choose the download on its page.")
    if form not in export.forms:
        raise InputRejected(f"This export leaves as {' or '.join(export.forms)}. Choose the download on its page.")
    return export, form


def _hold_to_reason(request: Request, reason: str, recipient: str) -> None:
    if request.method != "POST":
        raise InputRejected("This export asks why and for whom. Choose the download on its page and say both there.")
    if not reason or not recipient or max(len(reason), len(recipient)) > LONGEST_REASON:
        raise InputRejected(
            f"Say why this leaves and who receives it, each in at most {LONGEST_REASON} characters."
            " Close this tab and try again."
        )


def _signed_in(request: Request) -> Principal:
    found: Principal | None = request.state.principal
    if found is None:
        raise NotAllowed("Your session has ended. Load the page again.")
    return found


def _not_by_head(request: Request) -> None:
    """Refuse to be asked without being answered: what only looks at an address must not use it up."""
    if request.method == "HEAD":
        raise NotFound("An export answers only to whoever takes it.")
