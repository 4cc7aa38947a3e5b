"""Load positions of officers, CSV or Parquet: read in pieces, kept compact, each taken once."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rasure.errors import InputRejected
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
from rasure.store.analytics import held, loads
from rasure.store.batches import Batch, FileCount, digest_of
from rasure.store.store import Progress, Store, silent

#: About 40 bytes a ping are held while a file is loaded.
MOST_ROWS = 20_000_000


@dataclass(slots=True)
class _Taken:
    """What has come in so far: pings in pieces, and the rows that are none."""

    pieces: list[pa.Table] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0


def load(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load a file of pings as one batch; a ping sent before is a duplicate, and never changed."""
    taken = _Taken()
    for piece in pieces(path):
        _take(taken, piece)
        refuse_too_many(path.name, taken.faults)
        if taken.rows > MOST_ROWS:
            raise InputRejected(f"{path.name} holds more than {MOST_ROWS:,} pings. Send it in parts, by week.")
        progress(taken.rows, 0, f"{taken.rows:,} pings read")
    digest = digest_of(path)
    whole = pa.concat_tables(taken.pieces).unify_dictionaries()
    fresh, duplicates = _fresh(store, whole, taken.faults)
    count = FileCount(
        path.name, "pings", digest, path.stat().st_size, taken.rows, fresh.num_rows, len(taken.faults), duplicates
    )
    batch = Batch("pings", path.name, beside.store_class(path, digest), [count], _tables(fresh, taken.faults, count))
    if not fresh.num_rows and loads.has_file(store.analytics, digest):
        return Outcome.of(batch, None, ["The file was loaded before; nothing changed."])
    progress(taken.rows, taken.rows, "storing")
    return Outcome.of(batch, store.accept(batch))


def _take(taken: _Taken, found: Typed) -> None:
    taken.rows += len(found.lines) + len(found.faults)
    taken.faults += found.faults
    e_m, n_m = (found.values[name].to_numpy() for name in ("easting", "northing"))
    wrong = ~GREAT_BRITAIN.holds(e_m, n_m) | ((e_m == 0) & (n_m == 0))
    said = "The position lies outside Great Britain; coordinates are EPSG:27700 metres."
    for i in np.flatnonzero(wrong):
        value = f"{e_m[i]}, {n_m[i]}"
        taken.faults.append(Fault(int(found.lines[i]), "easting, northing", value, "position_outside", said))
    taken.pieces.append(_compact(found).filter(pa.array(~wrong)))


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
            "cell": grid.cells_of(*near),
        }
    )


def _fresh(store: Store, pings: pa.Table, faults: list[Fault]) -> tuple[pa.Table, int]:
    """Return the pings never sent before, and how many were; one that contradicts what was sent is a fault."""
    known = held.known_pings(store.analytics, pings)
    for line, first_line in known.loc[~known["agrees"], ["line", "first_line"]].itertuples(index=False):
        where = "An earlier file" if pd.isna(first_line) else f"Line {int(first_line)}"
        said = f"{where} has the same officer, source and seq with other content and was taken."
        faults.append(Fault(int(line), ", ".join(PINGS.key), "", "duplicate_key_other_content", said))
    is_known = pc.is_in(pings["line"], value_set=pa.array(known["line"], pa.int64()))
    return pings.filter(pc.invert(is_known)).drop_columns(["line"]), int(known["agrees"].sum())


def _tables(pings: pa.Table, faults: list[Fault], count: FileCount) -> dict[str, pa.Table]:
    tables = {
        "ping": pings,
        "reject": reject_table([(count.file, faults)]),
        "load_file": load_file_table([count]),
    }
    return {name: rows for name, rows in tables.items() if rows.num_rows}
