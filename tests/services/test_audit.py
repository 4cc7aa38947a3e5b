"""What the doors write, how the log is read, and what happens when it cannot be written."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound, Unavailable, Unsafe
from rasure.services import audit, audit_reading, operations, upkeep, wiring
from rasure.services.audit_reading import Wanted
from rasure.services.refusals import refuse_unsound_log
from rasure.settings import settings
from rasure.store.audit import AuditLog
from rasure.store.audit_key import key_beside
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests.makers import squares

AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset(), session="5e55", ip="10.0.0.9")
ANALYST = Principal("N1", "Analyst", Role.ANALYST, frozenset())
INSPECTOR = Principal("I1", "Inspector", Role.INSPECTOR, frozenset({"West", "East"}), session="abc", ip="10.0.0.7")
KEEPER = Principal("K1", "Keeper", Role.ADMINISTRATOR, frozenset())
MONDAY = date(2026, 3, 9)


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clocked(store: Store) -> tuple[Store, Clock]:
    """Return a store whose log is written by a clock of ours, from Monday 2 March 2026."""
    clock = Clock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    store.audit.close()
    for path in store.audit.segments():
        path.unlink()
    log = store.audit
    store.audit = AuditLog(log.folder, log.key_file, log.store_id, begun=False, aside=store.paths.aside, clock=clock)
    return store, clock


def everything(store: Store, **wanted: object) -> list[str]:
    found = audit_reading.search(store, AUDITOR, Wanted(**wanted), limit=1000)  # type: ignore[arg-type]
    return [f"{entry.op} {entry.object}" for entry in found.entries]


class TestRecord:
    def test_it_says_who_as_what_for_where_and_from_where(self, store: Store) -> None:
        entry = audit.record(store, INSPECTOR, Op.CONSULTATION, object="person:P7", n=1, reason="Op Thistle")
        assert (entry.actor, entry.role, entry.lpa, entry.session, entry.ip) == (
            "I1",
            "inspector",
            ("East", "West"),
            "abc",
            "10.0.0.7",
        )
        assert (entry.op, entry.object, entry.n, entry.reason, entry.device) == (
            "consultation",
            "person:P7",
            1,
            "Op Thistle",
            None,
        )
        assert audit.record(store, ANALYST, Op.ADMIN, object="x:1").lpa is None

    def test_the_code_of_an_export_leads_back_to_its_record(self, store: Store) -> None:
        entry = audit.disclosed(store, ANALYST, Action.VIEW_HOT_SPOTS, name="hot-spots", question={"a": 1}, n=20)
        audit.record(store, ANALYST, Op.ADMIN, object="x:1")
        assert audit_reading.search(store, AUDITOR, Wanted(code=entry.code)).entries == (entry,)
        for wrong in (f"{entry.seq}-00000000", f"{entry.seq + 1}-{entry.mac[:8]}", "999-aaaaaaaa", "x", "-", "1-"):
            assert audit_reading.search(store, AUDITOR, Wanted(code=wrong)).total == 0

    def test_the_digest_of_a_question_is_that_of_the_question_alone(self) -> None:
        day = {"b": date(2026, 3, 1), "a": 1}
        assert audit.question_digest(day) == audit.question_digest(dict(reversed(day.items())))
        assert audit.question_digest(day) != audit.question_digest({**day, "a": 2})


class TestDoors:
    def test_a_load_is_in_the_log_before_and_after_with_who_and_how_many(self, store: Store, tmp_path: Path) -> None:
        path = squares(tmp_path / "areas.geojson")
        operations.run(store, "load.boundaries", {"path": str(path)}, lambda *_: None, principal=ANALYST)
        after, before = audit_reading.search(store, AUDITOR, Wanted(op=Op.COLLECTION)).entries
        assert (before.object, before.actor, before.reference) == ("load:boundaries", "N1", "areas.geojson")
        assert (after.object, after.n, after.reference) == ("batch:1", 2, f"record:{before.seq}")

    def test_a_refused_load_leaves_its_beginning_alone(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(InputRejected):
            operations.run(store, "load.police-uk", {"path": str(tmp_path / "none")}, lambda *_: None)
        assert everything(store, op=Op.COLLECTION) == ["collection load:police-uk"]

    def test_nothing_is_loaded_when_it_cannot_be_recorded(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.audit.fault = "The disk is gone."
        with pytest.raises(Unavailable, match="The disk is gone"):
            operations.run(store, "load.boundaries", {"path": str(squares(tmp_path / "a.geojson"))}, lambda *_: None)
        assert list(store.paths.batches.iterdir()) == []

    def test_rejected_rows_at_the_command_line_are_a_disclosure(self, store: Store, tmp_path: Path) -> None:
        operations.run(store, "load.boundaries", {"path": str(squares(tmp_path / "a.geojson"))}, lambda *_: None)
        operations.run(store, "rejects", {"batch": 1}, lambda *_: None)
        assert everything(store, op=Op.DISCLOSURE) == ["disclosure export:rejects-batch-1"]


@pytest.fixture
def serving(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return a store as the one this process serves."""
    monkeypatch.setattr(wiring, "serving", lambda: store)
    return store


class TestRefusals:
    @pytest.mark.parametrize("principal", [KEEPER, ANALYST, INSPECTOR])
    def test_only_the_auditor_reads_the_log_and_a_refusal_is_in_it(self, serving: Store, principal: Principal) -> None:
        for read in (
            lambda: audit_reading.search(serving, principal, Wanted()),
            lambda: audit_reading.head(serving, principal),
            lambda: audit_reading.state(serving, principal),
            lambda: audit_reading.verified(serving, principal),
            lambda: audit_reading.sample(serving, principal, MONDAY),
            lambda: audit_reading.panel(serving, principal, MONDAY),
            lambda: audit_reading.review(serving, principal, 1, "in order"),
            lambda: audit_reading.exported(serving, principal, Wanted(), 10),
            lambda: audit_reading.about_itself(serving, principal),
        ):
            with pytest.raises(NotAllowed):
                read()
        assert everything(serving, actor=principal.id) == ["denied action:view_audit"] * 9

    def test_a_refusal_stands_where_it_cannot_be_recorded(self, serving: Store) -> None:
        serving.audit.fault = "The disk is gone."
        with pytest.raises(NotAllowed):
            audit_reading.head(serving, KEEPER)


class TestSearch:
    def test_who_what_about_and_days_narrow_it_newest_first(self, clocked: tuple[Store, Clock]) -> None:
        store, clock = clocked
        for day in range(3):
            clock.at = datetime(2026, 3, 3 + day, 12, tzinfo=UTC)
            audit.record(store, INSPECTOR, Op.CONSULTATION, object=f"person:P{day}")
            audit.record(store, ANALYST, Op.DISCLOSURE, object=f'export:"q{day}"')
        assert everything(store, actor="I1") == [f"consultation person:P{day}" for day in (2, 1, 0)]
        assert everything(store, op=Op.DISCLOSURE)[0] == 'disclosure export:"q2"'
        assert everything(store, object='"q1') == ['disclosure export:"q1"']
        wanted = {"first_on": date(2026, 3, 4), "last_on": date(2026, 3, 4)}
        assert everything(store, **wanted) == ['disclosure export:"q1"', "consultation person:P1"]
        assert everything(store, first_on=date(2026, 3, 5), op=Op.CONSULTATION, object="person:") == [
            "consultation person:P2"
        ]

    def test_a_page_is_a_part_and_the_total_is_of_all(self, store: Store) -> None:
        for number in range(30):
            audit.record(store, ANALYST, Op.ADMIN, object=f"thing:{number}")
        found = audit_reading.search(store, AUDITOR, Wanted(object="thing:"), offset=10, limit=5)
        assert found.total == 30
        assert [entry.object for entry in found.entries] == [f"thing:{n}" for n in (19, 18, 17, 16, 15)]

    def test_reading_is_in_the_log_with_how_many_and_what_was_asked(self, store: Store) -> None:
        audit_reading.search(store, AUDITOR, Wanted(actor="N1"))
        audit_reading.search(store, AUDITOR, Wanted(actor="N2"))
        second, first = audit_reading.search(store, AUDITOR, Wanted(object="view_audit:")).entries
        assert (first.op, first.actor, first.n) == ("consultation", "A1", 0)
        assert first.object != second.object

    def test_a_search_that_cannot_be_recorded_returns_nothing(self, store: Store) -> None:
        store.audit.fault = "The disk is gone."
        with pytest.raises(Unavailable):
            audit_reading.search(store, AUDITOR, Wanted())

    def test_what_matches_only_in_another_field_does_not_match(self, store: Store) -> None:
        audit.record(store, ANALYST, Op.ADMIN, object="x:1", reason="about person:P1, asked by I1")
        assert everything(store, object="person:") == []
        assert everything(store, actor="I1") == []

    def test_a_record_set_back_by_the_clock_is_still_found_by_its_day(self, clocked: tuple[Store, Clock]) -> None:
        store, clock = clocked
        clock.at = datetime(2026, 3, 10, tzinfo=UTC)
        audit.record(store, ANALYST, Op.ADMIN, object="late:1")
        clock.at = datetime(2026, 3, 4, tzinfo=UTC)
        audit.record(store, ANALYST, Op.ADMIN, object="back:1")
        assert everything(store, first_on=date(2026, 3, 4), last_on=date(2026, 3, 4)) == ["admin back:1"]


class TestState:
    def test_it_stands_for_minutes_and_a_check_asked_for_is_made_and_recorded(self, store: Store) -> None:
        clock = Clock(datetime(2026, 3, 3, tzinfo=UTC))
        first = audit_reading.state(store, AUDITOR, clock)
        audit.record(store, ANALYST, Op.ADMIN, object="x:1")
        assert audit_reading.state(store, AUDITOR, clock) == first
        assert audit_reading.verified(store, AUDITOR, clock=clock).records == first.records + 1
        assert everything(store, object="audit-log:found") == ["admin audit-log:found-whole"]
        clock.at += audit_reading.CHECKED_FOR
        assert audit_reading.state(store, AUDITOR, clock).records == first.records + 3

    def test_an_edit_is_found_at_the_next_check(self, store: Store) -> None:
        path = store.audit.segments()[0]
        path.write_bytes(path.read_bytes().replace(b'"actor":"rasure"', b'"actor":"nobody"'))
        assert audit_reading.verified(store, AUDITOR).faults != ()


class TestSample:
    def filled(self, clocked: tuple[Store, Clock], consultations: int = 60) -> Store:
        store, clock = clocked
        for number in range(consultations):
            clock.at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(hours=2.5 * number)
            audit.record(store, INSPECTOR, Op.CONSULTATION, object=f"person:P{number}")
        audit_reading.search(store, AUDITOR, Wanted())
        return store

    def test_it_is_ten_of_last_week_the_same_each_time_and_not_the_first_ten(
        self, clocked: tuple[Store, Clock]
    ) -> None:
        store = self.filled(clocked)
        drawn = audit_reading.sample(store, AUDITOR, MONDAY)
        assert (drawn.week, drawn.first_on, drawn.consultations) == ("2026-W10", date(2026, 3, 2), 60)
        seqs = [one.entry.seq for one in drawn.drawn]
        assert len(set(seqs)) == 10
        assert seqs != sorted(seqs)[:1] + list(range(seqs[0] + 1, seqs[0] + 10))
        again = audit_reading.sample(store, AUDITOR, MONDAY + timedelta(days=6))
        assert [one.entry.seq for one in again.drawn] == seqs

    def test_the_auditors_own_reading_is_not_drawn(self, clocked: tuple[Store, Clock]) -> None:
        store = self.filled(clocked, consultations=3)
        drawn = audit_reading.sample(store, AUDITOR, MONDAY)
        assert [one.entry.object for one in drawn.drawn] == ["person:P0", "person:P1", "person:P2"]

    def test_a_verdict_is_kept_in_the_log_and_a_later_one_stands(self, clocked: tuple[Store, Clock]) -> None:
        store = self.filled(clocked, consultations=2)
        seq = audit_reading.sample(store, AUDITOR, MONDAY).drawn[0].entry.seq
        audit_reading.review(store, AUDITOR, seq, "to follow up", "No operation named")
        audit_reading.review(store, AUDITOR, seq, "in order", "Explained")
        first, second = audit_reading.sample(store, AUDITOR, MONDAY).drawn
        assert (first.verdict, first.by, second.verdict) == ("in order", "A1", None)
        assert store.audit.verify().faults == ()

    def test_what_cannot_be_said_of_a_record_is_refused(self, store: Store) -> None:
        with pytest.raises(NotFound):
            audit_reading.review(store, AUDITOR, 99, "in order")
        with pytest.raises(InputRejected, match="followed up"):
            audit_reading.review(store, AUDITOR, 1, "to follow up", " ")
        with pytest.raises(InputRejected, match="not a verdict"):
            audit_reading.review(store, AUDITOR, 1, "fine")  # type: ignore[arg-type]


class TestPanel:
    def test_an_officer_returning_to_one_person_is_told_from_the_log_alone(self, clocked: tuple[Store, Clock]) -> None:
        store, clock = clocked
        chance = random.Random(4)
        for day in range(8):
            clock.at = datetime(2026, 3, 2 + day, 9, tzinfo=UTC)
            for number in range(20):
                officer = Principal(f"I{number}", "x", Role.INSPECTOR, frozenset({"West"}))
                audit.record(store, officer, Op.CONSULTATION, object=f"person:P{chance.randrange(5000)}")
            own = Principal("I7", "x", Role.INSPECTOR, frozenset({"West"}))
            audit.record(store, own, Op.CONSULTATION, object="person:EX")
        found = audit_reading.panel(store, AUDITOR, date(2026, 3, 10))
        assert (found.look_ups, found.actors) == (168, 20)
        assert [one.actor for one in found.unusual] == ["I7"]
        assert found.unusual[0].reasons[0].k == 6

    def test_nobody_opened_nobody_ranked(self, store: Store) -> None:
        found = audit_reading.panel(store, AUDITOR, MONDAY)
        assert (found.unusual, found.look_ups) == ((), 0)


class TestKeeping:
    def test_a_backup_holds_the_log_and_a_restore_verifies_its_head(self, tmp_path: Path) -> None:
        with wiring.opened(tmp_path / "live") as live:
            audit.record(live, INSPECTOR, Op.CONSULTATION, object="person:P1")
            sealed = upkeep.backup(live, tmp_path / "copy")
        found = upkeep.restore(tmp_path / "new", tmp_path / "copy")
        assert (found["equal"], found["audit_faults"], found["audit_records"]) == (True, [], 2)
        assert key_beside(tmp_path / "new").read_bytes() == key_beside(tmp_path / "live").read_bytes()
        assert not list((tmp_path / "copy").rglob("*audit-key*"))
        with wiring.opened(tmp_path / "new") as again:
            assert sealed["audit"]["seq"] == 2
            assert everything(again, op=Op.ADMIN)[0] == "admin store:restore"

    def test_a_backup_whose_log_was_cut_is_not_restored_as_whole(self, tmp_path: Path) -> None:
        with wiring.opened(tmp_path / "live") as live:
            for number in range(5):
                audit.record(live, INSPECTOR, Op.CONSULTATION, object=f"person:P{number}")
            upkeep.backup(live, tmp_path / "copy")
        (segment,) = (tmp_path / "copy" / "audit").iterdir()
        segment.chmod(0o600)
        segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-2]))
        found = upkeep.restore(tmp_path / "new", tmp_path / "copy")
        assert found["equal"] is False
        assert "it was cut" in found["audit_faults"][0]

    def test_without_the_key_a_backup_says_what_to_bring(self, tmp_path: Path) -> None:
        with wiring.opened(tmp_path / "live") as live:
            upkeep.backup(live, tmp_path / "copy")
        key_beside(tmp_path / "live").unlink()
        with pytest.raises(InputRejected, match="RASURE_AUDIT_KEY_FILE"):
            upkeep.restore(tmp_path / "new", tmp_path / "copy")

    def test_heads_kept_since_the_backup_are_set_aside_by_a_restore(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heads = tmp_path / "heads"
        heads.mkdir()
        monkeypatch.setenv("RASURE_AUDIT_HEADS", str(heads))
        settings.cache_clear()
        with wiring.opened(tmp_path / "live") as live:
            upkeep.backup(live, tmp_path / "copy")
            audit.record(live, INSPECTOR, Op.CONSULTATION, object="person:P1")
        assert upkeep.restore(tmp_path / "new", tmp_path / "copy")["equal"] is True
        assert len(list(heads.glob("*.until-*"))) == 1
        monkeypatch.delenv("RASURE_AUDIT_HEADS")
        settings.cache_clear()

    def test_store_verify_includes_the_log(self, store: Store) -> None:
        assert upkeep.verify(store)["audit_records"] == 1
        path = store.audit.segments()[0]
        path.write_bytes(path.read_bytes().replace(b'"n":null', b'"n":9'))
        assert any("was changed" in fault for fault in upkeep.verify(store)["faults"])

    def test_a_store_from_before_the_log_begins_one(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "old", reference_folder=settings().reference)
        store.close()
        for path in (tmp_path / "old" / "audit").iterdir():
            path.unlink()
        again = open_store(tmp_path / "old", reference_folder=settings().reference)
        assert "is gone" in (again.audit.fault or "")
        again.ledger.run("delete from meta where key = 'audit_began'")
        again.close()
        begun = open_store(tmp_path / "old", reference_folder=settings().reference)
        assert begun.audit.fault is None
        begun.close()


class TestBeginningAnew:
    @pytest.mark.parametrize("spoil", ["edit", "key", "gone"])
    def test_a_broken_log_is_set_aside_and_its_successor_says_so(self, tmp_path: Path, spoil: str) -> None:
        with wiring.opened(tmp_path / "s") as store:
            audit.record(store, INSPECTOR, Op.CONSULTATION, object="person:P1")
            kept = audit_reading.head(store, AUDITOR)
            (segment,) = store.audit.segments()
        if spoil == "edit":
            segment.write_bytes(segment.read_bytes().replace(b"person:P1", b"person:P2"))
        elif spoil == "key":
            key_beside(tmp_path / "s").unlink()
        else:
            segment.unlink()
        done = upkeep.begin_log_anew(tmp_path / "s", "Disk replaced")
        assert done["files_set_aside"] == (0 if spoil == "gone" else 1)
        assert len(list((tmp_path / "s" / "set-aside").rglob("audit-*.jsonl"))) == done["files_set_aside"]
        with wiring.opened(tmp_path / "s") as again:
            assert again.audit.fault is None
            (told,) = audit_reading.about_itself(again, AUDITOR)
            assert (told.seq, told.object, told.reason) == (1, "audit-log:begun-anew", "Disk replaced")
            assert told.actor.startswith("operator:")
            assert audit_reading.verified(again, AUDITOR).faults == ()
            assert audit_reading.verified(again, AUDITOR, [kept]).faults != ()

    def test_a_sound_log_is_never_begun_anew(self, tmp_path: Path) -> None:
        with wiring.opened(tmp_path / "s") as store:
            audit.record(store, INSPECTOR, Op.CONSULTATION, object="person:P1")
        with pytest.raises(Conflict, match="is sound"):
            upkeep.begin_log_anew(tmp_path / "s", "To hide something")
        with pytest.raises(InputRejected):
            upkeep.begin_log_anew(tmp_path / "s", " ")


class TestStart:
    def test_a_log_that_does_not_verify_is_not_served(self, store: Store) -> None:
        refuse_unsound_log(store.audit, datetime.now(UTC))
        store.audit.fault = "The audit log does not verify."
        with pytest.raises(Unsafe, match=r"^R6: The audit log does not verify") as refused:
            refuse_unsound_log(store.audit, datetime.now(UTC))
        assert refused.value.exit_code == 78

    def test_a_clock_before_the_last_record_is_not_served(self, store: Store) -> None:
        last = datetime.fromisoformat(store.audit.head().t)
        refuse_unsound_log(store.audit, last - timedelta(minutes=5))
        with pytest.raises(Unsafe, match=r"^R9: .*Set the clock right"):
            refuse_unsound_log(store.audit, last - timedelta(minutes=5, seconds=1))
