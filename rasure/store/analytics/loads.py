"""Putting batches into the analytics file, and telling new rows from duplicates and revisions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from rasure.store.analytics.database import Database, Writer
from rasure.store.batches import Rows
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

#: Tables whose rows have a source identity: a later row replaces its predecessor, which is kept aside.
KEYED = frozenset(
    [
        "offence",
        "outcome_event",
        "stop_search",
        "location",
        "occurrence",
        "recorded_offence",
        "weapon",
        "injury",
        "person",
        "person_monitoring",
        "involvement",
        "court_order",
        "patrol",
        "plan",
        "plan_response",
        "operation",
        "partner",
        "training",
        "officer",
        "unit",
        "hotspot_set",
        "hotspot",
        "patrol_area",
        "allocation",
    ]
)
#: Tables that only ever grow.
APPENDED = frozenset(["load_file", "reject", "coverage", "superseded", "ping"])
#: Tables a load replaces as a whole.
REPLACED = frozenset(["area", "area_outline"])
#: The order rows lie in on disk: time first, which lets queries skip blocks. Pings come in the order they are kept in.
ORDER = {
    "offence": ("dated_on", "row_key"),
    "outcome_event": ("outcome_on", "row_key"),
    "stop_search": ("searched_at", "row_key"),
    "involvement": ("dated_on", "row_key"),
}


def dispositions(
    database: Database, table: str, row_keys: pa.Array, row_hashes: pa.Array, *, last_wins: bool
) -> NDArray[np.object_]:
    """Return for each incoming row "new", "revised", "duplicate" or "conflict", in the given order."""
    incoming = pa.table({"seq": pa.array(range(len(row_keys))), "row_key": row_keys, "row_hash": row_hashes})
    found = database.frame_over(incoming, _keyed(_SQL["disposition"], table), {"last_wins": last_wins})
    return found["disposition"].to_numpy(dtype=object)


def apply(database: Database, manifest: Mapping[str, Any], tables: Iterable[tuple[str, Rows]]) -> None:
    """Put one accepted batch in, in a transaction of its own."""
    with database.transaction() as writer:
        place(writer, manifest, tables)


def place(writer: Writer, manifest: Mapping[str, Any], tables: Iterable[tuple[str, Rows]]) -> None:
    """Put a batch's tables where they belong, and the batch among the loads."""
    for name, rows in tables:
        _place(writer, name, rows, manifest)
    if "offence" in manifest["tables"]:
        writer.run(_SQL["forget_streets"])
        writer.run(_SQL["learn_streets"])
    counts = manifest["counts"]
    held = {
        "batch_id": manifest["batch_id"],
        "kind": manifest["kind"],
        "label": manifest["label"],
        "store_class": manifest["store_class"],
        "loaded_at": datetime.fromisoformat(manifest["loaded_at"]),
        "files": len(manifest["files"]),
        "rows_read": counts["read"],
        "accepted": counts["accepted"],
        "rejected": counts["rejected"],
        "duplicate": counts["duplicate"],
        "revised": manifest["revised"],
        "note": manifest["note"],
    }
    writer.insert("load_batch", pa.Table.from_pylist([held]))


def applied(database: Database) -> list[int]:
    return [batch_id for (batch_id,) in database.rows(_SQL["applied_batches"])]


def has_file(database: Database, sha256: str) -> bool:
    return bool(database.value(_SQL["has_file"], {"sha256": sha256}))


def points(database: Database, table: str) -> pd.DataFrame:
    """Return row_key, e_dm, n_dm of the located rows of `offence` or `stop_search`, for new boundaries to assign."""
    return database.frame(_keyed(_SQL["points"], table))


def get_meta(database: Database, key: str) -> str | None:
    found = database.value(_SQL["meta"], {"key": key})
    return None if found is None else str(found)


def set_meta(writer: Writer, key: str, value: str) -> None:
    writer.run(_SQL["set_meta"], {"key": key, "value": value})


def _place(writer: Writer, name: str, rows: Rows, manifest: Mapping[str, Any]) -> None:
    if name in KEYED:
        _replace_predecessors(writer, name, rows, manifest["batch_id"])
    elif name in APPENDED:
        writer.insert(name, rows, order_by=ORDER.get(name, ()))
    elif name in REPLACED:
        writer.run(f"delete from {name}")
        writer.insert(name, rows)
    else:
        _GROUND[name](writer, rows)


def _replace_predecessors(writer: Writer, name: str, rows: pa.Table, batch_id: int) -> None:
    """Put rows in; a row that was there under the same key is kept aside, whichever file brought the change."""
    with writer.incoming(rows):
        writer.run(_keyed(_SQL["supersede"], name), {"batch_id": batch_id})
        writer.run(_keyed(_SQL["delete_predecessors"], name))
    writer.insert(name, rows, order_by=ORDER.get(name, ("row_key",)))


def _add_cells(writer: Writer, rows: pa.Table) -> None:
    with writer.incoming(rows):
        writer.run(_SQL["new_cells"])


def _replace_cells(writer: Writer, rows: pa.Table) -> None:
    with writer.incoming(rows):
        writer.run(_SQL["replace_cells"])
    writer.insert("cell", rows)


def _assign_areas(writer: Writer, rows: pa.Table) -> None:
    """Give offences the area they lie in, or the one their source recorded if that is in force; roles follow."""
    with writer.incoming(rows):
        writer.run(_keyed(_SQL["assign_areas"], "offence"))
    writer.run(_SQL["recorded_areas"])
    writer.run(_SQL["involved_areas"])


def _assign_search_areas(writer: Writer, rows: pa.Table) -> None:
    with writer.incoming(rows):
        writer.run(_SQL["assign_search_areas"])


#: What newly loaded ground changes in rows already held.
_GROUND = {
    "cell": _add_cells,
    "study_cell": _replace_cells,
    "offence_area": _assign_areas,
    "stop_search_area": _assign_search_areas,
}


def _keyed(sql: str, table: str) -> str:
    if table not in KEYED:
        raise KeyError(table)
    return sql.replace("{table}", table)
