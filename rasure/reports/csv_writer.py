"""CSV that is safe to open in a spreadsheet: no cell can run as a formula."""

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

#: What begins a formula, in the width of East Asian keyboards as well, which spreadsheets read as the same.
_RISKY = frozenset("=+-@＝＋－＠")
#: What some spreadsheets drop from the front of a cell, so that what comes after stands first: spaces, controls, marks
#: without width.
_DROPPED = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def write(
    out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, first_line: str | None = None
) -> None:
    """Write a header and rows; text that a spreadsheet would run gets a leading apostrophe.

    `first_line` stands before the header as it is given, for a file that says what it is.
    """
    if first_line is not None:
        out.write(f"{first_line}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])


def inert(text: str) -> str:
    """Return text that no spreadsheet runs; a bare carriage return, which would end a row, becomes a line end."""
    shown = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{shown}" if _would_run(text) else shown


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return inert(value)
    return "" if value is None else value


def _would_run(text: str) -> bool:
    """Tell whether text is anything but a plain negative number (a cell identifier, say) and begins as a formula."""
    if text.removeprefix("-").isdecimal():
        return False
    first = next((letter for letter in text if unicodedata.category(letter) not in _DROPPED), "")
    return first in _RISKY or text.startswith(("\t", "\r"))
