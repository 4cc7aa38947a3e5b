"""The ranked table of the hot-spot page and the rejected rows of a load, to take away."""

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table, rows_of
from rasure.api.hot_spots import parameters_of, question_of
from rasure.services import hot_spots, operations

_TOP = 50
_MOST_BATCHES = 10**9


def ranked_places(asked: Asked) -> Table:
    """Return the ranked table of the hot-spot page."""
    question = question_of(asked.parameters)
    picture = hot_spots.picture(asked.store, asked.scope, question)
    rows = hot_spots.as_rows(hot_spots.named(asked.store, picture.places.head(_TOP)))
    return Table("hot-spots", operations.RANK_COLUMNS, rows, parameters_of(question))


def rejected_rows(asked: Asked) -> Table:
    """Return the rejected rows of one batch."""
    batch = asked.whole("batch", _MOST_BATCHES)
    found = operations.rejected(asked.store, asked.scope, batch)
    return Table(f"rejects-batch-{batch}", list(found.columns), rows_of(found), {"batch": str(batch)})


EXPORTS = (
    Export("hot-spots", Action.VIEW_HOT_SPOTS, ranked_places),
    Export("rejects", Action.VIEW_REJECTS, rejected_rows),
)
