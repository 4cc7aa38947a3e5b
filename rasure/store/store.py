"""The store as a whole: opens its halves together, accepts batches, and rebuilds what can be rebuilt."""

import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasure.errors import Conflict, NotAllowed, Unavailable
from rasure.store import batches, erasure, tombstones
from rasure.store.analytics import counted, loads, presence, reference
from rasure.store.analytics.database import Damaged, Database
from rasure.store.audit import AuditLog
from rasure.store.audit_key import key_beside
from rasure.store.erased_files import Header
from rasure.store.ledger import batches as register
from rasure.store.ledger import erasures, meta
from rasure.store.ledger.database import Ledger
from rasure.store.lock import StoreLock
from rasure.store.paths import StorePaths
from rasure.terms import StoreClass

#: Called with rows or batches done, how many there are, and what is going on.
Progress = Callable[[int, int, str], None]


def silent(_done: int, _total: int, _what: str) -> None:
    """Report nothing."""


@dataclass(slots=True)
class Store:
    """An open store. One process holds it; its threads share it."""

    paths: StorePaths
    lock: StoreLock
    ledger: Ledger
    analytics: Database
    audit: AuditLog
    reference_folder: Path
    #: What had to be put right when it was opened, in sentences for the operator.
    notes: list[str] = field(default_factory=list)
    #: How far right the class may move while this process holds the store; a demo server stops at open data.
    ceiling: StoreClass = StoreClass.OPERATIONAL
    #: Held while a batch is taken in; whoever must read before writing, such as a next number, holds it meanwhile.
    writing: threading.RLock = field(default_factory=threading.RLock)
    #: Second folder for heads of the audit log, where the list of erasures is kept too.
    heads: Path | None = None
    #: Asked for several times a page, so kept until the next load.
    _version: str | None = None

    def close(self) -> None:
        self.audit.close()
        self.analytics.close()
        self.ledger.close()
        self.lock.release()

    @property
    def store_class(self) -> StoreClass:
        return meta.store_class(self.ledger)

    def version(self) -> str:
        """Return the data version: it changes with every load, every erasure and with the reference tables."""
        if self._version is None:
            last = max(register.registered(self.ledger), default=0)
            erased = erasures.count(self.ledger)
            self._version = f"{last}-{loads.get_meta(self.analytics, 'reference_digest')}" + f"-e{erased}" * (
                erased > 0
            )
        return self._version

    def erased(self) -> Callable[[Iterable[str]], set[str]] | None:
        """Return what tells which of some identifiers are those of erased people; None when nobody was erased.

        Raises
        ------
        Unavailable
            The key that tells is missing, or another than they were erased under.
        """
        stones = erasures.tombstones(self.ledger)
        if not stones:
            return None
        digest = self.audit.keyed(tombstones.PURPOSE)
        tombstones.refuse_stale(stones, digest)
        known = {stone.person_digest for stone in stones}
        return lambda people: {person for person in people if digest(person) in known}

    def dispositions(
        self, table: str, row_keys: pa.Array, row_hashes: pa.Array, *, last_wins: bool
    ) -> NDArray[np.object_]:
        """Return for each incoming row "new", "revised", "duplicate" or "conflict"."""
        return loads.dispositions(self.analytics, table, row_keys, row_hashes, last_wins=last_wins)

    def refuse_class(self, store_class: StoreClass) -> None:
        """Raise `NotAllowed` for data further right than this process may hold."""
        if store_class.joined_with(self.ceiling) is not self.ceiling:
            raise NotAllowed(
                f"This server runs in demo mode and takes no {store_class.value} data. Load it with the server stopped,"
                " and serve it with an identity provider as docs/sign-in.md says."
            )

    def accept(self, batch: batches.Batch) -> int:
        """Take a batch: written aside, tried in a transaction, named, registered, committed. Return its id.

        Whatever fails before the naming leaves nothing behind; an accident after it is finished at the next opening.
        """
        self.refuse_class(batch.store_class)
        with self.writing:
            batch_id = register.next_id(self.ledger)
            staged = batches.stage(self.paths.batches, batch_id, batch)
            try:
                with self.analytics.transaction() as writer:
                    loads.place(writer, staged.manifest, staged.tables())
                    counted.follow(writer, staged.manifest["tables"])
                    presence.follow(writer, staged.manifest["tables"])
                    meta.raise_class(self.ledger, batch.store_class)
                    staged.name()
                    register.register(self.ledger, staged.manifest, staged.manifest_sha256)
            finally:
                self._version = None
                batches.clear_staging(self.paths.batches)
        return batch_id


def open_store(
    root: Path,
    *,
    reference_folder: Path,
    progress: Progress = silent,
    audit_key: Path | None = None,
    audit_heads: Path | None = None,
) -> Store:
    """Open the store in `root`, making it when there is none, and put right what an accident left.

    The key of its audit log lies beside it unless `audit_key` names another place; heads of the log are copied to
    `audit_heads`. A log that does not verify does not keep the store shut: nothing can be recorded then,
    and so nothing shown.

    Raises
    ------
    Conflict
        Another process holds it, or it was written by a newer program.
    Unavailable
        The ledger or a batch is missing or changed: neither can be rebuilt from anything else.
    """
    paths = StorePaths(root)
    is_new = not paths.ledger.exists()
    if is_new and paths.batches.exists() and batches.present(paths.batches):
        raise Unavailable(f"{paths.ledger} is missing though the store has batches. Restore it from a backup.")
    paths.make()
    lock = StoreLock(paths.lock)
    try:
        ledger = Ledger(paths.ledger)
        meta.store_id(ledger)
        if is_new:
            meta.begin_class(ledger)
        batches.clear_staging(paths.batches)
        notes = _settled(paths, ledger, audit_heads)
        _reconcile_register(paths, ledger)
        audit = _open_audit(paths, ledger, audit_key or key_beside(root), audit_heads)
        analytics, opened_notes = _open_analytics(paths, ledger, reference_folder, progress)
    except BaseException:
        lock.release()
        raise
    return Store(paths, lock, ledger, analytics, audit, reference_folder, notes + opened_notes, heads=audit_heads)


def rebuild(store: Store, progress: Progress = silent) -> dict[str, int]:
    """Make the analytics file anew from the batches; return the rows of every table."""
    store.analytics.close()
    _set_aside(store.paths, store.paths.analytics)
    store.analytics = _built(store.paths, store.ledger, store.reference_folder, progress)
    return store.analytics.counts()


def prepare_erasure(
    store: Store, among: Callable[[Iterable[str]], set[str]], about_nobody: Collection[Header]
) -> erasure.Prepared:
    """Write aside every batch and file without some people, and say what they hold of them; nothing changes yet."""
    return erasure.prepare(store.paths, store.ledger, among, about_nobody)


def erase(
    store: Store,
    prepared: erasure.Prepared,
    stones: Sequence[erasures.Tombstone],
    progress: Progress = silent,
) -> list[Path]:
    """Erase whom was prepared for, and make the analytics file anew; return lists of erasures not within reach."""
    erasure.decide(store.paths, store.ledger, prepared, stones)
    store.analytics.close()
    store._version = None
    missed = erasure.settle(store.paths, store.ledger, _lists(store.paths, store.ledger, store.heads))
    store.analytics = _built(store.paths, store.ledger, store.reference_folder, progress)
    return missed


def publish_erasures(store: Store) -> list[Path]:
    """Bring every list of erasures up to date; return those not within reach."""
    lists = _lists(store.paths, store.ledger, store.heads)
    return tombstones.write(lists, meta.store_id(store.ledger), erasures.tombstones(store.ledger))


def _settled(paths: StorePaths, ledger: Ledger, heads: Path | None) -> list[str]:
    """Carry out an erasure that was decided when the last process ended."""
    is_undone = bool(erasures.undone(ledger))
    erasure.settle(paths, ledger, _lists(paths, ledger, heads))
    return ["An erasure that was interrupted has been carried out."] if is_undone else []


def _lists(paths: StorePaths, ledger: Ledger, heads: Path | None) -> list[Path]:
    backups = [backup.path for backup in erasures.backups(ledger)]
    return erasure.lists_of(paths.root, meta.store_id(ledger), heads, backups)


def _open_audit(paths: StorePaths, ledger: Ledger, key_file: Path, heads: Path | None) -> AuditLog:
    begun = meta.audit_began(ledger)
    log = AuditLog(paths.audit, key_file, meta.store_id(ledger), begun=begun, aside=paths.aside, heads=heads)
    if not begun and log.fault is None:
        meta.begin_audit(ledger, log.head().t)
    return log


def _reconcile_register(paths: StorePaths, ledger: Ledger) -> None:
    """Compare batches on disk with the register; finish what an interrupted load began."""
    registered = register.registered(ledger)
    for batch_id in batches.present(paths.batches):
        manifest, digest = batches.read_manifest(paths.batches, batch_id)
        if batch_id not in registered:
            meta.raise_class(ledger, StoreClass(manifest["store_class"]))
            register.register(ledger, manifest, digest)
        elif registered[batch_id] != digest:
            raise Unavailable(f"The manifest of batch {batch_id} changed after it was accepted. Restore from a backup.")
    missing = sorted(set(registered) - set(batches.present(paths.batches)))
    if missing:
        raise Unavailable(
            f"Batch {', '.join(map(str, missing))} is registered but missing from {paths.batches}."
            " Restore the store from a backup."
        )


def _open_analytics(
    paths: StorePaths, ledger: Ledger, reference_folder: Path, progress: Progress
) -> tuple[Database, list[str]]:
    registered = sorted(register.registered(ledger))
    existed = paths.analytics.exists()
    try:
        analytics = Database(paths.analytics)
        held = loads.applied(analytics)
        if held != registered[: len(held)] or not _is_whole(analytics):
            analytics.close()
            raise Damaged(f"{paths.analytics} does not hold what was loaded")
    except Damaged as damage:
        _set_aside(paths, paths.analytics)
        rebuilt = _built(paths, ledger, reference_folder, progress)
        return rebuilt, [f"{damage}. It was set aside and rebuilt from {len(registered)} batches."]
    for batch_id in registered[len(held) :]:
        _apply(paths, analytics, batch_id)
    reference.refresh(analytics, reference_folder)
    counted.ensure(analytics)
    presence.ensure(analytics)
    caught_up = len(registered) - len(held)
    if not caught_up:
        return analytics, []
    if not existed:
        return analytics, [f"{paths.analytics} was missing and was rebuilt from {caught_up} batches."]
    return analytics, [f"{caught_up} batches accepted before an interruption were taken into the analytics file."]


def _is_whole(analytics: Database) -> bool:
    """Read every block: a garbled one raises `Damaged`."""
    analytics.scrub()
    return True


def _built(paths: StorePaths, ledger: Ledger, reference_folder: Path, progress: Progress) -> Database:
    analytics = Database(paths.analytics)
    registered = sorted(register.registered(ledger))
    for done, batch_id in enumerate(registered):
        progress(done, len(registered), f"batch {batch_id}")
        _apply(paths, analytics, batch_id)
    reference.refresh(analytics, reference_folder)
    counted.ensure(analytics)
    presence.ensure(analytics)
    analytics.checkpoint()
    return analytics


def _apply(paths: StorePaths, analytics: Database, batch_id: int) -> None:
    manifest, _ = batches.read_manifest(paths.batches, batch_id)
    loads.apply(analytics, manifest, batches.read_tables(paths.batches, manifest))


def _set_aside(paths: StorePaths, damaged: Path) -> None:
    """Move a file and its write-ahead log out of the way, keeping them."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    for path in (damaged, damaged.with_name(damaged.name + ".wal")):
        if path.exists():
            paths.aside.mkdir(exist_ok=True, mode=0o700)
            path.rename(paths.aside / f"{stamp}-{path.name}")


def backup(store: Store, target: Path) -> Mapping[str, int]:
    """Copy everything that cannot be rebuilt into an empty folder; return the rows of every table."""
    if target.exists() and any(target.iterdir()):
        raise Conflict(f"{target} is not empty. Name a folder that does not exist yet.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    last = max(register.registered(store.ledger), default=0)
    erasures.note_backup(store.ledger, erasures.Backup(str(target.absolute()), made_at, last))
    store.ledger.backup(target / store.paths.ledger.name)
    for folder in (store.paths.batches, store.paths.basemap):
        shutil.copytree(folder, target / folder.name, ignore=shutil.ignore_patterns(".*"))
    return store.analytics.counts()
