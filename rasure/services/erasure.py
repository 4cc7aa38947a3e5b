"""Erase a person from a store, say where they may still stand, and which backups hold them."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rasure.access.audit import POLICY, Op
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, NotFound
from rasure.ingest import erased
from rasure.services import audit, desk, wiring
from rasure.store import erased_batches, erased_files, erasure, tombstones
from rasure.store import store as stores
from rasure.store.analytics import mentions
from rasure.store.audit_records import parsed
from rasure.store.erasure import Prepared
from rasure.store.ledger import erasures
from rasure.store.ledger.erasures import Tombstone
from rasure.store.store import Progress, Store, silent

_MOST_KEYS = 20
#: What the first record of an erasure refers to: the moment its tombstone carries.
_AT = "erasure:"
#: What shows places, counts and the log: an export of it names nobody, and need not be called back.
_SHOWING_NOBODY = (
    *(Action.VIEW_HOT_SPOTS, Action.COUNT_PEOPLE, Action.PUBLISH_SET, Action.VIEW_PARTNER_PICTURE),
    *(Action.VIEW_PATROLS, Action.VIEW_CREWS, Action.VIEW_TRACK),
    *(Action.VIEW_DATA, Action.VIEW_AUDIT),
)
_SHOWS_NOBODY = {field for action in _SHOWING_NOBODY for field in POLICY[action].fields}

Name = tuple[str | None, str | None]


def erase(root: Path, person_id: str, basis: str, progress: Progress = silent) -> dict[str, Any]:
    """Erase one person of the records system; return what went, and what a human still has to decide or do.

    Raises
    ------
    InputRejected
        No basis is given, or it names the person: it is kept.
    NotFound
        The store holds nothing of the person.
    Conflict
        A server holds the store, or the person waits in the inbox.
    """
    if not person_id or not basis.strip():
        raise InputRejected("Say whom to erase and on what basis: rasure store erase-person ID --basis TEXT.")
    if not (root / "ledger.sqlite").exists():
        raise NotFound(f"There is no store in {root}. Name its folder with --store.")
    try:
        with wiring.opened(root, progress) as store:
            return _erase(store, person_id, basis.strip(), progress)
    except Conflict as conflict:
        if "is in use by" in conflict.message:
            raise Conflict(
                "A person is erased with the server stopped, because every cached answer must go too. Stop it, erase,"
                " and start it again."
            ) from conflict
        raise


def erase_again(store: Store, stones: Sequence[Tombstone], progress: Progress = silent) -> int:
    """Erase from a restored store whoever was erased after its backup was made; return how many people came back."""
    erasures.remember(store.ledger, stones)
    gone = store.erased()
    if gone is None:
        return 0
    prepared = stores.prepare_erasure(store, gone, erased.headers_about_nobody())
    if not prepared.rows and not prepared.edits:
        erasure.discard(store.paths)
        return 0
    for person in sorted(prepared.traces.people):
        audit.record(store, desk.operator(), Op.ERASURE, object=f"person:{person}", reason="erased before the restore")
    stores.erase(store, prepared, [], progress)
    return len(prepared.traces.people)


def key_again(store: Store) -> dict[str, int]:
    """Make tombstones again after the log's key was lost, from the erasures that its old records name.

    Returns how many people were found again, and how many were not and can no longer be told when they come back.
    """
    digest = store.audit.keyed(tombstones.PURPOSE)
    lost = {stone.erased_at: stone for stone in tombstones.stale(erasures.tombstones(store.ledger), digest)}
    found = {}
    for path in sorted(store.paths.aside.glob("*/audit-*.jsonl")):
        for line in path.read_bytes().splitlines() if lost else ():
            try:
                entry = parsed(line)
            except (ValueError, TypeError):
                continue
            stone = lost.get((entry.reference or "").removeprefix(_AT))
            if entry.op == Op.ERASURE and stone is not None:
                found[stone.erased_at] = tombstones.keyed(stone, entry.object.removeprefix("person:"), digest)
    missing = [tombstones.keyed(stone, stone.person_digest, digest) for at, stone in lost.items() if at not in found]
    erasures.made_again(store.ledger, [*found.values(), *missing])
    stores.publish_erasures(store)
    return {"erased_known_again": len(found), "erased_no_longer_known": len(missing)}


def clean(store: Store, folder: Path) -> int:
    """Take erased people out of the files of a drop that was just put away; return how many files changed."""
    gone = store.erased()
    if gone is None:
        return 0
    staging = store.paths.erasing
    staging.mkdir(exist_ok=True, mode=0o700)
    changed = 0
    about_nobody = erased.headers_about_nobody()
    for edit in erased_files.edits(erasure.files_in(folder), staging, gone, about_nobody=about_nobody):
        if edit.staged is not None:
            edit.staged.replace(edit.path)
        elif not edit.is_blind:
            edit.path.unlink()
        changed += not edit.is_blind
    erasure.discard(store.paths)
    return changed


def _erase(store: Store, person_id: str, basis: str, progress: Progress) -> dict[str, Any]:
    operator = desk.operator()

    def among(values: Iterable[str]) -> set[str]:
        return {person_id} & set(values)

    progress(0, 3, "looking for the person")
    _refuse_waiting(store, among)
    prepared = stores.prepare_erasure(store, among, erased.headers_about_nobody())
    try:
        _refuse_unknown(store, person_id, prepared)
        _refuse_named(basis, prepared.traces.names)
    except (NotFound, InputRejected):
        erasure.discard(store.paths)
        raise
    since = _first_loaded(store, prepared)
    what = f"person:{person_id}"
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    blank = Tombstone("", "", basis, operator.id, at, prepared.rows)
    stone = tombstones.keyed(blank, person_id, store.audit.keyed(tombstones.PURPOSE))
    begun = audit.record(store, operator, Op.ERASURE, object=what, n=prepared.rows, reason=basis, reference=_AT + at)
    progress(1, 3, "writing the batches anew")
    missed = stores.erase(store, prepared, [stone], progress)
    audit.record(store, operator, Op.ERASURE, object=what, n=prepared.rows, reference=f"record:{begun.seq}")
    progress(2, 3, "looking for the name in text")
    return {
        "erased": person_id,
        "basis": basis,
        "rows": prepared.rows,
        "batches": [{"batch": batch.batch_id, "rows": batch.rows} for batch in prepared.batches],
        "files": [_as_json(store, edit) for edit in prepared.edits],
        "mentions_to_decide": _mentions(store, prepared.traces.names),
        "backups_to_make_anew": _backups(store, among),
        "files_that_left": _left(store, since),
        "lists_not_reached": [str(path) for path in missed],
        "data_version": store.version(),
    }


def _refuse_waiting(store: Store, among: Callable[[Iterable[str]], set[str]]) -> None:
    """Refuse while a drop that names the person waits: loading it would put them into the archive again."""
    staging = store.paths.erasing
    staging.mkdir(exist_ok=True, mode=0o700)
    waiting = erasure.files_in(store.paths.inbox)
    judged = erased_files.edits(waiting, staging, among, about_nobody=erased.headers_about_nobody())
    found = [edit for edit in judged if not edit.is_blind]
    erasure.discard(store.paths)
    if found:
        name = found[0].path.relative_to(store.paths.inbox)
        raise Conflict(f"The person is in inbox/{name}, which waits to be loaded. Load it or take it away first.")


def _refuse_unknown(store: Store, person_id: str, prepared: Prepared) -> None:
    if prepared.rows or any(not edit.is_blind for edit in prepared.edits):
        return
    gone = store.erased()
    if gone is not None and gone([person_id]):
        raise NotFound(f"{person_id} was erased from this store before, and nothing of them has come back.")
    raise NotFound(f"The store holds nothing of a person {person_id}. Check the identifier of the records system.")


def _refuse_named(basis: str, names: Collection[Name]) -> None:
    said = "".join(char if char.isalnum() else " " for char in _folded(basis)).split()
    families = {_folded(family or given or "").strip() for family, given in names}
    if families & set(said) or any(all_of <= set(said) for name in names if (all_of := _all_of(name))):
        raise InputRejected("The basis names the person, and it is kept. Give a reference or the rule instead.")


def _first_loaded(store: Store, prepared: Prepared) -> str | None:
    """Return when the person first came into the store (UTC), None when they are in no batch."""
    first = min((batch.batch_id for batch in prepared.batches), default=None)
    found = store.ledger.value("select accepted_at from batch where batch_id = ?", [first])
    return None if found is None else str(found)


def _mentions(store: Store, names: Collection[Name]) -> list[dict[str, Any]]:
    """Say where the name stands in text; whether it is this person's, only a reader can tell."""
    words = {all_of for name in names if (all_of := _all_of(name))}
    found: dict[tuple[str, str], set[str]] = {}
    for all_of in words:
        family, given = min(all_of), max(all_of)
        for mention in mentions.mentions(store.analytics, family, given):
            found.setdefault((f"{mention.table}.{mention.column}", "row"), set()).update(mention.keys)
    for table, rows in erasures.texts(store.ledger).items():
        keys = {str(row[0]) for row in rows if any(_holds(value, words) for value in row[1:])}
        if keys:
            found[f"ledger {table}", "row"] = keys
    for path in _text_files(store):
        lines = erased_files.mentioning(path, _folded, words)
        if lines:
            found[str(path.relative_to(store.paths.root)), "lines"] = {f"{lines} lines"}
    return [
        {"where": where, "kind": kind, "n": len(keys), "keys": sorted(keys)[:_MOST_KEYS]}
        for (where, kind), keys in sorted(found.items())
    ]


def _text_files(store: Store) -> Iterable[Path]:
    """Yield the files outside the tables that a person may have written into, the audit log and manifests too."""
    yield from erasure.loose_files(store.paths)
    yield from store.audit.segments()
    yield from sorted(store.paths.batches.glob("*/manifest.json"))


def _backups(store: Store, among: Callable[[Iterable[str]], set[str]]) -> list[dict[str, Any]]:
    """Say of every backup that was made whether it still holds the person; one out of reach is taken to."""
    found = []
    for backup in erasures.backups(store.ledger):
        folder = Path(backup.path)
        within_reach = erasure.is_backup(folder)
        if within_reach:
            held = folder / store.paths.batches.name
            ids = [int(path.name) for path in held.iterdir() if path.name.isdigit()]
            if not erased_batches.traces(held, ids, among).people:
                continue
        found.append({"path": backup.path, "made_at": backup.made_at, "within_reach": within_reach})
    return found


def _left(store: Store, since: str | None) -> list[dict[str, Any]]:
    """Name the exports since the person came that may hold them, by the code each file carries."""
    found = []
    for _, lines in store.audit.lines():
        for line in lines:
            entry = parsed(line.rstrip(b"\n"))
            is_export = entry.op == Op.DISCLOSURE and not set(entry.fields or ()) <= _SHOWS_NOBODY
            if is_export and (since is None or entry.t >= since):
                found.append({"code": entry.code, "at": entry.t, "by": entry.actor, "what": entry.object})
    return sorted(found, key=lambda export: str(export["at"]))


def _as_json(store: Store, edit: erased_files.Edit) -> Mapping[str, Any]:
    name = str(edit.path.relative_to(store.paths.root))
    if edit.staged is not None:
        return {"file": name, "rows_removed": len(edit.lines)}
    return {"file": name, "deleted": "cannot be looked into" if edit.is_blind else "names the person"}


def _all_of(name: Name) -> frozenset[str]:
    """Return the words that together mean a name: the family name, and the first of the given names."""
    family, given = name
    first_given = (given or "").split()[:1]
    return frozenset(_folded(word) for word in [(family or "").strip(), *first_given] if word)


def _holds(value: Any, words: Collection[frozenset[str]]) -> bool:
    return isinstance(value, str) and any(all(word in _folded(value) for word in all_of) for all_of in words)


def _folded(text: str) -> str:
    """Return a text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
