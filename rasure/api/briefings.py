"""The briefing of a place on paper: the same rows as its page, made for who asks and now."""

from datetime import datetime

from rasure.access.roles import Action
from rasure.api.exportable import PDF, Asked, Document, Export
from rasure.api.hot_spots import cell_of, parameters_of, question_of
from rasure.reports import briefing as printed
from rasure.services import briefing as facts_of
from rasure.services.place import place
from rasure.settings import settings
from rasure.store.audit_records import Entry


def briefing(asked: Asked) -> Document:
    """Return one page of A4."""
    cell, question = cell_of(asked.parameters), question_of(asked.parameters)
    record = place(asked.store, asked.scope, question, cell)

    def rendered(entry: Entry) -> bytes:
        facts = facts_of.assemble(
            asked.store,
            asked.scope,
            record,
            marking=settings().marking,
            prepared_for=f"{asked.principal.name} ({asked.principal.id})",
            prepared_at=datetime.fromisoformat(entry.t),
            export_code=entry.code,
        )
        return printed.render(facts)

    selection = parameters_of(question) | {"place": str(cell)}
    n = record.standing.n if record.standing else 0
    return Document(f"briefing-{cell}", "application/pdf", rendered, selection, n)


EXPORTS = (Export("briefing", Action.VIEW_HOT_SPOTS, briefing, forms=(PDF,)),)
