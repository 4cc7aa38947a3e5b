import gzip
import zipfile
from pathlib import Path

import pytest

from rasure.errors import InputRejected
from rasure.ingest.dialect import Chunk, InputFile, read

HEADER = ("id", "name")


def rows_of(path: Path, member: str | None = None) -> Chunk:
    (chunk,) = read(InputFile(path, member), HEADER).chunks
    return chunk


def written(tmp_path: Path, data: bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


class TestWhatIsTaken:
    @pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
    def test_any_line_end_is_taken(self, tmp_path: Path, line_end: bytes) -> None:
        chunk = rows_of(written(tmp_path, line_end.join([b"id,name", b"1,a", b"2,b", b""])))
        assert chunk.columns == {"id": ["1", "2"], "name": ["a", "b"]}
        assert not chunk.faults

    def test_values_are_kept_exactly_as_written(self, tmp_path: Path) -> None:
        path = written(tmp_path, b"id,name\n000123,O'Neill\n1E5,Null\n 7 ,=cmd|x\n")
        assert rows_of(path).columns == {"id": ["000123", "1E5", " 7 "], "name": ["O'Neill", "Null", "=cmd|x"]}

    def test_a_byte_order_mark_is_not_part_of_the_header(self, tmp_path: Path) -> None:
        assert rows_of(written(tmp_path, b"\xef\xbb\xbfid,name\n1,a\n")).columns["id"] == ["1"]

    def test_the_line_in_which_an_export_says_what_it_is_is_passed_over(self, tmp_path: Path) -> None:
        chunk = rows_of(written(tmp_path, b"# OFFICIAL | code: 1\nid,name\n# 1,a\n"))
        assert (chunk.columns, chunk.lines) == ({"id": ["# 1"], "name": ["a"]}, [3])

    def test_a_quoted_line_end_keeps_the_line_the_row_starts_on(self, tmp_path: Path) -> None:
        chunk = rows_of(written(tmp_path, b'id,name\n1,"a\nb"\n2,c\n'))
        assert chunk.lines == [2, 4]
        assert chunk.columns["name"] == ["a\nb", "c"]

    def test_columns_may_come_in_another_order(self, tmp_path: Path) -> None:
        assert rows_of(written(tmp_path, b"name,id\na,1\n")).columns == {"name": ["a"], "id": ["1"]}

    def test_blank_lines_are_not_rows(self, tmp_path: Path) -> None:
        chunk = rows_of(written(tmp_path, b"id,name\n\n1,a\n\n\n"))
        assert chunk.columns["id"] == ["1"]
        assert not chunk.faults

    def test_a_gzipped_file_reads_as_the_plain_one(self, tmp_path: Path) -> None:
        assert rows_of(written(tmp_path, gzip.compress(b"id,name\n1,a\n"), "f.csv.gz")).columns["id"] == ["1"]

    def test_a_member_of_an_archive_reads_as_the_plain_one(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("in/f.csv", "id,name\n1,a\n")
        assert rows_of(path, "in/f.csv").columns["name"] == ["a"]


class TestWhatMakesARowAFault:
    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (b"1", "wrong_number_of_cells"),
            (b"1,a,extra", "wrong_number_of_cells"),
            (b"1,a\0b", "nul_character"),
            (b"1," + b"x" * 32_001, "cell_too_long"),
        ],
    )
    def test_only_the_bad_row_is_left_out(self, tmp_path: Path, row: bytes, reason: str) -> None:
        chunk = rows_of(written(tmp_path, b"id,name\n0,ok\n" + row + b"\n2,ok\n"))
        assert chunk.columns["id"] == ["0", "2"]
        (fault,) = chunk.faults
        assert (fault.reason, fault.line) == (reason, 3)
        assert len(fault.value) <= 200

    def test_a_cell_of_the_greatest_length_is_taken(self, tmp_path: Path) -> None:
        assert not rows_of(written(tmp_path, b"id,name\n1," + b"x" * 32_000 + b"\n")).faults


class TestWhatRefusesTheFile:
    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "is empty"),
            (b"id,nom\n1,a\n", "lacks 'name' and has 'nom'"),
            (b"id,name,name\n1,a,b\n", "names a column twice"),
            (b"\n1,a\n", "lacks 'id', 'name'"),
            (b"id;name\n1;a\n", "lacks 'id', 'name'"),
            ("id,name\n1,Zoë\n".encode("latin-1"), "not UTF-8 text: byte 0xeb on line 2"),
            ("id,name\n1,a\n".encode("utf-16"), "is UTF-16 text"),
            (b"PK\x03\x04rest", "a zip archive or an Excel workbook"),
            (b'id,name\n1,"never closed\n2,b\n', "quoting breaks on line 2"),
            (b'id,name\n1,"a"b\n', "quoting breaks on line 2"),
            (b'id,name\n1,"' + b"x" * 2_000_000 + b'"\n', "quoting breaks on line 2"),
        ],
    )
    def test_the_sentence_names_the_file_and_the_trouble(self, tmp_path: Path, data: bytes, says: str) -> None:
        with pytest.raises(InputRejected) as refused:
            rows_of(written(tmp_path, data))
        assert "file.csv" in refused.value.message
        assert says in refused.value.message

    def test_a_folder_is_not_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(InputRejected, match="is a folder where a file should be"):
            rows_of(tmp_path)

    def test_a_missing_file_is_said_to_be_unreadable(self, tmp_path: Path) -> None:
        with pytest.raises(InputRejected, match="cannot be read"):
            rows_of(tmp_path / "none.csv")

    def test_a_file_that_unpacks_beyond_reason_is_refused(self, tmp_path: Path) -> None:
        bomb = gzip.compress(b"id,name\n" + b"0" * 20_000_000)
        with pytest.raises(InputRejected, match="unpacks to more than can be right"):
            rows_of(written(tmp_path, bomb, "bomb.csv.gz"))

    def test_a_broken_gzip_is_said_to_be_unreadable(self, tmp_path: Path) -> None:
        with pytest.raises(InputRejected, match="cannot be read"):
            rows_of(written(tmp_path, gzip.compress(b"id,name\n1,a\n")[:-6], "f.csv.gz"))
