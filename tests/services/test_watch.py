import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rasure.errors import Conflict, RasureError
from rasure.services import watch
from rasure.services.jobs import Work
from rasure.services.watch import Watcher
from rasure.store.store import Store, silent
from tests.extracts import drop, manifest, one_offence
from tests.makers import crime, published

QUIET_S = 120.0


@dataclass
class Hand:
    """What a test turns: the clock, and whether the server is busy."""

    at: float = 0.0
    busy: bool = False
    started: list[str] = field(default_factory=list)

    def start(self, name: str, work: Work) -> Any:
        if self.busy:
            raise Conflict("The server is busy. Try again when it is done.")
        self.started.append(name)
        try:
            return work(silent)
        except RasureError as error:
            return error.message


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def watcher(store: Store, hand: Hand) -> Watcher:
    moment = datetime(2026, 3, 31, 4, tzinfo=UTC)
    return Watcher(store, quiet_s=QUIET_S, start=hand.start, clock=lambda: hand.at, now=lambda: moment)


def inbox(store: Store) -> list[str]:
    return sorted(path.name for path in store.paths.inbox.iterdir())


class TestCompleteness:
    def test_a_drop_without_a_manifest_waits_for_quiet(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        one_offence(store.paths.inbox / "night")
        watcher.look()
        hand.at = QUIET_S - 1
        watcher.look()
        assert inbox(store) == ["night"]
        hand.at = QUIET_S
        watcher.look()
        assert inbox(store) == []
        assert store.analytics.counts()["offence"] == 1

    def test_a_file_that_still_grows_begins_the_wait_anew(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        folder = one_offence(store.paths.inbox / "night")
        watcher.look()
        hand.at = QUIET_S - 1
        with (folder / "offences.csv").open("a") as file:
            file.write("F2,O1,8N,008/06,\n")
        watcher.look()
        hand.at = QUIET_S + 1
        watcher.look()
        assert hand.started == []
        hand.at = 2 * QUIET_S - 1
        watcher.look()
        assert store.analytics.counts()["offence"] == 2

    def test_a_drop_that_agrees_with_its_manifest_is_loaded_at_once(
        self, store: Store, watcher: Watcher, hand: Hand
    ) -> None:
        manifest(one_offence(store.paths.inbox / "night"))
        watcher.look()
        assert hand.started == ["loading night"]

    def test_a_manifest_that_came_first_waits_for_its_files(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        folder = one_offence(store.paths.inbox / "night")
        manifest(folder)
        late = (folder / "offences.csv").read_bytes()
        (folder / "offences.csv").write_bytes(late[:-5])
        watcher.look()
        assert hand.started == []
        (folder / "offences.csv").write_bytes(late)
        watcher.look()
        assert store.analytics.counts()["offence"] == 1

    @pytest.mark.parametrize("name", ["../night/offences.csv", "/dev/zero", "link", "pipe"])
    def test_a_manifest_leads_nowhere_but_to_its_own_files(
        self, store: Store, watcher: Watcher, hand: Hand, name: str
    ) -> None:
        folder = one_offence(store.paths.inbox / "night")
        (folder / "link").symlink_to("/dev/zero")
        os.mkfifo(folder / "pipe")
        manifest(folder, files={name: {"sha256": "0" * 64}})
        watcher.look()
        assert hand.started == []

    def test_files_outside_a_folder_and_hidden_folders_are_no_drops(
        self, store: Store, watcher: Watcher, hand: Hand
    ) -> None:
        (store.paths.inbox / "offences.csv").write_text("x")
        (store.paths.inbox / ".partial").mkdir()
        (store.paths.inbox / "elsewhere").symlink_to(store.paths.root)
        watcher.look()
        hand.at = 2 * QUIET_S
        watcher.look()
        assert hand.started == []

    def test_a_busy_server_is_asked_again(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        manifest(one_offence(store.paths.inbox / "night"))
        hand.busy = True
        watcher.look()
        hand.busy = False
        watcher.look()
        assert hand.started == ["loading night"]

    def test_a_drop_whose_job_still_runs_is_not_started_twice(self, store: Store) -> None:
        started: list[str] = []

        def later(name: str, _work: Work) -> None:
            started.append(name)

        waiting = Watcher(store, quiet_s=1.0, start=later, clock=iter(range(0, 100, 10)).__next__)
        manifest(one_offence(store.paths.inbox / "night"))
        for _ in range(4):
            waiting.look()
        assert started == ["loading night"]


class TestWhatBecomesOfADrop:
    def test_a_loaded_one_is_archived_whole_with_its_result(self, store: Store, watcher: Watcher) -> None:
        manifest(one_offence(store.paths.inbox / "night"))
        watcher.look()
        (archived,) = store.paths.archive.iterdir()
        assert archived.name == "20260331T040000Z-night"
        assert {path.name for path in archived.iterdir()} >= {"offences.csv", "manifest.json", "result.json"}
        result = json.loads((archived / "result.json").read_text())
        assert (result["state"], result["batch"], result["result"]["accepted"]) == ("loaded", 1, 3)

    def test_a_bad_one_is_set_aside_whole_with_one_sentence_and_yesterday_stays(
        self, store: Store, watcher: Watcher, hand: Hand
    ) -> None:
        manifest(one_offence(store.paths.inbox / "monday"))
        watcher.look()
        version, counts = store.version(), store.analytics.counts()
        folder = drop(store.paths.inbox / "tuesday", people=[{}])
        (folder / "offences.csv").write_text("crime\n1\n")
        manifest(folder)
        watcher.look()
        (refused,) = store.paths.refused.iterdir()
        assert {path.name for path in refused.iterdir()} >= {"people.csv", "offences.csv", "reasons.txt"}
        reason = (refused / "reasons.txt").read_text().splitlines()
        assert len(reason) == 1
        assert reason[0].startswith("offences.csv: the header lacks")
        assert (store.version(), store.analytics.counts()) == (version, counts)
        assert inbox(store) == []

    def test_a_wrong_digest_is_refused_once_nothing_moves_any_more(
        self, store: Store, watcher: Watcher, hand: Hand
    ) -> None:
        folder = one_offence(store.paths.inbox / "night")
        manifest(folder)
        with (folder / "offences.csv").open("a") as file:
            file.write("F2,O1,8N,008/06,\n")
        watcher.look()
        hand.at = QUIET_S
        watcher.look()
        assert "its SHA-256 differs" in watch.history(store)[0].sentence

    def test_a_folder_of_something_else_is_refused(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        (store.paths.inbox / "photos").mkdir()
        (store.paths.inbox / "photos" / "a.png").write_bytes(b"\x89PNG")
        watcher.look()
        hand.at = QUIET_S
        watcher.look()
        (record,) = watch.history(store)
        assert (record.state, record.batch) == ("refused", None)
        assert record.sentence.startswith("photos holds nothing Rasure can load")

    def test_published_files_are_taken_too(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        published(store.paths.inbox / "2025-01", "2025-01", "street", [crime()])
        watcher.look()
        hand.at = QUIET_S
        watcher.look()
        assert store.analytics.counts()["offence"] == 1

    def test_the_same_drop_again_is_archived_and_changes_nothing(self, store: Store, watcher: Watcher) -> None:
        for _ in range(2):
            manifest(one_offence(store.paths.inbox / "night"))
            watcher.look()
        newest, oldest = watch.history(store)
        assert (oldest.batch, newest.batch) == (1, None)
        assert len(list(store.paths.archive.iterdir())) == 2

    def test_several_drops_go_in_by_name(self, store: Store, watcher: Watcher, hand: Hand) -> None:
        for name in ("b", "a"):
            manifest(one_offence(store.paths.inbox / name))
        watcher.look()
        watcher.look()
        assert hand.started == ["loading a", "loading b"]

    def test_it_is_said_in_the_log(self, store: Store, watcher: Watcher, caplog: pytest.LogCaptureFixture) -> None:
        manifest(one_offence(store.paths.inbox / "night"))
        with caplog.at_level(logging.INFO, logger="rasure.services.watch"):
            watcher.look()
        assert "drop 'night' loaded: 3 rows read: 3 accepted, 0 rejected, 0 duplicate." in caplog.text


class TestHistory:
    def test_an_untouched_store_has_none(self, store: Store) -> None:
        assert watch.history(store) == []

    @pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("{")])
    def test_a_folder_without_a_readable_result_is_left_out(
        self, store: Store, watcher: Watcher, spoil: Callable[[Path], Any]
    ) -> None:
        manifest(one_offence(store.paths.inbox / "night"))
        watcher.look()
        (archived,) = store.paths.archive.iterdir()
        spoil(archived / "result.json")
        assert watch.history(store) == []


def test_the_thread_loads_what_is_complete_and_ends_when_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest(one_offence(store.paths.inbox / "night"))
    monkeypatch.setattr(watch, "EVERY_S", 0.01)
    end = watch.begin(store)
    while not watch.history(store):
        pass
    end()
    assert inbox(store) == []
    assert watch.history(store)[0].state == "loaded"
