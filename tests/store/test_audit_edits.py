"""The audit log against whoever edits it: every change, and every tail cut off, shows."""

import json
import random
from pathlib import Path

import pytest

from rasure.errors import InputRejected
from rasure.store.audit import read_head
from rasure.store.audit_records import Head
from tests.audit_logs import STORE_ID, filled, opened, said


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
