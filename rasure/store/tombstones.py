"""The list of erasures outside the store: a store that is restored from before an erasure learns of it from here.

It lies beside the store, in the second folder for heads of the audit log, and in every backup within reach. Each line
is a tombstone with the store it belongs to.
"""

import json
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rasure.errors import Unavailable
from rasure.store.ledger.erasures import Tombstone

IN_BACKUP = "erasures.jsonl"
#: What the audit log calls the digests that tombstones keep.
PURPOSE = "erased people"
#: The text whose digest tells keys apart; no identifier is empty.
_CHECKED = ""
_log = logging.getLogger(__name__)


Digest = Callable[[str], str]


def keyed(stone: Tombstone, person: str, digest: Digest) -> Tombstone:
    """Return a tombstone for a person by a key."""
    return replace(stone, person_digest=digest(person), key_check=digest(_CHECKED))


def stale(stones: Iterable[Tombstone], digest: Digest) -> list[Tombstone]:
    """Return tombstones that no digest of this key can meet; one that was made again with it is not among them."""
    check = digest(_CHECKED)
    every = list(stones)
    fresh = {stone.erased_at for stone in every if stone.key_check == check}
    return [stone for stone in every if stone.erased_at not in fresh]


def refuse_stale(stones: Iterable[Tombstone], digest: Digest) -> None:
    """Raise `Unavailable` when somebody was erased under another key: they could come back unseen."""
    if lost := stale(stones, digest):
        raise Unavailable(
            f"{len(lost)} people were erased under another key of the audit log and could come back unseen."
            " Put that key back where it lay."
        )


def beside(root: Path) -> Path:
    """Return where the list lies beside a store."""
    return root.with_name(f"{root.name}.erasures")


def among_heads(heads: Path, store_id: str) -> Path:
    """Return where the list lies in the second folder for heads of the audit log."""
    return heads / f"{store_id}.erasures.jsonl"


def read(path: Path, store_id: str) -> list[Tombstone]:
    """Return a store's tombstones from a list, none where there is no list.

    Raises
    ------
    Unavailable
        The list is there and cannot be read: going on would bring erased people back.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unavailable(
            f"The list of erasures {path} cannot be read ({error.strerror}). Make it readable."
        ) from error
    found = []
    for line in lines:
        try:
            values = json.loads(line)
            if values.pop("store") == store_id:
                found.append(Tombstone(**values))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable(
                f"{path} is not a list of erasures as Rasure writes it. Put it back as it was."
            ) from error
    return found


def write(places: Sequence[Path], store_id: str, stones: Iterable[Tombstone]) -> list[Path]:
    """Bring every list up to date; return those that could not be reached."""
    missed = []
    wanted = list(stones)
    for path in places:
        try:
            known = read(path, store_id)
            missing = [stone for stone in wanted if stone not in known]
            if missing:
                _add(path, store_id, missing)
        except (OSError, Unavailable) as error:
            _log.warning("the list of erasures %s could not be written: %s", path, error)
            missed.append(path)
    return missed


def _add(path: Path, store_id: str, stones: Iterable[Tombstone]) -> None:
    """Put a whole new list in place of the old one."""
    before = path.read_bytes() if path.exists() else b""
    lines = [json.dumps({"store": store_id, **stone.as_json()}, sort_keys=True) + "\n" for stone in stones]
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(before + "".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
