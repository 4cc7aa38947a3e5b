"""Load the patrol side's records: patrols, published hot spots, drawn allocations; one file, one batch."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from rasure.ingest import beside, ground, hot_spot_sets
from rasure.ingest.dialect import InputFile
from rasure.ingest.force_contract import ALLOCATIONS, HOT_SPOTS, PATROLS
from rasure.ingest.grid_positions import reject_impossible, study_box
from rasure.ingest.hot_spot_sets import Frames, Provenance
from rasure.ingest.niche_contract import FileContract
from rasure.ingest.niche_places import Lpas
from rasure.ingest.outcome import Outcome
from rasure.ingest.received import Received, receive
from rasure.ingest.rejects import load_file_table, reject_table
from rasure.store.analytics import held, loads
from rasure.store.batches import Batch
from rasure.store.store import Progress, Store, silent

#: Most a count of people or a cap can be; more is a slip of the keyboard.
_MOST = 10_000
_COUNTS = ("spoken_to", "searched", "arrested", "daily_cap", "version")


def load_patrols(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load patrols as officers recorded them; a corrected one replaces its predecessor."""
    return _load(store, path, PATROLS, _patrols, progress)


def load_hot_spots(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load published hot-spot sets; a version that is held never changes."""
    return _load(store, path, HOT_SPOTS, _hot_spots, progress)


def load_allocations(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load what was drawn for each operational day; a draw never changes."""
    return _load(store, path, ALLOCATIONS, _allocations, progress)


def _load(
    store: Store,
    path: Path,
    contract: FileContract,
    shape: Callable[[Store, pd.DataFrame, Lpas], Frames],
    progress: Progress,
) -> Outcome:
    path = beside.found(path, contract.name, f"{contract.name}.gz")
    progress(0, 2, path.name)
    lpas = Lpas.of(ground.held_areas(store))
    file = receive(InputFile(path), contract)
    judge(store, file, lpas)
    shaped = shape(store, file.rows[file.disposition != "duplicate"].reset_index(drop=True), lpas)
    counts = [file.count()]
    tables = {name: pa.Table.from_pandas(rows, preserve_index=False) for name, rows in shaped.items()}
    tables |= {"reject": reject_table([(file.name, file.faults)]), "load_file": load_file_table(counts)}
    batch = Batch(
        kind=contract.kind,
        label=path.name,
        store_class=beside.store_class(path, file.sha256),
        files=counts,
        tables={name: rows for name, rows in tables.items() if rows.num_rows},
        revised=int((file.disposition == "revised").sum()),
    )
    if not counts[0].accepted and loads.has_file(store.analytics, file.sha256):
        return Outcome.of(batch, None, ["The file was loaded before; nothing changed."])
    progress(1, 2, "storing")
    return Outcome.of(batch, store.accept(batch))


def judge(store: Store, file: Received, lpas: Lpas) -> None:
    """Reject what cannot be or would change what stands, and say of every other row what it is."""
    _check(file, lpas)
    file.dispose(store, {file.contract.table: file.rows})
    if not file.contract.correctable:
        _reject_changes(store, file)


def _check(file: Received, lpas: Lpas) -> None:
    """Reject what no column alone can see."""
    for column in sorted(set(_COUNTS) & set(file.rows)):
        wrong = ~file.rows[column].fillna(0).between(0, _MOST).to_numpy(dtype=bool)
        file.reject(wrong, column, "out_of_range", f"The number must be between 0 and {_MOST:,}.")
    if "easting" in file.rows:
        reject_impossible(file, study_box(lpas.areas))
    if "ended_at" in file.rows:
        backwards = (file.rows["ended_at"] < file.rows["started_at"]).to_numpy(dtype=bool)
        file.reject(backwards, ("started_at", "ended_at"), "ends_before_it_starts", "The patrol ends before it starts.")
    if file.contract is HOT_SPOTS:
        hot_spot_sets.check(file)


def _reject_changes(store: Store, file: Received) -> None:
    """Reject rows that would change what was published or drawn."""
    changes = file.disposition == "revised"
    if file.contract is HOT_SPOTS:
        changes |= (file.disposition == "new") & hot_spot_sets.held_versions(store, file.rows)
    said = "This was published or drawn before and never changes. Give a new version, or a new trial."
    file.reject(changes, file.contract.key, "may_not_change", said)


def _patrols(store: Store, rows: pd.DataFrame, _lpas: Lpas) -> Frames:
    spots = held.rows(store.analytics, "hotspot", "hotspot_id", rows["hotspot_id"])
    areas = spots.sort_values("version").drop_duplicates("hotspot_id", keep="last").set_index("hotspot_id")["lpa"]
    shaped = rows.rename(columns={"tasked": "is_tasked"}).assign(
        is_tasked=rows["tasked"].fillna(False).astype(bool),
        lpa=rows["hotspot_id"].map(areas).astype("str"),
        crew=_listed(rows["crew"]),
        tasks_done=_listed(rows["tasks_done"]),
    )
    return {"patrol": shaped}


def _hot_spots(store: Store, rows: pd.DataFrame, lpas: Lpas) -> Frames:
    return hot_spot_sets.tables(rows, lpas, Provenance("loaded from a file", "{}", store.version()))


def _allocations(_store: Store, rows: pd.DataFrame, _lpas: Lpas) -> Frames:
    return {"allocation": rows}


def _listed(texts: pd.Series) -> pd.Series:
    """Return texts whose parts are separated by | as JSON lists."""
    lists = [None if pd.isna(text) else json.dumps([part for part in text.split("|") if part]) for text in texts]
    return pd.Series(lists, index=texts.index, dtype="str")
