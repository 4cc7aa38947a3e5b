"""Load a drop of a force's own extract: judge every row, tell new from known, derive offences, make one batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path

import pandas as pd
import pyarrow as pa

from rasure.ingest import drop, erased, ground, niche, niche_checks
from rasure.ingest.committed import is_reversed
from rasure.ingest.derived import Derived, derive
from rasure.ingest.drop import Drop, Manifest
from rasure.ingest.force_contract import DROP
from rasure.ingest.grid_positions import study_box
from rasure.ingest.niche_contract import FileContract
from rasure.ingest.niche_places import Lpas
from rasure.ingest.outcome import Outcome
from rasure.ingest.received import Received, nothing, receive
from rasure.ingest.rejects import load_file_table, reject_table
from rasure.places.times import LONDON
from rasure.store.analytics import held, loads
from rasure.store.batches import Batch, FileCount
from rasure.store.store import Progress, Store, silent
from rasure.terms import Grade, Source, StoreClass


def load(store: Store, path: Path, progress: Progress = silent, *, now: datetime | None = None) -> Outcome:
    """Load a drop as one batch, all or nothing; without a manifest, nothing may lie after `now`."""
    found = drop.find(path)
    lpas = Lpas.of(ground.held_areas(store))
    gone = store.erased()
    steps = len(found.files) + 2
    received: dict[str, Received] = {}
    for done, (contract, source) in enumerate(found.files):
        progress(done, steps, contract.name)
        received[contract.name] = receive(source, contract, partial(erased.withheld, gone) if gone else None)
        if found.manifest:
            found.manifest.check(contract.name, received[contract.name].sha256, received[contract.name].read)
    progress(len(found.files), steps, "checking references")
    unlinked = erased.refuse(received, gone)
    _judge(store, received, lpas, _extracted(found.manifest, now))
    progress(len(found.files) + 1, steps, "putting offences together")
    batch = _batch(store, path.name, found, received, lpas, unlinked)
    if not any(file.accepted for file in batch.files) and _is_known(store, batch.files):
        return Outcome.of(batch, None, ["Every file was loaded before; nothing changed."])
    batch_id = store.accept(batch)
    progress(steps, steps, "done")
    return Outcome.of(batch, batch_id, batch.note.split("\n") if batch.note else [])


def _extracted(manifest: Manifest | None, now: datetime | None) -> pd.Timestamp:
    """Return when the extract was made, as London wall time."""
    if manifest and manifest.extracted_local is not None:
        return manifest.extracted_local
    return pd.Timestamp((now or datetime.now(LONDON)).astimezone(LONDON).replace(tzinfo=None))


def _judge(store: Store, received: Mapping[str, Received], lpas: Lpas, extracted_local: pd.Timestamp) -> None:
    """Reject what cannot be, then say of every row left what it is: new, revised or duplicate."""
    tables = {contract.name: contract.table for contract in DROP}
    niche_checks.check(
        received,
        lambda file, wanted: held.keys(store.analytics, tables[file], wanted),
        pairs={(ho_class, ho_code) for ho_class, ho_code, _ in niche.offence_codes(store.reference_folder).index},
        box=study_box(lpas.areas),
        extracted_local=extracted_local,
    )
    for file in received.values():
        file.dispose(store, niche.shaped(file.contract.table, file.rows, lpas))
        file.let_go()


def _batch(store: Store, label: str, found: Drop, received: Mapping[str, Received], lpas: Lpas, unlinked: int) -> Batch:
    accepted = _accepted(received)
    derived = derive(store, accepted, lpas)
    tables = accepted | {
        "location": derived.locations,
        "involvement": derived.involvements,
        "offence": derived.offences,
    }
    files = [file.count() for file in received.values()]
    about = {
        "reject": reject_table((file.name, file.faults) for file in received.values()),
        "load_file": load_file_table(files),
        "coverage": _coverage(derived.new_offences),
        "cell": ground.cells_of(
            pa.chunked_array([pa.array(derived.offences["cell"], pa.int64())]), ground.towns(store)
        ),
    }
    written = {name: pa.Table.from_pandas(rows, preserve_index=False) for name, rows in tables.items()} | about
    return Batch(
        kind="niche",
        label=label,
        store_class=found.manifest.store_class if found.manifest else StoreClass.OPERATIONAL,
        files=files,
        tables={name: rows for name, rows in written.items() if rows.num_rows},
        revised=sum(int((file.disposition == "revised").sum()) for file in received.values()),
        note="\n".join(_notes(accepted, derived, lpas, unlinked)) or None,
        skipped=found.skipped,
    )


def _accepted(received: Mapping[str, Received]) -> dict[str, pd.DataFrame]:
    """Return the accepted rows of every table; a file that is not in the drop has none."""
    found: dict[str, pd.DataFrame] = {}
    for contract in DROP:
        file = received.get(contract.name)
        found |= file.accepted if file else _nothing(contract)
    return found


@cache
def _nothing(contract: FileContract) -> dict[str, pd.DataFrame]:
    """Return a file's tables without a row, the same whatever the areas; they are read and never changed."""
    return niche.shaped(contract.table, nothing(contract), Lpas.of(None))


def _is_known(store: Store, files: Sequence[FileCount]) -> bool:
    return all(loads.has_file(store.analytics, file.sha256) for file in files)


def _coverage(offences: pd.DataFrame) -> pa.Table:
    """Count the new offences of each month: a month without any is a gap in the extract, not a quiet month."""
    months = offences["dated_on"].dt.to_period("M").dt.start_time.value_counts().sort_index()
    return pa.table(
        {
            "source": [Source.NICHE.value] * len(months),
            "kind": ["offences"] * len(months),
            "force": [niche.FORCE] * len(months),
            "month": pa.array(months.index.date, pa.date32()),
            "rows": pa.array(months.to_numpy(), pa.int64()),
        }
    )


def _notes(accepted: Mapping[str, pd.DataFrame], derived: Derived, lpas: Lpas, unlinked: int) -> list[str]:
    """Say what was accepted and yet is not as it should be."""
    grades = derived.locations["grade"]
    unknown = sum(lpas.unknown(accepted[table]["lpa_recorded"]) for table in ("occurrence", "location"))
    counted = (
        (is_reversed(accepted["occurrence"]).sum(), "Occurrences that end before they begin, kept as received"),
        ((grades == Grade.CENTROID).sum(), "Locations at a default point, graded centroid"),
        ((grades == Grade.SUSPECT).sum(), "Locations that contradict their recorded area or precision, graded suspect"),
        (unlinked, "Weapons and injuries of people who were erased, taken without the link"),
        (unknown, "Rows that name a policing area that is not loaded, placed by their position"),
    )
    said = [f"{what}: {count:,}." for count, what in counted if count]
    if lpas.areas is None:
        said.append("No boundaries are loaded: areas are as recorded, and no point was checked against its area.")
    return said
