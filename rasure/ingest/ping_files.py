"""Files of pings as typed rows, in pieces: CSV, or Parquet, whose own types are taken when they are the contract's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from rasure.errors import InputRejected
from rasure.ingest.contract import Column, Typed, typed
from rasure.ingest.dialect import CHUNK_ROWS, Chunk, InputFile, read
from rasure.ingest.force_contract import PINGS

_COLUMNS = [column.name for column in PINGS.columns]
_MAY_LACK = [column.name for column in PINGS.columns if column.may_lack]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file: those that fit the contract, and the faults of the others.

    `done` of `total` is how far the file is read: rows of Parquet, bytes of plain CSV. A total of 0 means that nobody
    can tell, as with a packed file.
    """

    found: Typed
    done: int
    total: int


def pieces(path: Path) -> Iterator[Piece]:
    """Yield the rows of a file, piece by piece; a row of Parquet has its number for a line."""
    if path.suffix == ".parquet" and path.is_file():
        yield from _from_parquet(path)
        return
    contents = read(InputFile(path), _COLUMNS, may_lack=_MAY_LACK)
    total = 0 if path.suffix == ".gz" else path.stat().st_size
    for chunk in contents.chunks:
        yield Piece(typed(chunk, PINGS.columns), contents.bytes, total)


def _from_parquet(path: Path) -> Iterator[Piece]:
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if len(names) != len(set(names)) or not set(_COLUMNS) - set(_MAY_LACK) <= set(names) <= set(_COLUMNS):
                said = f"the columns must be: {', '.join(_COLUMNS)}; {', '.join(_MAY_LACK)} may be missing."
                raise InputRejected(f"{path.name}: {said}")
            first = 1
            for piece in file.iter_batches(CHUNK_ROWS):
                lines = np.arange(first, first + len(piece))
                first += len(piece)
                found = _as_it_is(piece, lines) or typed(_as_text(piece, lines), PINGS.columns)
                yield Piece(found, first - 1, file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputRejected(f"{path.name} cannot be read as Parquet ({said}). Write it again.") from error


def _as_it_is(piece: pa.RecordBatch, lines: NDArray[np.int64]) -> Typed | None:
    """Return rows that need no judging one by one; None when any of them may be wrong."""
    columns = {
        column.name: _sound(piece[column.name], column)
        if column.name in piece.schema.names
        else pa.nulls(len(piece), pa.timestamp("s"))
        for column in PINGS.columns
    }
    if any(values is None for values in columns.values()):
        return None
    return Typed(lines, pa.table(columns), pa.table({}), [])


def _sound(values: pa.Array, column: Column) -> pa.Array | None:
    if values.null_count and column.required:
        return None
    if column.kind == "text":
        return _sound_words(values, column)
    if column.kind == "integer":
        return values.cast(pa.int64()) if pa.types.is_signed_integer(values.type) else None
    if column.kind == "instant_utc":
        return _sound_instants(values)
    if not pa.types.is_floating(values.type) and not pa.types.is_integer(values.type):
        return None
    numbers = values.cast(pa.float64())
    return numbers if pc.all(pc.is_finite(numbers), min_count=0).as_py() else None


def _sound_instants(values: pa.Array) -> pa.Array | None:
    if not pa.types.is_timestamp(values.type) or values.type.tz not in (None, "UTC"):
        return None
    whole_seconds = values.cast(pa.timestamp("s"), safe=False)
    years = pc.min_max(pc.year(whole_seconds)).as_py()
    in_contract = years["min"] is None or (years["min"] >= 1900 and years["max"] < 2100)
    return whole_seconds if in_contract else None


def _sound_words(values: pa.Array, column: Column) -> pa.Array | None:
    """Return texts when each of the few different ones fits its column."""
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return None
    words = values.unique().to_pylist()
    judged = typed(Chunk(list(range(len(words))), {column.name: [word or "" for word in words]}), [column])
    return None if judged.faults else values.cast(pa.string())


def _as_text(piece: pa.RecordBatch, lines: NDArray[np.int64]) -> Chunk:
    """Return rows as the text a CSV would hold, so that one contract judges both."""
    return Chunk(lines.tolist(), {name: _written(piece[name]) for name in piece.schema.names})


def _written(values: pa.Array) -> list[str]:
    if pa.types.is_timestamp(values.type):
        values = pc.strftime(values.cast(pa.timestamp("s", values.type.tz), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
    return [value if value is not None else "" for value in values.cast(pa.string()).to_pylist()]
