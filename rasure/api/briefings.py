"""The briefing of a place on paper: the same guard and the same rows as its page, and a record of who took it."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api.downloads import admitted, file_headers
from rasure.api.hot_spots import parameters_of, question_of
from rasure.errors import NotFound
from rasure.reports import briefing as printed
from rasure.services import audit, wiring
from rasure.services import briefing as facts_of
from rasure.services.place import place
from rasure.settings import settings

_MOST_CELL = 2**63


def briefing(request: Request) -> Response:
    """Answer with one page of A4, made for who asks and now."""
    principal, scope = admitted(request, Action.VIEW_HOT_SPOTS)
    cell = request.path_params["cell"]
    if cell >= _MOST_CELL:
        raise NotFound("There is no such place in this force. Choose one from the Hot spots page.")
    store = wiring.store()
    question = question_of(dict(request.query_params))
    record = place(store, scope, question, cell)
    entry = audit.disclosed(
        store,
        principal,
        Action.VIEW_HOT_SPOTS,
        name=f"briefing-{cell}",
        question=parameters_of(question),
        n=record.standing.n if record.standing else 0,
    )
    facts = facts_of.assemble(
        store,
        scope,
        record,
        marking=settings().marking,
        prepared_for=f"{principal.name} ({principal.id})",
        prepared_at=datetime.now(UTC),
        export_code=entry.code,
    )
    headers = file_headers(entry, f"briefing-{cell}-{entry.code}.pdf")
    return Response(printed.render(facts), media_type="application/pdf", headers=headers)
