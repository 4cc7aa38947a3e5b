"""The command line as a person runs it: a process, its output, its exit code."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from rasure.settings import PROJECT
from tests.forking import Forked
from tests.makers import EAST, crime, published, squares


def rasure(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rasure", *map(str, words)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, env=os.environ | environment)


#: Runs a command as `rasure` does, in a process that has imported the command line already.
Ask = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ask(forked: Forked) -> Ask:
    """Return what asks a command again: each is begun once by a new interpreter, which takes a second."""
    return partial(forked.run, "from rasure.cli import main; main()")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    rows = [crime("a", month="2025-06"), crime("b", month="2025-06"), crime("c", month="2025-06", at=EAST)]
    rows.append(crime("=cmd|' /C calc'!A0", month="2025-06", kind="Witchcraft", at=None))
    published(folder / "in", "2025-06", "street", rows)
    for words in (["boundaries", squares(folder / "areas.geojson")], ["police-uk", folder / "in"]):
        loaded = rasure("load", *words, "--store", folder / "store")
        assert loaded.returncode == 0, loaded.stderr
    return folder / "store"


class TestLoad:
    def test_it_prints_what_became_of_the_rows_as_json(self, filled: Path, tmp_path: Path) -> None:
        published(tmp_path, "2025-05", "street", [crime("d", month="2025-05")])
        done = rasure("load", "police-uk", tmp_path, "--store", filled)
        found = json.loads(done.stdout)
        assert {name: found[name] for name in ("read", "accepted", "rejected", "duplicate")} == {
            "read": 1,
            "accepted": 1,
            "rejected": 0,
            "duplicate": 0,
        }
        assert isinstance(found["batch"], int)

    def test_a_refusal_is_one_sentence_on_standard_error(self, ask: Ask, filled: Path, tmp_path: Path) -> None:
        done = ask("load", "police-uk", tmp_path / "none", "--store", filled)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.strip().endswith("or the downloaded zip.")
        assert "Traceback" not in done.stderr


class TestRank:
    def test_csv_and_json_hold_the_same_places(self, ask: Ask, filled: Path) -> None:
        asked = ["places", "rank", "--as-of", "2025-07-01", "--store", filled]
        table = list(csv.DictReader(io.StringIO(rasure(*asked).stdout)))
        rows = json.loads(ask(*asked, "--format", "json").stdout)
        assert [row["offences"] for row in rows][-1] == 1
        assert [(row["rank"], row["cell"], row["offences"]) for row in table] == [
            (str(row["rank"]), row["cell"], str(row["offences"])) for row in rows
        ]

    def test_an_area_can_be_named(self, ask: Ask, filled: Path) -> None:
        done = ask("places", "rank", "--as-of", "2025-07-01", "--lpa", "east", "--store", filled)
        assert [row["lpa"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["East"]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["--as-of", "yesterday"], 1),
            (["--as-of", "2025-07-01", "--lpa", "Narnia"], 1),
            (["--as-of", "2025-07-01", "--band", "noon"], 2),
            (["--as-of", "2025-07-01", "--format", "xml"], 2),
            ([], 2),
        ],
    )
    def test_what_cannot_be_asked_is_refused_without_a_traceback(
        self, ask: Ask, filled: Path, words: list[str], code: int
    ) -> None:
        done = ask("places", "rank", *words, "--store", filled)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
        assert done.stdout == ""

    def test_a_store_that_is_not_there_is_not_made_by_asking(self, ask: Ask, tmp_path: Path) -> None:
        done = ask("places", "rank", "--as-of", "2025-07-01", "--store", tmp_path / "none")
        assert (done.returncode, "There is no store" in done.stderr) == (1, True)
        assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with nine published months of one square."""
    folder = tmp_path_factory.mktemp("year")
    for month in range(1, 10):
        name = f"2025-{month:02d}"
        published(folder / "in", name, "street", [crime(f"{name}{n}", month=name) for n in range(month)])
    loaded = rasure("load", "boundaries", squares(folder / "areas.geojson"), "--store", folder / "store")
    assert loaded.returncode == 0, loaded.stderr
    loaded = rasure("load", "police-uk", folder / "in", "--store", folder / "store")
    assert loaded.returncode == 0, loaded.stderr
    return folder / "store"


class TestBacktest:
    def test_given_cuts_are_tested_and_csv_and_json_hold_the_same_windows(self, ask: Ask, year: Path) -> None:
        asked = ["places", "backtest", "--cuts", "2025-04-01,2025-07-01", "--horizon-days", "90", "--store", year]
        done = rasure(*asked, "--format", "json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        table = list(csv.DictReader(io.StringIO(ask(*asked, "--format", "csv").stdout)))
        assert [(row["cut"], row["method"], row["hits"]) for row in table] == [
            (row["cut"], row["method"], str(row["hits"])) for row in found["windows"]
        ]
        assert found["parameters"]["cuts"] == ["2025-04-01", "2025-07-01"]
        assert [row["total"] for row in found["windows"] if row["method"] == "decayed_count"] == [9, 15]
        assert found["verdict"].startswith("Over 2 windows of 90 days")

    def test_auto_finds_its_own_cuts_in_an_area(self, ask: Ask, year: Path) -> None:
        done = ask("places", "backtest", "--cuts", "auto", "--lpa", "west", "--k", "3", "--store", year)
        found = json.loads(done.stdout)
        assert found["parameters"]["cuts"] == ["2025-04-04", "2025-07-03"]
        assert found["parameters"]["k"] == 3

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["--cuts", "2025-03-01"], 1),
            (["--cuts", "soon"], 1),
            (["--k", "0"], 2),
            (["--format", "xml"], 2),
        ],
    )
    def test_what_cannot_be_tested_is_refused_without_a_traceback(
        self, ask: Ask, year: Path, words: list[str], code: int
    ) -> None:
        done = ask("places", "backtest", *words, "--store", year)
        assert done.returncode == code
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


class TestRejects:
    def test_rows_come_back_with_line_column_value_and_reason(self, filled: Path) -> None:
        (row,) = csv.DictReader(io.StringIO(rasure("rejects", 2, "--store", filled).stdout))
        assert (row["line"], row["column_name"], row["value"], row["reason"]) == (
            "5",
            "Crime type",
            "Witchcraft",
            "unknown_offence",
        )

    def test_an_unknown_batch_is_refused(self, ask: Ask, filled: Path) -> None:
        assert ask("rejects", 99, "--store", filled).returncode == 1


class TestServe:
    def test_demo_never_listens_beyond_this_machine(self, filled: Path) -> None:
        done = rasure("serve", "--store", filled, RASURE_HOST="0.0.0.0")
        assert (done.returncode, done.stderr.startswith("R2:")) == (78, True)

    def test_demo_never_serves_operational_data(self, tmp_path: Path) -> None:
        from rasure.settings import settings
        from rasure.store.ledger import meta
        from rasure.store.store import open_store
        from rasure.terms import StoreClass

        store = open_store(tmp_path, reference_folder=settings().reference)
        meta.raise_class(store.ledger, StoreClass.OPERATIONAL)
        store.close()
        done = rasure("serve", "--store", tmp_path)
        assert (done.returncode, done.stderr.startswith("R1:")) == (78, True)

    def test_a_log_that_was_edited_is_not_served(self, ask: Ask, tmp_path: Path) -> None:
        assert ask("load", "boundaries", squares(tmp_path / "a.geojson"), "--store", tmp_path / "s").returncode == 0
        (segment,) = (tmp_path / "s" / "audit").iterdir()
        segment.write_bytes(segment.read_bytes().replace(b'"n":2', b'"n":1'))
        done = rasure("serve", "--store", tmp_path / "s")
        assert (done.returncode, done.stderr.startswith("R6: The audit log does not verify")) == (78, True)
        assert done.stderr.count("\n") == 1


class TestAudit:
    def test_it_is_whole_and_its_head_can_be_kept_and_compared(self, filled: Path, tmp_path: Path) -> None:
        head = tmp_path / "head.json"
        assert rasure("audit", "head", "--out", head, "--store", filled).returncode == 0
        done = rasure("audit", "verify", "--head", head, "--store", filled)
        found = json.loads(done.stdout)
        assert (done.returncode, found["whole"], found["faults"]) == (0, True, [])
        assert found["records"] >= json.loads(head.read_text())["seq"]

    def test_a_cut_tail_is_exit_one_against_a_head(self, ask: Ask, tmp_path: Path) -> None:
        store, head = tmp_path / "s", tmp_path / "head.json"
        ask("load", "boundaries", squares(tmp_path / "a.geojson"), "--store", store)
        ask("audit", "head", "--out", head, "--store", store)
        (segment,) = (store / "audit").iterdir()
        segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-2]))
        assert ask("audit", "verify", "--store", store).returncode == 0
        done = ask("audit", "verify", "--head", head, "--store", store)
        assert (done.returncode, "is not the one" in done.stdout or "it was cut" in done.stdout) == (1, True)

    def test_a_search_prints_who_did_what_and_is_in_the_log(self, ask: Ask, filled: Path) -> None:
        asked = ["audit", "search", "--op", "collection", "--object", "load:", "--store", filled]
        rows = list(csv.DictReader(io.StringIO(rasure(*asked).stdout)))
        assert {row["object"] for row in rows} >= {"load:boundaries", "load:police-uk"}
        assert all(row["actor"].startswith("operator:") for row in rows)
        asked = ["audit", "search", "--op", "disclosure", "--format", "json", "--store", filled]
        again = json.loads(ask(*asked).stdout)
        assert again[0]["object"] == "export:audit-log"
        assert again[0]["n"] == len(rows)

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["search", "--op", "gossip"], 1),
            (["search", "--from", "yesterday"], 1),
            (["verify", "--head", "/nowhere/head.json"], 1),
            (["search", "--format", "xml"], 2),
        ],
    )
    def test_what_cannot_be_asked_is_refused_in_a_sentence(
        self, ask: Ask, filled: Path, words: list[str], code: int
    ) -> None:
        done = ask("audit", *words, "--store", filled)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)


class TestCheck:
    def test_every_case_we_ship_agrees(self) -> None:
        done = rasure("check", *sorted((PROJECT / "data" / "checks").glob("*.json")), "--compare")
        results = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0
        assert len(results) > 40
        assert all(result["ok"] for result in results)

    def test_a_wrong_expectation_is_exit_one(self, ask: Ask, tmp_path: Path) -> None:
        case = {
            "id": "wrong",
            "op": "fdr.bh",
            "inputs": {"p": [0.5]},
            "expect": {"q": [0.1]},
            "tol": {"abs": 0, "rel": 0},
        }
        (tmp_path / "wrong.json").write_text(json.dumps({"cases": [case]}), encoding="utf-8")
        assert ask("check", tmp_path / "wrong.json", "--compare").returncode == 1

    def test_a_file_that_is_not_there_is_refused_in_a_sentence(self, ask: Ask, tmp_path: Path) -> None:
        done = ask("check", tmp_path / "none.json")
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)


class TestUpkeep:
    def test_backup_and_restore_reach_the_same_counts(self, filled: Path, tmp_path: Path) -> None:
        assert rasure("store", "backup", tmp_path / "copy", "--store", filled).returncode == 0
        done = rasure("store", "restore", tmp_path / "copy", "--store", tmp_path / "new")
        assert (done.returncode, json.loads(done.stdout)["equal"]) == (0, True)

    def test_rebuild_and_verify_agree(self, filled: Path) -> None:
        assert json.loads(rasure("store", "rebuild", "--store", filled).stdout)["equal"] is True
        assert json.loads(rasure("store", "verify", "--store", filled).stdout)["faults"] == []


class TestErasePerson:
    def test_it_needs_a_basis(self, ask: Ask, filled: Path) -> None:
        assert ask("store", "erase-person", "P-1", "--store", filled).returncode == 2

    def test_an_unknown_person_is_one_sentence(self, filled: Path) -> None:
        done = rasure("store", "erase-person", "P-1", "--basis", "Request 1", "--store", filled)
        assert (done.returncode, done.stdout) == (1, "")
        assert (
            done.stderr.strip()
            == "The store holds nothing of a person P-1. Check the identifier of the records system."
        )


class TestTransparencyRecord:
    def test_it_is_written_once_and_never_over_what_was_filled_in(self, ask: Ask, filled: Path, tmp_path: Path) -> None:
        asked = ["governance", "transparency-record", "--out", tmp_path / "record.md", "--store", filled]
        assert json.loads(rasure(*asked).stdout) == {"written": str(tmp_path / "record.md")}
        text = (tmp_path / "record.md").read_text(encoding="utf-8")
        assert "| police\\_uk | 1 |" in text
        again = ask(*asked)
        assert (again.returncode, again.stdout) == (1, "")
        assert "is there already" in again.stderr
        assert (tmp_path / "record.md").read_text(encoding="utf-8") == text


class TestRetention:
    def test_it_counts_every_class_of_the_table(self, filled: Path) -> None:
        done = rasure("store", "retention", "--as-of", "2026-03-31", "--store", filled)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert {row["subject"] for row in rows} == {"people", "offences", "working data"}
        assert all(row["held"].isdigit() for row in rows)
