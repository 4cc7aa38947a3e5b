"""CSV bytes to columns of text: strict, bounded, and every row accounted for.

The file as a whole is refused when its structure cannot be trusted (encoding, header, quoting); a single row
is a fault when only it is wrong (number of cells, a NUL, a cell too long). Values are never changed.
"""

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from rasure.errors import InputRejected

MAX_CELL_CHARS = 32_000
MAX_FILE_BYTES = 8 * 1024**3
MAX_UNPACKED_RATIO = 200
CHUNK_ROWS = 100_000

_MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
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
class InputFile:
    """One CSV to read: a plain file, a gzipped one, or a member of a zip archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The file's own name, without folders and without `.gz`."""
        return PurePosixPath(self.member or self.path.name).name.removesuffix(".gz")

    @property
    def label(self) -> str:
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    def data(self) -> bytes:
        """Return the whole file, unpacked; refuse what is not a file, is empty or grows beyond reason."""
        if self.path.is_dir():
            raise InputRejected(f"{self.label} is a folder where a file should be. Name the file in it.")
        try:
            with self._open() as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except (OSError, EOFError, zipfile.BadZipFile, RuntimeError) as error:
            raise InputRejected(
                f"{self.label} cannot be read ({error}). Check the file and its permissions."
            ) from error
        if not data:
            raise InputRejected(f"{self.label} is empty. Export it again; a file without rows still needs its header.")
        packed = self._packed_bytes()
        if len(data) > MAX_FILE_BYTES or (packed and len(data) > max(1, packed) * MAX_UNPACKED_RATIO):
            raise InputRejected(f"{self.label} unpacks to more than can be right. Send it as plain CSV.")
        return data

    def _open(self) -> BinaryIO:
        if self.member:
            return io.BytesIO(zipfile.ZipFile(self.path).read(self.member))
        if self.path.suffix == ".gz":
            return gzip.open(self.path, "rb")  # type: ignore[return-value]
        return self.path.open("rb")

    def _packed_bytes(self) -> int | None:
        if self.member:
            return zipfile.ZipFile(self.path).getinfo(self.member).compress_size
        return self.path.stat().st_size if self.path.suffix == ".gz" else None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file as columns of text, with the line each row starts on, and the rows that are wrong."""

    lines: list[int]
    columns: dict[str, list[str]]
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contents:
    """A file taken in: its digest, its size, and its rows in chunks."""

    sha256: str
    bytes: int
    chunks: Iterator[Chunk]


def read(source: InputFile, header: Sequence[str]) -> Contents:
    """Open a CSV whose columns must be exactly `header`, in any order.

    Raises
    ------
    InputRejected
        Not a file, empty, not UTF-8 CSV, or with another header: one sentence, before any row is read.
        While chunks are read: quoting that never closes or breaks off.
    """
    data = source.data()
    text = _decoded(source.label, data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = _header(source.label, reader, header)
    return Contents(hashlib.sha256(data).hexdigest(), len(data), _chunks(source.label, reader, names))


def _decoded(label: str, data: bytes) -> str:
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise InputRejected(f"{label} is {what}, not CSV text. Save it as CSV, UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputRejected(
            f"{label} is not UTF-8 text: byte {data[error.start]:#04x} on line {line}. Save it as CSV, UTF-8."
        ) from error


def _header(label: str, reader: Iterator[list[str]], expected: Sequence[str]) -> list[str]:
    try:
        names = next(reader, [])
    except csv.Error as error:
        raise InputRejected(f"{label} has a header that is not CSV ({error}). Export it again.") from error
    missing = [name for name in expected if name not in names]
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
    faults: list[Fault] = []
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
            fault = _fault(row, start, len(names))
            if fault:
                faults.append(fault)
            else:
                rows.append(row)
                lines.append(start)
        if row is None or len(rows) + len(faults) >= CHUNK_ROWS:
            columns = (
                dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {n: [] for n in names}
            )
            yield Chunk(lines, columns, faults)
            rows, lines, faults = [], [], []
        if row is None:
            return
        start = reader.line_num + 1


def _fault(row: list[str], line: int, width: int) -> Fault | None:
    if len(row) != width:
        said = f"The row has {len(row)} cells, the header {width}."
        return Fault(line, None, ",".join(row)[:200], "wrong_number_of_cells", said)
    whole = "".join(row)
    if "\0" in whole:
        return Fault(line, None, whole[:200].replace("\0", "\\0"), "nul_character", "The row holds a NUL character.")
    if len(whole) > MAX_CELL_CHARS and max(map(len, row)) > MAX_CELL_CHARS:
        longest = max(row, key=len)
        said = f"A cell holds {len(longest)} characters; at most {MAX_CELL_CHARS} are taken."
        return Fault(line, None, longest[:200], "cell_too_long", said)
    return None
