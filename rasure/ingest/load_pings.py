"""Load positions of officers, CSV or Parquet, by the ten million: read in pieces, each position taken once."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from rasure.ingest import beside
from rasure.ingest.contract import Typed
from rasure.ingest.dialect import Fault
from rasure.ingest.force_contract import PINGS
from rasure.ingest.grid_positions import GREAT_BRITAIN
from rasure.ingest.outcome import Outcome
from rasure.ingest.ping_files import pieces
from rasure.ingest.received import refuse_too_many
from rasure.ingest.rejects import load_file_table, reject_table
from rasure.places import grid
from rasure.store.analytics import loads, pings
from rasure.store.analytics.pings import Aside
from rasure.store.batches import Batch, FileCount, Rows, digest_of
from rasure.store.store import Progress, Store, silent


@dataclass(slots=True)
class _Taken:
    """What has come in so far, beside the pings themselves: how many rows, and those that are no pings."""

    faults: list[Fault] = field(default_factory=list)
    rows: int = 0


def load(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load a file of pings as one batch; a ping sent before is a duplicate, and never changed.

    The file is read in pieces and held aside in the database until its end, so memory does not grow with it.
    """
    path = beside.found(path, PINGS.name, f"{PINGS.name}.gz", "pings.parquet")
    taken = _Taken()
    with store.writing, pings.aside(store.analytics) as aside:
        for piece in pieces(path):
            aside.add(_taken(taken, piece.found))
            refuse_too_many(path.name, taken.faults)
            progress(piece.done, piece.total, f"{taken.rows:,} pings read")
        digest = digest_of(path)
        progress(taken.rows, taken.rows, "looking for pings sent before")
        duplicates, contradicting = aside.forget_known()
        taken.faults += [_contradicts(line, first_line) for line, first_line in contradicting]
        refuse_too_many(path.name, taken.faults)
        size = path.stat().st_size
        count = FileCount(path.name, "pings", digest, size, taken.rows, len(aside), len(taken.faults), duplicates)
        tables = _tables(aside, taken.faults, count)
        batch = Batch("pings", path.name, beside.store_class(path, digest), [count], tables)
        if not count.accepted and loads.has_file(store.analytics, digest):
            return Outcome.of(batch, None, ["The file was loaded before; nothing changed."])
        progress(taken.rows, taken.rows, "storing")
        return Outcome.of(batch, store.accept(batch))


def _taken(taken: _Taken, found: Typed) -> pa.Table:
    """Return the rows of a piece that are pings, and note those that are none."""
    taken.rows += len(found.lines) + len(found.faults)
    taken.faults += found.faults
    e_m, n_m = (found.values[name].to_numpy() for name in ("easting", "northing"))
    wrong = ~GREAT_BRITAIN.holds(e_m, n_m) | ((e_m == 0) & (n_m == 0))
    said = "The position lies outside Great Britain; coordinates are EPSG:27700 metres."
    for i in np.flatnonzero(wrong):
        value = f"{e_m[i]}, {n_m[i]}"
        taken.faults.append(Fault(int(found.lines[i]), "easting, northing", value, "position_outside", said))
    return _compact(found).filter(pa.array(~wrong))


def _contradicts(line: int, first_line: int | None) -> Fault:
    where = "An earlier file" if first_line is None else f"Line {first_line}"
    said = f"{where} has the same officer, source and seq with other content and was taken."
    return Fault(line, ", ".join(PINGS.key), "", "duplicate_key_other_content", said)


def _compact(found: Typed) -> pa.Table:
    values = found.values
    e_m, n_m = np.nan_to_num(values["easting"].to_numpy()), np.nan_to_num(values["northing"].to_numpy())
    near = np.clip(e_m, -1e7, 1e7), np.clip(n_m, -1e7, 1e7)
    return pa.table(
        {
            "line": found.lines,
            "officer_id": values["officer_id"].dictionary_encode(),
            "seen_at": values["seen_at"].cast(pa.timestamp("us")),
            "e_dm": np.rint(near[0] * 10).astype(np.int32),
            "n_dm": np.rint(near[1] * 10).astype(np.int32),
            "accuracy_m": values["accuracy_m"].cast(pa.float32()),
            "source": values["source"].dictionary_encode(),
            "seq": values["seq"],
            "received_at": values["received_at"].cast(pa.timestamp("us")),
            "cell": grid.cells_of(*near),
        }
    )


def _tables(aside: Aside, faults: list[Fault], count: FileCount) -> dict[str, Rows]:
    tables: dict[str, Rows] = {"load_file": load_file_table([count])}
    if faults:
        tables["reject"] = reject_table([(count.file, faults)])
    return ({"ping": aside.in_order()} if len(aside) else {}) | tables
