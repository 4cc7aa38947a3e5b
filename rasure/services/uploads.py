"""Files sent from a browser: written into the inbox as one drop, under names of the contract, and loaded from there."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from rasure.access.audit import POLICY
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, RasureError, Unavailable
from rasure.ingest.drop import MANIFEST, read_manifest
from rasure.ingest.force_contract import DROP
from rasure.services import audit, desk, watch, wiring
from rasure.services.jobs import Job, Work, jobs
from rasure.services.loading import PATROL_FILES
from rasure.store.store import Store
from rasure.terms import StoreClass

#: The watcher passes over names that begin with a dot.
_UNFINISHED = ".upload-"
_BLOCK_BYTES = 1024 * 1024
_RECORDS = {contract.name for contract in DROP}
_PUBLISHED = re.compile(r"[0-9]{4}-[0-9]{2}-[a-z][a-z-]{0,40}-(street|outcomes|stop-and-search)\.csv")


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came: the name its sender gives it, and its bytes."""

    name: str
    content: IO[bytes]


def take(principal: Principal, sent: Sequence[Sent], start: Callable[[str, Work], Job] = jobs.start) -> Job | None:
    """Put files into the inbox as one drop and load it; None when the server is busy, and the drop loads by itself.

    Each file is in the audit log by its digest before the drop can be seen in the inbox.

    Raises
    ------
    NotAllowed
        The role may not load, or a demo server would take operational data.
    InputRejected
        The files are not those of one drop.
    Conflict
        The same files wait in the inbox.
    """
    desk.admit(principal, Action.LOAD_DATA)
    store = wiring.store()
    refuse_unfit([file.name for file in sent])
    with _unfinished(store) as folder:
        digests = {file.name: _written(folder / file.name, file.content) for file in sent}
        store.refuse_class(_class_of(folder, digests))
        path = store.paths.inbox / f"upload-{_digest(digests)}"
        if path.exists():
            raise Conflict("The same files wait in the inbox already. They load by themselves.")
        _record(store, principal, path.name, digests)
        folder.rename(path)
    try:
        return start(f"loading {path.name}", partial(watch.take, store, path, principal=principal))
    except Conflict:
        return None


def refuse_unfit(names: Sequence[str]) -> None:
    """Raise `InputRejected` unless the names are, to the letter, those of the files of one drop.

    No other name is ever written, so what a sender calls a file cannot lead anywhere.
    """
    files = [name for name in names if name != MANIFEST]
    if not files:
        raise InputRejected("Choose the files of one drop first.")
    unknown = next((name for name in files if not _is_known(name)), None)
    if unknown is not None:
        raise InputRejected(
            f"{unknown[:80]!r} is no name of the contract. Keep the names: offences.csv and the like,"
            " 2025-01-thames-valley-street.csv, pings.csv, patrols.csv, hot_spots.csv, allocations.csv."
        )
    if len(set(names)) < len(names):
        raise InputRejected("Two of the files have the same name. Send them as two drops.")
    kinds = {"records" if name in _RECORDS else PATROL_FILES.get(name, "published") for name in files}
    if len(kinds) > 1 or (len(files) > 1 and not kinds.isdisjoint(PATROL_FILES.values())):
        raise InputRejected(
            "These are files of more than one drop. Send the records extract, the files of data.police.uk, and each"
            " file of the patrol side by itself."
        )


def clear(store: Store) -> None:
    """Remove what an upload left that was interrupted; called before the first visitor."""
    for path in store.paths.inbox.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path)


def _is_known(name: str) -> bool:
    return name in _RECORDS or name in PATROL_FILES or _PUBLISHED.fullmatch(name) is not None


@contextmanager
def _unfinished(store: Store) -> Iterator[Path]:
    """Yield a folder nobody looks into; it is gone afterwards, unless it got another name."""
    folder = None
    try:
        folder = Path(mkdtemp(prefix=_UNFINISHED, dir=store.paths.inbox))
        yield folder
    except RasureError:
        raise
    except OSError as error:
        raise Unavailable(f"The inbox cannot be written to ({error.strerror}). Nothing was taken.") from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _written(path: Path, content: IO[bytes]) -> str:
    """Write one file, readable by its owner alone, and return its digest."""
    digest = hashlib.sha256()
    content.seek(0)
    with path.open("xb") as file:
        path.chmod(0o600)
        while block := content.read(_BLOCK_BYTES):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _class_of(folder: Path, digests: Mapping[str, str]) -> StoreClass:
    """Return what a drop counts as, before anything of it lies where it would be kept."""
    if any(_PUBLISHED.fullmatch(name) for name in digests):
        return StoreClass.OPEN_DATA
    if MANIFEST not in digests:
        return StoreClass.OPERATIONAL
    manifest = read_manifest(folder / MANIFEST)
    for name, digest in digests.items():
        if name != MANIFEST and manifest.files.get(name, {}).get("sha256", "").lower() != digest:
            raise InputRejected(f"{name} is not the file {MANIFEST} describes. Send it again, or without a manifest.")
    return manifest.store_class


def _digest(digests: Mapping[str, str]) -> str:
    """Return a short digest of a drop: the same files make the same name."""
    return hashlib.sha256("\n".join(f"{name} {digests[name]}" for name in sorted(digests)).encode()).hexdigest()[:8]


def _record(store: Store, principal: Principal, drop: str, digests: Mapping[str, str]) -> None:
    said = POLICY[Action.LOAD_DATA]
    for name, digest in digests.items():
        reference = f"{drop}/{name}"
        audit.record(store, principal, said.op, object=f"file:{digest}", fields=said.fields, reference=reference)
