"""One process owns a store. The lock is the kernel's, so a killed process never leaves it behind."""

import fcntl
import json
import os
from pathlib import Path

from rasure.errors import Conflict


class StoreLock:
    """Held from construction until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+", encoding="utf-8")
        path.chmod(0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "another process"
            self._file.close()
            raise Conflict(
                f"The store {path.parent} is in use by {holder}. Stop that process, or do this through the running"
                " server: the Data page loads files, and the command line hands its work to a server it finds."
            ) from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        self._file.close()


def announce(path: Path, url: str, token: str) -> None:
    """Write down where the server that holds the store listens, for its owner's command line."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": url, "token": token, "pid": os.getpid()}, file)


def announced(path: Path) -> dict[str, str] | None:
    """Return what the server wrote, or None when there is none."""
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return found
