"""CSV that is safe to open in a spreadsheet: no cell can run as a formula."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write(out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a header and rows; text that a spreadsheet would run gets a leading apostrophe."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(row.get(column)) for column in columns])


def _safe(value: Any) -> Any:
    """Return a cell no spreadsheet runs; a bare carriage return, which would end the row, becomes a line end."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if value.startswith(_RISKY) and not _is_number(value) else text


def _is_number(text: str) -> bool:
    """Tell a plain negative number (a cell identifier, say), which no spreadsheet runs."""
    return text.removeprefix("-").isdecimal()
