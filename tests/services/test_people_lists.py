"""The three lists' life, and the findings of the enforcement notice against a gangs list, each held by a test."""

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from rasure.access.identity import Principal
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound, Unavailable
from rasure.people.criterion import CARRIERS, RULES, ListName, in_words
from rasure.people.standing import Standing, State, Step
from rasure.services import desk, people_decisions, people_lists, people_ranking, retention
from rasure.services.people_decisions import Said
from rasure.services.people_lists import PeopleList
from rasure.services.people_ranking import SEEN_BY, Asked
from rasure.settings import PROJECT, settings
from rasure.store import store as stores
from rasure.store.ledger import list_decisions
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests import list_world
from tests.extracts import load
from tests.list_world import AS_OF, BLADE, CHILD, FAR, PAT, SUE, VIC
from tests.list_world import Said as Event

MANAGER = Principal("om", "Olive Manager", Role.OFFENDER_MANAGER, frozenset({"W"}))
INSPECTOR = Principal("in", "Ina Spector", Role.INSPECTOR, frozenset({"W"}))
SECOND = Principal("in2", "Ivo Second", Role.INSPECTOR, frozenset({"W"}))
EASTERN = Principal("ea", "Edie East", Role.INSPECTOR, frozenset({"E"}))
ANALYST = Principal("an", "Ana Lyst", Role.ANALYST, frozenset())
CAR, RISK, VICTIMS = ListName.CARRIERS, ListName.HEIGHTENED, ListName.VICTIMS
LEAD = "Sgt Guard"


class Today:
    """The day reviews are due by, which a test sets on."""

    def __init__(self) -> None:
        self.on = AS_OF

    def later(self, days: int) -> None:
        self.on += timedelta(days=days)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store nobody has decided in."""
    folder = tmp_path_factory.mktemp("lists")
    list_world.build(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    store = open_store(tmp_path / "store", reference_folder=settings().reference)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    calendar = Today()
    monkeypatch.setattr(people_ranking, "today", lambda _store: calendar.on)
    return calendar


def decide(store: Store, who: Principal, person: str, step: Step, name: ListName = CAR, **said: Any) -> Standing:
    told = Said(said.pop("reason", "because of the record"), **said)
    return people_decisions.decide(store, who, name, person, step, told)


def seen(store: Store, who: Principal, name: ListName = CAR) -> PeopleList:
    scope = desk.admit(who, SEEN_BY[name])
    return people_lists.whole(store, scope, Asked(name, people_ranking.today(store)))


def states(store: Store, who: Principal = INSPECTOR, name: ListName = CAR) -> dict[str, State]:
    return {entry.id: entry.state for entry in seen(store, who, name).entries}


def put_on(store: Store, person: str = PAT, name: ListName = CAR, *, due_in: int = 30, lead: str = "") -> None:
    decide(store, MANAGER if name is not VICTIMS else ANALYST, person, Step.NOMINATED, name, lead=lead)
    due_on = people_ranking.today(store) + timedelta(days=due_in)
    decide(store, INSPECTOR, person, Step.APPROVED, name, review_due_on=due_on, lead=lead)


def log(store: Store) -> list[dict[str, Any]]:
    return [json.loads(line) for _, lines in store.audit.lines() for line in lines]


class TestTheFindings:
    """One test a row of the table of findings: theme, finding, control."""

    def test_criteria_one_numbered_rule_and_the_facts_that_met_it_are_stored(self, world: Store) -> None:
        put_on(world)
        rows = list_decisions.of_person(world.ledger, CAR.value, PAT)
        assert {row.rule_version for row in rows} == {CARRIERS.version}
        for row in rows:
            assert sorted((fact["on"], fact["evidence"]) for fact in row.facts) == [
                ("2025-01-25", "convicted"),
                ("2026-02-19", "charged"),
            ]
        both = [
            people_ranking.proposed(world, desk.admit(who, SEEN_BY[CAR]), Asked(CAR, AS_OF))
            for who in (INSPECTOR, EASTERN)
        ]
        assert {found.rule for found in both} == {in_words(CAR)}

    def test_roles_victims_are_a_list_of_their_own_with_a_permission_of_its_own(self, world: Store) -> None:
        assert set(states(world, INSPECTOR, VICTIMS)) == {VIC}
        assert VIC not in states(world, INSPECTOR, RISK)
        with pytest.raises(NotAllowed, match="list of victims"):
            decide(world, MANAGER, VIC, Step.NOMINATED, VICTIMS, lead=LEAD)
        sue = seen(world, INSPECTOR, RISK).of(SUE)
        assert sue is not None
        assert sue.told.is_also

    def test_removal_is_complete_and_lasts_until_something_new_happens(
        self, world: Store, today: Today, tmp_path: Path
    ) -> None:
        put_on(world)
        decide(world, MANAGER, PAT, Step.REMOVED)
        for who in (INSPECTOR, MANAGER, ANALYST):
            assert PAT not in states(world, who)
        assert people_lists.standings(world, desk.admit(ANALYST, SEEN_BY[CAR]), PAT) == ()
        with pytest.raises(Conflict, match="nothing that qualifies has happened since"):
            decide(world, MANAGER, PAT, Step.NOMINATED)
        today.later(30)
        new: tuple[Event, ...] = ((PAT, -20, "W", BLADE, "offender", "charged"),)
        load(world, list_world.extract(tmp_path / "later", new, first=500))
        back = seen(world, INSPECTOR).of(PAT)
        assert back is not None
        assert back.state is State.PROPOSED
        assert back.standing.removed is not None

    def test_retention_a_review_date_is_mandatory_and_an_entry_lapses_when_it_passes(
        self, world: Store, today: Today
    ) -> None:
        decide(world, MANAGER, PAT, Step.NOMINATED)
        for wrong in (None, AS_OF, AS_OF + timedelta(days=93)):
            with pytest.raises(InputRejected, match="not later than 1 June 2026"):
                decide(world, INSPECTOR, PAT, Step.APPROVED, review_due_on=wrong)
        decide(world, INSPECTOR, PAT, Step.APPROVED, review_due_on=AS_OF + timedelta(days=92))
        today.later(92)
        assert states(world)[PAT] is State.LISTED
        today.later(1)
        assert states(world)[PAT] is State.LAPSED
        assert [entry.id for entry in seen(world, MANAGER).lapsed_of(MANAGER.id)] == [PAT]
        assert seen(world, INSPECTOR).lapsed_of(INSPECTOR.id) == ()
        with pytest.raises(Conflict, match="nominated and approved anew"):
            decide(world, MANAGER, PAT, Step.KEPT, review_due_on=today.on + timedelta(days=9))
        decide(world, MANAGER, PAT, Step.NOMINATED)
        assert states(world)[PAT] is State.NOMINATED

    def test_sharing_nobody_without_the_permission_or_of_another_area_gets_a_row(self, world: Store) -> None:
        put_on(world)
        assert PAT not in {entry.id for entry in seen(world, EASTERN).entries} - {PAT, FAR}
        assert FAR not in states(world, INSPECTOR)
        for role in (Role.OFFICER, Role.PARTNER, Role.GOLD, Role.AUDITOR, Role.ADMINISTRATOR):
            with pytest.raises(NotAllowed):
                seen(world, Principal("x", "X", role, frozenset({"W"})))

    def test_equality_no_protected_characteristic_is_read_by_the_lists(self) -> None:
        """What reaches the ranking is held by its own tests; the lists' services name none either."""
        for module in ("people_ranking", "people_lists", "people_decisions"):
            text = (PROJECT / "rasure" / "services" / f"{module}.py").read_text(encoding="utf-8")
            assert not any(word in text for word in ("ethnic", "gender", "religion", "monitoring"))

    def test_dpia_the_template_is_shipped_and_speaks_of_the_lists(self) -> None:
        text = (PROJECT / "docs" / "governance" / "impact-assessment.md").read_text(encoding="utf-8")
        assert "list" in text
        assert "[force to complete" in text

    def test_governance_every_decision_is_in_the_log_before_it_is_in_the_ledger(self, world: Store) -> None:
        put_on(world)
        told = [(e["actor"], e["op"], e["object"], e["reference"]) for e in log(world) if e["op"] == "alteration"]
        assert told == [
            ("om", "alteration", "person:PAT", "list:carriers/nominated"),
            ("in", "alteration", "person:PAT", "list:carriers/approved"),
        ]
        before = len(list_decisions.of_person(world.ledger, CAR.value, PAT))
        world.audit.close()
        with pytest.raises(Unavailable):
            decide(world, MANAGER, PAT, Step.REMOVED)
        assert len(list_decisions.of_person(world.ledger, CAR.value, PAT)) == before

    def test_excess_whoever_no_longer_meets_the_rule_is_on_no_list(self, world: Store, today: Today) -> None:
        put_on(world, due_in=92)
        today.later(92)
        assert states(world)[PAT] is State.LISTED
        today.later(264)
        assert PAT not in states(world)
        with pytest.raises(Conflict, match="does not meet the rule"):
            decide(world, MANAGER, PAT, Step.NOMINATED)

    def test_security_a_decision_is_never_edited(self, world: Store) -> None:
        put_on(world)
        with pytest.raises(Exception, match="never edited"):
            world.ledger.run("update list_decision set decided_by = 'x'")


class TestTwoPeople:
    def test_whoever_nominated_cannot_approve(self, world: Store) -> None:
        decide(world, INSPECTOR, PAT, Step.NOMINATED)
        for step in (Step.APPROVED, Step.DECLINED):
            with pytest.raises(NotAllowed, match="somebody else has to approve"):
                decide(world, INSPECTOR, PAT, step, review_due_on=AS_OF + timedelta(days=9))
        found = decide(world, SECOND, PAT, Step.APPROVED, review_due_on=AS_OF + timedelta(days=9))
        assert (found.state, found.owner) == (State.LISTED, INSPECTOR.id)

    def test_only_an_inspector_approves(self, world: Store) -> None:
        decide(world, INSPECTOR, PAT, Step.NOMINATED)
        for who in (MANAGER, ANALYST):
            with pytest.raises(NotAllowed, match="may not put somebody on a list"):
                decide(world, who, PAT, Step.APPROVED, review_due_on=AS_OF + timedelta(days=9))

    def test_declining_is_a_removal(self, world: Store) -> None:
        decide(world, MANAGER, PAT, Step.NOMINATED)
        decide(world, INSPECTOR, PAT, Step.DECLINED)
        assert PAT not in states(world)

    def test_nobody_is_put_on_by_the_score(self, world: Store) -> None:
        assert set(states(world).values()) == {State.PROPOSED}
        with pytest.raises(Conflict, match="has not been nominated"):
            decide(world, INSPECTOR, PAT, Step.APPROVED, review_due_on=AS_OF + timedelta(days=9))

    def test_a_person_of_another_area_and_one_who_is_not_there_are_answered_alike(self, world: Store) -> None:
        said = []
        for person in (FAR, "NOBODY"):
            with pytest.raises(NotFound) as refused:
                decide(world, MANAGER, person, Step.NOMINATED)
            said.append(refused.value.message)
        assert said[0] == said[1]

    def test_a_reason_is_not_left_out(self, world: Store) -> None:
        with pytest.raises(InputRejected, match="Say why"):
            decide(world, MANAGER, PAT, Step.NOMINATED, reason=" \n ")


class TestChildren:
    def test_every_decision_names_a_safeguarding_lead_and_the_review_comes_sooner(self, world: Store) -> None:
        with pytest.raises(InputRejected, match="safeguarding lead"):
            decide(world, MANAGER, CHILD, Step.NOMINATED)
        decide(world, MANAGER, CHILD, Step.NOMINATED, lead=LEAD)
        with pytest.raises(InputRejected, match="12 April 2026"):
            decide(world, INSPECTOR, CHILD, Step.APPROVED, lead=LEAD, review_due_on=AS_OF + timedelta(days=43))
        found = decide(world, INSPECTOR, CHILD, Step.APPROVED, lead=LEAD, review_due_on=AS_OF + timedelta(days=42))
        assert found.lead == LEAD
        with pytest.raises(InputRejected, match="safeguarding lead"):
            decide(world, MANAGER, CHILD, Step.REMOVED)

    def test_no_name_of_a_child_is_on_a_list(self, world: Store) -> None:
        entry = seen(world, ANALYST).of(CHILD)
        assert entry is not None
        assert (entry.told.family_name, entry.told.given_name) == (None, None)


class TestReview:
    def test_keeping_moves_the_date(self, world: Store, today: Today) -> None:
        put_on(world, due_in=10)
        assert [entry.id for entry in seen(world, MANAGER).due_soon()] == [PAT]
        today.later(5)
        found = decide(world, MANAGER, PAT, Step.KEPT, review_due_on=today.on + timedelta(days=92))
        assert found.review_due_on == AS_OF + timedelta(days=97)
        assert not seen(world, MANAGER).due_soon()

    def test_the_periods_are_the_forces(self, world: Store, tmp_path: Path) -> None:
        folder = tmp_path / "reference"
        folder.mkdir()
        text = (settings().reference / "review_periods.csv").read_text(encoding="utf-8")
        (folder / "review_periods.csv").write_text(text.replace("people list,adult,92,", "people list,adult,31,"))
        world.reference_folder = folder
        decide(world, MANAGER, PAT, Step.NOMINATED)
        with pytest.raises(InputRejected, match="1 April 2026"):
            decide(world, INSPECTOR, PAT, Step.APPROVED, review_due_on=AS_OF + timedelta(days=32))
        (folder / "review_periods.csv").write_text(text.replace("people list,child,", "people list,kid,"))
        with pytest.raises(InputRejected, match="no entry may go without a review"):
            people_lists.periods(world)


class TestChallenge:
    def test_it_is_answered_by_somebody_who_did_not_decide_and_by_a_day(self, world: Store) -> None:
        put_on(world)
        found = decide(world, MANAGER, PAT, Step.CHALLENGED, reason="Says it was another person")
        assert found.challenge is not None
        assert found.challenge.due_on == AS_OF + timedelta(days=28)
        assert [entry.id for entry in seen(world, INSPECTOR).challenged()] == [PAT]
        with pytest.raises(NotAllowed, match="somebody else has to answer"):
            decide(world, INSPECTOR, PAT, Step.ANSWERED, is_upheld=False)
        with pytest.raises(Conflict, match="under challenge"):
            decide(world, MANAGER, PAT, Step.KEPT, review_due_on=AS_OF + timedelta(days=9))
        with pytest.raises(InputRejected, match="upheld"):
            decide(world, SECOND, PAT, Step.ANSWERED)
        found = decide(world, SECOND, PAT, Step.ANSWERED, is_upheld=False)
        assert (found.state, found.challenge) == (State.LISTED, None)

    def test_upheld_it_removes(self, world: Store) -> None:
        put_on(world)
        decide(world, MANAGER, PAT, Step.CHALLENGED)
        assert decide(world, SECOND, PAT, Step.ANSWERED, is_upheld=True).state is State.REMOVED
        assert PAT not in states(world)
        rows = list_decisions.of_person(world.ledger, CAR.value, PAT)
        assert [row.step for row in rows[-2:]] == ["answered", "removed"]


def test_entries_are_counted_by_area_and_state_for_who_sees_counts_alone(world: Store) -> None:
    put_on(world)
    gold = Principal("g", "G", Role.GOLD, frozenset())
    found = people_lists.tally(world, desk.admit(gold, desk.Action.MONITOR_DISPARITY), CAR)
    assert found == {("W", State.LISTED): 1, ("W", State.PROPOSED): 1, ("E", State.PROPOSED): 1}


class TestItLasts:
    def test_decisions_outlive_a_rebuild_and_a_backup(self, world: Store, tmp_path: Path) -> None:
        put_on(world)
        stores.rebuild(world)
        assert states(world)[PAT] is State.LISTED
        stores.backup(world, tmp_path / "backup")
        from rasure.store.ledger.database import Ledger

        copy = Ledger(tmp_path / "backup" / "ledger.sqlite")
        assert len(list_decisions.of_person(copy, CAR.value, PAT)) == 2
        copy.close()

    def test_erasing_the_person_leaves_nothing_of_them(self, world: Store) -> None:
        from rasure.services import erasure

        put_on(world, SUE, RISK)
        root = world.paths.root
        world.close()
        erasure.erase(root, SUE, "request 12")
        held = open_store(root, reference_folder=settings().reference)
        assert list_decisions.of_person(held.ledger, RISK.value, SUE) == []
        assert b"SUE" not in (root / "ledger.sqlite").read_bytes()
        held.close()

    def test_decisions_are_counted_for_retention(self, world: Store) -> None:
        put_on(world)
        scope = desk.admit(desk.operator(), desk.Action.KEEP_STORE)
        held = {line.group: (line.held, line.past) for line in retention.overdue(world, scope, AS_OF)}
        assert held["decisions on people lists"] == (2, 0)
        later = {line.group: line.past for line in retention.overdue(world, scope, date(2034, 1, 1))}
        assert later["decisions on people lists"] == 2


def test_each_list_asks_for_a_view_right() -> None:
    assert set(SEEN_BY) == set(RULES) == set(ListName)
