"""The lists' composition by group, month by month, to take away: small counts withheld, for monitoring alone."""

from collections.abc import Iterator

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table
from rasure.services import fairness
from rasure.services.fairness import UNKNOWN, Comparison, Month

_COLUMNS = ("month_end", "list", "group", "on_list", "meets_rule", "could_have_been_found")
#: What stands for a count from 1 to 9, and for a sum that would give one away.
WITHHELD = "withheld"


def table(asked: Asked) -> Table:
    """Return one row a month, list and group, with those of no recorded group and the total."""
    months = fairness.monthly(asked.store, asked.scope)
    selection = {"month_ends": " to ".join(sorted({f"{one.on}" for one in months})[:: fairness.MONTHS - 1])}
    return Table("lists-by-group", _COLUMNS, [row for month in months for row in _rows(month)], selection)


EXPORTS = (Export("lists-by-group", Action.MONITOR_DISPARITY, table),)


def _rows(month: Month) -> Iterator[dict[str, object]]:
    columns = [_counts(one) for one in (month.on_list, month.meets_rule, month.could_be_found)]
    for name in columns[-1]:
        counts = (column.get(name, 0) for column in columns)
        yield dict(zip(_COLUMNS, (month.on.isoformat(), month.name.value, name, *counts), strict=True))


def _counts(one: Comparison) -> dict[str, object]:
    counts = {group.name: group.count for group in one.groups} | {UNKNOWN: one.unknown, "total": one.total}
    return {name: WITHHELD if count is None else count for name, count in counts.items()}
