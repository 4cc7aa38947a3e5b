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
            held = open_store(root, reference_folder=settings().reference)
            held.ceiling = StoreClass.OPEN_DATA if settings().mode == "demo" else StoreClass.OPERATIONAL
            _open[root] = held
        return _open[root]


def announce(url: str, token: str) -> None:
    """Write down where this process listens, for the command line of the store's owner."""
    lock.announce(store().paths.server, url, token)


def close() -> None:
    """Close the store this process holds, if it does."""
    with _lock:
        for held in _open.values():
            held.paths.server.unlink(missing_ok=True)
            held.close()
        _open.clear()


@contextmanager
def opened(root: Path, progress: Progress = silent) -> Iterator[Store]:
    """Open a store for one command and close it after."""
    held = open_store(root, reference_folder=settings().reference, progress=progress)
    try:
        yield held
    finally:
        held.close()
