"""Visits through the doors a force uses: sets and pings loaded, the store opened again, the command line."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rasure.errors import InputRejected
from rasure.ingest import load_patrol_side, load_pings
from rasure.places import grid
from rasure.services import operations
from rasure.settings import settings
from rasure.store import store as stores
from rasure.store.analytics import pings as aside
from rasure.store.store import Store, open_store, silent
from tests.extracts import patrol_file
from tests.ingest.test_load_patrol_side import area
from tests.ingest.test_load_pings import ping
from tests.test_cli import rasure

EAST, NORTH = (float(at[0]) for at in grid.centres(grid.cells_of([470_300.0], [175_000.0])))
BEGIN = datetime(2026, 3, 3, 22, tzinfo=UTC)


def stay(first_s: int, last_s: int, officer: str = "C1") -> list[dict[str, str]]:
    at = {"easting": f"{EAST:.1f}", "northing": f"{NORTH:.1f}", "officer_id": officer}
    return [
        ping(second, seen_at=f"{BEGIN + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}", **at)
        for second in range(first_s, last_s + 1, 60)
    ]


def held(store: Store) -> list[dict[str, Any]]:
    return store.analytics.arrow("select * from visit order by all").to_pylist()


def asked(store: Store, first: str, last: str) -> Any:
    return operations.run(store, "patrol.visits", {"from": first, "to": last}, silent)


@pytest.fixture
def patrolled(store: Store, tmp_path: Path) -> Store:
    """Return a store with one hot spot, an officer there for 15 minutes and another for one."""
    load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1)]))
    load_pings.load(store, patrol_file(tmp_path, "pings", stay(0, 900) + stay(60, 120, "C2")))
    return store


class TestLoading:
    def test_pings_become_visits_with_the_load(self, patrolled: Store) -> None:
        said = [(row["officer_id"], row["hotspot_id"], row["category"], row["still_s"]) for row in held(patrolled)]
        assert said == [("C1", "H1", "valid", 900), ("C2", "H1", "pass", 60)]

    def test_the_set_may_come_after_the_pings(self, patrolled: Store, tmp_path: Path) -> None:
        other = open_store(tmp_path / "other", reference_folder=settings().reference)
        load_pings.load(other, tmp_path / "pings.csv")
        assert held(other) == []
        load_patrol_side.load_hot_spots(other, tmp_path / "hot_spots.csv")
        assert held(other) == held(patrolled)
        other.close()

    def test_a_rebuilt_store_has_the_same_visits(self, patrolled: Store, tmp_path: Path) -> None:
        load_pings.load(patrolled, patrol_file(tmp_path, "pings", stay(960, 1_500), "later.csv"))
        before = held(patrolled)
        assert before[0]["still_s"] == 1_500
        stores.rebuild(patrolled)
        assert held(patrolled) == before

    def test_a_store_that_missed_a_load_catches_up_when_it_is_opened(self, patrolled: Store, tmp_path: Path) -> None:
        before = held(patrolled)
        with patrolled.analytics.transaction() as writer:
            writer.run("delete from visit")
            writer.run("delete from store_meta where key = 'visits_of_batch'")
        patrolled.close()
        again = open_store(tmp_path / "store", reference_folder=settings().reference)
        assert held(again) == before
        again.close()

    def test_a_large_file_is_taken_in_pieces_and_lies_in_time_order(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(aside, "_PIECE_ROWS", 100)
        monkeypatch.setattr(aside, "_MOST_COMPARED", 250)
        rows = stay(0, 86_400 * 2) + stay(0, 86_400 * 2, "C2")
        path = patrol_file(tmp_path, "pings", rows[::-1] + rows[:40] + [{**rows[7], "easting": "470000"}])
        found = load_pings.load(store, path)
        assert (found.accepted, found.duplicate, found.rejected) == (len(rows), 40, 1)
        times = [row[0] for row in store.analytics.rows("select seen_at from ping order by rowid")]
        assert times == sorted(times)
        assert store.analytics.value("select count(distinct (officer_id, seq)) from ping") == len(rows)
        counts = store.analytics.counts()
        assert stores.rebuild(store) == counts


class TestTheCommand:
    def test_it_lists_visits_by_operational_day_and_says_so_in_the_log(self, patrolled: Store) -> None:
        rows = asked(patrolled, "2026-03-03", "2026-03-03")
        assert [(row["officer_id"], row["minutes"], row["category"]) for row in rows] == [
            ("C1", 15.0, "valid"),
            ("C2", 1.0, "pass"),
        ]
        assert rows[0]["started_at"] == "2026-03-03T22:00:00Z"
        assert rows[0]["unseen_before_s"] is None
        last = json.loads(sorted((patrolled.paths.audit).glob("audit-*.jsonl"))[-1].read_text().splitlines()[-1])
        assert (last["op"], last["object"], last["n"]) == ("disclosure", "export:visits", 2)

    def test_a_day_without_visits_is_an_empty_list(self, patrolled: Store) -> None:
        assert asked(patrolled, "2026-03-04", "2026-03-05") == []

    @pytest.mark.parametrize(
        ("first", "last", "said"), [("2026-03-04", "2026-03-03", "is after"), ("March", "2026-03-03", "not a day")]
    )
    def test_days_that_are_none_are_refused(self, patrolled: Store, first: str, last: str, said: str) -> None:
        with pytest.raises(InputRejected, match=said):
            asked(patrolled, first, last)

    def test_it_is_a_command(self, patrolled: Store, tmp_path: Path) -> None:
        patrolled.close()
        done = rasure("patrol", "visits", "--from", "2026-03-01", "--to", "2026-03-09", "--store", tmp_path / "store")
        assert done.returncode == 0, done.stderr
        rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
        assert [(row["op_day"], row["hotspot_id"], row["is_long"]) for row in rows][0][:2] == ("2026-03-03", "H1")
