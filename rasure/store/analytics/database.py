"""Open, harden, migrate and query the DuckDB file."""

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from rasure.errors import Conflict, InputRejected, Unavailable, Unsafe

_SCHEMA = Path(__file__).with_name("schema")

#: Nothing outside this one file can be read, written, attached or installed (security.md D1).
HARDENED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "1GB",
    "threads": "2",
    "max_temp_directory_size": "20GB",
    "checkpoint_threshold": "1GB",
}


class Damaged(Unavailable):
    """The file cannot be opened or read as a whole; it must be rebuilt."""


class Database:
    """One process's connection; every call takes its own cursor, so threads may share it."""

    def __init__(self, path: Path | None = None) -> None:
        """Open `path` (None: in memory) hardened, and bring its schema up to date, all the steps it lacks or none."""
        self.path = path
        self._writing = threading.RLock()
        try:
            self._connection = duckdb.connect(str(path) if path else ":memory:", config=HARDENED)
            self._connection.execute("SET TimeZone='UTC'")
            self._connection.execute("SET lock_configuration=true")
            self._migrate()
        except duckdb.IOException as error:
            if "could not set lock" in str(error).lower():
                raise Conflict(f"Another process holds {path}. Stop it, or use the running server.") from error
            raise Damaged(f"{path} cannot be opened: {_first_line(error)}") from error
        except (duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException) as error:
            raise Damaged(f"{path} cannot be opened: {_first_line(error)}") from error
        if path:
            path.chmod(0o600)

    def close(self) -> None:
        self._connection.close()

    def frame(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run one statement; no rows gives an empty frame with the same columns."""
        with self._cursor() as cursor:
            return cursor.execute(sql, _bound(sql, parameters)).df()

    def arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        with self._cursor() as cursor:
            return cursor.execute(sql, _bound(sql, parameters)).to_arrow_table()

    def frame_over(
        self,
        incoming: pa.Table,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        beside: Mapping[str, pa.Table] | None = None,
    ) -> pd.DataFrame:
        """Run one statement that reads an Arrow table under the name `incoming`, and others under theirs."""
        with self._cursor() as cursor:
            for name, rows in {"incoming": incoming, **(beside or {})}.items():
                cursor.register(name, rows)
            return cursor.execute(sql, _bound(sql, parameters)).df()

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            return cursor.execute(sql, _bound(sql, parameters)).fetchall()

    def value(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        found = self.rows(sql, parameters)
        return found[0][0] if found else None

    @contextmanager
    def transaction(self) -> Iterator["Writer"]:
        """All or nothing: what the block writes is committed at its end or not at all."""
        with self._writing, self._cursor() as cursor:
            cursor.execute("begin transaction")
            try:
                yield Writer(cursor)
            except BaseException:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")

    @contextmanager
    def scratch(self) -> Iterator["Writer"]:
        """Temporary tables, gone at the end of the block; each statement stands alone, so what it read is let go."""
        with self._cursor() as cursor:
            yield Writer(cursor)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file."""
        with self._writing, self._cursor() as cursor:
            cursor.execute("checkpoint")

    def tables(self) -> list[str]:
        listed = "select table_name from duckdb_tables() where not internal order by table_name"
        return [name for (name,) in self.rows(listed)]

    def counts(self) -> dict[str, int]:
        """Rows in every table."""
        return {name: self.value(f"select count(*) from {identifier(name)}") for name in self.tables()}

    def scrub(self) -> dict[str, str]:
        """Read every value of every table, which checks every block; return a digest per table."""
        digests = {}
        for name in self.tables():
            digest = self.value(f"select bit_xor(hash(t)) from {identifier(name)} t")
            digests[name] = str(digest if digest is not None else 0)
        return digests

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        try:
            yield cursor
        except (duckdb.FatalException, duckdb.SerializationException, duckdb.IOException) as error:
            raise Damaged(f"The analytics file cannot be read: {_first_line(error)}") from error
        finally:
            cursor.close()

    def _migrate(self) -> None:
        self._connection.execute(
            "create table if not exists schema_migration (version integer primary key, name varchar not null,"
            " sha256 varchar not null, applied_at timestamp not null default current_timestamp)"
        )
        applied = dict(
            self._connection.execute("select version, sha256 from schema_migration order by version").fetchall()
        )
        known = {int(path.name[:4]): path for path in sorted(_SCHEMA.glob("[0-9]*.sql"))}
        if applied and max(applied) > max(known):
            raise Unsafe(
                f"R10: the store's schema is version {max(applied)}, this program knows {max(known)}."
                " Use a newer program."
            )
        texts = {version: path.read_text(encoding="utf-8") for version, path in known.items()}
        digests = {version: hashlib.sha256(text.encode()).hexdigest() for version, text in texts.items()}
        for version, digest in applied.items():
            if version in digests and digests[version] != digest:
                raise Damaged(
                    f"Migration {known[version].name} changed after it was applied; the store must be rebuilt."
                )
        lacking = sorted(set(known) - set(applied))
        if not lacking:
            return
        with self.transaction() as writer:
            for version in lacking:
                writer.run(texts[version])
                writer.run(
                    "insert into schema_migration (version, name, sha256) values ($version, $name, $sha256)",
                    {"version": version, "name": known[version].stem, "sha256": digests[version]},
                )


class Writer:
    """Writes inside one transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        if parameters is None:
            self._cursor.execute(sql)
        else:
            self._cursor.execute(sql, _bound(sql, parameters))

    def value(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        found = self._cursor.execute(sql, _bound(sql, parameters)).fetchone()
        return found[0] if found else None

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._cursor.execute(sql, _bound(sql, parameters)).fetchall()

    def arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        return self._cursor.execute(sql, _bound(sql, parameters)).to_arrow_table()

    def reader(self, sql: str, parameters: Mapping[str, Any] | None = None, *, rows: int) -> pa.RecordBatchReader:
        """Run one statement and return its rows in pieces, each to be taken once and before the next statement."""
        return self._cursor.execute(sql, _bound(sql, parameters)).to_arrow_reader(rows)

    @contextmanager
    def incoming(self, rows: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Make Arrow rows readable as `incoming` inside the block; a reader can be read once."""
        self._cursor.register("incoming", rows)
        try:
            yield
        finally:
            self._cursor.unregister("incoming")

    def insert(self, table: str, rows: pa.Table | pa.RecordBatchReader, *, order_by: Sequence[str] = ()) -> None:
        """Insert Arrow rows by column name."""
        order = f" order by {', '.join(map(identifier, order_by))}" if order_by else ""
        with self.incoming(rows):
            self._cursor.execute(f"insert into {identifier(table)} by name select * from incoming{order}")


def _bound(sql: str, parameters: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Keep the parameters the statement names: a scope always offers its two, aggregates may need neither."""
    if not parameters:
        return None
    named = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in parameters.items() if name in named} or None


def identifier(name: str) -> str:
    """Return the name of a table or column if it can be nothing else, to be written into a statement."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        raise InputRejected(f"{name!r} is not the name of a table or column.")
    return name


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
