import shutil
from pathlib import Path

import duckdb
import pytest

from rasure.errors import Unsafe
from rasure.store.analytics import database as module
from rasure.store.analytics.database import Database

#: File, network, write and settings attacks; every one must fail on the hardened connection.
ATTACKS = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_parquet('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from '/etc/passwd'",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_csv('https://example.invalid/x.csv')",
    "copy (select 1) to '/tmp/rasure-attack.csv'",
    "copy (select 1) to '/tmp/rasure-attack.parquet' (format parquet)",
    "export database '/tmp/rasure-attack'",
    "import database '/tmp/rasure-attack'",
    "attach '/tmp/rasure-attack.duckdb' as other",
    "attach 'https://example.invalid/x.duckdb' as other",
    "install httpfs",
    "load httpfs",
    "install spatial from community",
    "set enable_external_access = true",
    "set memory_limit = '100GB'",
    "set lock_configuration = false",
    "set temp_directory = '/tmp/rasure-attack'",
    "set python_enable_replacements = true",
    "pragma database_size; set threads = 64",
]


class TestHardened:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_every_attack_is_refused(self, attack: str) -> None:
        database = Database()
        with pytest.raises(duckdb.Error):
            database.rows(attack)

    def test_python_variables_are_not_tables(self) -> None:
        import pandas as pd

        secrets = pd.DataFrame({"a": [1]})
        with pytest.raises(duckdb.CatalogException):
            Database().rows("select * from secrets")
        assert len(secrets) == 1

    def test_a_parameter_never_becomes_sql(self) -> None:
        found = Database().rows("select $text", {"text": "x'; drop table offence; --"})
        assert found == [("x'; drop table offence; --",)]


class TestFrame:
    def test_no_rows_keep_their_columns(self) -> None:
        found = Database().frame("select code, name from area")
        assert list(found.columns) == ["code", "name"]
        assert found.empty


class TestTransaction:
    def test_a_failure_undoes_everything_in_it(self) -> None:
        database = Database()
        with pytest.raises(ZeroDivisionError), database.transaction() as writer:
            writer.run("insert into store_meta values ('a', 'b')")
            raise ZeroDivisionError
        assert database.value("select count(*) from store_meta") == 0


class TestSchema:
    def test_every_table_says_what_it_holds(self) -> None:
        uncommented = Database().rows(
            "select table_name from duckdb_tables() where comment is null and table_name not in"
            " ('schema_migration', 'store_meta')"
        )
        assert uncommented == []


class TestSteps:
    @pytest.fixture
    def earlier(self, tmp_path: Path) -> Path:
        """Return the folder of an earlier program's steps: the first three of today's."""
        folder = tmp_path / "earlier"
        folder.mkdir()
        for path in sorted(module._SCHEMA.glob("[0-9]*.sql"))[:3]:
            shutil.copy(path, folder)
        return folder

    def columns(self, database: Database) -> list[tuple[object, ...]]:
        return database.rows(
            "select table_name, column_name, data_type, is_nullable from duckdb_columns() where not internal"
            " order by all"
        )

    def test_an_earlier_store_gets_the_steps_it_lacks(
        self, tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(module, "_SCHEMA", earlier)
            Database(tmp_path / "store.duckdb").close()
        held = Database(tmp_path / "store.duckdb")
        assert self.columns(held) == self.columns(Database())
        assert held.value("select count(*) from schema_migration") > 3
        held.close()

    def test_a_step_that_fails_leaves_the_store_to_the_earlier_program(
        self, tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        later = shutil.copytree(module._SCHEMA, tmp_path / "later")
        (later / "9999_broken.sql").write_text("create table half (a integer); select * from nowhere")
        monkeypatch.setattr(module, "_SCHEMA", earlier)
        Database(tmp_path / "store.duckdb").close()
        monkeypatch.setattr(module, "_SCHEMA", later)
        with pytest.raises(duckdb.CatalogException):
            Database(tmp_path / "store.duckdb")
        monkeypatch.setattr(module, "_SCHEMA", earlier)
        held = Database(tmp_path / "store.duckdb")
        assert held.value("select max(version) from schema_migration") == 3
        held.close()

    def test_a_later_store_is_not_opened(self, tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Database(tmp_path / "store.duckdb").close()
        monkeypatch.setattr(module, "_SCHEMA", earlier)
        with pytest.raises(Unsafe, match="R10"):
            Database(tmp_path / "store.duckdb")
