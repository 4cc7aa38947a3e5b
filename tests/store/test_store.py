import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from rasure.errors import Conflict, NotAllowed, Unavailable
from rasure.services import upkeep
from rasure.settings import PROJECT, settings
from rasure.store import batches
from rasure.store import store as stores
from rasure.store.batches import Batch, FileCount
from rasure.store.store import Store, open_store
from rasure.terms import StoreClass


def opened(root: Path) -> Store:
    return open_store(root, reference_folder=settings().reference)


def outcomes(*keys: str, content: str = "one", store_class: StoreClass = StoreClass.OPEN_DATA) -> Batch:
    """Return a batch of outcome events, one a key."""
    rows = pa.Table.from_pylist(
        [
            {
                "offence_id": key,
                "outcome": content,
                "outcome_on": date(2025, 1, 31),
                "precision": "month",
                "force": "thames-valley",
                "source": "police_uk",
                "row_key": key,
                "row_hash": content,
            }
            for key in keys
        ]
    )
    count = FileCount("f.csv", "outcomes", "0" * 64, 1, len(keys), len(keys), 0, 0)
    return Batch("police-uk", "test", store_class, [count], {"outcome_event": rows})


class TestAccept:
    def test_what_was_accepted_is_there_after_opening_again(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        store.accept(outcomes("a", "b"))
        store.close()
        again = opened(tmp_path)
        assert again.analytics.counts()["outcome_event"] == 2
        assert again.notes == []
        again.close()

    def test_every_load_raises_the_data_version(self, store: Store) -> None:
        before = store.version()
        store.accept(outcomes("a"))
        assert store.version() != before

    def test_a_revised_row_replaces_its_predecessor_which_is_kept_as_history(self, store: Store) -> None:
        store.accept(outcomes("a", content="first"))
        revised = outcomes("a", content="second")
        store.accept(Batch(revised.kind, "test", revised.store_class, revised.files, revised.tables, revised=1))
        assert store.analytics.rows("select outcome, batch_id from outcome_event") == [("second", 2)]
        kept = store.analytics.rows("select row_key, was_batch_id, batch_id, content->>'outcome' from superseded")
        assert kept == [("a", 1, 2, "first")]

    def test_a_batch_the_tables_refuse_leaves_nothing_behind(self, store: Store) -> None:
        broken = outcomes("a")
        rows = broken.tables["outcome_event"].set_column(1, "outcome", pa.array([None], pa.string()))
        with pytest.raises(Exception, match="NOT NULL"):
            store.accept(Batch("police-uk", "test", StoreClass.OPEN_DATA, broken.files, {"outcome_event": rows}))
        assert batches.present(store.paths.batches) == []
        assert list(store.paths.batches.iterdir()) == []
        assert store.accept(outcomes("b")) == 1

    def test_counts_that_do_not_add_up_are_refused(self, store: Store) -> None:
        good = outcomes("a")
        count = FileCount("f.csv", "outcomes", "0" * 64, 1, 5, 1, 1, 1)
        with pytest.raises(Exception, match="CHECK constraint"):
            store.accept(Batch("police-uk", "test", StoreClass.OPEN_DATA, [count], good.tables))


class TestStoreClass:
    def test_it_only_ever_moves_right(self, store: Store) -> None:
        assert store.store_class is StoreClass.SYNTHETIC
        store.accept(outcomes("a", store_class=StoreClass.OPERATIONAL))
        assert store.store_class is StoreClass.OPERATIONAL
        store.accept(outcomes("b", store_class=StoreClass.SYNTHETIC))
        assert store.store_class is StoreClass.OPERATIONAL

    def test_a_demo_server_takes_no_operational_data(self, store: Store) -> None:
        store.ceiling = StoreClass.OPEN_DATA
        with pytest.raises(NotAllowed, match="demo mode and takes no operational data"):
            store.accept(outcomes("a", store_class=StoreClass.OPERATIONAL))
        assert store.store_class is StoreClass.SYNTHETIC
        assert store.accept(outcomes("a")) == 1

    def test_a_store_that_lost_its_mark_counts_as_operational(self, store: Store) -> None:
        store.ledger.run("delete from meta where key = 'store_class'")
        assert store.store_class is StoreClass.OPERATIONAL


class TestDispositions:
    def test_new_known_and_changed_rows_are_told_apart(self, store: Store) -> None:
        store.accept(outcomes("a", "b"))
        found = store.dispositions(
            "outcome_event", pa.array(["a", "b", "c"]), pa.array(["one", "other", "one"]), last_wins=True
        )
        assert found.tolist() == ["duplicate", "revised", "new"]

    def test_where_the_last_wins_earlier_rows_of_a_key_are_duplicates(self, store: Store) -> None:
        keys, hashes = pa.array(["a", "a", "b"]), pa.array(["one", "two", "one"])
        assert store.dispositions("offence", keys, hashes, last_wins=True).tolist() == ["duplicate", "new", "new"]

    def test_where_the_first_wins_a_key_with_other_content_is_a_conflict(self, store: Store) -> None:
        keys, hashes = pa.array(["a", "a", "a"]), pa.array(["one", "one", "two"])
        found = store.dispositions("offence", keys, hashes, last_wins=False)
        assert found.tolist() == ["new", "duplicate", "conflict"]


def damage_nothing(_path: Path) -> None:
    """Leave the file as it is."""


def delete(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def garble_head(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\xa5" * 8192)


def garble_everywhere(path: Path) -> None:
    """Flip bytes through the file, the header left alone: only reading finds it."""
    with path.open("r+b") as file:
        for offset in range(16_384, path.stat().st_size, 4_096):
            file.seek(offset)
            file.write(b"\x5a\xa5\x5a")


def replace_with_text(path: Path) -> None:
    path.write_text("not a database at all\n" * 1000, encoding="utf-8")


class TestDamagedAnalytics:
    @pytest.mark.parametrize("damage", [delete, truncate, empty, garble_head, garble_everywhere, replace_with_text])
    def test_it_is_set_aside_said_and_rebuilt_with_equal_counts(self, tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
        store = opened(tmp_path)
        store.accept(outcomes(*(f"k{n}" for n in range(5000))))
        store.accept(outcomes("late"))
        store.analytics.checkpoint()
        counts, digests = store.analytics.counts(), store.analytics.scrub()
        store.close()
        damage(tmp_path / "analytics.duckdb")
        again = opened(tmp_path)
        assert again.analytics.counts() == counts
        comparable = digests.keys() - {"schema_migration"}
        assert {name: again.analytics.scrub()[name] for name in comparable} == {
            name: digests[name] for name in comparable
        }
        assert any("rebuilt from 2 batches" in note for note in again.notes)
        again.close()

    def test_an_undamaged_file_is_left_alone(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        store.accept(outcomes("a"))
        store.close()
        again = opened(tmp_path)
        assert again.notes == []
        assert not again.paths.aside.exists()
        again.close()


class TestRebuild:
    def test_every_count_is_equal(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        store.accept(outcomes("a", "b"))
        store.close()
        found = upkeep.rebuild(tmp_path)
        assert found["equal"] is True
        assert found["counts"]["outcome_event"] == 2


class TestWhatCannotBeRebuilt:
    def test_a_changed_batch_is_refused_by_name(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        store.accept(outcomes("a"))
        store.close()
        parquet = tmp_path / "batches" / "000001" / "outcome_event.parquet"
        parquet.write_bytes(parquet.read_bytes()[:-1])
        (tmp_path / "analytics.duckdb").unlink()
        with pytest.raises(Unavailable, match="outcome_event.parquet is missing or changed"):
            opened(tmp_path)

    def test_a_missing_batch_is_refused_by_number(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        store.accept(outcomes("a"))
        store.close()
        (tmp_path / "batches" / "000001").rename(tmp_path / "elsewhere")
        with pytest.raises(Unavailable, match="Batch 1 is registered but missing"):
            opened(tmp_path)

    def test_a_missing_ledger_is_never_replaced_by_an_empty_one(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        store.accept(outcomes("a"))
        store.close()
        (tmp_path / "ledger.sqlite").unlink()
        with pytest.raises(Unavailable, match="ledger.sqlite is missing"):
            opened(tmp_path)
        assert not (tmp_path / "ledger.sqlite").exists()


class TestInterruptedLoad:
    def test_an_unnamed_batch_is_gone_at_the_next_opening(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        batches.stage(store.paths.batches, 1, outcomes("a"))
        store.close()
        again = opened(tmp_path)
        assert again.analytics.counts()["outcome_event"] == 0
        assert list(again.paths.batches.iterdir()) == []
        again.close()

    def test_a_named_batch_is_finished_at_the_next_opening(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        batches.stage(store.paths.batches, 1, outcomes("a", store_class=StoreClass.OPERATIONAL)).name()
        store.close()
        again = opened(tmp_path)
        assert again.analytics.counts()["outcome_event"] == 1
        assert again.store_class is StoreClass.OPERATIONAL
        assert any("taken into the analytics file" in note for note in again.notes)
        again.close()


class TestOneProcess:
    def test_a_second_process_is_told_who_holds_the_store_and_what_to_do(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        program = (
            "from pathlib import Path; import sys\n"
            "from rasure.store.store import open_store\n"
            "from rasure.errors import Conflict\n"
            "try: open_store(Path(sys.argv[1]), reference_folder=Path(sys.argv[2]))\n"
            "except Conflict as error: print(error.message)\n"
        )
        command = [sys.executable, "-c", program, str(tmp_path), str(settings().reference)]
        said = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=True).stdout
        assert f"in use by process {os.getpid()}" in said
        assert "running server" in said
        store.close()

    def test_a_killed_process_leaves_no_lock_behind(self, tmp_path: Path) -> None:
        program = (
            "from pathlib import Path; import sys\n"
            "from rasure.store.store import open_store\n"
            "open_store(Path(sys.argv[1]), reference_folder=Path(sys.argv[2]))\n"
            "print('open', flush=True); sys.stdin.read()\n"
        )
        command = [sys.executable, "-c", program, str(tmp_path), str(settings().reference)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "open\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()
        opened(tmp_path).close()

    def test_within_one_process_the_second_opening_is_refused_too(self, tmp_path: Path) -> None:
        store = opened(tmp_path)
        with pytest.raises(Conflict):
            opened(tmp_path)
        store.close()


class TestBackup:
    def test_a_restored_store_has_every_count(self, tmp_path: Path) -> None:
        store = opened(tmp_path / "live")
        store.accept(outcomes("a", "b"))
        sealed = upkeep.backup(store, tmp_path / "copy")
        store.accept(outcomes("c"))
        store.close()
        found = upkeep.restore(tmp_path / "restored", tmp_path / "copy")
        assert found["equal"] is True
        assert found["counts"] == sealed["counts"]
        assert found["counts"]["outcome_event"] == 2

    def test_a_backup_never_overwrites(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / "precious").touch()
        with pytest.raises(Conflict, match="is not empty"):
            upkeep.backup(store, tmp_path / "copy")

    def test_a_backup_that_lost_a_batch_is_not_restored_as_whole(self, tmp_path: Path) -> None:
        store = opened(tmp_path / "live")
        store.accept(outcomes("a"))
        upkeep.backup(store, tmp_path / "copy")
        store.close()
        (tmp_path / "copy" / "batches" / "000001" / "outcome_event.parquet").unlink()
        with pytest.raises(Unavailable):
            upkeep.restore(tmp_path / "restored", tmp_path / "copy")


class TestVerify:
    def test_a_sound_store_has_no_faults(self, store: Store) -> None:
        store.accept(outcomes("a"))
        assert upkeep.verify(store)["faults"] == []

    def test_rows_lost_from_the_analytics_file_are_noticed(self, store: Store) -> None:
        store.accept(outcomes("a"))
        with store.analytics.transaction() as writer:
            writer.run("update load_batch set accepted = 0, duplicate = 1")
        assert upkeep.verify(store)["faults"] == ["The analytics file counts 0 accepted rows, the batches 1."]


def test_rebuild_is_the_same_function_a_program_may_call(store: Store) -> None:
    store.accept(outcomes("a"))
    assert stores.rebuild(store)["outcome_event"] == 1


@pytest.mark.parametrize("half", ["analytics", "ledger"])
def test_every_step_of_a_schema_has_a_number_of_its_own(half: str) -> None:
    steps = sorted((PROJECT / "rasure" / "store" / half / "schema").glob("*.sql"))
    assert [int(path.name[:4]) for path in steps] == list(range(1, len(steps) + 1))
