"""Take in a set that was made here, as if it had come in a file: the same columns, the same checks, the same rows."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import pyarrow as pa

from rasure.errors import InputRejected
from rasure.ingest import ground, hot_spot_sets, load_patrol_side
from rasure.ingest.contract import typed
from rasure.ingest.dialect import Chunk
from rasure.ingest.force_contract import HOT_SPOTS
from rasure.ingest.hot_spot_sets import Provenance
from rasure.ingest.niche_places import Lpas
from rasure.ingest.received import Received, of_tables
from rasure.ingest.rejects import load_file_table
from rasure.store.batches import Batch
from rasure.store.store import Store

KIND = "published_hot_spots"


def publish(store: Store, rows: Sequence[Mapping[str, str]], provenance: Provenance, label: str) -> int:
    """Accept the rows of one new version of a set, all of them or none; return the batch.

    Raises
    ------
    InputRejected
        A row breaks the contract of `hot_spots.csv`, or the version is held already.
    """
    file = _received(rows)
    lpas = Lpas.of(ground.held_areas(store))
    load_patrol_side.judge(store, file, lpas)
    if file.faults:
        first = file.faults[0]
        row = rows[first.line - 1]
        raise InputRejected(f"{row['name']}, {first.column}: {first.explanation} Nothing was published.")
    if not (file.disposition == "new").all():
        raise InputRejected(f"{label} was published before and never changes. Publish a new version.")
    counts = [file.count()]
    frames = hot_spot_sets.tables(file.rows, lpas, provenance)
    tables = {name: pa.Table.from_pandas(rows, preserve_index=False) for name, rows in frames.items()}
    return store.accept(
        Batch(
            kind=KIND,
            label=label,
            store_class=store.store_class,
            files=counts,
            tables={**tables, "load_file": load_file_table(counts)},
            note=provenance.note,
        )
    )


def _received(rows: Sequence[Mapping[str, str]]) -> Received:
    columns = {column.name: [row.get(column.name, "") for row in rows] for column in HOT_SPOTS.columns}
    found = typed(Chunk(list(range(1, len(rows) + 1)), columns), HOT_SPOTS.columns)
    file = of_tables(HOT_SPOTS, [found.values], [found.texts], found.lines, found.faults)
    file.sha256 = sha256("\n".join(file.rows["row_hash"]).encode()).hexdigest()
    return file
