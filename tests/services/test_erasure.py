"""Erased means gone: from tables, batches, history, rejects and files, also from what comes later."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rasure.errors import Conflict, InputRejected, NotFound, Unavailable
from rasure.services import erasure, upkeep, wiring
from rasure.store.analytics import database
from rasure.store.audit_key import key_beside
from rasure.store.ledger import erasures
from rasure.store.store import Store
from tests.canaries import (
    BASIS,
    BORN,
    CANARY,
    FAMILY,
    GIVEN,
    OTHER,
    WHO,
    copied,
    first_drop,
    places_of,
    plant,
    take,
)
from tests.extracts import drop, load, rejected


@pytest.fixture(autouse=True, scope="module")
def _bare() -> Iterator[None]:
    """Let DuckDB write values as they are: compression would hide them from a search of the bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(database.HARDENED, "force_compression", "uncompressed")
        yield


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed store with the canary in every place, to copy."""
    root = tmp_path_factory.mktemp("planted") / "store"
    with wiring.opened(root) as store:
        plant(store)
        store.analytics.checkpoint()
    return root


@pytest.fixture
def root(planted: Path, tmp_path: Path) -> Path:
    """Return a store of the test's own with the canary in every place."""
    return copied(planted, tmp_path / "store")


def values(store: Store) -> str:
    """Return every value of every table as text."""
    return "\n".join(str(store.analytics.rows(f"select * from {name}")) for name in store.analytics.tables())


class TestNothingIsLeft:
    def test_the_search_finds_the_canary_everywhere_before(self, root: Path) -> None:
        found = places_of(root, FAMILY)
        assert "analytics.duckdb" in found
        for place in ("batches/000001/person.parquet", "batches/000001/plan.parquet", "batches/000002/person.parquet"):
            assert place in found
        for place in ("archive/", "refused/", "set-aside/"):
            assert any(name.startswith(place) for name in found)

    def test_and_nowhere_after(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        assert places_of(root, FAMILY, GIVEN, BORN.isoformat(), "29/12/1987") == []
        with wiring.opened(root) as store:
            assert "datetime.date(1987, 12, 29)" not in values(store)

    def test_the_identifier_is_in_the_audit_log_alone(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        left = places_of(root, WHO)
        assert [name for name in left if not name.startswith("audit/")] == []
        assert left

    def test_the_ledger_keeps_a_keyed_digest_that_a_guess_does_not_confirm(self, root: Path) -> None:
        import hashlib

        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            [stone] = erasures.tombstones(store.ledger)
        assert stone.basis == BASIS
        assert len(stone.person_digest) == 64
        assert stone.person_digest != hashlib.sha256(WHO.encode()).hexdigest()

    def test_others_and_every_offence_stay(self, root: Path) -> None:
        with wiring.opened(root) as store:
            before = store.analytics.counts()
            weapons = store.analytics.rows("select offence_id, weapon, weapon_present from offence order by all")
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            after = store.analytics.counts()
            assert store.analytics.rows("select person_id from person") == [("P-1",)]
            assert (
                store.analytics.rows("select offence_id, weapon, weapon_present from offence order by all") == weapons
            )
            assert store.analytics.rows(
                "select weapon_id, person_id from (select row_key as weapon_id, person_id from weapon) order by all"
            ) == [("W1", None), ("W2", "P-1")]
            assert store.analytics.value("select count(*) from injury where person_id is not null") == 0
            assert store.analytics.rows("select plan_id from plan") == [("Z2",)]
            assert store.analytics.rows("select row_key from plan_response") == [("Q2",)]
        for table in ("offence", "occurrence", "location", "weapon", "injury", "reject", "load_batch"):
            assert after[table] == before[table], table

    def test_a_role_that_was_another_persons_by_mistake_does_not_come_back(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            assert store.analytics.rows("select row_key, person_id from involvement") == [("R3", "P-1")]

    def test_a_plan_about_a_place_of_the_same_number_stays_as_it_is(self, root: Path) -> None:
        with wiring.opened(root) as store:
            load(store, drop(root.parent / "third", plans=[{"plan_id": "Z3", "subject_id": WHO}]))
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            held = store.analytics.rows("select plan_id, subject_kind, subject_id from plan order by all")
        assert held == [("Z2", "place", "L1"), ("Z3", "place", WHO)]

    def test_rejects_of_others_keep_their_values(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            held = store.analytics.rows("select file, line, value from reject order by all")
        assert held == [("people.csv", 4, None), ("people.csv", 5, "31/31/1999"), ("roles.csv", 5, None)]


class TestWhatIsSaid:
    def test_it_counts_rows_batches_and_files(self, root: Path) -> None:
        found = erasure.erase(root, WHO, BASIS)
        assert [batch["batch"] for batch in found["batches"]] == [1, 2]
        in_the_ledger = 3  # an opening, a request, a broken glass
        assert found["rows"] == sum(batch["rows"] for batch in found["batches"]) + in_the_ledger
        files = {Path(said["file"]).name: said for said in found["files"]}
        assert files["people.xlsx"]["deleted"] == "names the person"
        assert files["20260301T000000-analytics.duckdb"]["deleted"] == "cannot be looked into"
        assert files["roles.csv.gz"]["rows_removed"] == 1
        json.dumps(found)

    def test_a_name_in_other_peoples_text_is_left_for_a_human_and_named_by_place(self, root: Path) -> None:
        with wiring.opened(root) as store:
            load(store, drop(root.parent / "third", plans=[{"plan_id": "Z3", "problem": f"ZÉBRAFINCH, {GIVEN} again"}]))
        found = erasure.erase(root, WHO, BASIS)["mentions_to_decide"]
        assert {"where": "plan.problem", "kind": "row", "n": 1, "keys": ["Z3"]} in found

    def test_the_audit_log_has_two_records_and_still_verifies(self, root: Path) -> None:
        found = erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            lines = [json.loads(line) for _, day in store.audit.lines() for line in day]
            records = [line for line in lines if line["op"] == "erasure"]
            assert [(line["object"], line["n"]) for line in records] == [(f"person:{WHO}", found["rows"])] * 2
            assert records[0]["reason"] == BASIS
            assert store.audit.verify().faults == ()
            assert upkeep.verify(store)["faults"] == []

    def test_the_data_version_changes_so_that_no_cached_answer_outlives_it(self, root: Path) -> None:
        with wiring.opened(root) as store:
            before = store.version()
        assert erasure.erase(root, WHO, BASIS)["data_version"] != before

    def test_exports_that_may_hold_the_person_are_named_by_their_code(self, root: Path) -> None:
        from rasure.services import operations

        with wiring.opened(root) as store:
            operations.run(store, "rejects", {"batch": 1}, lambda *_: None)
            operations.run(store, "places.rank", {"as_of": "2026-04-01"}, lambda *_: None)
        [left] = erasure.erase(root, WHO, BASIS)["files_that_left"]
        assert left["what"] == "export:rejects-batch-1"


class TestRefusals:
    @pytest.mark.parametrize("basis", ["", "   "])
    def test_a_basis_is_needed(self, root: Path, basis: str) -> None:
        with pytest.raises(InputRejected, match="on what basis"):
            erasure.erase(root, WHO, basis)

    @pytest.mark.parametrize("basis", [f"request of {FAMILY.upper()}", f"Mr {FAMILY}, by letter"])
    def test_a_basis_that_names_the_person_is_refused_and_nothing_happens(self, root: Path, basis: str) -> None:
        with pytest.raises(InputRejected, match="names the person"):
            erasure.erase(root, WHO, basis)
        assert not (root / ".erasing").exists()
        assert FAMILY in (root / "archive/20260331T040000Z-first/people.csv").read_text(encoding="utf-8")

    def test_an_unknown_person_is_refused(self, root: Path) -> None:
        with pytest.raises(NotFound, match="nothing of a person P-0"):
            erasure.erase(root, "P-0", BASIS)

    def test_a_second_time_says_so(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        with pytest.raises(NotFound, match="was erased from this store before"):
            erasure.erase(root, WHO, BASIS)

    def test_a_waiting_drop_is_dealt_with_first(self, root: Path) -> None:
        first_drop(root / "inbox" / "tonight")
        with pytest.raises(Conflict, match="inbox/tonight/"):
            erasure.erase(root, WHO, BASIS)

    def test_a_store_in_use_says_that_the_server_must_stop(self, root: Path) -> None:
        with wiring.opened(root), pytest.raises(Conflict, match="with the server stopped"):
            erasure.erase(root, WHO, BASIS)


class TestComingBack:
    def test_rows_sent_again_are_rejected_without_their_values(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            found = load(store, first_drop(root.parent / "again"))
            mine = [row for row in rejected(store) if row[3] == "erased_person"]
            assert [(file, column) for file, _, column, _ in mine] == [
                ("orders.csv", "person_id"),
                ("people.csv", "person_id"),
                ("plans.csv", "subject_id"),
                ("roles.csv", "person_id"),
                ("roles.csv", "person_id"),
            ]
            assert any("taken without the link" in note for note in found.notes)
            assert WHO not in values(store)
            assert store.analytics.value("select count(*) from person where person_id <> 'P-1'") == 0
        assert [name for name in places_of(root, WHO) if not name.startswith("audit/")] == []

    def test_a_weapon_sent_again_every_night_settles_as_a_duplicate(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        again = drop(root.parent / "nightly", weapons=[{"weapon_id": "W1", "person_id": WHO}])
        with wiring.opened(root) as store:
            assert (load(store, again).accepted, load(store, again).duplicate) == (1, 1)
            assert store.analytics.rows("select person_id from weapon where row_key = 'W1'") == [(None,)]
            assert store.analytics.value("select weapon_present from offence where offence_id = 'F1'") is True

    def test_a_row_that_does_not_fit_either_shows_nothing_of_an_erased_person(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        wrong = [{**CANARY, "born_on": "29/12/1987"}, {**OTHER, "born_on": "02/01/1990"}]
        with wiring.opened(root) as store:
            load(store, drop(root.parent / "wrong", people=wrong))
            shown = store.analytics.rows("select value from reject where batch_id = 3 order by line")
        assert shown == [("withheld",), ("02/01/1990",)]

    def test_the_archive_keeps_no_row_of_an_erased_person(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            first_drop(store.paths.inbox / "tonight")
            take(store, "tonight")
        kept = next((root / "archive").glob("*-tonight")) / "people.csv"
        assert "P-1," in kept.read_text(encoding="utf-8")
        assert [name for name in places_of(root, WHO) if not name.startswith("audit/")] == []

    def test_without_the_key_nobody_is_let_in_unseen(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        key_beside(root).rename(root.parent / "key-elsewhere")
        with wiring.opened(root) as store, pytest.raises(Unavailable):
            load(store, drop(root.parent / "x", people=[OTHER]))


class TestBackups:
    def test_backups_that_hold_the_person_are_named(self, root: Path, tmp_path: Path) -> None:
        with wiring.opened(root) as store:
            upkeep.backup(store, tmp_path / "b1")
            upkeep.backup(store, tmp_path / "b2")
        (tmp_path / "b2").rename(tmp_path / "b2-away")
        found = erasure.erase(root, WHO, BASIS)["backups_to_make_anew"]
        assert [(backup["path"], backup["within_reach"]) for backup in found] == [
            (str(tmp_path / "b1"), True),
            (str(tmp_path / "b2"), False),
        ]

    def test_a_backup_from_before_the_person_came_is_not(self, tmp_path: Path) -> None:
        with wiring.opened(tmp_path / "store") as store:
            upkeep.backup(store, tmp_path / "early")
            plant(store)
        assert erasure.erase(tmp_path / "store", WHO, BASIS)["backups_to_make_anew"] == []

    @pytest.mark.parametrize("list_is", ["in the backup", "beside the store"])
    def test_a_restore_does_not_bring_the_erased_back(self, root: Path, tmp_path: Path, list_is: str) -> None:
        with wiring.opened(root) as store:
            upkeep.backup(store, tmp_path / "old")
        erasure.erase(root, WHO, BASIS)
        assert places_of(tmp_path / "old", FAMILY)
        if list_is == "in the backup":
            root.with_name("store.erasures").unlink()
        else:
            (tmp_path / "old" / "erasures.jsonl").unlink()
        found = upkeep.restore(tmp_path / "new", tmp_path / "old")
        assert (found["equal"], found["erased_again"]) == (True, 1)
        assert [name for name in places_of(tmp_path / "new", FAMILY, GIVEN, WHO) if not name.startswith("audit/")] == []
        assert not list(tmp_path.glob(".new*"))
        with wiring.opened(tmp_path / "new") as store:
            load(store, drop(tmp_path / "again", people=[CANARY]))
            assert store.analytics.rows("select person_id from person") == [("P-1",)]

    def test_a_restore_without_erasures_erases_nobody(self, root: Path, tmp_path: Path) -> None:
        with wiring.opened(root) as store:
            upkeep.backup(store, tmp_path / "old")
        found = upkeep.restore(tmp_path / "new", tmp_path / "old")
        assert (found["equal"], found["erased_again"]) == (True, 0)

    def test_a_list_that_cannot_be_read_stops_the_restore(self, root: Path, tmp_path: Path) -> None:
        with wiring.opened(root) as store:
            upkeep.backup(store, tmp_path / "old")
        (tmp_path / "old" / "erasures.jsonl").write_text("not a list\n", encoding="utf-8")
        with pytest.raises(Exception, match="not a list of erasures"):
            upkeep.restore(tmp_path / "new", tmp_path / "old")
        assert not (tmp_path / "new").exists()


class TestAnotherKey:
    """A tombstone can be met only by its own key: another one must not let the erased in unseen."""

    def test_a_log_begun_anew_with_another_key_still_knows_the_erased(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        key_beside(root).unlink()
        found = upkeep.begin_log_anew(root, "the key is lost")
        assert (found["erased_known_again"], found["erased_no_longer_known"]) == (1, 0)
        with wiring.opened(root) as store:
            load(store, drop(root.parent / "again", people=[CANARY]))
            assert store.analytics.rows("select person_id from person") == [("P-1",)]

    def test_whom_nobody_can_tell_any_more_is_counted(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        key_beside(root).unlink()
        for path in (root / "audit").iterdir():
            path.unlink()
        found = upkeep.begin_log_anew(root, "the log is gone")
        assert (found["erased_known_again"], found["erased_no_longer_known"]) == (0, 1)

    def test_a_foreign_key_is_refused_rather_than_believed(self, root: Path) -> None:
        erasure.erase(root, WHO, BASIS)
        with wiring.opened(root) as store:
            store.ledger.run("update erasure set key_check = 'another'")
            with pytest.raises(Unavailable, match="erased under another key"):
                load(store, drop(root.parent / "x", people=[OTHER]))

    def test_a_restore_with_a_list_of_another_key_is_refused(self, root: Path, tmp_path: Path) -> None:
        with wiring.opened(root) as store:
            upkeep.backup(store, tmp_path / "old")
        erasure.erase(root, WHO, BASIS)
        text = (tmp_path / "old" / "erasures.jsonl").read_text(encoding="utf-8")
        line = json.loads(text) | {"key_check": "another"}
        (tmp_path / "old" / "erasures.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
        root.with_name("store.erasures").unlink()
        with pytest.raises(Unavailable, match="erased under another key"):
            upkeep.restore(tmp_path / "new", tmp_path / "old")


def test_orders_openings_requests_and_broken_glass_about_others_stay(root: Path) -> None:
    erasure.erase(root, WHO, BASIS)
    with wiring.opened(root) as store:
        assert store.analytics.rows("select person_id from court_order") == [("P-1",)]
        for table in ("opening", "opening_request", "broken_glass"):
            assert store.ledger.rows(f"select person_id from {table}") == [("P-1",)]
