"""The institutions page's table, to take away."""

import pandas as pd

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table, rows_of
from rasure.api.hot_spots import parameters_of, question_of
from rasure.services import institutions

_COLUMNS = (
    *("premises_id", "premises_name", "kind", "is_default_point", "place", "lpa", "cell", "events", "share"),
    *("remaining", "rank_with", "rank_without", "reason", "plan_id", "owner", "review_due_on", "closed_on"),
)


def table(asked: Asked) -> Table:
    """Return every building and default point, most offences first."""
    question = question_of(asked.parameters)
    found = institutions.institutions(asked.store, asked.scope, question)
    rows = rows_of(pd.concat([found.premises, found.default_points]))
    return Table("institutions", _COLUMNS, rows, parameters_of(question))


EXPORTS = (Export("institutions", Action.VIEW_HOT_SPOTS, table),)
