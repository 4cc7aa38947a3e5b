"""The open store, once per process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rasure.settings import settings
from rasure.store import lock
from rasure.store.store import Progress, Store, open_store, silent
from rasure.terms import StoreClass

_lock = threading.Lock()
_open: dict[Path, Store] = {}


def store() -> Store:
    """Return this process's store, opening it at the first call."""
    root = settings().store
    with _lock:
        if root not in _open:
            held = _opened(root)
            held.ceiling = StoreClass.OPEN_DATA if settings().mode == "demo" else StoreClass.OPERATIONAL
            _open[root] = held
        return _open[root]


def serving() -> Store | None:
    """Return the store this process serves, if it has opened one."""
    return _open.get(settings().store)


def announce(url: str, token: str) -> None:
    """Write down where this process listens, for the command line of the store's owner."""
    lock.announce(store().paths.server, url, token)


def close() -> None:
    """Close the store this process holds, if it does."""
    with _lock:
        for served in _open.values():
            served.paths.server.unlink(missing_ok=True)
            served.close()
        _open.clear()


def _opened(root: Path, progress: Progress = silent) -> Store:
    chosen = settings()
    return open_store(
        root,
        reference_folder=chosen.reference,
        progress=progress,
        audit_key=chosen.audit_key_file,
        audit_heads=chosen.audit_heads,
    )


@contextmanager
def opened(root: Path, progress: Progress = silent) -> Iterator[Store]:
    """Open a store for one command and close it after."""
    held = _opened(root, progress)
    try:
        yield held
    finally:
        held.close()
