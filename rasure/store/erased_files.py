"""The same files without some people: drops that were loaded or refused, and whatever else lies in a store's folder.

A table loses the rows that are about them, a text the lines that name their identifier; what cannot be read (an
archive, a damaged database) goes as a whole. Everything else of a file stays byte for byte.
"""

import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Among = Callable[[Iterable[str]], set[str]]
#: Columns of a table that is known to be about no person.
Header = frozenset[str]

_PERSON, _SUBJECT, _SUBJECT_KIND = "person_id", "subject_id", "subject_kind"
_SEPARATORS = re.compile(r"[\s,;|\"'\x00]+")
_DATABASES = (".duckdb", ".duckdb.wal")
#: Audit logs and pieces of them that were set aside: identifiers, never names, and evidence.
_LOG_PIECES = re.compile(r"audit-\d{4}-\d{2}-\d{2}\.jsonl(\.torn)?$")
_MOST_MEMBER_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Edit:
    """What has to become of one file: `staged` takes its place, or it goes where that is empty."""

    path: Path
    staged: Path | None
    #: First line of every row that goes; empty when the whole file does.
    lines: tuple[int, ...] = ()
    #: Nobody can say whether it holds one of them: a database set aside, an archive with a password.
    is_blind: bool = False


def edits(
    files: Iterable[Path], staging: Path, among: Among, *, about_nobody: Collection[Header] = ()
) -> Iterator[Edit]:
    """Yield what has to become of each file that holds one of the people; files without them are passed over."""
    for number, path in enumerate(files):
        edit = _edit(path, staging / f"{number:06d}", among, about_nobody)
        if edit is not None:
            yield edit


def _edit(path: Path, staged: Path, among: Among, about_nobody: Collection[Header]) -> Edit | None:
    if path.name.endswith(_DATABASES):
        return Edit(path, None, is_blind=True)
    if _LOG_PIECES.search(path.name):
        return None
    if path.suffix == ".parquet":
        return _parquet(path, staged, among)
    if zipfile.is_zipfile(path):
        return _archive(path, among)
    if path.suffix == ".json":
        return Edit(path, None) if _json_holds(path, among) else None
    if path.name.removesuffix(".gz").endswith(".csv"):
        try:
            return _table(path, staged, among, about_nobody)
        except (csv.Error, UnicodeDecodeError, StopIteration):
            pass
        except (OSError, EOFError, zlib.error):
            return Edit(path, None, is_blind=True)
    return _text(path, staged, among)


def _table(path: Path, staged: Path, among: Among, about_nobody: Collection[Header]) -> Edit | None:
    """Drop the rows of a CSV that are about the people; other rows keep their bytes."""
    with _opened(path, "rb") as file:
        records = _records(file)
        header, is_theirs = _judge(next(records).cells, among)
        if header in about_nobody:
            return None
        theirs = [record.line for record in records if is_theirs(record.cells)]
    if not theirs:
        return None
    gone = set(theirs)
    with _opened(path, "rb") as file, _opened(staged, "wb", packed=path.suffix == ".gz") as out:
        for record in _records(file):
            if record.line not in gone:
                out.write(record.raw)
    return Edit(path, staged, tuple(theirs))


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: list[str]
    raw: bytes


def _records(file: Any) -> Iterator[_Record]:
    """Yield the rows of a CSV with the bytes they were read from; the header is on line 1."""
    taken: list[bytes] = []

    def lines() -> Iterator[str]:
        for number, line in enumerate(file):
            taken.append(line)
            yield line.decode("utf-8" if number else "utf-8-sig")

    reader = csv.reader(lines(), strict=True)
    while True:
        line = reader.line_num + 1
        cells = next(reader, None)
        if cells is None:
            return
        yield _Record(line, cells, b"".join(taken))
        taken.clear()


def _judge(header: list[str], among: Among) -> tuple[Header, Callable[[list[str]], bool]]:
    """Return what tells whether a row is about one of them: by its columns, or by any cell where none is known."""
    at = {name: number for number, name in enumerate(header)}

    def cell(cells: list[str], name: str) -> str:
        return cells[at[name]] if at[name] < len(cells) else ""

    def by_person(cells: list[str]) -> bool:
        return bool(among([cell(cells, _PERSON)])) or (len(cells) != len(header) and bool(among(cells)))

    def by_subject(cells: list[str]) -> bool:
        return cell(cells, _SUBJECT_KIND) == "person" and bool(among([cell(cells, _SUBJECT)]))

    def by_any(cells: list[str]) -> bool:
        return bool(among(cells))

    judge = by_person if _PERSON in at else by_subject if {_SUBJECT, _SUBJECT_KIND} <= set(at) else by_any
    return frozenset(header), judge


def _text(path: Path, staged: Path, among: Among) -> Edit | None:
    """Drop the lines of a text that name one of them; what is no text and names one goes whole."""
    try:
        with _opened(path, "rb") as file:
            data = file.read()
    except (OSError, EOFError, zlib.error):
        return Edit(path, None, is_blind=True)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        lines = data.decode(encoding).splitlines(keepends=True)
    except UnicodeDecodeError:
        encoding = "latin-1"
        lines = data.decode(encoding).splitlines(keepends=True)
    theirs = {number for number, line in enumerate(lines, 1) if among(_tokens(line))}
    if not theirs:
        return None
    if b"\x00" in data and encoding != "utf-16":
        return Edit(path, None)
    kept = "".join(line for number, line in enumerate(lines, 1) if number not in theirs)
    with _opened(staged, "wb", packed=path.suffix == ".gz") as out:
        out.write(kept.encode(encoding))
    return Edit(path, staged, tuple(sorted(theirs)))


def _parquet(path: Path, staged: Path, among: Among) -> Edit | None:
    try:
        rows = pq.read_table(path)
    except (pa.ArrowException, OSError):
        return Edit(path, None, is_blind=True)
    if _PERSON not in rows.column_names:
        return None
    column = rows[_PERSON].cast(pa.string())
    theirs = among(value for value in pc.unique(column).to_pylist() if value is not None)
    if not theirs:
        return None
    gone = pc.fill_null(pc.is_in(column, value_set=pa.array(sorted(theirs), pa.string())), False)
    pq.write_table(pa.Table.from_pylist(rows.filter(pc.invert(gone)).to_pylist(), schema=_plain(rows.schema)), staged)
    lines = [number for number, is_gone in enumerate(gone.to_pylist(), 1) if is_gone]
    return Edit(path, staged, tuple(lines))


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema without dictionaries: those of the old file still hold what was taken out."""
    kinds = [kind.value_type if pa.types.is_dictionary(kind) else kind for kind in schema.types]
    return pa.schema(list(zip(schema.names, kinds, strict=True)))


def _archive(path: Path, among: Among) -> Edit | None:
    """Let an archive or a workbook that names one of them go whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size > _MOST_MEMBER_BYTES:
                    return Edit(path, None, is_blind=True)
                text = archive.read(member).decode("utf-8", errors="replace")
                if among(_tokens(re.sub(r"[<>]", " ", text))):
                    return Edit(path, None)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError, EOFError):
        return Edit(path, None, is_blind=True)
    return None


def _json_holds(path: Path, among: Among) -> bool:
    try:
        return bool(among(_strings(json.loads(path.read_text(encoding="utf-8")))))
    except (ValueError, OSError, RecursionError):
        return bool(among(_tokens(path.read_bytes().decode("utf-8", errors="replace"))))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _tokens(text: str) -> list[str]:
    return [token for token in _SEPARATORS.split(text) if token]


def _opened(path: Path, mode: str, *, packed: bool | None = None) -> Any:
    if path.suffix == ".gz" if packed is None else packed:
        return gzip.open(path, mode)
    return path.open(mode)


def mentioning(path: Path, folded: Callable[[str], str], words: Collection[frozenset[str]]) -> int:
    """Count the lines of a text file that hold all words of any of the sets; 0 for what is no text."""
    try:
        with _opened(path, "rb") as file:
            text = io.TextIOWrapper(file, encoding="utf-8", errors="replace")
            return sum(any(all(word in line for word in all_of) for all_of in words) for line in map(folded, text))
    except (OSError, EOFError, zlib.error):
        return 0
