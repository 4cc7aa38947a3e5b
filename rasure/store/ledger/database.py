"""Open and migrate the SQLite ledger; every write is on disk before the call returns."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasure.errors import Unavailable, Unsafe

_SCHEMA = Path(__file__).with_name("schema")


class Ledger:
    """One connection guarded by a lock: ledger calls are short."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._lock = threading.RLock()
            self._connection.execute("pragma journal_mode=wal")
            self._connection.execute("pragma synchronous=full")
            self._connection.execute("pragma foreign_keys=on")
            self._connection.execute("pragma secure_delete=on")
            self._migrate()
        except sqlite3.DatabaseError as error:
            raise Unavailable(
                f"The ledger {path} cannot be opened ({error}). It holds what cannot be rebuilt: restore it from a"
                " backup with `rasure store restore`."
            ) from error
        path.chmod(0o600)

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        found = self.rows(sql, parameters)
        return found[0][0] if found else None

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one write; return how many rows it touched.

        Raises
        ------
        Unavailable
            The disk took no more, or failed.
        """
        with self._lock:
            try:
                return self._connection.execute(sql, parameters).rowcount
            except sqlite3.OperationalError as error:
                raise Unavailable(f"The ledger cannot be written ({error}). Tell your administrator.") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def fold(self) -> None:
        """Fold the write-ahead log into the file and empty it: what was deleted is then in neither."""
        self.rows("pragma wal_checkpoint(truncate)")

    def backup(self, target: Path) -> None:
        """Copy the ledger while it is in use."""
        with self._lock, sqlite3.connect(target) as copy:
            self._connection.backup(copy)
        copy.close()
        target.chmod(0o600)

    def check(self) -> list[str]:
        """Return what SQLite finds wrong with the file; empty when it is sound."""
        return [line for (line,) in self.rows("pragma integrity_check") if line != "ok"]

    def _migrate(self) -> None:
        applied = self.value("pragma user_version")
        known = {int(path.name[:4]): path for path in sorted(_SCHEMA.glob("[0-9]*.sql"))}
        if applied > max(known):
            raise Unsafe(
                f"R10: the ledger's schema is version {applied}, this program knows {max(known)}. Use a newer program."
            )
        for version in sorted(set(known) - set(range(applied + 1))):
            statements = known[version].read_text(encoding="utf-8")
            self._connection.executescript(f"begin;\n{statements}\npragma user_version={version};\ncommit;")
