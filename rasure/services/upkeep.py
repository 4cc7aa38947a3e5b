"""Keeping the store: verify, back up, restore, rebuild; counts are compared, never assumed."""

import json
import shutil
from pathlib import Path
from typing import Any

from rasure.errors import Conflict, InputRejected
from rasure.settings import settings
from rasure.store import batches
from rasure.store import store as stores
from rasure.store.ledger import batches as register
from rasure.store.paths import StorePaths
from rasure.store.store import Progress, Store, open_store, silent

_SEAL = "backup.json"


def verify(store: Store) -> dict[str, Any]:
    """Read everything the store holds and say what is wrong with it; `faults` is empty when it is sound."""
    faults = store.ledger.check()
    digests = store.analytics.scrub()
    manifests = [
        batches.read_manifest(store.paths.batches, batch_id)[0] for batch_id in register.registered(store.ledger)
    ]
    for manifest in manifests:
        for _name, _rows in batches.read_tables(store.paths.batches, manifest):
            pass
    counts = store.analytics.counts()
    files_accepted = sum(manifest["counts"]["accepted"] for manifest in manifests)
    loaded = store.analytics.value("select coalesce(sum(accepted), 0) from load_batch")
    if loaded != files_accepted:
        faults.append(f"The analytics file counts {loaded} accepted rows, the batches {files_accepted}.")
    return {
        "store_class": store.store_class.value,
        "version": store.version(),
        "batches": len(manifests),
        "counts": counts,
        "digests": digests,
        "faults": faults,
        "notes": store.notes,
    }


def backup(store: Store, target: Path) -> dict[str, Any]:
    """Copy what cannot be rebuilt into a new folder and seal it with the counts a restore must reach."""
    counts = dict(stores.backup(store, target))
    seal = {"counts": counts, "store_class": store.store_class.value, "version": store.version()}
    (target / _SEAL).write_text(json.dumps(seal, indent=1, sort_keys=True), encoding="utf-8")
    return {"backup": str(target), **seal}


def restore(root: Path, source: Path, progress: Progress = silent) -> dict[str, Any]:
    """Make a store from a backup, rebuild what is derived, and compare every count with the seal."""
    try:
        seal = json.loads((source / _SEAL).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise InputRejected(f"{source} is not a backup of a store: it has no readable {_SEAL}.") from error
    if root.exists() and any(root.iterdir()):
        raise Conflict(f"{root} is not empty. Move it away first, or name another folder with --store.")
    paths = StorePaths(root)
    paths.make()
    shutil.copy2(source / paths.ledger.name, paths.ledger)
    for folder in (paths.batches, paths.basemap):
        shutil.copytree(source / folder.name, folder, dirs_exist_ok=True)
    held = open_store(root, reference_folder=settings().reference, progress=progress)
    try:
        return {"restored": str(root), **_compared(held.analytics.counts(), seal["counts"])}
    finally:
        held.close()


def rebuild(root: Path, progress: Progress = silent) -> dict[str, Any]:
    """Make the analytics file anew from the batches and compare every count with what was there, if readable."""
    held = open_store(root, reference_folder=settings().reference, progress=progress)
    try:
        before = held.analytics.counts()
        after = stores.rebuild(held, progress)
        return {"rebuilt": str(root), "notes": held.notes, **_compared(after, before)}
    finally:
        held.close()


def _compared(counts: dict[str, int], expected: dict[str, int]) -> dict[str, Any]:
    different = {name: [expected.get(name), count] for name, count in counts.items() if expected.get(name) != count}
    return {"counts": counts, "different": different, "equal": not different}
