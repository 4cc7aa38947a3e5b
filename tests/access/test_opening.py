"""Opening a record: a reason first, the log before anything, half an hour, a second person for a child."""

import resource
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from rasure.access.identity import Principal
from rasure.access.scope import Kind, Subject
from rasure.errors import ApprovalNeeded, Conflict, InputRejected, NotAllowed, NotFound, ReasonNeeded, Unavailable
from rasure.services import audit_reading, desk, person_access
from rasure.services.audit_reading import Entry, Wanted
from rasure.services.person_access import REASONS, Why
from rasure.settings import settings
from rasure.store.analytics import person
from rasure.store.store import Store
from tests.people_world import (
    ANALYST,
    AUDITOR,
    BORN,
    CHILD,
    CHILD_IN_EAST,
    EAST_MAN,
    GOLD,
    INSPECTOR,
    KEEPER,
    MANAGER,
    NAMES,
    OFFICER,
    OTHER_INSPECTOR,
    PARTNER,
    SECOND_INSPECTOR,
    VICTIM,
    WEST_MAN,
    WHY,
    Clock,
)


def of(person_id: str) -> Subject:
    return Subject(Kind.PERSON, person_id)


def logged(store: Store, about: str) -> list[Entry]:
    return list(audit_reading.search(store, AUDITOR, Wanted(object=about), limit=200).entries)


def names_read(store: Store, principal: Principal, person_id: str) -> str | None:
    """Read the name as a page would, through what is open now."""
    found = person.identity(store.analytics, desk.opened(store, principal, of(person_id)), person_access.today())
    return found and found["family_name"]


class TestReason:
    def test_without_one_nothing_opens_and_nobody_is_read(self, world: Store, clock: Clock) -> None:
        before = len(logged(world, f"person:{WEST_MAN}"))
        for why in (Why(), Why("Investigation", "", "Op"), Why("Investigation", "Robbery", " "), Why("Nosy", "x", "y")):
            with pytest.raises(InputRejected):
                person_access.open_subject(world, INSPECTOR, of(WEST_MAN), why)
        with pytest.raises(ReasonNeeded):
            desk.opened(world, INSPECTOR, of(WEST_MAN))
        assert len(logged(world, f"person:{WEST_MAN}")) == before

    def test_the_list_ends_in_a_way_out_and_own_words_are_asked_for_each(self, world: Store, clock: Clock) -> None:
        assert REASONS[-1] == "Other"
        with pytest.raises(InputRejected, match="own words"):
            person_access.open_subject(world, INSPECTOR, of(WEST_MAN), Why("Other", " ", "Op"))

    def test_where_the_force_asks_none_the_opening_is_logged_all_the_same(
        self, world: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RASURE_REASON_REQUIRED", "false")
        settings.cache_clear()
        before = len(logged(world, f"person:{WEST_MAN}"))
        person_access.open_subject(world, INSPECTOR, of(WEST_MAN), Why())
        monkeypatch.delenv("RASURE_REASON_REQUIRED")
        settings.cache_clear()
        assert len(logged(world, f"person:{WEST_MAN}")) == before + 1


class TestOpening:
    def test_it_is_one_record_with_who_what_why_and_where_from(self, world: Store, clock: Clock) -> None:
        before = logged(world, f"person:{WEST_MAN}")
        person_access.open_subject(world, INSPECTOR, of(WEST_MAN), WHY)
        entry, *rest = logged(world, f"person:{WEST_MAN}")
        assert len(rest) == len(before)
        assert (entry.op, entry.actor, entry.object, entry.n) == ("consultation", "I-W", f"person:{WEST_MAN}", 1)
        assert (entry.reason, entry.reference) == ("Investigation: Robbery series by the station", "Op Thistle")
        assert (entry.session, entry.ip, entry.lpa) == ("5e55", "10.0.0.7", ("W",))
        assert NAMES[WEST_MAN] not in str(entry)

    def test_reading_again_while_it_is_open_writes_nothing_more(self, world: Store, clock: Clock) -> None:
        person_access.open_subject(world, INSPECTOR, of(WEST_MAN), WHY)
        before = len(logged(world, f"person:{WEST_MAN}"))
        assert names_read(world, INSPECTOR, WEST_MAN) == NAMES[WEST_MAN]
        assert names_read(world, INSPECTOR, WEST_MAN) == NAMES[WEST_MAN]
        assert len(logged(world, f"person:{WEST_MAN}")) == before

    def test_it_lasts_thirty_minutes_and_not_a_second_longer(self, world: Store, clock: Clock) -> None:
        opening = person_access.open_subject(world, INSPECTOR, of(WEST_MAN), WHY)
        assert opening.until_at == clock.at + 30 * 60
        clock.at = opening.until_at - 1
        assert names_read(world, INSPECTOR, WEST_MAN) == NAMES[WEST_MAN]
        clock.at = opening.until_at
        with pytest.raises(ReasonNeeded):
            names_read(world, INSPECTOR, WEST_MAN)

    def test_it_opens_that_person_to_that_reader_and_nobody_else(self, world: Store, clock: Clock) -> None:
        person_access.open_subject(world, ANALYST, of(WEST_MAN), WHY)
        for principal, other in ((INSPECTOR, WEST_MAN), (ANALYST, EAST_MAN)):
            with pytest.raises(ReasonNeeded):
                desk.opened(world, principal, of(other))

    def test_closed_by_hand_it_is_closed(self, world: Store, clock: Clock) -> None:
        person_access.open_subject(world, INSPECTOR, of(WEST_MAN), WHY)
        person_access.close(world, INSPECTOR, of(WEST_MAN))
        with pytest.raises(ReasonNeeded):
            desk.opened(world, INSPECTOR, of(WEST_MAN))

    @pytest.mark.parametrize("principal", [OFFICER, PARTNER, GOLD, AUDITOR, KEEPER], ids=lambda one: one.role.value)
    def test_roles_that_never_see_a_named_person_open_none(
        self, world: Store, clock: Clock, principal: Principal
    ) -> None:
        for kind, name in ((Kind.PERSON, WEST_MAN), (Kind.PLACE, "1"), (Kind.OFFENCE, "F1")):
            with pytest.raises(NotAllowed, match="may not"):
                person_access.open_subject(world, principal, Subject(kind, name), WHY)
            with pytest.raises(NotAllowed, match="may not"):
                desk.opened(world, principal, Subject(kind, name))


class TestTheLogCannotBeWritten:
    @pytest.fixture
    def _broken(self, world: Store, clock: Clock) -> Iterator[None]:
        """Let no file of this process grow past what the log is now, as a full disk would."""
        audit_reading.head(world, AUDITOR)
        most, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = max(path.stat().st_size for path in world.audit.segments())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hardest))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hardest))

    @pytest.mark.usefixtures("_broken")
    def test_nothing_opens_and_no_trace_of_an_opening_stays(self, world: Store, clock: Clock) -> None:
        for subject in (of(WEST_MAN), Subject(Kind.OFFENCE, "F1")):
            with pytest.raises(Unavailable):
                person_access.open_subject(world, INSPECTOR, subject, WHY)
            with pytest.raises(ReasonNeeded):
                desk.opened(world, INSPECTOR, subject)
        assert world.ledger.value("select count(*) from opening") == 0

    @pytest.mark.usefixtures("_broken")
    def test_an_approval_is_not_given_either(self, world: Store, clock: Clock) -> None:
        with pytest.raises(Unavailable):
            person_access.ask(world, INSPECTOR, of(CHILD), WHY)
        assert person_access.to_answer(world, SECOND_INSPECTOR) == []


class TestNotThere:
    def test_another_areas_person_and_no_person_are_the_same_answer(self, world: Store, clock: Clock) -> None:
        said = set()
        for name in (EAST_MAN, "P-none", "Robert'); drop table person; --", ""):
            with pytest.raises(NotFound) as refused:
                person_access.open_subject(world, INSPECTOR, of(name), WHY)
            said.add(refused.value.message)
        assert len(said) == 1

    def test_the_log_names_who_is_elsewhere_and_never_what_was_typed(self, world: Store, clock: Clock) -> None:
        for name in (EAST_MAN, "Jane Placeholder"):
            with pytest.raises(NotFound):
                person_access.open_subject(world, INSPECTOR, of(name), WHY)
        latest = [entry.object for entry in logged(world, "person:")[:2]]
        assert latest == ["person:unknown", f"person:{EAST_MAN}"]
        assert logged(world, "Placeholder") == []

    def test_who_was_only_a_victim_is_not_there_for_an_offender_manager(self, world: Store, clock: Clock) -> None:
        with pytest.raises(NotFound):
            person_access.open_subject(world, MANAGER, of(VICTIM), WHY)
        person_access.open_subject(world, INSPECTOR, of(VICTIM), WHY)
        assert names_read(world, INSPECTOR, VICTIM) == NAMES[VICTIM]

    @pytest.mark.parametrize("subject", [Subject(Kind.OFFENCE, "F4"), Subject(Kind.PLACE, "12")], ids=str)
    def test_offences_and_places_elsewhere_are_not_there(self, world: Store, clock: Clock, subject: Subject) -> None:
        with pytest.raises(NotFound):
            person_access.open_subject(world, INSPECTOR, subject, WHY)


class TestChild:
    def approved(self, world: Store) -> None:
        person_access.ask(world, INSPECTOR, of(CHILD), WHY)
        (request,) = person_access.to_answer(world, SECOND_INSPECTOR)
        person_access.answer(world, SECOND_INSPECTOR, request.request_id, is_approved=True)

    def test_it_opens_only_once_another_inspector_has_agreed(self, world: Store, clock: Clock) -> None:
        with pytest.raises(ApprovalNeeded):
            person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)
        self.approved(world)
        person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)
        assert names_read(world, INSPECTOR, CHILD) == NAMES[CHILD]
        (entry, *_) = logged(world, f"person:{CHILD}")
        assert "approved by I-W2" in (entry.fields or ())

    def test_an_approval_opens_once(self, world: Store, clock: Clock) -> None:
        self.approved(world)
        person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)
        clock.on(minutes=31)
        with pytest.raises(ApprovalNeeded):
            person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)

    def test_an_approval_is_for_the_one_who_asked_and_for_that_child(self, world: Store, clock: Clock) -> None:
        self.approved(world)
        with pytest.raises(ApprovalNeeded):
            person_access.open_subject(world, MANAGER, of(CHILD), WHY)
        with pytest.raises(ApprovalNeeded):
            person_access.open_subject(world, OTHER_INSPECTOR, of(CHILD_IN_EAST), WHY)

    def test_nobody_approves_their_own_request(self, world: Store, clock: Clock) -> None:
        person_access.ask(world, INSPECTOR, of(CHILD), WHY)
        assert person_access.to_answer(world, INSPECTOR) == []
        (request,) = person_access.to_answer(world, SECOND_INSPECTOR)
        with pytest.raises(NotAllowed, match="own request"):
            person_access.answer(world, INSPECTOR, request.request_id, is_approved=True)

    @pytest.mark.parametrize("principal", [ANALYST, MANAGER, GOLD, AUDITOR], ids=lambda one: one.role.value)
    def test_only_an_inspector_approves(self, world: Store, clock: Clock, principal: Principal) -> None:
        with pytest.raises(NotAllowed):
            person_access.to_answer(world, principal)
        with pytest.raises(NotAllowed):
            person_access.answer(world, principal, 1, is_approved=True)

    def test_a_refusal_stands_and_is_told(self, world: Store, clock: Clock) -> None:
        person_access.ask(world, INSPECTOR, of(CHILD), WHY)
        (request,) = person_access.to_answer(world, SECOND_INSPECTOR)
        person_access.answer(world, SECOND_INSPECTOR, request.request_id, is_approved=False)
        with pytest.raises(ApprovalNeeded):
            person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)
        told = person_access.asked(world, INSPECTOR, CHILD)
        assert told is not None
        assert told.is_approved is False
        with pytest.raises(Conflict):
            person_access.answer(world, SECOND_INSPECTOR, request.request_id, is_approved=True)

    def test_an_approval_not_used_in_a_shift_lapses(self, world: Store, clock: Clock) -> None:
        self.approved(world)
        clock.on(hours=12)
        with pytest.raises(ApprovalNeeded):
            person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)

    def test_it_is_asked_only_for_a_child_of_the_own_areas(self, world: Store, clock: Clock) -> None:
        with pytest.raises(Conflict):
            person_access.ask(world, INSPECTOR, of(WEST_MAN), WHY)
        with pytest.raises(NotFound):
            person_access.ask(world, INSPECTOR, of(CHILD_IN_EAST), WHY)

    def test_on_the_eighteenth_birthday_nobody_is_asked(self, world: Store, clock: Clock) -> None:
        year, month, day = map(int, BORN[CHILD].split("-"))
        clock.at = datetime(year + 18, month, day, 0, 30, tzinfo=UTC).timestamp()
        person_access.open_subject(world, INSPECTOR, of(CHILD), WHY)
        assert names_read(world, INSPECTOR, CHILD) == NAMES[CHILD]


class TestPeopleOfAnOffence:
    def test_they_are_named_after_a_reason_and_the_log_says_how_many(self, world: Store, clock: Clock) -> None:
        subject = Subject(Kind.OFFENCE, "F1")
        with pytest.raises(ReasonNeeded):
            desk.opened(world, INSPECTOR, subject)
        person_access.open_subject(world, INSPECTOR, subject, WHY)
        found = person.in_offence(world.analytics, desk.opened(world, INSPECTOR, subject), person_access.today())
        named = {row["person_id"]: row["family_name"] for row in found}
        assert named == {
            WEST_MAN: NAMES[WEST_MAN],
            "P-W2": NAMES["P-W2"],
            VICTIM: NAMES[VICTIM],
            CHILD: None,
        }
        assert logged(world, "people-of:offence:F1")[0].n == len(found)

    def test_an_offender_manager_is_told_of_no_victim(self, world: Store, clock: Clock) -> None:
        subject = Subject(Kind.OFFENCE, "F1")
        person_access.open_subject(world, MANAGER, subject, WHY)
        found = person.in_offence(world.analytics, desk.opened(world, MANAGER, subject), person_access.today())
        assert {row["role"] for row in found} == {"offender", "suspect"}
        assert logged(world, "people-of:offence:F1")[0].n == 3

    def test_opening_an_offence_opens_nobody_in_it(self, world: Store, clock: Clock) -> None:
        person_access.open_subject(world, INSPECTOR, Subject(Kind.OFFENCE, "F1"), WHY)
        with pytest.raises(ReasonNeeded):
            desk.opened(world, INSPECTOR, of(WEST_MAN))
