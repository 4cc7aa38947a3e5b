"""Small numbers withheld from a table that leaves the force, so that none of them can be worked out from the rest.

The rule is methods.md 5. Primary: a count from 1 to t − 1 is withheld, 0 is shown. Complementary: the total of a line
with a withheld cell is withheld too, and the grand total unless the m withheld cells add up to an S with
m < S < (t − 1)·m and m is at least 2.

What is guaranteed: whoever has the whole table, knows this rule and t, and solves every equation in it, still has at
least two values left for each withheld cell. A line with a withheld cell shows no total, so only the grand total says
anything of withheld cells: their sum S. It would leave one way only if S were m (all are 1) or (t − 1)·m (all are
t − 1), and in both cases it is withheld; that it is missing then still leaves 1 and t − 1.

What is not guaranteed: that every value from 1 to t − 1 stays possible, or equally likely; and whoever knows a withheld
cell from elsewhere may learn another. With t = 2 a withheld cell could only be 1, so t is at least 3.
"""

from collections.abc import Sequence

from rasure.errors import InputRejected

THRESHOLD = 5
LEAST_THRESHOLD = 3

#: A table with its totals in the last row and the last column; None is withheld.
Suppressed = tuple[tuple[int | None, ...], ...]


def suppress(table: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> Suppressed:
    """Add totals to a table of counts and withhold what could give a small one away.

    Parameters
    ----------
    table
        Counts, rows by columns, at least one of each.
    threshold
        The smallest count above 0 that is shown, at least 3.

    Returns
    -------
    tuple of tuple
        One more row and one more column than came in; the last of each are totals. None where withheld.
    """
    _check(table, threshold)
    rows = [[None if 0 < count < threshold else count for count in row] for row in table]
    hidden = [count for row in table for count in row if 0 < count < threshold]
    row_totals = [_total(row) for row in rows]
    column_totals = [_total(column) for column in zip(*rows, strict=True)]
    is_shown = not hidden or (len(hidden) >= 2 and len(hidden) < sum(hidden) < (threshold - 1) * len(hidden))
    grand = sum(map(sum, table)) if is_shown else None
    body = [(*row, total) for row, total in zip(rows, row_totals, strict=True)]
    return (*body, (*column_totals, grand))


def _total(line: Sequence[int | None]) -> int | None:
    shown = [count for count in line if count is not None]
    return sum(shown) if len(shown) == len(line) else None


def _check(table: Sequence[Sequence[int]], threshold: int) -> None:
    if threshold < LEAST_THRESHOLD:
        raise InputRejected(
            f"A threshold of {threshold} protects nothing: below it only one value would be left. Use at least"
            f" {LEAST_THRESHOLD}."
        )
    if not table or not table[0]:
        raise InputRejected("This table has no cell to count. Give at least one row and one column.")
    if len({len(row) for row in table}) > 1:
        raise InputRejected("The rows of this table are not of one length. Give every row as many counts.")
    if any(count < 0 for row in table for count in row):
        raise InputRejected("This table holds a count below nought. Counts are 0 or more.")
