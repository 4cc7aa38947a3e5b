"""A published set to take away, in the columns that `rasure load hot-spots` reads."""

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table
from rasure.services import hot_spot_sets

_MOST_VERSIONS = 10**9


def table(asked: Asked) -> Table:
    """Return the patrol areas of one version of a set, of the areas the reader may see."""
    set_id, version = asked.parameters.get("set", ""), asked.whole("version", _MOST_VERSIONS)
    rows = hot_spot_sets.csv_rows(asked.store, asked.scope, set_id, version)
    selection = {"set": set_id, "version": str(version)}
    return Table(f"hot-spots-{set_id}-{version}", hot_spot_sets.COLUMNS, rows, selection)


EXPORTS = (Export("hot-spot-set", Action.VIEW_HOT_SPOTS, table),)
