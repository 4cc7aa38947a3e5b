"""Accepted batches as immutable folders: one Parquet file a table, and a manifest with every digest.

A batch is accepted at the moment its folder gets its name; before that nothing of it exists, after that
everything does. The DuckDB file and the ledger's register follow from it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from rasure import __version__
from rasure.errors import Unavailable
from rasure.terms import StoreClass

_STAGING = ".staging"
#: Tables that come by the ten million rows: written and read in pieces, never held as a whole.
STREAMED = frozenset(["ping"])
_PIECE_ROWS = 262_144

#: The rows of one table.
Rows: TypeAlias = pa.Table | pa.RecordBatchReader


@dataclass(frozen=True, slots=True)
class FileCount:
    """What became of the rows of one file."""

    file: str
    kind: str
    sha256: str
    bytes: int
    rows_read: int
    accepted: int
    rejected: int
    duplicate: int
    month: date | None = None
    force: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A load that is ready to be accepted; its tables carry no batch_id yet. A reader among them is read once."""

    kind: str
    label: str
    store_class: StoreClass
    files: Sequence[FileCount]
    tables: Mapping[str, Rows]
    revised: int = 0
    note: str | None = None
    skipped: Sequence[str] = field(default_factory=tuple)

    def counts(self) -> dict[str, int]:
        """Return read, accepted, rejected and duplicate rows, summed over the files."""
        return {
            "read": sum(file.rows_read for file in self.files),
            "accepted": sum(file.accepted for file in self.files),
            "rejected": sum(file.rejected for file in self.files),
            "duplicate": sum(file.duplicate for file in self.files),
        }


@dataclass(frozen=True, slots=True)
class Staged:
    """A batch written aside, complete, without its name yet."""

    folder: Path
    manifest: dict[str, Any]
    manifest_sha256: str

    def tables(self) -> Iterator[tuple[str, Rows]]:
        return _checked_tables(self.folder, self.manifest)

    def name(self) -> None:
        """Give the folder its name: from here on the batch is accepted."""
        parent = self.folder.parent
        self.folder.rename(folder_of(parent, self.manifest["batch_id"]))
        _flush(parent)


def stage(folder: Path, batch_id: int, batch: Batch) -> Staged:
    """Write a batch aside, on disk."""
    staging = folder / f"{_STAGING}-{batch_id:06d}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, mode=0o700)
    digests = {}
    for name, rows in batch.tables.items():
        path = staging / f"{name}.parquet"
        count = _write(rows, path, batch_id)
        digests[name] = {"sha256": digest_of(path), "rows": count}
        _flush(path)
    manifest = {
        "batch_id": batch_id,
        "kind": batch.kind,
        "label": batch.label,
        "store_class": batch.store_class.value,
        "loaded_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
        "counts": batch.counts(),
        "revised": batch.revised,
        "note": batch.note,
        "skipped": list(batch.skipped),
        "files": [asdict(file) for file in batch.files],
        "tables": digests,
        "program": __version__,
    }
    text = json.dumps(manifest, indent=1, sort_keys=True, default=str)
    (staging / "manifest.json").write_text(text, encoding="utf-8")
    _flush(staging / "manifest.json")
    _flush(staging)
    return Staged(staging, json.loads(text), hashlib.sha256(text.encode()).hexdigest())


def rewrite(folder: Path, target: Path, manifest: Mapping[str, Any], changed: Mapping[str, pa.Table]) -> None:
    """Write an accepted batch anew into `target`, on disk: some of its tables changed, the others as they are.

    The counts stay those of the load; a table of which no row is left goes.
    """
    target.mkdir(parents=True, mode=0o700)
    digests = {}
    for name, held in manifest["tables"].items():
        path = target / f"{name}.parquet"
        if name not in changed:
            shutil.copy2(folder_of(folder, manifest["batch_id"]) / path.name, path)
            digests[name] = held
        elif changed[name].num_rows:
            pq.write_table(changed[name], path, compression="zstd")
            digests[name] = {"sha256": digest_of(path), "rows": changed[name].num_rows}
        if path.exists():
            _flush(path)
    text = json.dumps({**manifest, "tables": digests}, indent=1, sort_keys=True, default=str)
    (target / "manifest.json").write_text(text, encoding="utf-8")
    _flush(target / "manifest.json")
    _flush(target)


def clear_staging(folder: Path) -> None:
    """Remove what an interrupted load left aside; nothing of it was accepted."""
    for leftover in folder.glob(f"{_STAGING}-*"):
        shutil.rmtree(leftover)


def present(folder: Path) -> list[int]:
    """Return the ids of the batches on disk, in order."""
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())


def folder_of(folder: Path, batch_id: int) -> Path:
    return folder / f"{batch_id:06d}"


def read_manifest(folder: Path, batch_id: int) -> tuple[dict[str, Any], str]:
    """Return a batch's manifest and its digest."""
    path = folder_of(folder, batch_id) / "manifest.json"
    try:
        text = path.read_text(encoding="utf-8")
        manifest: dict[str, Any] = json.loads(text)
    except (OSError, json.JSONDecodeError) as error:
        raise Unavailable(f"Batch {batch_id} has no readable manifest at {path}. Restore it from a backup.") from error
    return manifest, hashlib.sha256(text.encode()).hexdigest()


def read_tables(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, Rows]]:
    """Yield the tables of a batch after checking each file against its digest; those in `STREAMED` as readers."""
    return _checked_tables(folder_of(folder, manifest["batch_id"]), manifest)


def read_table(folder: Path, manifest: Mapping[str, Any], name: str) -> pa.Table:
    """Return one table of a batch after checking its file against its digest."""
    return pq.read_table(_checked(folder_of(folder, manifest["batch_id"]), manifest, name))


def _checked_tables(batch_folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, Rows]]:
    for name in manifest["tables"]:
        path = _checked(batch_folder, manifest, name)
        if name not in STREAMED:
            yield name, pq.read_table(path)
            continue
        with pq.ParquetFile(path) as file:
            yield name, pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(_PIECE_ROWS))


def _write(rows: Rows, path: Path, batch_id: int) -> int:
    """Write the rows of a table with the id of their batch; return how many they were."""
    if isinstance(rows, pa.Table):
        pq.write_table(_with_batch_id(rows, batch_id), path, compression="zstd")
        return int(rows.num_rows)
    count = 0
    schema = rows.schema.append(pa.field("batch_id", pa.int32()))
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for piece in rows:
            file.write_table(_with_batch_id(pa.Table.from_batches([piece]), batch_id))
            count += piece.num_rows
    return count


def _checked(batch_folder: Path, manifest: Mapping[str, Any], name: str) -> Path:
    path = batch_folder / f"{name}.parquet"
    if not path.exists() or digest_of(path) != manifest["tables"][name]["sha256"]:
        raise Unavailable(
            f"{path} is missing or changed since batch {manifest['batch_id']} was accepted."
            " Restore the store from a backup with `rasure store restore`."
        )
    return path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _with_batch_id(rows: pa.Table, batch_id: int) -> pa.Table:
    if "batch_id" in rows.column_names:
        return rows
    return rows.append_column("batch_id", pa.repeat(pa.scalar(batch_id, pa.int32()), rows.num_rows))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
