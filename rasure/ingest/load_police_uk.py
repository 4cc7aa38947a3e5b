"""Load published files into a store: parse, tell new from known, find areas and cells, make one batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from rasure.ingest import ground
from rasure.ingest.outcome import Outcome
from rasure.ingest.police_uk import TABLES, Parsed, Published, find, parse
from rasure.ingest.received import among
from rasure.ingest.rejects import reject_table
from rasure.store.analytics import loads, reference
from rasure.store.batches import Batch, FileCount
from rasure.store.store import Progress, Store, silent
from rasure.terms import Source, StoreClass


@dataclass(slots=True)
class _Part:
    """One file's rows on their way in."""

    file: Published
    parsed: Parsed
    disposition: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))

    @property
    def accepted(self) -> NDArray[np.bool_]:
        return np.isin(self.disposition, ("new", "revised"))


def load(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load every published file at `path` as one batch, all or nothing."""
    files, skipped = find(path)
    classes = reference.classes(store.analytics, Source.POLICE_UK)
    categories = dict(zip(classes["offence"], classes["class_key"], strict=True))
    parts = []
    for done, file in enumerate(files):
        progress(done, len(files) + 1, file.source.name)
        parts.append(_Part(file, parse(file, categories)))
    progress(len(files), len(files) + 1, "telling new rows from known ones")
    for table in TABLES.values():
        _dispose(store, table, [part for part in parts if TABLES[part.file.kind] == table])
    files_read = [_count(part) for part in parts]
    is_new = any(part.accepted.any() for part in parts)
    is_known = all(loads.has_file(store.analytics, file.sha256) for file in files_read)
    batch = Batch(
        kind="police-uk",
        label=path.name,
        store_class=StoreClass.OPEN_DATA,
        files=files_read,
        tables=_tables(store, parts) if is_new else _about(parts),
        revised=sum(int((part.disposition == "revised").sum()) for part in parts),
        skipped=skipped,
    )
    progress(len(files) + 1, len(files) + 1, "done")
    if is_known and not is_new:
        return Outcome.of(batch, None, ["Every file was loaded before; nothing changed."])
    return Outcome.of(batch, store.accept(batch))


def _dispose(store: Store, table: str, parts: Sequence[_Part]) -> None:
    if not parts:
        return
    keys = pa.chunked_array([pa.array(part.parsed.rows["row_key"], pa.string()) for part in parts])
    hashes = pa.chunked_array([pa.array(part.parsed.rows["row_hash"], pa.string()) for part in parts])
    found = store.dispositions(table, keys.combine_chunks(), hashes.combine_chunks(), last_wins=True)
    ends = np.cumsum([len(part.parsed.rows) for part in parts])
    for part, disposition in zip(parts, np.split(found, ends[:-1]), strict=True):
        part.disposition = disposition


def _count(part: _Part) -> FileCount:
    accepted = int(part.accepted.sum())
    return FileCount(
        file=part.file.source.name,
        kind=part.file.kind,
        sha256=part.parsed.sha256,
        bytes=part.parsed.bytes,
        rows_read=len(part.parsed.rows) + len(part.parsed.faults),
        accepted=accepted,
        rejected=len(part.parsed.faults),
        duplicate=len(part.parsed.rows) - accepted,
        month=pd.Period(part.file.month).start_time.date(),
        force=part.file.force,
    )


def _tables(store: Store, parts: Sequence[_Part]) -> dict[str, pa.Table]:
    areas = ground.held_areas(store)
    tables = {}
    for table in dict.fromkeys(TABLES[part.file.kind] for part in parts):
        own = [part for part in parts if TABLES[part.file.kind] == table]
        rows = pd.concat([part.parsed.rows[part.accepted] for part in own], ignore_index=True)
        if table != "outcome_event":
            rows = ground.with_areas(rows, areas, with_outside=table == "offence")
        tables[table] = pa.Table.from_pandas(rows, preserve_index=False)
    if "offence" in tables:
        tables["cell"] = ground.cells_of(tables["offence"]["cell"], ground.towns(store))
        tables["superseded"] = _earlier_versions([part for part in parts if part.file.kind == "street"])
    tables |= _about(parts)
    return {name: rows for name, rows in tables.items() if rows.num_rows}


def _about(parts: Sequence[_Part]) -> dict[str, pa.Table]:
    """Return what is recorded of the files themselves."""
    about = {
        "reject": reject_table((part.file.source.name, part.parsed.faults) for part in parts),
        "load_file": pa.Table.from_pylist([_file_row(_count(part)) for part in parts]),
        "coverage": _coverage(parts),
    }
    return {name: rows for name, rows in about.items() if rows.num_rows}


def _earlier_versions(parts: Sequence[_Part]) -> pa.Table:
    """Keep rows that came twice in this load with another content: the last stands, the others are history."""
    twice = pd.concat([part.parsed.rows[part.disposition == "duplicate"] for part in parts], ignore_index=True)
    digests = pd.concat([part.parsed.rows[["row_key", "row_hash"]] for part in parts], ignore_index=True)
    of_twice = digests[among(digests["row_key"], twice["row_key"])]
    last = of_twice.drop_duplicates("row_key", keep="last").set_index("row_key")["row_hash"]
    earlier = twice[twice["row_hash"] != twice["row_key"].map(last)].assign(disposition="duplicate")
    return pa.table(
        {
            "table_name": pa.array(["offence"] * len(earlier)),
            "row_key": pa.array(earlier["row_key"], pa.string()),
            "was_batch_id": pa.array([None] * len(earlier), pa.int32()),
            "content": pa.array([row.to_json(date_format="iso") for _, row in earlier.iterrows()], pa.string()),
        }
    )


def _file_row(count: FileCount) -> dict[str, object]:
    return {name: getattr(count, name) for name in FileCount.__slots__}


def _coverage(parts: Sequence[_Part]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "source": Source.POLICE_UK.value,
                "kind": part.file.kind,
                "force": part.file.force,
                "month": pd.Period(part.file.month).start_time.date(),
                "rows": int(part.accepted.sum()),
            }
            for part in parts
            if part.accepted.any()
        ]
    )
