"""Erasing people from a store: prepared aside, decided in one transaction of the ledger, then carried out.

Killed before the decision, nothing happened; killed after it, the next opening carries the rest out. No step after the
decision needs to know who was erased. Deleting a row would not do: the DuckDB file keeps deleted values, so it is made
anew from batches that never held them.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rasure.store import batches, erased_batches, erased_files, tombstones
from rasure.store.erased_batches import Traces
from rasure.store.erased_files import Edit, Header
from rasure.store.ledger import batches as register
from rasure.store.ledger import erasures, meta
from rasure.store.ledger.database import Ledger
from rasure.store.ledger.erasures import Rewritten, Step
from rasure.store.paths import StorePaths

_BATCHES, _FILES, _OLD = "batches", "files", "old"
#: What the inbox leaves beside a drop it loaded.
_RESULT = "result.json"

Among = Callable[[Iterable[str]], set[str]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An erasure written aside, complete, not yet decided."""

    traces: Traces
    batches: tuple[Rewritten, ...]
    edits: tuple[Edit, ...]
    #: Rows of the ledger that are about them.
    ledger_rows: int

    @property
    def rows(self) -> int:
        """Return how many rows of batches and ledger go, or lose their link to a person."""
        return sum(batch.rows for batch in self.batches) + self.ledger_rows


def prepare(paths: StorePaths, ledger: Ledger, among: Among, about_nobody: Collection[Header]) -> Prepared:
    """Write aside every batch and file without the people; nothing of the store changes.

    Parameters
    ----------
    among
        Which of some identifiers are those of people to erase.
    about_nobody
        Headers of tables in which no column is a person's identifier, so that an equal number there means nothing.
    """
    shutil.rmtree(paths.erasing, ignore_errors=True)
    paths.erasing.mkdir(mode=0o700)
    (paths.erasing / _FILES).mkdir(mode=0o700)
    registered = register.registered(ledger)
    edits = tuple(erased_files.edits(loose_files(paths), paths.erasing / _FILES, among, about_nobody=about_nobody))
    found = erased_batches.traces(paths.batches, registered, among)
    withheld = _lines_by_batch(edits)
    rewritten = []
    for batch_id, before in registered.items():
        target = batches.folder_of(paths.erasing / _BATCHES, batch_id)
        rows = erased_batches.without(paths.batches, target, batch_id, found, withheld.get(batch_id, set()))
        if rows:
            _, after = batches.read_manifest(paths.erasing / _BATCHES, batch_id)
            rewritten.append(Rewritten(batch_id, before, after, rows))
    for path in [paths.root, *paths.erasing.rglob("*")]:
        _flush(path)
    return Prepared(found, tuple(rewritten), edits, _ledger_rows(ledger, found.people))


def decide(paths: StorePaths, ledger: Ledger, prepared: Prepared, stones: Sequence[erasures.Tombstone]) -> None:
    """Decide it: from here on the people are erased, whatever happens to this process."""

    def step(path: Path, staged: Path | None) -> Step:
        return Step(str(path.relative_to(paths.root)), str(staged.relative_to(paths.root)) if staged else None)

    steps = [step(edit.path, edit.staged) for edit in prepared.edits]
    for batch in prepared.batches:
        folders = (batches.folder_of(held, batch.batch_id) for held in (paths.batches, paths.erasing / _BATCHES))
        steps.append(step(*folders))
    steps += [Step(name, None) for name in _derived(paths)]
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    erasures.decide(ledger, at, stones, prepared.batches, steps, prepared.traces.people)


def settle(paths: StorePaths, ledger: Ledger, lists: Sequence[Path]) -> list[Path]:
    """Carry out what was decided, from wherever it stands, or clear away what was not; the analytics file is gone then.

    Returns the lists of erasures that could not be reached.
    """
    missed: list[Path] = []
    steps = erasures.undone(ledger)
    if steps:
        for step in steps:
            _do(paths, paths.root / step.path, paths.root / step.staged if step.staged else None)
        missed = tombstones.write(lists, meta.store_id(ledger), erasures.tombstones(ledger))
        erasures.finish(ledger)
    if paths.erasing.exists():
        shutil.rmtree(paths.erasing)
    return missed


def discard(paths: StorePaths) -> None:
    """Clear away what was prepared and not decided."""
    shutil.rmtree(paths.erasing, ignore_errors=True)


def lists_of(root: Path, store_id: str, heads: Path | None, backups: Iterable[str]) -> list[Path]:
    """Return everywhere the list of erasures belongs: beside the store, with the heads, in backups within reach."""
    places = [tombstones.beside(root)]
    if heads is not None:
        places.append(tombstones.among_heads(heads, store_id))
    return places + [Path(backup) / tombstones.IN_BACKUP for backup in backups if is_backup(Path(backup))]


def is_backup(folder: Path) -> bool:
    """Tell whether a backup lies in a folder that can be reached."""
    return StorePaths(folder).ledger.is_file() and StorePaths(folder).batches.is_dir()


def loose_files(paths: StorePaths) -> Iterator[Path]:
    """Yield every file under the store's folder that is not kept by Rasure's own rules: drops, pieces set aside."""
    own = {paths.batches, paths.basemap, paths.audit, paths.inbox, paths.erasing}
    for top in sorted(paths.root.iterdir()):
        if top in own or top.name.startswith((paths.ledger.name, paths.analytics.name)):
            continue
        if top in (paths.lock, paths.server):
            continue
        yield from files_in(top)


def files_in(top: Path) -> Iterator[Path]:
    """Yield the regular files at or under a path; a link leads out of it, and a pipe would be waited for."""
    for path in sorted(top.rglob("*")) if top.is_dir() and not top.is_symlink() else [top]:
        if path.is_file() and not path.is_symlink():
            yield path


def _derived(paths: StorePaths) -> list[str]:
    """Return what is made from batches and must be made anew, by name."""
    own = paths.analytics.name
    return [own, *sorted(path.name for path in paths.root.iterdir() if path.name.startswith(f"{own}."))]


def _do(paths: StorePaths, path: Path, staged: Path | None) -> None:
    """Do one step, or what is left of it."""
    if staged is None:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    elif not staged.exists():
        return
    elif staged.is_dir():
        old = paths.erasing / _OLD / path.name
        old.parent.mkdir(exist_ok=True, mode=0o700)
        if path.exists():
            path.rename(old)
        staged.rename(path)
    else:
        staged.replace(path)
    _flush(path.parent)


def _lines_by_batch(edits: Iterable[Edit]) -> dict[int, set[tuple[str, int]]]:
    """Return (file, line) of their rows in drops that became a batch, by batch: rejects of those lines are theirs."""
    found: dict[int, set[tuple[str, int]]] = {}
    for edit in edits:
        batch = _batch_of(edit.path)
        if batch is not None:
            name = edit.path.name.removesuffix(".gz")
            found.setdefault(batch, set()).update((name, line) for line in edit.lines)
    return found


def _batch_of(path: Path) -> int | None:
    try:
        batch = json.loads((path.parent / _RESULT).read_text(encoding="utf-8"))["batch"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return batch if isinstance(batch, int) else None


def _ledger_rows(ledger: Ledger, people: Collection[str]) -> int:
    return sum(
        int(ledger.value(f"select count(*) from {table} where person_id = ?", [person]))
        for table in erasures.tables_about_people(ledger)
        for person in people
    )


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
