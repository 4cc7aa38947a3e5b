"""The inbox, watched: a drop that is complete is loaded by itself and archived, or set aside whole with its reason."""

import hashlib
import json
import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from rasure.access.identity import Principal
from rasure.errors import Conflict, InputRejected, NotFound, RasureError
from rasure.services import erasure, loading, operations
from rasure.services.jobs import Work, jobs
from rasure.settings import settings
from rasure.store.store import Progress, Store
from rasure.terms import Role

EVERY_S = 5.0
_RESULT = "result.json"
_REASONS = "reasons.txt"
_MANIFEST = "manifest.json"
_MOST_SHOWN = 50
_MOST_MANIFEST_BYTES = 1024 * 1024
#: Who loads what loads by itself.
_INBOX = Principal("inbox", "The inbox", Role.ADMINISTRATOR, frozenset())
_log = logging.getLogger(__name__)

#: What a drop looks like from outside: every file with its size and the moment it last changed.
Look = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one drop, in one sentence; `batch` is empty when nothing new was in it."""

    drop: str
    at: datetime
    state: Literal["loaded", "refused"]
    sentence: str
    batch: int | None = None


class Watcher:
    """Looks into the inbox of a store; clock, moment and the way to start a job are arguments."""

    def __init__(
        self,
        store: Store,
        *,
        quiet_s: float,
        start: Callable[[str, Work], Any] = jobs.start,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._quiet_s = quiet_s
        self._start = start
        self._clock = clock
        self._now = now
        self._seen: dict[str, tuple[Look, float]] = {}
        self._started: set[str] = set()

    def look(self) -> None:
        """Load the first complete drop, by name; one that is still being written, or a busy server, waits."""
        drops = sorted(path for path in self._store.paths.inbox.iterdir() if _is_drop(path))
        self._started &= {path.name for path in drops}
        for path in drops:
            if path.name not in self._started and self._is_complete(path):
                try:
                    self._started.add(path.name)
                    self._start(f"loading {path.name}", partial(self.take, path))
                except Conflict:
                    self._started.discard(path.name)
                return

    def take(self, path: Path, progress: Progress) -> Any:
        """Load one drop as the inbox itself, and forget it."""
        try:
            return take(self._store, path, progress, principal=_INBOX, now=self._now)
        finally:
            self._seen.pop(path.name, None)
            self._started.discard(path.name)

    def _is_complete(self, path: Path) -> bool:
        """Tell whether a drop agrees with its manifest, or has lain unchanged for the quiet time."""
        look, moment = _look(path), self._clock()
        before, since = self._seen.get(path.name, (None, moment))
        if look != before:
            since = moment - self._quiet_s if _agrees(path) else moment
            self._seen[path.name] = (look, since)
        return moment - since >= self._quiet_s


def take(
    store: Store,
    path: Path,
    progress: Progress,
    *,
    principal: Principal,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Any:
    """Load one drop and move it out of the inbox; raise what it was refused for."""
    if not path.is_dir():
        raise NotFound(f"{path.name} is no longer in the inbox: it was loaded or taken away.")

    def close(state: Literal["loaded", "refused"], said: str, result: Any = None) -> None:
        _close(store, path, Record(path.name, now(), state, said, result["batch"] if result else None), result)

    try:
        kinds = loading.kinds_of(path)
        if not kinds:
            raise InputRejected(
                f"{path.name} holds nothing Rasure can load. A drop holds offences.csv and the like, files of"
                " data.police.uk, or one file of the patrol side."
            )
        result = operations.run(store, kinds[0], {"path": str(path)}, progress, principal=principal)
    except RasureError as error:
        close("refused", error.message)
        raise
    except Exception:
        close("refused", f"{path.name} failed in a way nobody foresaw; the log has the details.")
        raise
    close("loaded", _sentence(result), result)
    return result


def history(store: Store) -> list[Record]:
    """Return what became of the latest drops, newest first."""
    folders = [
        path for folder in (store.paths.archive, store.paths.refused) if folder.exists() for path in folder.iterdir()
    ]
    newest = sorted(folders, key=lambda path: path.name, reverse=True)[:_MOST_SHOWN]
    return [record for record in map(_read, newest) if record]


def begin(store: Store) -> Callable[[], None]:
    """Watch the inbox in a thread of its own; return what ends it."""
    watcher, ended = Watcher(store, quiet_s=settings().inbox_quiet_s), threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY_S):
            try:
                watcher.look()
            except Exception:
                _log.exception("the inbox could not be looked into; it will be tried again")

    thread = threading.Thread(target=watch, name="inbox", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def _close(store: Store, path: Path, record: Record, result: Any) -> None:
    """Move a drop out of the inbox, with what became of it beside its files."""
    folder = store.paths.archive if record.state == "loaded" else store.paths.refused
    target = _free(folder, f"{record.at:%Y%m%dT%H%M%SZ}-{path.name}")
    folder.mkdir(exist_ok=True, mode=0o700)
    shutil.move(path, target)
    text = json.dumps({**asdict(record), "result": result}, indent=1, default=str)
    (target / _RESULT).write_text(text, encoding="utf-8")
    if record.state == "refused":
        (target / _REASONS).write_text(record.sentence + "\n", encoding="utf-8")
    erasure.clean(store, target)
    level = logging.INFO if record.state == "loaded" else logging.WARNING
    _log.log(level, "drop %r %s: %s", path.name, record.state, record.sentence)


def _is_drop(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _look(path: Path) -> Look:
    found = []
    for inner in sorted(path.rglob("*")):
        kind = inner.lstat()
        found.append((str(inner.relative_to(path)), kind.st_size, kind.st_mtime_ns))
    return tuple(found)


def _agrees(path: Path) -> bool:
    """Tell whether every file a manifest names is there with its digest; without one, nothing can be told."""
    try:
        files = json.loads(_bytes_of(path, _MANIFEST))["files"]
        return bool(files) and all(_digest(path, name) == said["sha256"].lower() for name, said in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _bytes_of(folder: Path, name: str) -> bytes:
    with _own_file(folder, name).open("rb") as file:
        return file.read(_MOST_MANIFEST_BYTES)


def _digest(folder: Path, name: str) -> str:
    with _own_file(folder, name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _own_file(folder: Path, name: str) -> Path:
    """Return a file of the folder itself: a manifest's names lead nowhere else, and a pipe is not waited for."""
    path = folder / name
    if Path(name).name != name or path.is_symlink() or not path.is_file():
        raise OSError(f"{name!r} is no file of the drop")
    return path


def _sentence(result: dict[str, Any]) -> str:
    counts = ", ".join(f"{result[name]:,} {name}" for name in ("accepted", "rejected", "duplicate"))
    return f"{result['read']:,} rows read: {counts}."


def _free(folder: Path, name: str) -> Path:
    """Return a path that is not taken: two drops of one name in one second are told apart."""
    number = 1
    while (folder / (f"{name}-{number}" if number > 1 else name)).exists():
        number += 1
    return folder / (f"{name}-{number}" if number > 1 else name)


def _read(folder: Path) -> Record | None:
    try:
        held = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
        return Record(held["drop"], datetime.fromisoformat(held["at"]), held["state"], held["sentence"], held["batch"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
