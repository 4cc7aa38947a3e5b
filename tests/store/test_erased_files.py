"""A file without somebody: their rows go, every other byte stays, and what cannot be read goes whole."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.ingest.erased import headers_about_nobody
from rasure.store import erased_batches
from rasure.store.analytics.database import Database
from rasure.store.erased_files import Edit, edits
from rasure.store.ledger import erasures
from rasure.store.store import Store

WHO = "P-7"


def among(values: Iterable[str]) -> set[str]:
    return {WHO} & set(values)


def edited(path: Path) -> Edit | None:
    staging = path.parent / "staging"
    staging.mkdir(exist_ok=True)
    found = list(edits([path], staging, among, about_nobody=headers_about_nobody()))
    return found[0] if found else None


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


class TestTables:
    def test_other_rows_keep_their_bytes(self, tmp_path: Path) -> None:
        data = b'\xef\xbb\xbfperson_id,note\r\nP-1,"a ""b""\n c"\nP-7,"x\ny"\nP-70,P-7\n'
        edit = edited(written(tmp_path / "people.csv", data))
        assert edit is not None
        assert edit.staged is not None
        assert edit.staged.read_bytes() == data.replace(b'P-7,"x\ny"\n', b"")
        assert edit.lines == (4,)

    def test_a_number_in_a_table_about_nobody_means_nothing(self, tmp_path: Path) -> None:
        data = b"offence_id,occurrence_id,ho_class,ho_code,status\nP-7,P-7,8N,008/06,\n"
        assert edited(written(tmp_path / "offences.csv", data)) is None

    def test_a_table_nobody_knows_loses_every_row_with_the_identifier(self, tmp_path: Path) -> None:
        edit = edited(written(tmp_path / "nominals.csv", b"ref,name\nP-7,A\nP-8,B\n"))
        assert edit is not None
        assert edit.staged is not None
        assert edit.staged.read_bytes() == b"ref,name\nP-8,B\n"

    @pytest.mark.parametrize(
        "data",
        [
            b'person_id,name\nP-7,"never closed\nP-8,B\n',
            "person_id;name\nP-7;A\nP-8;B\n".encode("utf-16"),
            b"person_id;name\nP-7;Caf\xe9\nP-8;B\n",
        ],
    )
    def test_what_is_no_csv_loses_the_lines(self, tmp_path: Path, data: bytes) -> None:
        edit = edited(written(tmp_path / "people.csv", data))
        assert edit is not None
        assert edit.staged is not None
        kept = edit.staged.read_bytes()
        assert b"P-8" in kept.replace(b"\x00", b"")
        assert b"P-7" not in kept.replace(b"\x00", b"")

    @given(
        st.lists(
            st.tuples(st.sampled_from([WHO, "P-1", "p-7", "P-7 "]), st.text(st.characters(codec="utf-8"), max_size=12)),
            max_size=12,
        )
    )
    def test_whatever_the_cells_exactly_their_rows_go(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
    ) -> None:
        rows = [(who, note.replace("\x00", "")) for who, note in rows]
        text = io.StringIO()
        csv.writer(text).writerows([("person_id", "note"), *rows])
        path = written(tmp_path_factory.mktemp("any") / "people.csv", text.getvalue().encode())
        edit = edited(path)
        after = path if edit is None else edit.staged
        assert after is not None
        kept = list(csv.reader(io.StringIO(after.read_bytes().decode(), newline="")))
        before = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
        assert kept == [row for row in before if row[0] != WHO]


class TestOtherFiles:
    def test_a_packed_table_stays_packed(self, tmp_path: Path) -> None:
        edit = edited(written(tmp_path / "people.csv.gz", gzip.compress(b"person_id\nP-7\nP-8\n")))
        assert edit is not None
        assert edit.staged is not None
        assert gzip.decompress(edit.staged.read_bytes()) == b"person_id\nP-8\n"

    def test_a_workbook_that_names_them_goes(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
            book.writestr("s.xml", "<t>P-7</t>")
        with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as book:
            book.writestr("s.xml", "<t>P-70</t>")
        assert edited(tmp_path / "a.xlsx") == Edit(tmp_path / "a.xlsx", None)
        assert edited(tmp_path / "b.xlsx") is None

    @pytest.mark.parametrize("name", ["x-analytics.duckdb", "x-analytics.duckdb.wal", "people.csv.gz", "x.parquet"])
    def test_what_cannot_be_looked_into_goes_and_is_called_so(self, tmp_path: Path, name: str) -> None:
        edit = edited(written(tmp_path / name, b"\x00\x01 no such file \xff"))
        assert edit == Edit(tmp_path / name, None, is_blind=True)

    def test_a_pieces_of_the_audit_log_stays(self, tmp_path: Path) -> None:
        assert edited(written(tmp_path / "audit.jsonl.torn", b'{"object":"person:P-7"')) is None

    def test_parquet_keeps_nothing_in_its_dictionaries(self, tmp_path: Path) -> None:
        names = pa.array(["Zebrafinch", "Example"]).dictionary_encode()
        pq.write_table(pa.table({"person_id": [WHO, "P-8"], "name": names}), tmp_path / "x.parquet")
        edit = edited(tmp_path / "x.parquet")
        assert edit is not None
        assert edit.staged is not None
        assert b"Zebrafinch" not in edit.staged.read_bytes()
        assert pq.read_table(edit.staged).to_pylist() == [{"person_id": "P-8", "name": "Example"}]

    def test_json_counts_only_whole_texts(self, tmp_path: Path) -> None:
        assert edited(written(tmp_path / "a.json", b'{"read": 7, "what": "P-7 and more"}')) is None
        assert edited(written(tmp_path / "b.json", b'{"people": ["P-7"]}')) == Edit(tmp_path / "b.json", None)


class TestTheSchema:
    """A new table that may hold a person must be thought of: this fails until it is."""

    def test_every_table_with_a_person_is_one_the_erasure_knows(self) -> None:
        found = Database().rows("select table_name from duckdb_columns() where column_name = 'person_id' order by all")
        made_anew = {"judged"}
        assert {table for (table,) in found} == erased_batches.REMOVED | erased_batches.UNLINKED | made_anew

    def test_every_table_with_a_subject_is_one_the_erasure_knows(self) -> None:
        found = Database().rows("select table_name from duckdb_columns() where column_name = 'subject_id'")
        assert found == [("plan",)]

    def test_every_column_that_refers_to_something_is_known_not_to_refer_to_a_person(self) -> None:
        found = Database().rows(
            "select distinct column_name from duckdb_columns() where column_name like '%\\_id' escape '\\'"
            " and not internal"
        )
        others = set(
            "batch_id was_batch_id hotspot_id location_id occurrence_id offence_id officer_id operation_id partner_id"
            " patrol_area_id patrol_id plan_id premises_id search_id set_id trial_id unit_id".split()
        )
        assert {name for (name,) in found} - others == {"person_id", "subject_id"}

    def test_rows_of_the_ledger_about_a_person_go_without_being_named_anywhere(self, store: Store) -> None:
        store.ledger.run("create table said_of_people (person_id text, said text) strict")
        store.ledger.run("insert into said_of_people values ('P-7', 'Zebrafinch'), ('P-8', 'Example')")
        assert "said_of_people" in erasures.tables_about_people(store.ledger)
        erasures.decide(store.ledger, "2026-03-31T00:00:00", [], [], [], {WHO})
        erasures.finish(store.ledger)
        assert store.ledger.rows("select said from said_of_people") == [("Example",)]
        files = [path.read_bytes() for path in store.paths.root.glob("ledger.sqlite*")]
        assert not any(b"Zebrafinch" in data for data in files)
