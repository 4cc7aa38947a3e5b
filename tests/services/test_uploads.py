"""Files sent from a browser: what they may be called, how they come to lie in the inbox, and what is left of them."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.errors import Conflict, InputRejected, NotAllowed, RasureError, Unavailable
from rasure.ingest.force_contract import DROP, PATROL_SIDE
from rasure.services import uploads, watch, wiring
from rasure.services.jobs import Job, Work
from rasure.services.uploads import Sent
from rasure.settings import settings
from rasure.store.audit_records import Entry, parsed
from rasure.store.store import Store, silent
from rasure.terms import Role, StoreClass
from tests.extracts import manifest, one_offence, patrol_file
from tests.makers import crime, published

ANALYST = Principal("ana", "Ana Example", Role.ANALYST, frozenset())
PING = {"officer_id": "C1", "seen_at": "2026-03-04T09:00:00Z", "easting": "470000", "northing": "175000"}
HOSTILE = (
    "../offences.csv",
    "..\\offences.csv",
    "/etc/passwd",
    "/tmp/offences.csv",
    "C:\\offences.csv",
    "./offences.csv",
    "offences.csv/",
    "offences.csv\0.csv",
    "offences.csv\n",
    ".offences.csv",
    "%2e%2e%2foffences.csv",
    "..",
    "",
    "2025-06-../../../x-street.csv",
    "2025-06-thames-valley-street.csv\n",
    "２０２５-06-thames-valley-street.csv",
    "2025-06-thames-valley-street.csv.gz",
    "offences.csv.gz",
    "months.zip",
    "result.json",
)


@dataclass
class Hand:
    """Runs a job at once, or says the server is busy."""

    busy: bool = False
    results: list[Any] = field(default_factory=list)

    def start(self, name: str, work: Work) -> Job:
        if self.busy:
            raise Conflict("The server is busy.")
        job = Job(1, name)
        try:
            job.result, job.state = work(silent), "done"
        except RasureError as error:
            job.error, job.state = error.message, "failed"
        self.results.append(job.result)
        return job


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return the store this process serves, as a force serves it."""
    monkeypatch.setenv("RASURE_STORE", str(tmp_path / "store"))
    settings.cache_clear()
    found = wiring.store()
    found.ceiling = StoreClass.OPERATIONAL
    yield found
    wiring.close()
    settings.cache_clear()


def of(folder: Path) -> list[Sent]:
    return [Sent(path.name, io.BytesIO(path.read_bytes())) for path in sorted(folder.iterdir())]


def log(store: Store) -> list[Entry]:
    return [parsed(line.rstrip(b"\n")) for _, lines in store.audit.lines() for line in lines]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


class TestNames:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_no_name_of_the_senders_own_is_taken(self, held: Store, hand: Hand, name: str) -> None:
        before = names(held.paths.root)
        with pytest.raises(InputRejected):
            uploads.take(ANALYST, [Sent(name, io.BytesIO(b"x"))], hand.start)
        assert (names(held.paths.inbox), names(held.paths.root), hand.results) == ([], before, [])

    @given(st.lists(st.text() | st.sampled_from(HOSTILE), min_size=1, max_size=3))
    def test_whatever_passes_is_one_plain_name_of_the_contract(self, found: list[str]) -> None:
        try:
            uploads.refuse_unfit(found)
        except InputRejected:
            return
        pytest.fail(f"{found!r} passed")

    @given(st.from_regex(r"\d{4}-\d{2}-[\s\S]*-street\.csv", fullmatch=False))
    def test_a_published_name_that_passes_stays_in_its_folder(self, found: str) -> None:
        try:
            uploads.refuse_unfit([found])
        except InputRejected:
            return
        assert Path("inbox", found).resolve().parent == Path("inbox").resolve()
        assert found.isascii()
        assert found.isprintable()

    @pytest.mark.parametrize(
        "found",
        [
            [contract.name for contract in DROP],
            ["offences.csv", "manifest.json"],
            ["2025-06-essex-street.csv", "2025-06-essex-outcomes.csv", "2025-07-essex-stop-and-search.csv"],
            ["pings.parquet"],
            *([contract.name, "manifest.json"] for contract in PATROL_SIDE.values()),
        ],
    )
    def test_the_files_of_one_drop_are(self, found: list[str]) -> None:
        uploads.refuse_unfit(found)

    @pytest.mark.parametrize(
        ("found", "said"),
        [
            (["offences.csv", "2025-06-essex-street.csv"], "more than one drop"),
            (["offences.csv", "pings.csv"], "more than one drop"),
            (["pings.csv", "pings.parquet"], "more than one drop"),
            (["pings.csv", "patrols.csv"], "more than one drop"),
            (["offences.csv", "offences.csv"], "the same name"),
            (["offences.csv", "manifest.json", "manifest.json"], "the same name"),
            (["manifest.json"], "Choose the files"),
            ([], "Choose the files"),
        ],
    )
    def test_what_is_not_one_drop_is_refused(self, found: list[str], said: str) -> None:
        with pytest.raises(InputRejected, match=said):
            uploads.refuse_unfit(found)


class TestADrop:
    def test_it_is_loaded_archived_and_in_the_log_before_it_counts(
        self, held: Store, hand: Hand, tmp_path: Path
    ) -> None:
        files = of(one_offence(tmp_path / "sent"))
        job = uploads.take(ANALYST, files, hand.start)
        assert job is not None
        assert (job.state, job.result["accepted"], job.result["batch"]) == ("done", 3, 1)
        (record,) = watch.history(held)
        assert (record.state, record.batch, job.name) == ("loaded", 1, f"loading {record.drop}")
        assert names(held.paths.inbox) == []
        taken = [entry for entry in log(held) if entry.op == Op.COLLECTION]
        digests = [f"file:{hashlib.sha256(file.content.getvalue()).hexdigest()}" for file in files]  # type: ignore[attr-defined]
        assert [entry.object for entry in taken] == [*digests, "load:niche", "batch:1"]
        assert [entry.reference for entry in taken[:4]] == [
            *(f"{record.drop}/{file.name}" for file in files),
            record.drop,
        ]
        assert {entry.actor for entry in taken} == {"ana"}

    def test_the_same_files_again_change_nothing(self, held: Store, hand: Hand, tmp_path: Path) -> None:
        one_offence(tmp_path / "sent")
        for _ in range(2):
            uploads.take(ANALYST, of(tmp_path / "sent"), hand.start)
        first, second = hand.results
        assert (first["batch"], second["batch"], second["duplicate"]) == (1, None, 3)
        assert second["notes"] == ("Every file was loaded before; nothing changed.",)

    def test_published_files_and_every_file_of_the_patrol_side_are_taken(
        self, held: Store, hand: Hand, tmp_path: Path
    ) -> None:
        published(tmp_path / "months", "2025-01", "street", [crime()])
        patrol_file(tmp_path / "pings", "pings", [{**PING, "source": "phone", "seq": "1"}])
        patrol_file(
            tmp_path / "patrols", "patrols", [{"patrol_id": "G1", "officer_id": "C1", "started_at": PING["seen_at"]}]
        )
        draw = {"trial_id": "T", "op_day": "2026-03-04", "hotspot_id": "H1", "block": "W", "arm": "patrol"}
        patrol_file(tmp_path / "draw", "allocations", [{**draw, "record_hash": "0"}])
        spot = {"set_id": "S", "version": "1", "set_name": "S", "hotspot_id": "H1", "name": "Larch Row", "lpa": "West"}
        place = {"patrol_area_id": "A1", "patrol_area_name": "A", "easting": "470000", "northing": "175000"}
        patrol_file(tmp_path / "spots", "hot-spots", [spot | place])
        for folder in ("months", "pings", "patrols", "draw", "spots"):
            uploads.take(ANALYST, of(tmp_path / folder), hand.start)
        assert [(found["read"], found["accepted"]) for found in hand.results] == [(1, 1)] * 5

    def test_pings_come_as_parquet_too(self, held: Store, hand: Hand, tmp_path: Path) -> None:
        path = patrol_file(tmp_path / "csv", "pings", [{**PING, "source": "phone", "seq": "1"}])
        whole = pyarrow.csv.read_csv(path)
        (tmp_path / "sent").mkdir()
        pyarrow.parquet.write_table(whole, tmp_path / "sent" / "pings.parquet")
        uploads.take(ANALYST, of(tmp_path / "sent"), hand.start)
        assert hand.results[0]["accepted"] == 1

    def test_a_bad_one_is_set_aside_as_any_drop(self, held: Store, hand: Hand) -> None:
        job = uploads.take(ANALYST, [Sent("offences.csv", io.BytesIO(b"crime\n1\n"))], hand.start)
        assert job is not None
        assert str(job.error).startswith("offences.csv: the header lacks")
        assert (names(held.paths.inbox), watch.history(held)[0].state) == ([], "refused")

    def test_a_busy_server_leaves_it_in_the_inbox_as_the_watcher_expects_it(
        self, held: Store, hand: Hand, tmp_path: Path
    ) -> None:
        hand.busy = True
        manifest(one_offence(tmp_path / "sent"))
        assert uploads.take(ANALYST, of(tmp_path / "sent"), hand.start) is None
        (waiting,) = held.paths.inbox.iterdir()
        assert names(waiting) == names(tmp_path / "sent")
        assert (waiting.stat().st_mode & 0o777, (waiting / "offences.csv").stat().st_mode & 0o777) == (0o700, 0o600)
        with pytest.raises(Conflict, match="wait in the inbox already"):
            uploads.take(ANALYST, of(tmp_path / "sent"), hand.start)
        hand.busy = False
        watch.Watcher(held, quiet_s=100.0, start=hand.start).look()
        assert hand.results[0]["accepted"] == 3


class TestWhatIsRefusedLeavesNothing:
    @pytest.fixture
    def demo(self, held: Store) -> Store:
        held.ceiling = StoreClass.OPEN_DATA
        return held

    def test_a_demo_server_keeps_no_operational_file(self, demo: Store, hand: Hand, tmp_path: Path) -> None:
        with pytest.raises(NotAllowed, match=r"takes no operational data.*docs/sign-in\.md"):
            uploads.take(ANALYST, of(one_offence(tmp_path / "sent")), hand.start)
        assert nothing_of_it(demo, hand)

    def test_nor_one_that_only_says_it_is_synthetic(self, demo: Store, hand: Hand, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "sent"), signed=True)
        with (tmp_path / "sent" / "offences.csv").open("a") as file:
            file.write("F2,O1,8N,008/06,\n")
        with pytest.raises(InputRejected, match="is not the file manifest.json describes"):
            uploads.take(ANALYST, of(tmp_path / "sent"), hand.start)
        assert nothing_of_it(demo, hand)

    def test_but_takes_a_synthetic_one(self, demo: Store, hand: Hand, tmp_path: Path) -> None:
        manifest(one_offence(tmp_path / "sent"), signed=True)
        uploads.take(ANALYST, of(tmp_path / "sent"), hand.start)
        assert hand.results[0]["accepted"] == 3

    @pytest.mark.parametrize("role", [role for role in Role if not permits(role, Action.LOAD_DATA)])
    def test_whoever_may_not_load_writes_nothing(self, held: Store, hand: Hand, tmp_path: Path, role: Role) -> None:
        with pytest.raises(NotAllowed, match="may not load data"):
            uploads.take(Principal("x", "X", role, frozenset()), of(one_offence(tmp_path / "sent")), hand.start)
        assert nothing_of_it(held, hand)
        assert log(held)[-1].op == Op.DENIED

    @pytest.mark.parametrize("fails", ["disk", "log"])
    def test_a_failing_disk_or_log_takes_nothing(
        self, held: Store, hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
    ) -> None:
        files = of(one_offence(tmp_path / "sent"))
        if fails == "log":
            held.audit.close()
        else:
            files[-1] = Sent("offences.csv", Broken())
        with pytest.raises(Unavailable):
            uploads.take(ANALYST, files, hand.start)
        assert nothing_of_it(held, hand, with_log=fails == "disk")

    def test_what_an_ended_process_left_is_cleared(self, held: Store, tmp_path: Path) -> None:
        one_offence(held.paths.inbox / ".upload-left")
        one_offence(held.paths.inbox / "night")
        uploads.clear(held)
        assert names(held.paths.inbox) == ["night"]


class Broken(io.BytesIO):
    """A file that cannot be read to its end."""

    def read(self, _size: int | None = -1) -> bytes:
        raise OSError(28, "No space left on device")


def nothing_of_it(store: Store, hand: Hand, *, with_log: bool = True) -> bool:
    """Tell whether no file lies anywhere in a store, none was loaded, and the log names none."""
    logged = [entry for entry in log(store) if entry.op == Op.COLLECTION] if with_log else []
    left = [path for name in ("inbox", "refused", "archive") for path in (store.paths.root / name).rglob("*")]
    return (left, hand.results, logged) == ([], [], [])
