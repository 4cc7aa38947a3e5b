"""The audit log by itself: what is written stays as written, or it shows."""

import json
import os
import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.errors import InputRejected, Unavailable
from rasure.store.audit import AuditLog, read_head
from rasure.store.audit_key import key_fits
from rasure.store.audit_records import Head, genesis, parsed, sealed

STORE_ID = "5a1c0f6e-0000-4000-8000-000000000001"
BLANK = dict.fromkeys(("lpa", "session", "device", "fields", "n", "reason", "reference", "recipient", "ip"))


class Days:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def said(op: str = "consultation", what: str = "person:P1", **values: Any) -> dict[str, Any]:
    return {**BLANK, "actor": "A7", "role": "analyst", "op": op, "object": what, **values}


def opened(root: Path, clock: Days | None = None, *, begun: bool = False, heads: Path | None = None) -> AuditLog:
    root.mkdir(exist_ok=True)
    return AuditLog(
        root / "audit",
        root / "the.key",
        STORE_ID,
        begun=begun,
        aside=root / "aside",
        heads=heads,
        clock=clock or Days(),
    )


def filled(root: Path, records: int = 12, days: int = 1) -> AuditLog:
    """Return a log of so many records on so many days, its first record among them."""
    clock = Days()
    log = opened(root, clock)
    for n in range(1, records):
        if n % max(1, records // days) == 0:
            clock.now += timedelta(days=1)
        log.append(said(what=f"person:P{n}", n=n))
    return log


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


def flip(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    line = bytearray(lines[at])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    lines[at] = bytes(line)


def delete(lines: list[bytes], chance: random.Random) -> None:
    """Remove a record that is not the last: a cut tail needs a head kept elsewhere."""
    del lines[chance.randrange(len(lines) - 1)]


def swap(lines: list[bytes], chance: random.Random) -> None:
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]


def insert(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def reorder(lines: list[bytes], chance: random.Random) -> None:
    before = list(lines)
    while lines == before:
        chance.shuffle(lines)


def trail(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at] = lines[at][:-1] + chance.choice([b" ", b"\t", b"\r", b"\x00", b"}", b"\n"]) + b"\n"


def alter(lines: list[bytes], chance: random.Random) -> None:
    """Write a record anew, as the log would, with another reader in it."""
    at = chance.randrange(len(lines))
    values = json.loads(lines[at])
    values["actor"] = "somebody-else"
    lines[at] = json.dumps(values, sort_keys=True, separators=(",", ":")).encode() + b"\n"


EDITS = (flip, delete, swap, insert, reorder, trail, alter)


class TestEdits:
    def test_three_hundred_random_edits_are_all_noticed(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=45, days=3)
        log.close()
        paths = log.segments()
        whole = {path: path.read_bytes() for path in paths}
        for path in paths:
            path.chmod(0o600)
        missed = []
        for number in range(300):
            chance = random.Random(number)
            edit, path = EDITS[number % len(EDITS)], chance.choice(paths)
            lines = whole[path].splitlines(keepends=True)
            edit(lines, chance)
            path.write_bytes(b"".join(lines))
            if not log.verify().faults:
                missed.append((number, edit.__name__, path.name))
            path.write_bytes(whole[path])
        assert missed == []
        assert log.verify().faults == ()

    def test_what_was_changed_is_named_by_file_and_line(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        log.close()
        path = log.segments()[0]
        lines = path.read_bytes().splitlines(keepends=True)
        lines[4] = lines[4].replace(b"person:P4", b"person:P9")
        path.write_bytes(b"".join(lines))
        (fault,) = log.verify().faults
        assert str(fault) == "audit-2026-03-03.jsonl, line 5: record 5 was changed, or sealed with another key"

    def test_a_day_taken_out_is_noticed(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=9, days=3)
        log.segments()[1].unlink()
        assert any("some are missing or moved" in str(fault) for fault in log.verify().faults)


class TestHead:
    def test_a_tail_cut_by_whole_records_shows_against_a_head_kept_elsewhere(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=20)
        head = log.head()
        log.close()
        path = log.segments()[0]
        lines = path.read_bytes().splitlines(keepends=True)
        for keep in range(1, 20):
            path.write_bytes(b"".join(lines[:keep]))
            again = opened(tmp_path, begun=True)
            assert again.verify().faults == ()
            (fault,) = again.verify([head]).faults
            assert f"names record 20, the log ends at {keep}: it was cut" in str(fault)
            again.close()

    def test_while_it_is_open_a_cut_tail_shows_by_itself(self, tmp_path: Path) -> None:
        log = filled(tmp_path)
        path = log.segments()[0]
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
        assert any("it was cut" in str(fault) for fault in log.verify().faults)

    def test_a_log_regrown_after_a_cut_is_not_the_one_the_head_names(self, tmp_path: Path) -> None:
        log = filled(tmp_path, records=20)
        head = log.head()
        log.close()
        path = log.segments()[0]
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:10]))
        again = opened(tmp_path, begun=True)
        for _ in range(15):
            again.append(said())
        assert again.verify().faults == ()
        assert any("is not the one that the head" in str(fault) for fault in again.verify([head]).faults)

    def test_it_reads_back_as_exported(self, tmp_path: Path) -> None:
        head = filled(tmp_path).head()
        assert read_head(json.dumps(head.as_json())) == head

    @pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"store":"s","seq":"x","mac":"","t":""}'])
    def test_what_is_no_head_is_refused_in_a_sentence(self, text: str) -> None:
        with pytest.raises(InputRejected, match="not a head"):
            read_head(text)

    def test_a_head_of_another_store_is_said_to_be_one(self, tmp_path: Path) -> None:
        found = filled(tmp_path).verify([Head("other", 3, "00", "2026-03-03T09:00:00Z")])
        assert ["belongs to another store" in str(fault) for fault in found.faults] == [True]


class TestSecondFolder:
    def test_heads_are_copied_there_and_a_cut_log_is_written_no_further(self, tmp_path: Path) -> None:
        heads = tmp_path / "heads"
        heads.mkdir()
        log = opened(tmp_path / "a", heads=heads)
        for _ in range(200):
            log.append(said())
        log.close()
        kept = [read_head(line) for line in (heads / f"{STORE_ID}.heads.jsonl").read_text().splitlines()]
        assert kept[-1].seq == 201
        assert 3 <= len(kept) < 20
        path = log.segments()[0]
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
        again = opened(tmp_path / "a", begun=True, heads=heads)
        assert "it was cut" in (again.fault or "")

    def test_a_folder_that_is_away_does_not_stop_the_log(self, tmp_path: Path) -> None:
        log = opened(tmp_path / "a", heads=tmp_path / "unplugged")
        assert log.append(said()).seq == 2


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

    @settings(deadline=None)
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
