"""CSV bytes to columns of text: strict, bounded, and every row accounted for.

The file as a whole is refused when its structure cannot be trusted (encoding, header, quoting); a single row
is a fault when only it is wrong (number of cells, a NUL, a cell too long). Values are never changed.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasure.errors import InputRejected
from rasure.ingest.input_file import InputFile, Measured, lines_of

__all__ = ["Chunk", "Contents", "Fault", "InputFile", "read"]

MAX_CELL_CHARS = 32_000
_ABOUT = "# "
CHUNK_ROWS = 100_000

csv.field_size_limit(1024 * 1024)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one row was not taken: where it stands, the value, a short name and a sentence."""

    line: int
    column: str | None
    value: str
    reason: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file as columns of text, with the line each row starts on, and the rows that are wrong."""

    lines: list[int]
    columns: dict[str, list[str]]
    faults: list[Fault] = field(default_factory=list)


class Contents:
    """A file taken in: its rows in chunks; once those are through, its digest and its size."""

    def __init__(self, chunks: Iterator[Chunk], measured: Measured) -> None:
        self.chunks = chunks
        self._measured = measured

    @property
    def sha256(self) -> str:
        return self._measured.sha256

    @property
    def bytes(self) -> int:
        return self._measured.size_bytes


def read(source: InputFile, header: Sequence[str], *, may_lack: Collection[str] = ()) -> Contents:
    """Open a CSV whose columns must be exactly `header`, in any order; those in `may_lack` may be missing.

    One line before the header that begins with `# ` is passed over: an export of ours says there what it is.

    Raises
    ------
    InputRejected
        Not a file, empty, not CSV, or with another header: one sentence, before any row is read.
        While chunks are read: text that is not UTF-8, quoting that never closes or breaks off.
    """
    measured = source.open()
    reader = csv.reader(lines_of(source, measured), strict=True)
    try:
        names = _header(source.label, reader, header, may_lack)
    except InputRejected:
        measured.close()
        raise
    return Contents(_closing(measured, _chunks(source.label, reader, names)), measured)


def _closing(measured: Measured, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    with measured:
        yield from chunks


def _header(label: str, reader: Iterator[list[str]], expected: Sequence[str], may_lack: Collection[str]) -> list[str]:
    try:
        names = next(reader, [])
        if names and names[0].startswith(_ABOUT):
            names = next(reader, [])
    except csv.Error as error:
        raise InputRejected(f"{label} has a header that is not CSV ({error}). Export it again.") from error
    missing = [name for name in expected if name not in names and name not in may_lack]
    surplus = [name for name in names if name not in expected]
    if missing or surplus:
        said = [f"lacks {_listed(missing)}"] if missing else []
        said += [f"has {_listed(surplus)}, which is not expected"] if surplus else []
        raise InputRejected(f"{label}: the header {' and '.join(said)}. The columns must be: {', '.join(expected)}.")
    if len(set(names)) != len(names):
        raise InputRejected(f"{label}: the header names a column twice. The columns must be: {', '.join(expected)}.")
    return names


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:4])
    return shown + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _chunks(label: str, reader: Any, names: list[str]) -> Iterator[Chunk]:
    rows: list[list[str]] = []
    lines: list[int] = []
    start = reader.line_num + 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise InputRejected(
                f"{label}: the quoting breaks on line {start} ({error}). A cell with a quote, a comma or a line end"
                " must be quoted and its quotes doubled; nothing of the file was loaded."
            ) from error
        if row:
            rows.append(row)
            lines.append(start)
        if row is None or len(rows) >= CHUNK_ROWS:
            yield _chunk(rows, lines, names)
            rows, lines = [], []
        if row is None:
            return
        start = reader.line_num + 1


def _chunk(rows: list[list[str]], lines: list[int], names: list[str]) -> Chunk:
    """Turn rows into columns; only a chunk in which something is wrong is looked at row by row."""
    columns = _columns(rows, names)
    if columns is not None and not any(map(_is_suspicious, columns.values())):
        return Chunk(lines, columns)
    faults = [_fault(row, line, len(names)) for row, line in zip(rows, lines, strict=True)]
    good = [number for number, fault in enumerate(faults) if fault is None]
    kept = _columns([rows[number] for number in good], names)
    return Chunk([lines[number] for number in good], kept or {}, [fault for fault in faults if fault])


def _columns(rows: list[list[str]], names: list[str]) -> dict[str, list[str]] | None:
    """Return the columns of rows, None when a row has another number of cells than the header."""
    if not rows:
        return {name: [] for name in names}
    if set(map(len, rows)) != {len(names)}:
        return None
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _is_suspicious(column: list[str]) -> bool:
    return max(map(len, column), default=0) > MAX_CELL_CHARS or "\0" in "".join(column)


def _fault(row: list[str], line: int, width: int) -> Fault | None:
    if len(row) != width:
        said = f"The row has {len(row)} cells, the header {width}."
        return Fault(line, None, ",".join(row)[:200], "wrong_number_of_cells", said)
    whole = "".join(row)
    if "\0" in whole:
        return Fault(line, None, whole[:200].replace("\0", "\\0"), "nul_character", "The row holds a NUL character.")
    longest = max(row, key=len)
    if len(longest) > MAX_CELL_CHARS:
        said = f"A cell holds {len(longest)} characters; at most {MAX_CELL_CHARS} are taken."
        return Fault(line, None, longest[:200], "cell_too_long", said)
    return None
