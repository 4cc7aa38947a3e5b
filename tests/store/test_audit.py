"""The audit log by itself: what is written stays as written, or it shows."""

import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import Unavailable
from rasure.store.audit import AuditLog
from rasure.store.audit_key import key_fits
from rasure.store.audit_records import genesis, parsed, sealed
from tests.audit_logs import BLANK, STORE_ID, Days, filled, opened, said


class TestAppend:
    def test_every_record_has_every_field_and_follows_the_one_before(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        (segment,) = log.segments()
        rows = [json.loads(line) for line in segment.read_text(encoding="ascii").splitlines()]
        assert [row["seq"] for row in rows] == list(range(1, 13))
        assert [row["prev"] for row in rows[1:]] == [row["mac"] for row in rows[:-1]]
        assert {frozenset(row) for row in rows} == {frozenset({*BLANK, *said(), "seq", "t", "build", "prev", "mac"})}
        assert rows[0]["object"] == "audit-log:begun"

    def test_it_is_flushed_before_the_caller_goes_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        log = filled(tmp_path)
        flushed: list[int] = []
        real = os.fsync
        monkeypatch.setattr(os, "fsync", lambda file: (flushed.append(os.fstat(file).st_size), real(file))[1])
        log.append(said())
        assert flushed[-1] == log.segments()[-1].stat().st_size

    def test_a_day_has_its_file_and_a_closed_one_is_read_only(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=9, days=3)
        modes = [path.stat().st_mode & 0o777 for path in log.segments()]
        assert [path.name for path in log.segments()] == [f"audit-2026-03-0{day}.jsonl" for day in (3, 4, 5)]
        assert modes == [0o400, 0o400, 0o600]
        assert log.verify().faults == ()

    def test_a_clock_set_back_keeps_the_order(self, tmp_path: Path) -> None:
        clock = Days()
        log = opened(tmp_path, clock)
        clock.now -= timedelta(days=2)
        assert log.append(said()).seq == 2
        assert len(log.segments()) == 1
        assert log.verify().faults == ()

    def test_threads_appending_at_once_keep_the_chain(self, tmp_path: Path) -> None:
        log = opened(tmp_path)
        threads = [threading.Thread(target=lambda: [log.append(said()) for _ in range(25)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = log.verify()
        assert (found.records, found.faults) == (201, ())

    def test_the_key_lies_outside_and_is_the_owners_alone(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        assert log.key_file.stat().st_mode & 0o777 == 0o600
        assert log.key_file.parent != log.folder
        key = log.key_file.read_text(encoding="ascii").strip()
        assert key not in log.segments()[0].read_text(encoding="ascii")


class TestContinuing:
    def test_a_log_goes_on_where_it_stood(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        again = opened(tmp_path, begun=True)
        assert again.append(said()).seq == 13
        assert again.verify().faults == ()

    def test_a_log_that_is_gone_is_not_begun_anew(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        log.close()
        log.segments()[0].unlink()
        again = opened(tmp_path, begun=True)
        assert "is gone" in (again.fault or "")
        with pytest.raises(Unavailable, match="nothing is shown"):
            again.append(said())

    @pytest.mark.parametrize("spoil", ["gone", "other", "readable", "short"])
    def test_without_its_key_nothing_is_written(self, tmp_path: Path, spoil: str) -> None:
        log = filled(tmp_path)
        log.close()
        if spoil == "gone":
            log.key_file.unlink()
        elif spoil == "other":
            log.key_file.write_text("ab" * 32, encoding="ascii")
        elif spoil == "short":
            log.key_file.write_text("ab", encoding="ascii")
        else:
            log.key_file.chmod(0o644)
        again = opened(tmp_path, begun=True)
        assert again.fault is not None
        assert len(again.verify().faults) >= 1
        with pytest.raises(Unavailable):
            again.append(said())

    def test_a_log_of_another_store_is_not_taken(self, tmp_path: Path) -> None:
        filled(tmp_path).close()
        log = AuditLog(
            tmp_path / "audit", tmp_path / "the.key", "another store", begun=True, aside=tmp_path, clock=Days()
        )
        assert "does not follow" in (log.fault or "")


class TestCrash:
    def test_a_record_cut_at_any_byte_is_set_aside_and_said(self, tmp_path: Path) -> None:
        """Killed in the write: whatever of the last line reached the disk, the log opens, verifies and tells."""
        log = filled(tmp_path, records=4)
        log.close()
        segment = log.segments()[0]
        whole = segment.read_bytes()
        start = whole[:-1].rfind(b"\n") + 1
        clock = Days()
        for end in range(start + 1, len(whole)):
            segment.write_bytes(whole[:end])
            again = opened(tmp_path, clock, begun=True)
            assert again.fault is None
            found = again.verify()
            assert (found.records, found.faults) == (4, ())
            told = parsed(segment.read_bytes().splitlines()[-1])
            assert (told.object, told.n) == ("audit-log:torn-record", end - start)
            again.close()
        kept = sorted((tmp_path / "aside").iterdir())
        assert {path.read_bytes() for path in kept} == {whole[start:end] for end in range(start + 1, len(whole))}

    def test_a_record_lost_whole_leaves_a_sound_log(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=4)
        log.close()
        segment = log.segments()[0]
        segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-1]))
        assert opened(tmp_path, begun=True).verify().records == 3

    def test_a_file_begun_and_not_written_is_written_next(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=4)
        log.close()
        (log.folder / "audit-2026-03-04.jsonl").touch()
        again = opened(tmp_path, begun=True)
        assert again.append(said()).seq == 5
        assert again.verify().faults == ()


class TestFullDisk:
    def test_a_record_written_in_part_is_taken_back_and_the_next_is_taken(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = filled(tmp_path)
        size = log.segments()[0].stat().st_size
        real = os.write
        with monkeypatch.context() as full:
            full.setattr(os, "write", lambda file, data: real(file, data[:40]))
            with pytest.raises(Unavailable, match="No space left"):
                log.append(said())
        assert log.segments()[0].stat().st_size == size
        assert log.append(said()).seq == 13
        assert log.verify().faults == ()

    def test_a_record_that_could_not_be_flushed_does_not_count(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = filled(tmp_path)

        def failing(_file: int) -> None:
            raise OSError(5, "Input/output error")

        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", failing)
            with pytest.raises(Unavailable):
                log.append(said())
        assert log.append(said()).seq == 13
        assert log.verify().records == 13

    def test_a_log_another_program_writes_into_is_written_no_further(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        with log.segments()[0].open("ab") as file:
            file.write(b"\n")
        with pytest.raises(Unavailable):
            log.append(said())
        assert "changed or removed by another program" in (log.fault or "")

    def test_a_log_removed_while_in_use_is_written_no_further(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        log.segments()[0].unlink()
        with pytest.raises(Unavailable):
            log.append(said())
        assert log.verify().faults != ()


class TestText:
    HOSTILE = (
        'x","seq":1,"mac":"',
        "line one\nline two",
        '\r\n{"seq":2}\r\n',
        "\u2028\u2029\u0085\x1b[2J\x00\x7f",
        "\u202egnol drawkcab",
        "\ud800",
        '"mac":null',
        "Zoë Nguyễn 刀",
    )

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_text_forges_a_line(self, tmp_path: Path, text: str) -> None:
        log = opened(tmp_path)
        entry = log.append(said(reason=text, what=f"person:{text}", reference=text))
        assert (entry.reason, entry.object) == (text, f"person:{text}")
        data = log.segments()[0].read_bytes()
        assert data.count(b"\n") == len(data.splitlines()) == 2
        assert all(32 <= byte < 127 for line in data.split(b"\n") for byte in line)
        assert log.verify().faults == ()

    def test_a_long_text_is_cut(self, tmp_path: Path) -> None:
        assert len(opened(tmp_path).append(said(reason="x" * 100_000)).reason or "") == 2_000

    @given(reason=st.text(st.characters(codec=None)), n=st.integers(0, 2**53), lpa=st.lists(st.text(max_size=5)))
    def test_whatever_is_said_is_read_back(self, reason: str, n: int, lpa: list[str]) -> None:
        key = bytes(32)
        own = {"seq": 1, "t": "2026-03-03T09:00:00Z", "build": "1", "prev": genesis(key, STORE_ID)}
        line, entry = sealed(key, said(reason=reason, n=n, lpa=lpa) | own)
        assert parsed(line) == entry
        assert (entry.reason, entry.n, entry.lpa) == (reason[:2_000], n, tuple(lpa))


def test_a_key_is_told_from_another(tmp_path: Path) -> None:
    log = filled(tmp_path / "a")
    other = filled(tmp_path / "b")
    assert key_fits(log.key_file, log.folder, STORE_ID)
    assert not key_fits(other.key_file, log.folder, STORE_ID)
    assert not key_fits(tmp_path / "none", log.folder, STORE_ID)
