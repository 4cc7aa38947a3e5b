"""Keeping the store: verify, back up, restore, rebuild; counts are compared, never assumed."""

import json
import shutil
from pathlib import Path
from typing import Any

from rasure.access.audit import Op
from rasure.errors import Conflict, InputRejected
from rasure.services import audit, desk, erasure, wiring
from rasure.settings import settings
from rasure.store import audit as log
from rasure.store import batches, tombstones
from rasure.store import store as stores
from rasure.store.audit_key import key_beside, key_fits
from rasure.store.audit_records import BEGUN_ANEW, Head
from rasure.store.ledger import batches as register
from rasure.store.ledger import erasures, meta
from rasure.store.ledger.erasures import Tombstone
from rasure.store.paths import StorePaths
from rasure.store.store import Progress, Store, silent

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
    audited = store.audit.verify()
    faults += [str(fault) for fault in audited.faults]
    return {
        "store_class": store.store_class.value,
        "version": store.version(),
        "batches": len(manifests),
        "counts": counts,
        "digests": digests,
        "audit_records": audited.records,
        "faults": faults,
        "notes": store.notes,
    }


def backup(store: Store, target: Path) -> dict[str, Any]:
    """Copy what cannot be rebuilt into a new folder and seal it with the counts a restore must reach."""
    counts = dict(stores.backup(store, target))
    seal = {
        "counts": counts,
        "store_class": store.store_class.value,
        "version": store.version(),
        "audit": store.audit.copy(target / store.paths.audit.name).as_json(),
        "audit_key_file": str(store.audit.key_file.absolute()),
        "erasures": str(tombstones.beside(store.paths.root).absolute()),
    }
    (target / _SEAL).write_text(json.dumps(seal, indent=1, sort_keys=True), encoding="utf-8")
    return {"backup": str(target), **seal}


def restore(root: Path, source: Path, progress: Progress = silent) -> dict[str, Any]:
    """Make a store from a backup, rebuild what is derived, and compare every count and the log's head with the seal.

    Whoever was erased since the backup was made is erased again. The store gets its name after that, so that a
    restore that was interrupted leaves none. The key of the log is in no backup: it is taken from the place set for
    it, from beside the new store, or from where it lay when the backup was made.
    """
    try:
        seal = json.loads((source / _SEAL).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise InputRejected(f"{source} is not a backup of a store: it has no readable {_SEAL}.") from error
    if root.exists() and any(root.iterdir()):
        raise Conflict(f"{root} is not empty. Move it away first, or name another folder with --store.")
    aside = root.with_name(f".{root.name}.restoring")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        if key_beside(root).exists():
            shutil.copy2(key_beside(root), key_beside(aside))
        found = _restored(aside, root, source, seal, progress)
        if root.exists():
            root.rmdir()
        if key_beside(aside).exists():
            key_beside(aside).replace(key_beside(root))
        aside.rename(root)
        return {"restored": str(root), **found}
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        for left in (key_beside(aside), tombstones.beside(aside)):
            left.unlink(missing_ok=True)


def _restored(aside: Path, root: Path, source: Path, seal: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Make the store in `aside` that will be the one in `root`."""
    paths = StorePaths(aside)
    paths.make()
    shutil.copy2(source / paths.ledger.name, paths.ledger)
    for folder in (paths.batches, paths.basemap):
        shutil.copytree(source / folder.name, folder, dirs_exist_ok=True)
    if "audit" in seal:
        _restore_log(paths, root, source, seal)
    with wiring.opened(aside, progress) as held:
        head = Head(**seal["audit"]) if "audit" in seal else held.audit.head()
        audited = held.audit.verify([head])
        audit.record(held, desk.operator(), Op.ADMIN, object="store:restore", reference=f"record:{head.seq}")
        compared = _compared(held.analytics.counts(), seal["counts"])
        faults = [str(fault) for fault in audited.faults]
        return {
            **compared,
            "erased_again": erasure.erase_again(held, _tombstones(held, root, source, seal), progress),
            "audit_records": audited.records,
            "audit_faults": faults,
            "equal": compared["equal"] and not faults,
        }


def _tombstones(held: Store, root: Path, source: Path, seal: dict[str, Any]) -> list[Tombstone]:
    """Collect who was erased since a backup was made, from everywhere the list of erasures may lie."""
    store_id = meta.store_id(held.ledger)
    places = [source / tombstones.IN_BACKUP, tombstones.beside(root), Path(seal.get("erasures", ""))]
    if held.heads is not None:
        places.append(tombstones.among_heads(held.heads, store_id))
    found = [stone for place in places if place.is_file() for stone in tombstones.read(place, store_id)]
    known = list(dict.fromkeys([*erasures.tombstones(held.ledger), *found]))
    if known:
        tombstones.refuse_stale(known, held.audit.keyed(tombstones.PURPOSE))
    tombstones.write([tombstones.beside(root)], store_id, known)
    return known


def _restore_log(paths: StorePaths, root: Path, source: Path, seal: dict[str, Any]) -> None:
    """Bring the log back and its key with it; heads kept since the backup name records that are gone with the disk."""
    folder, head = source / paths.audit.name, Head(**seal["audit"])
    own = settings().audit_key_file or key_beside(paths.root)
    places = list(dict.fromkeys([own, key_beside(paths.root), Path(seal["audit_key_file"])]))
    fitting = next((place for place in places if key_fits(place, folder, head.store)), None)
    if fitting is None:
        named = [key_beside(root) if place == key_beside(paths.root) else place for place in places]
        raise InputRejected(
            f"The key of this backup's audit log is in none of {', '.join(map(str, named))}. Bring it from where you"
            " keep secrets, name its place with RASURE_AUDIT_KEY_FILE, and restore again."
        )
    shutil.copytree(folder, paths.audit, dirs_exist_ok=True)
    if fitting != own:
        shutil.copy2(fitting, own)
    if heads := settings().audit_heads:
        log.set_heads_aside(heads, head.store)


def begin_log_anew(root: Path, reason: str) -> dict[str, Any]:
    """Set an audit log aside that does not verify, and begin one whose first record says so, by whom and why."""
    if not reason.strip():
        raise InputRejected("Say why the audit log is begun anew.")
    with wiring.opened(root) as held:
        files, digest = held.audit.set_aside()
        first = audit.record(
            held,
            desk.operator(),
            Op.ADMIN,
            object=BEGUN_ANEW,
            n=files,
            reason=reason.strip(),
            reference=f"sha256:{digest}",
        )
        return {"begun_at": first.t, "files_set_aside": files, "sha256": digest, **erasure.key_again(held)}


def rebuild(root: Path, progress: Progress = silent) -> dict[str, Any]:
    """Make the analytics file anew from the batches and compare every count with what was there, if readable."""
    with wiring.opened(root, progress) as held:
        audit.record(held, desk.operator(), Op.ADMIN, object="store:rebuild")
        before = held.analytics.counts()
        after = stores.rebuild(held, progress)
        return {"rebuilt": str(root), "notes": held.notes, **_compared(after, before)}


def _compared(counts: dict[str, int], expected: dict[str, int]) -> dict[str, Any]:
    different = {name: [expected.get(name), count] for name, count in counts.items() if expected.get(name) != count}
    return {"counts": counts, "different": different, "equal": not different}
