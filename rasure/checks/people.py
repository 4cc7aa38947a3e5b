"""Check our sums: small numbers withheld from tables for partners."""

from rasure.checks.reading import LARGEST_WHOLE, BadInput, Inputs, Operation, items, number
from rasure.people import suppression


def suppressed_table(inputs: Inputs) -> dict[str, object]:
    """Give a table of counts with totals, and null where a cell or a total is withheld."""
    rows = [[_count(cell) for cell in items(row, "cells")] for row in inputs.items("cells")]
    if not rows or not rows[0]:
        raise BadInput("no_cells")
    if len({len(row) for row in rows}) > 1:
        raise BadInput("unequal_lengths")
    threshold = inputs.whole("threshold", suppression.THRESHOLD, low=suppression.LEAST_THRESHOLD)
    return {"table": suppression.suppress(rows, threshold)}


OPERATIONS: dict[str, Operation] = {"suppress.table": suppressed_table}


def _count(value: object) -> int:
    found = number(value, "cells")
    if found != int(found) or not 0 <= found <= LARGEST_WHOLE:
        raise BadInput("bad_cells")
    return int(found)
