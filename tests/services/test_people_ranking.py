"""Who meets a rule, from records: areas, roles, evidence, names by column, and a record of asking."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rasure.access.identity import Principal
from rasure.cli import app
from rasure.errors import InputRejected
from rasure.people.criterion import ListName
from rasure.services import desk, operations, people_ranking
from rasure.services.people_ranking import SEEN_BY, Asked, Proposed
from rasure.settings import PROJECT, settings
from rasure.store.analytics import people
from rasure.store.statements import Statements
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests import list_world
from tests.extracts import drop, load
from tests.list_world import AS_OF, CHILD, CLARE, FAR, PAT, SUE, VIC

INSPECTOR = Principal("i", "I", Role.INSPECTOR, frozenset({"W"}))
EASTERN = Principal("e", "E", Role.INSPECTOR, frozenset({"E"}))
ANALYST = Principal("a", "A", Role.ANALYST, frozenset())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("people")
    store = list_world.build(open_store(folder / "store", reference_folder=settings().reference), folder)
    yield store
    store.close()


def proposed(store: Store, who: Principal, name: ListName, as_of: date = AS_OF, lpa: str | None = None) -> Proposed:
    return people_ranking.proposed(store, desk.admit(who, SEEN_BY[name]), Asked(name, as_of, lpa))


def ids(found: Proposed) -> set[str]:
    return {one.id for one in found.candidates}


def test_a_knife_recorded_later_and_taken_back_moves_the_list(tmp_path: Path) -> None:
    store = list_world.build(open_store(tmp_path / "store", reference_folder=settings().reference), tmp_path)

    def recorded(weapon: str) -> set[str]:
        known = [{"weapon_id": f"X{n}", "offence_id": f"F{n}", "weapon": weapon} for n in (13, 14)]
        load(store, drop(tmp_path / weapon, weapons=known))
        return ids(proposed(store, ANALYST, ListName.CARRIERS))

    assert SUE in recorded("knife")
    assert SUE not in recorded("firearm")
    store.close()


class TestWho:
    def test_each_list_has_its_own_people(self, world: Store) -> None:
        assert ids(proposed(world, ANALYST, ListName.CARRIERS)) == {PAT, CHILD, FAR}
        assert ids(proposed(world, ANALYST, ListName.HEIGHTENED)) == {SUE, FAR}
        assert ids(proposed(world, ANALYST, ListName.VICTIMS)) == {VIC}

    def test_a_person_belongs_to_every_area_where_something_of_theirs_happened(self, world: Store) -> None:
        assert ids(proposed(world, INSPECTOR, ListName.CARRIERS)) == {PAT, CHILD}
        assert ids(proposed(world, EASTERN, ListName.CARRIERS)) == {PAT, FAR}
        assert ids(proposed(world, ANALYST, ListName.CARRIERS, lpa="E")) == {PAT, FAR}

    def test_the_rule_is_judged_on_all_events_and_the_score_is_one(self, world: Store) -> None:
        scores = {
            one.score
            for who in (INSPECTOR, EASTERN, ANALYST)
            for one in proposed(world, who, ListName.CARRIERS).candidates
            if one.id == PAT
        }
        assert len(scores) == 1

    def test_a_suspect_said_to_be_charged_is_suspicion(self, world: Store) -> None:
        assert CLARE not in ids(proposed(world, ANALYST, ListName.CARRIERS))

    def test_a_day_before_the_second_event_nobody_is_proposed(self, world: Store) -> None:
        assert not ids(proposed(world, ANALYST, ListName.CARRIERS, date(2024, 6, 1)))

    def test_the_list_of_victims_is_not_for_an_offender_manager(self) -> None:
        with pytest.raises(PermissionError, match="list of victims"):
            desk.admit(Principal("m", "M", Role.OFFENDER_MANAGER, frozenset({"W"})), SEEN_BY[ListName.VICTIMS])

    def test_without_the_victims_column_the_query_gives_no_victim(self, world: Store) -> None:
        scope = desk.admit(ANALYST, SEEN_BY[ListName.CARRIERS])
        wanted = people_ranking.wanted(Asked(ListName.VICTIMS, AS_OF))
        assert people.events(world.analytics, scope, wanted).empty
        assert people.records(world.analytics, scope, [VIC], wanted) == []


class TestWhy:
    def test_the_events_add_up_and_say_which_met_the_rule(self, world: Store) -> None:
        asked = Asked(ListName.CARRIERS, AS_OF)
        scope = desk.admit(ANALYST, SEEN_BY[asked.name])
        found = people_ranking.proposed(world, scope, asked)
        events = people_ranking.explained(world, scope, asked, sorted(ids(found)))
        for one in found.candidates:
            assert sum(event.contribution for event in events[one.id]) == pytest.approx(one.score)
            assert len({event.on for event in events[one.id] if event.is_qualifying}) == one.qualifying_dates
            assert max(event.on for event in events[one.id] if event.is_qualifying) == one.latest_on

    def test_what_happened_in_another_area_is_told_without_its_details(self, world: Store) -> None:
        asked = Asked(ListName.CARRIERS, AS_OF)
        events = people_ranking.explained(world, desk.admit(INSPECTOR, SEEN_BY[asked.name]), asked, [PAT])[PAT]
        own, other = (
            [event for event in events if event.lpa == "W"],
            [event for event in events if event.lpa is None],
        )
        assert own
        assert other
        assert all(event.offence_id is None and event.offence is None for event in other)
        assert all(event.kind and event.evidence for event in other)

    def test_somebody_of_another_area_is_not_found(self, world: Store) -> None:
        asked = Asked(ListName.CARRIERS, AS_OF)
        scope = desk.admit(INSPECTOR, SEEN_BY[asked.name])
        assert people_ranking.explained(world, scope, asked, [FAR, "nobody"]) == {}


class TestNames:
    def test_a_name_leaves_by_column_and_never_a_childs(self, world: Store) -> None:
        asked = Asked(ListName.CARRIERS, AS_OF)
        wanted = people_ranking.wanted(asked)
        scope = desk.admit(ANALYST, SEEN_BY[asked.name])
        found = {
            row["id"]: row["family_name"] for row in people.identities(world.analytics, scope, [PAT, CHILD], wanted)
        }
        assert found == {PAT: "Canary-Pat", CHILD: None}
        blind = desk.admit(Principal("g", "G", Role.GOLD, frozenset()), operations.Action.MONITOR_DISPARITY)
        hidden = people.identities(world.analytics, blind, [PAT], wanted)
        assert [row["family_name"] for row in hidden] == [None]

    def test_no_name_reaches_whoever_does_not_see_the_area(self, world: Store) -> None:
        wanted = people_ranking.wanted(Asked(ListName.CARRIERS, AS_OF))
        scope = desk.admit(INSPECTOR, SEEN_BY[ListName.CARRIERS])
        assert people.identities(world.analytics, scope, [FAR], wanted) == []

    def test_whoever_is_also_a_victim_is_marked_and_no_more(self, world: Store) -> None:
        scope = desk.admit(ANALYST, SEEN_BY[ListName.CARRIERS])
        wanted = people_ranking.wanted(Asked(ListName.CARRIERS, AS_OF))
        assert people.also(world.analytics, scope, [PAT, CHILD, FAR, SUE], wanted) == {SUE}
        victims = people_ranking.wanted(Asked(ListName.VICTIMS, AS_OF))
        assert people.also(world.analytics, desk.admit(ANALYST, SEEN_BY[ListName.VICTIMS]), [VIC, SUE], victims) == {
            SUE
        }


def test_what_the_ranking_is_given_reads_no_name_gender_ethnicity_or_address() -> None:
    blocks = {block.name: block for block in Statements(PROJECT / "rasure" / "store" / "analytics" / "people.sql")}
    own = [block for block in blocks.values() if block.comment.startswith("For the ranking")]
    assert {block.name for block in own} == {"done", "suffered", "ages"}
    forbidden = r"name|gender|ethnicity|monitoring|location|street|town|postcode|e_dm|n_dm|cell|born_on(?!, \$as_of)"
    for block in own:
        assert not re.search(forbidden, block.sql), block.name


class TestCommand:
    def test_it_says_what_the_service_says_and_is_in_the_log_with_its_reason(self, world: Store) -> None:
        asked = {"as_of": AS_OF.isoformat(), "reason": "Weekly tasking, OP-12", "lpa": "West Square"}
        found = operations.run(world, "people.carriers", asked, lambda *_: None)
        expected = proposed(world, ANALYST, ListName.CARRIERS, lpa="W")
        assert [(row["id"], row["rank"], row["score"]) for row in found["listed"]] == [
            (one.id, one.rank, one.score) for one in expected.candidates
        ]
        assert "Canary" not in json.dumps(found, default=str)
        last = [json.loads(line) for _, lines in world.audit.lines() for line in lines][-1]
        assert (last["op"], last["n"], last["reason"]) == ("consultation", 2, "Weekly tasking, OP-12")
        assert last["object"].startswith("view_people:")

    def test_without_a_reason_nothing_is_told(self, world: Store) -> None:
        with pytest.raises(InputRejected, match="Say why"):
            operations.run(world, "people.carriers", {"as_of": "2026-03-01", "reason": "  "}, lambda *_: None)

    def test_a_slip_in_the_day_is_named(self, world: Store) -> None:
        with pytest.raises(InputRejected, match="'1 March' is not a day"):
            operations.run(world, "people.carriers", {"as_of": "1 March", "reason": "x"}, lambda *_: None)

    def test_the_command_line_demands_a_reason(self, tmp_path: Path) -> None:
        asked = ["people", "carriers", "--as-of", "2026-03-01", "--store", str(tmp_path / "store")]
        assert CliRunner().invoke(app, asked).exit_code == 2
