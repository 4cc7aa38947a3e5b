"""Looking outside the own areas: a reason, four hours, a record first, and supervisors who are told."""

import pytest

from rasure.access.identity import Principal
from rasure.access.roles import BEYOND_AREAS, Action, permits
from rasure.access.scope import Kind, Subject
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound, Unavailable
from rasure.services import areas, audit_reading, break_glass, desk, person_access
from rasure.services.audit_reading import Wanted
from rasure.store.store import Store
from rasure.terms import Role
from tests.people_world import (
    ANALYST,
    AUDITOR,
    EAST_MAN,
    GOLD,
    INSPECTOR,
    MANAGER,
    OTHER_INSPECTOR,
    WHY,
    Clock,
)

REASON = "Suspect of Op Thistle seen in the east tonight"
HIM = Subject(Kind.PERSON, EAST_MAN)


def sees(principal: Principal, action: Action = Action.VIEW_HOT_SPOTS, about: Subject | None = None) -> set[str]:
    return set(desk.admit(principal, action, about).lpas or ())


class TestBreaking:
    def test_the_area_is_there_for_four_hours(self, world: Store, clock: Clock) -> None:
        assert sees(INSPECTOR) == {"W"}
        break_glass.begin(world, INSPECTOR, "E", REASON)
        assert sees(INSPECTOR) == {"W", "E"}
        assert [area.code for area in areas.within(desk.admit(INSPECTOR, Action.VIEW_HOT_SPOTS))] == ["E", "W"]
        clock.on(hours=4, minutes=-1)
        assert sees(INSPECTOR) == {"W", "E"}
        clock.on(minutes=1)
        assert sees(INSPECTOR) == {"W"}

    def test_a_person_there_can_be_opened_with_a_reason_of_its_own(self, world: Store, clock: Clock) -> None:
        with pytest.raises(NotFound):
            person_access.open_subject(world, INSPECTOR, HIM, WHY)
        break_glass.begin(world, INSPECTOR, "E", REASON)
        person_access.open_subject(world, INSPECTOR, HIM, WHY)
        assert "E" in (desk.opened(world, INSPECTOR, HIM).lpas or ())

    def test_what_was_opened_there_is_closed_when_the_glass_is_whole_again(self, world: Store, clock: Clock) -> None:
        glass = break_glass.begin(world, INSPECTOR, "E", REASON)
        person_access.open_subject(world, INSPECTOR, HIM, WHY)
        break_glass.end(world, INSPECTOR, glass.glass_id)
        assert desk.opened(world, INSPECTOR, HIM).lpas == {"W"}

    def test_broken_for_one_person_it_shows_that_person_and_no_area(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON, narrowed=HIM)
        assert sees(INSPECTOR) == {"W"}
        assert sees(INSPECTOR, Action.OPEN_PERSON) == {"W"}
        assert sees(INSPECTOR, Action.OPEN_PERSON, Subject(Kind.PERSON, "P-K2")) == {"W"}
        assert sees(INSPECTOR, Action.OPEN_PERSON, HIM) == {"W", "E"}
        person_access.open_subject(world, INSPECTOR, HIM, WHY)

    def test_it_lets_look_and_do_nothing_else(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON)
        for action in Action:
            if permits(Role.INSPECTOR, action):
                assert ("E" in sees(INSPECTOR, action)) == (action in BEYOND_AREAS), action

    def test_it_is_the_readers_own(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON)
        assert sees(MANAGER) == {"W"}

    def test_whoever_lost_the_role_lost_the_glass(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON)
        demoted = Principal(INSPECTOR.id, INSPECTOR.name, Role.OFFICER, INSPECTOR.lpas)
        with pytest.raises(NotAllowed):
            desk.admit(demoted, Action.VIEW_HOT_SPOTS)

    @pytest.mark.parametrize("principal", [ANALYST, GOLD, AUDITOR], ids=lambda one: one.role.value)
    def test_whoever_has_no_areas_has_no_glass(self, world: Store, clock: Clock, principal: Principal) -> None:
        with pytest.raises(NotAllowed):
            break_glass.begin(world, principal, "E", REASON)

    def test_what_makes_no_sense_is_refused(self, world: Store, clock: Clock) -> None:
        with pytest.raises(InputRejected):
            break_glass.begin(world, INSPECTOR, "E", "because")
        with pytest.raises(Conflict):
            break_glass.begin(world, INSPECTOR, "W", REASON)
        with pytest.raises(NotFound):
            break_glass.begin(world, INSPECTOR, "X", REASON)
        break_glass.begin(world, INSPECTOR, "E", REASON)
        with pytest.raises(Conflict):
            break_glass.begin(world, INSPECTOR, "E", REASON)


class TestTheLog:
    def test_it_says_who_broke_it_for_what_before_it_takes_effect(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON, narrowed=HIM)
        (entry, *_) = audit_reading.search(world, AUDITOR, Wanted(object="broken-glass:")).entries
        assert (entry.op, entry.actor, entry.reason) == ("admin", "I-W", REASON)
        assert entry.object == f"broken-glass:E/person:{EAST_MAN}"

    def test_without_a_record_it_stays_whole(self, world: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(world.audit, "fault", "The disk is full.")
        with pytest.raises(Unavailable):
            break_glass.begin(world, INSPECTOR, "E", REASON)
        assert sees(INSPECTOR) == {"W"}
        assert break_glass.live(world, INSPECTOR) == []


class TestSupervisors:
    def test_inspectors_of_both_areas_are_told_until_they_take_note(self, world: Store, clock: Clock) -> None:
        colleague = Principal("I-W2", "Insp. Second", Role.INSPECTOR, frozenset({"W"}))
        elsewhere = Principal("I-N", "Insp. North", Role.INSPECTOR, frozenset({"N"}))
        glass = break_glass.begin(world, MANAGER, "E", REASON)
        for supervisor in (colleague, INSPECTOR, OTHER_INSPECTOR):
            (notice,) = break_glass.to_acknowledge(world, supervisor)
            assert (notice.area, notice.own_areas, notice.glass.reason) == ("East Square", ("West Square",), REASON)
        assert break_glass.to_acknowledge(world, elsewhere) == []
        break_glass.acknowledge(world, INSPECTOR, glass.glass_id)
        assert break_glass.to_acknowledge(world, INSPECTOR) == []
        assert len(break_glass.to_acknowledge(world, OTHER_INSPECTOR)) == 1
        with pytest.raises(Conflict):
            break_glass.acknowledge(world, INSPECTOR, glass.glass_id)
        with pytest.raises(Conflict):
            break_glass.acknowledge(world, elsewhere, glass.glass_id)

    def test_nobody_is_told_of_their_own(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON)
        assert break_glass.to_acknowledge(world, INSPECTOR) == []

    def test_they_are_told_also_when_it_is_over(self, world: Store, clock: Clock) -> None:
        break_glass.begin(world, INSPECTOR, "E", REASON)
        clock.on(hours=30)
        (notice,) = break_glass.to_acknowledge(world, OTHER_INSPECTOR)
        assert not notice.lasts

    def test_the_auditor_sees_who_took_note(self, world: Store, clock: Clock) -> None:
        glass = break_glass.begin(world, INSPECTOR, "E", REASON)
        break_glass.acknowledge(world, OTHER_INSPECTOR, glass.glass_id)
        (notice,) = break_glass.listed(world, AUDITOR)
        assert notice.lasts
        assert notice.glass.seen_by == ("I-E",)
        with pytest.raises(NotAllowed):
            break_glass.listed(world, INSPECTOR)


def test_ended_by_hand_it_is_over_and_logged(world: Store, clock: Clock) -> None:
    glass = break_glass.begin(world, INSPECTOR, "E", REASON)
    break_glass.end(world, MANAGER, glass.glass_id)
    assert sees(INSPECTOR) == {"W", "E"}
    break_glass.end(world, INSPECTOR, glass.glass_id)
    assert sees(INSPECTOR) == {"W"}
    (entry, *_) = audit_reading.search(world, AUDITOR, Wanted(object="broken-glass:")).entries
    assert entry.fields == ("ended",)
