"""Load the patrol side's records: patrols, published hot spots, drawn allocations; one file, one batch."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from rasure.ingest import beside, ground
from rasure.ingest.dialect import InputFile
from rasure.ingest.force_contract import ALLOCATIONS, HOT_SPOTS, PATROLS
from rasure.ingest.grid_positions import metres, placed, reject_impossible, study_box
from rasure.ingest.niche_contract import FileContract
from rasure.ingest.niche_places import Lpas
from rasure.ingest.outcome import Outcome
from rasure.ingest.received import KEY_SEPARATOR, Received, receive
from rasure.ingest.rejects import load_file_table, reject_table
from rasure.store.analytics import held, loads
from rasure.store.batches import Batch
from rasure.store.store import Progress, Store, silent

#: Most a count of people or a cap can be; more is a slip of the keyboard.
_MOST = 10_000
_COUNTS = ("spoken_to", "searched", "arrested", "daily_cap", "version")
_OF_HOT_SPOT = ["set_name", "name", "lpa", "contact", "daily_cap", "tasks"]

Frames = dict[str, pd.DataFrame]


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
    progress(0, 2, path.name)
    lpas = Lpas.of(ground.held_areas(store))
    file = receive(InputFile(path), contract)
    _check(file, lpas)
    file.dispose(store, {contract.table: file.rows})
    if not contract.correctable:
        _reject_changes(store, file)
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
    if "set_name" in file.rows:
        of_version, of_spot = ["set_id", "version"], ["set_id", "version", "hotspot_id"]
        _reject_disagreeing(file, of_version, ["set_name"], "One version of a set has one name.")
        _reject_disagreeing(file, of_spot, _OF_HOT_SPOT[1:], "All rows of a hot spot must say the same of it.")


def _reject_disagreeing(file: Received, key: list[str], columns: list[str], said: str) -> None:
    """Reject rows that say something else of their hot spot or set than its first row does."""
    written = file.texts[columns].agg(KEY_SEPARATOR.join, axis=1) if len(file.texts) else pd.Series([], dtype="str")
    first = written.groupby([file.texts[name] for name in key]).transform("first")
    file.reject((written != first).to_numpy(dtype=bool), columns, "contradicts_first_row", said)


def _reject_changes(store: Store, file: Received) -> None:
    """Reject rows that would change what was published or drawn."""
    changes = file.disposition == "revised"
    if file.contract is HOT_SPOTS:
        versions = _key(file.rows, "set_id", "version")
        held_versions = held.keys(store.analytics, "hotspot_set", versions)
        changes |= (file.disposition == "new") & versions.isin(held_versions).to_numpy(dtype=bool)
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
    points = placed(*metres(rows))
    lpa = lpas.recorded(rows["lpa"]).fillna(lpas.around(points["e_dm"], points["n_dm"])).fillna(rows["lpa"])
    areas = pd.DataFrame(
        {
            **rows[["patrol_area_id", "hotspot_id", "set_id", "version", "row_key", "row_hash"]],
            "lpa": lpa,
            "name": rows["patrol_area_name"],
            **points,
        }
    )
    spots = rows.assign(lpa=lpa, row_key=_key(rows, "set_id", "version", "hotspot_id")).drop_duplicates("row_key")
    sets = rows.assign(row_key=_key(rows, "set_id", "version")).drop_duplicates("row_key")
    return {
        "patrol_area": areas,
        "hotspot": spots[
            ["hotspot_id", "set_id", "version", "name", "lpa", "contact", "daily_cap", "tasks", "row_key", "row_hash"]
        ],
        "hotspot_set": pd.DataFrame(
            {
                **sets[["set_id", "version", "row_key", "row_hash"]],
                "name": sets["set_name"],
                "created_at": pd.Timestamp.now("UTC").tz_localize(None),
                "created_by": "loaded from a file",
                "rule": "{}",
                "data_version": store.version(),
            }
        ),
    }


def _allocations(_store: Store, rows: pd.DataFrame, _lpas: Lpas) -> Frames:
    return {"allocation": rows}


def _key(rows: pd.DataFrame, *columns: str) -> pd.Series:
    key: pd.Series = rows[list(columns)].astype("str").agg(KEY_SEPARATOR.join, axis=1) if len(rows) else rows["row_key"]
    return key


def _listed(texts: pd.Series) -> pd.Series:
    """Return texts whose parts are separated by | as JSON lists."""
    lists = [None if pd.isna(text) else json.dumps([part for part in text.split("|") if part]) for text in texts]
    return pd.Series(lists, index=texts.index, dtype="str")
