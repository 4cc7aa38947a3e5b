"""Disparity in counts: withheld where small, intervals where not, unknown told, and residents the force's own."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import InputRejected, NotAllowed
from rasure.people.criterion import ListName
from rasure.people.standing import State, Step
from rasure.services import desk, fairness, people_decisions, people_ranking
from rasure.services.people_decisions import Said
from rasure.settings import settings
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests import list_world
from tests.list_world import AS_OF, PAT, SUE

GOLD = Principal("g", "G", Role.GOLD, frozenset())
AUDITOR = Principal("a", "A", Role.AUDITOR, frozenset())
WEST = Principal("w", "W", Role.INSPECTOR, frozenset({"W"}))
MANAGER = Principal("m", "M", Role.OFFENDER_MANAGER, frozenset({"W"}))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("fairness")
    reference = folder / "reference"
    shutil.copytree(settings().reference, reference)
    store = list_world.build(open_store(folder / "store", reference_folder=reference), folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people_ranking, "today", lambda _store: AS_OF)
        yield store
    store.close()


def found(store: Store, who: Principal) -> fairness.Fairness:
    return fairness.fairness(store, desk.admit(who, Action.MONITOR_DISPARITY))


class TestCompared:
    AMONG = {"White": 900, "Black": 100, "Asian": 300}

    def test_a_ratio_has_its_interval_and_the_reference_none(self) -> None:
        one = fairness.compared("x", {"White": 90, "Black": 20, "Asian": 30}, self.AMONG, kind="risk")
        by_name = {group.name: group for group in one.groups}
        assert [group.name for group in one.groups] == ["White", "Asian", "Black"]
        assert by_name["White"].ratio is None
        assert by_name["Black"].ratio is not None
        assert by_name["Black"].ratio.ratio == pytest.approx(2.0)
        assert (one.unknown, one.total) == (0, 140)

    def test_small_counts_are_withheld_so_that_no_sum_gives_one_away(self) -> None:
        one = fairness.compared("x", {"White": 90, "Black": 4, "unknown": 20}, self.AMONG, kind="risk")
        by_name = {group.name: group for group in one.groups}
        assert by_name["Black"].count is None
        assert by_name["Black"].ratio is not None
        assert by_name["Black"].ratio.suppressed
        assert one.total is None

    def test_of_people_on_record_small_sizes_are_withheld_too_and_of_residents_none(self) -> None:
        counts, among = {"White": 90}, {"White": 900, "Black": 7, "unknown": 40}
        by_kind = {kind: fairness.compared("x", counts, among, kind=kind) for kind in ("risk", "rate")}
        sizes = {kind: [group.among for group in one.groups] for kind, one in by_kind.items()}
        assert sizes == {"risk": [900, None], "rate": [900, 7]}
        assert (by_kind["risk"].among_unknown, by_kind["risk"].among_total) == (40, None)
        assert by_kind["rate"].among_total == 947

    def test_without_what_it_is_among_there_is_no_ratio_and_the_reason(self) -> None:
        one = fairness.compared("x", {"White": 90, "Black": 20}, None, kind="rate", without="nobody said")
        assert [group.ratio for group in one.groups] == [None, None]
        assert one.without == "nobody said"

    def test_nothing_is_nothing(self) -> None:
        assert fairness.compared("x", {}, None, kind="rate").is_empty


class TestPanel:
    def test_gold_sees_counts_and_no_list_of_victims(self, world: Store) -> None:
        told = found(world, GOLD)
        assert [one.name for one in told.kept] == [ListName.CARRIERS, ListName.HEIGHTENED]
        assert told.kept[0].counts[State.PROPOSED] == 3
        assert "Canary" not in repr(told)
        assert not any(person in repr(told) for person in ("PAT", "SUE", "VIC", "FAR"))

    def test_an_inspector_sees_the_own_area(self, world: Store) -> None:
        assert found(world, WEST).kept[0].counts[State.PROPOSED] == 2

    def test_residents_are_the_forces_and_read_strictly(self, world: Store) -> None:
        path = world.reference_folder / "residents_by_ethnicity.csv"
        assert "so no rate" in found(world, GOLD).comparisons[0].without
        path.write_text("lpa,group,residents\nW,White,9000\nE,White,5000\nE,Black,800\n", encoding="utf-8")
        assert found(world, GOLD).comparisons[0].without == ""
        path.write_text("lpa,group,residents\nE,White,5000\n", encoding="utf-8")
        assert "so no rate" in found(world, WEST).comparisons[0].without
        path.write_text("lpa,group,residents\nW,White,many\n", encoding="utf-8")
        with pytest.raises(InputRejected, match="line 2"):
            found(world, WEST)
        path.unlink()

    def test_the_victims_list_is_compared_for_who_may_know_of_victims_alone(self, world: Store) -> None:
        name = "meets the rule of the list victims"
        assert name not in [one.what for one in found(world, GOLD).comparisons]
        for who in (WEST, Principal("an", "An", Role.ANALYST, frozenset())):
            (one,) = (one for one in found(world, who).comparisons if one.what == name)
            assert (one.is_empty, one.total, one.among_total) == (False, None, None)
            assert ListName.VICTIMS in [kept.name for kept in found(world, who).kept]

    @pytest.mark.parametrize("role", [Role.OFFENDER_MANAGER, Role.OFFICER, Role.PARTNER, Role.ADMINISTRATOR])
    def test_others_see_none_of_it(self, world: Store, role: Role) -> None:
        with pytest.raises(NotAllowed):
            found(world, Principal("x", "X", role, frozenset({"W"})))


class TestMonthly:
    def test_each_month_is_told_as_it_stood_then_and_small_counts_are_withheld(
        self, world: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def decided(who: Principal, step: Step, on: date, due_on: date | None = None) -> None:
            told = Said("because", due_on)
            people_decisions.decide(world, who, ListName.HEIGHTENED, SUE, step, told, calendar=lambda _store: on)

        decided(MANAGER, Step.NOMINATED, date(2026, 1, 20))
        decided(WEST, Step.APPROVED, date(2026, 1, 21), date(2026, 2, 27))
        months = fairness.monthly(world, desk.admit(GOLD, Action.MONITOR_DISPARITY))
        ends = [(2025, 9, 30), (2025, 10, 31), (2025, 11, 30), (2025, 12, 31), (2026, 1, 31), (2026, 2, 28)]
        assert [one.on for one in months[::2]] == [date(*end) for end in ends]
        by_month = {one.on: one for one in months if one.name is ListName.HEIGHTENED}
        assert [by_month[on].on_list.is_empty for on in sorted(by_month)] == [True, True, True, True, False, True]
        january = by_month[date(2026, 1, 31)]
        assert (january.on_list.groups[0].count, january.on_list.total) == (None, None)
        monkeypatch.setattr(fairness, "MIN_COUNT", 3)
        (shown,) = (
            one
            for one in fairness.monthly(world, desk.admit(GOLD, Action.MONITOR_DISPARITY))
            if one.on == january.on and one.name is ListName.CARRIERS
        )
        assert {group.name: group.count for group in shown.could_be_found.groups} == {"White": 5}


class TestForTheAuditor:
    def test_removals_and_a_monthly_sample_are_the_auditors_alone(self, world: Store) -> None:
        earlier = date(2026, 2, 10)

        def decided(who: Principal, step: Step, due_on: date | None = None) -> None:
            told = Said("because", due_on)
            people_decisions.decide(
                world, who, ListName.CARRIERS, PAT, step, told, calendar=lambda _store: earlier + timedelta(days=12)
            )

        decided(MANAGER, Step.NOMINATED)
        decided(WEST, Step.APPROVED, earlier + timedelta(days=40))
        decided(MANAGER, Step.REMOVED)
        first_on, drawn = fairness.sample(world, AUDITOR)
        assert first_on == date(2026, 2, 1)
        assert {row.step for row in drawn} == {"nominated", "approved", "removed"}
        assert fairness.sample(world, AUDITOR)[1] == drawn
        assert [row.person_id for row in fairness.removed(world, AUDITOR)] == [PAT]
        for who in (GOLD, WEST, MANAGER):
            with pytest.raises(NotAllowed):
                fairness.removed(world, who)
            with pytest.raises(NotAllowed):
                fairness.sample(world, who)
