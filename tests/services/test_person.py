"""One person's record: what is told to whom, counted against the world it was loaded from."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Kind, Subject
from rasure.errors import Conflict, NotFound
from rasure.services import desk, linked, person, person_access, person_words
from rasure.services.person_record import PersonRecord
from rasure.settings import settings
from rasure.store.analytics import person as reads
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests.people_world import (
    ANALYST,
    BOTH,
    CHILD,
    CHILD_IN_EAST,
    EAST_MAN,
    INSPECTOR,
    MANAGER,
    NAMES,
    OTHER_INSPECTOR,
    SECOND_INSPECTOR,
    VICTIM,
    WEST_MAN,
    WEST_WOMAN,
    WHY,
    clocked,
    fill,
    serving,
)

TODAY = date(2026, 3, 31)
DAYS = [TODAY - timedelta(days=n) for n in range(1_500)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("person")
    fill(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(folder / "store", patch) as store,
        clocked(patch),
    ):
        yield store


def opened(store: Store, principal: Principal, person_id: str) -> PersonRecord:
    subject = Subject(Kind.PERSON, person_id)
    person_access.open_subject(store, principal, subject, WHY)
    return person.record(store, desk.opened(store, principal, subject), TODAY)


class TestWhatIsTold:
    def test_an_inspector_sees_who_it_is_and_only_what_was_in_the_own_area(self, world: Store) -> None:
        found = opened(world, INSPECTOR, WEST_MAN)
        assert found.identity.name == f"Given{WEST_MAN} {NAMES[WEST_MAN]}"
        assert (found.identity.born_on, found.identity.age_years) == (date(1987, 12, 29), 38)
        assert [part.offence_id for part in found.parts] == ["F1", "F2", "F3"]
        assert {one.standing: one.offences for one in found.standings} == {"convicted": 1, "suspect": 2}
        assert "Only offences of your areas are shown." in person_words.limits(found)

    def test_an_analyst_sees_the_whole_force_and_an_age_in_place_of_a_birthday(self, world: Store) -> None:
        found = opened(world, ANALYST, WEST_MAN)
        assert {part.offence_id for part in found.parts} == {"F1", "F2", "F3", "F4"}
        assert (found.identity.born_on, found.identity.age_years) == (None, 38)
        assert found.identity.withheld == ("date of birth",)

    def test_facts_and_assessment_stand_apart(self, world: Store) -> None:
        part = next(part for part in opened(world, INSPECTOR, WEST_WOMAN).parts if part.offence_id == "F1")
        assert (part.role, part.category, part.standing, part.evidence) == (
            "suspect",
            "suspect",
            "suspect",
            "intelligence",
        )

    def test_orders_and_plan_are_there_with_their_state(self, world: Store) -> None:
        found = opened(world, INSPECTOR, WEST_MAN)
        (order,) = found.orders
        assert (order.kind, order.state, order.conditions) == ("svro", "in force", "Zconditions")
        (plan,) = found.plans
        assert (plan.title, [one.response for one in plan.responses]) == ("Zplan", ["Zresponse"])

    def test_harm_counts_each_offence_once_and_says_how_many_have_a_weight(self, world: Store) -> None:
        found = opened(world, INSPECTOR, WEST_MAN)
        weights = {part.offence_id: part.harm_days for part in found.parts}
        assert found.harm.weighted + found.harm.unweighted == len(weights) == 3
        assert found.harm.days == sum(days or 0 for days in weights.values())
        assert found.harm.edition == "2020"

    def test_the_place_of_the_offences_leads_on(self, world: Store) -> None:
        (place,) = opened(world, INSPECTOR, WEST_MAN).places
        assert (place.suspected, place.victim, place.last_on) == (3, 0, date(2026, 3, 3))


class TestVictims:
    def test_who_may_know_sees_the_part_as_victim(self, world: Store) -> None:
        found = opened(world, INSPECTOR, BOTH)
        assert {part.standing for part in found.parts} == {"suspect", "victim"}
        assert "a safeguarding need" in (person_words.need(found) or "")

    def test_an_offender_manager_is_told_only_to_ask(self, world: Store) -> None:
        found = opened(world, MANAGER, BOTH)
        assert {part.standing for part in found.parts} == {"suspect"}
        assert person_words.need(found) == "Also has a safeguarding need; ask an inspector."
        assert "as victim or witness are not shown" in person_words.limits(found)

    def test_a_victim_elsewhere_is_no_need_known_here(self, world: Store) -> None:
        assert opened(world, ANALYST, EAST_MAN).identity.has_been_victim
        assert not opened(world, INSPECTOR, WEST_MAN).identity.has_been_victim

    def test_nobody_is_an_associate_for_being_a_victim(self, world: Store) -> None:
        named = {one.person_id for one in opened(world, ANALYST, WEST_MAN).associates}
        assert VICTIM not in named
        assert named == {WEST_WOMAN, CHILD, BOTH, EAST_MAN}


class TestAssociates:
    def test_they_are_counted_by_offences_together_in_the_own_area(self, world: Store) -> None:
        found = opened(world, INSPECTOR, WEST_MAN)
        assert [(one.person_id, one.together) for one in found.associates] == [
            (WEST_WOMAN, 2),
            (BOTH, 1),
            (CHILD, 1),
        ]
        assert EAST_MAN not in str(found)

    def test_a_child_among_them_has_no_name(self, world: Store) -> None:
        child = next(one for one in opened(world, INSPECTOR, WEST_MAN).associates if one.person_id == CHILD)
        assert (child.name, child.is_child) == (None, True)

    def test_an_approval_for_one_child_names_no_other(self, world: Store) -> None:
        subject = Subject(Kind.PERSON, CHILD)
        person_access.ask(world, INSPECTOR, subject, WHY)
        (request,) = person_access.to_answer(world, SECOND_INSPECTOR)
        person_access.answer(world, SECOND_INSPECTOR, request.request_id, is_approved=True)
        found = opened(world, INSPECTOR, CHILD)
        assert found.identity.name == f"Given{CHILD} {NAMES[CHILD]}"
        assert found.lead is not None
        assert found.lead.lead
        assert all(one.name for one in found.associates if not one.is_child)

    def test_who_offended_together_without_the_person_is_joined(self, world: Store) -> None:
        found = opened(world, INSPECTOR, WEST_MAN)
        assert (BOTH, WEST_WOMAN, 1) in {(min(a, b), max(a, b), n) for a, b, n in found.between}


class TestWhoMayApprove:
    def test_only_an_inspector_in_whose_areas_the_child_is_recorded_is_asked(self, world: Store) -> None:
        elsewhere = Subject(Kind.PERSON, CHILD_IN_EAST)
        asks_in_east = Principal("O-E", "Sgt East", Role.OFFENDER_MANAGER, frozenset({"E"}))
        person_access.ask(world, asks_in_east, elsewhere, WHY)
        (request,) = person_access.to_answer(world, OTHER_INSPECTOR)
        assert request.person_id == CHILD_IN_EAST
        assert person_access.to_answer(world, INSPECTOR) == []
        with pytest.raises(Conflict, match="answered, or is gone"):
            person_access.answer(world, INSPECTOR, request.request_id, is_approved=True)
        person_access.answer(world, OTHER_INSPECTOR, request.request_id, is_approved=True)
        assert person_access.to_answer(world, OTHER_INSPECTOR) == []


class TestWithoutAnOpening:
    def test_no_read_about_people_returns_anybody(self, world: Store) -> None:
        for principal in (INSPECTOR, ANALYST):
            for action in (Action.OPEN_PERSON, Action.LINK_PEOPLE, Action.VIEW_HOT_SPOTS):
                scope = desk.admit(principal, action)
                assert reads.identity(world.analytics, scope, TODAY) is None
                for rows in (
                    reads.days(world.analytics, scope, TODAY),
                    reads.history(world.analytics, scope, TODAY, DAYS),
                    reads.associates(world.analytics, scope, TODAY, DAYS, 10),
                    reads.between(world.analytics, scope, list(NAMES)),
                    reads.orders(world.analytics, scope, TODAY),
                    reads.plans(world.analytics, scope, TODAY),
                    reads.plan_responses(world.analytics, scope, TODAY),
                    reads.at_place(world.analytics, scope, TODAY, date(2020, 1, 1)),
                    reads.in_offence(world.analytics, scope, TODAY),
                ):
                    assert rows == []
                with pytest.raises(NotFound):
                    person.record(world, scope, TODAY)
                with pytest.raises(NotFound):
                    linked.people(world, scope, TODAY, TODAY)


class TestTriangle:
    def test_from_the_place_to_its_people_with_counts_of_roles(self, world: Store) -> None:
        (where,) = opened(world, INSPECTOR, WEST_MAN).places
        subject = Subject(Kind.PLACE, str(where.cell))
        person_access.open_subject(world, INSPECTOR, subject, WHY)
        found = linked.people(world, desk.opened(world, INSPECTOR, subject), TODAY, date(2024, 4, 1))
        told = {one.person_id: (one.suspected, one.convicted, one.victim) for one in found.people}
        assert told == {
            WEST_MAN: (3, 1, 0),
            WEST_WOMAN: (2, 0, 0),
            BOTH: (1, 0, 1),
            CHILD: (1, 0, 0),
            VICTIM: (0, 0, 1),
        }
        assert next(one for one in found.people if one.person_id == CHILD).name is None

    def test_an_offender_manager_meets_no_victim_at_the_place(self, world: Store) -> None:
        (where,) = opened(world, MANAGER, WEST_MAN).places
        subject = Subject(Kind.PLACE, str(where.cell))
        person_access.open_subject(world, MANAGER, subject, WHY)
        found = linked.people(world, desk.opened(world, MANAGER, subject), TODAY, date(2024, 4, 1))
        assert VICTIM not in {one.person_id for one in found.people}
        assert {(one.victim, one.witness) for one in found.people} == {(None, None)}

    def test_offences_before_the_look_back_link_nobody(self, world: Store) -> None:
        (where,) = opened(world, INSPECTOR, WEST_MAN).places
        subject = Subject(Kind.PLACE, str(where.cell))
        person_access.open_subject(world, INSPECTOR, subject, WHY)
        scope = desk.opened(world, INSPECTOR, subject)
        assert linked.people(world, scope, TODAY, date(2026, 3, 4)).people == ()
        assert {one.person_id for one in linked.people(world, scope, TODAY, date(2026, 3, 3)).people} == {
            WEST_MAN,
            WEST_WOMAN,
            CHILD,
            VICTIM,
            BOTH,
        }

    def test_an_offence_is_told_without_anybody_and_only_in_the_own_area(self, world: Store) -> None:
        scope = desk.admit(INSPECTOR, Action.VIEW_HOT_SPOTS)
        found = linked.incident(world, scope, "F1")
        assert (found.area, found.when) == ("West Square", "Tuesday 3 March 2026, 21:00 to 22:00")
        assert not any(name in str(found) for name in NAMES.values())
        for name in ("F4", "F-none"):
            with pytest.raises(NotFound, match="recorded in your areas"):
                linked.incident(world, scope, name)


class TestWords:
    def test_the_title_says_what_is_recorded_and_how_often_convicted(self, world: Store) -> None:
        assert person_words.title(opened(world, INSPECTOR, WEST_MAN)) == (
            f"Given{WEST_MAN} {NAMES[WEST_MAN]} is recorded as suspect or offender in three offences since"
            " 1 February 2026; convicted in one of them"
        )
        assert person_words.title(opened(world, INSPECTOR, VICTIM)).endswith("is recorded as victim in one offence")

    def test_few_events_say_so_and_no_hour(self, world: Store) -> None:
        assert person_words.hours(opened(world, INSPECTOR, WEST_MAN)).startswith("Too little data")
