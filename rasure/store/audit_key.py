"""The key that seals the audit log: made when the log begins, kept outside the store, readable by its owner alone."""

import os
import secrets
from pathlib import Path

from rasure.errors import Unavailable
from rasure.store.audit_records import genesis, parsed

_BYTES = 32


def key_beside(root: Path) -> Path:
    """Return where a store's key lies when no other place is set: beside the store, never in it."""
    return root.with_name(f"{root.name}.audit-key")


def read_key(path: Path, *, make: bool) -> bytes:
    """Return the key, making one when the log begins with this store."""
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    try:
        if path.stat().st_mode & 0o077:
            raise Unavailable(f"The audit log's key {path} can be read by others. Make it readable by its owner alone.")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise Unavailable(
            f"The audit log's key {path} is missing. Put it back, or name its place with RASURE_AUDIT_KEY_FILE."
        ) from error
    except (OSError, ValueError) as error:
        raise Unavailable(
            f"The audit log's key {path} cannot be read. Put it back from where you keep secrets."
        ) from error
    if len(key) != _BYTES:
        raise Unavailable(f"{path} is no key of an audit log. Put the key back from where you keep secrets.")
    return key


def key_fits(key_file: Path, folder: Path, store_id: str) -> bool:
    """Tell whether a log was begun with this key."""
    try:
        with min(folder.glob("audit-*.jsonl")).open("rb") as file:
            return parsed(file.readline().rstrip(b"\n")).prev == genesis(read_key(key_file, make=False), store_id)
    except (OSError, ValueError, TypeError):
        return False
