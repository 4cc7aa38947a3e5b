import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound
from rasure.ingest import load_patrol_side
from rasure.places.outline import Outline, Shift
from rasure.places.selection import ShareOfScore
from rasure.reports import csv_writer
from rasure.services import desk, drafts, fitting, hot_spot_sets, publishing
from rasure.services.drafts import Change, Draft, Rule
from rasure.services.publishing import Order
from rasure.settings import settings
from rasure.store import batches
from rasure.store import store as stores
from rasure.store.audit_key import key_beside
from rasure.store.store import Store, open_store
from rasure.terms import Role, StoreClass
from tests.extracts import load
from tests.tasking import (
    ANALYST,
    BESIDE,
    COUNTS,
    EAST,
    FIRST,
    NEAR,
    OFF_CENTRE_M,
    QUIET,
    busy_drop,
    busy_store,
    first_draft,
    publisher,
)


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("busy")
    store = open_store(folder / "store", reference_folder=settings().reference)
    busy_store(store, folder).close()
    return folder / "store"


@pytest.fixture
def busy(_filled: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a copy of one busy store for each test."""
    shutil.copytree(_filled, tmp_path / "store")
    shutil.copy2(key_beside(_filled), key_beside(tmp_path / "store"))
    store = open_store(tmp_path / "store", reference_folder=settings().reference)
    yield store
    store.close()


def order(draft: Draft, set_id: str | None = None, **changes: Change) -> Order:
    """Order a set called Winter; `a=Change(…)` is said of the first hot spot, `b` of the second."""
    said = {draft.spots["abcdef".index(place)].key: change for place, change in changes.items()}
    return Order(draft, said, set_id, "Winter", "for the winter plan")


def publish(store: Store, draft: Draft, set_id: str | None = None, **changes: Change) -> publishing.Published:
    return publishing.publish(store, ANALYST, order(draft, set_id, **changes))


def as_csv(store: Store, path: Path, version: int = 1) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv_writer.write(out, hot_spot_sets.COLUMNS, hot_spot_sets.csv_rows(store, publisher(), "winter", version))
    return path


class TestDraft:
    def test_places_that_touch_are_one_hot_spot_with_the_sums_of_its_places(self, busy: Store) -> None:
        found = first_draft(busy)
        assert [spot.cells for spot in found.spots] == [(FIRST, BESIDE), (EAST,), (NEAR,)]
        assert [spot.n for spot in found.spots] == [COUNTS[FIRST] + COUNTS[BESIDE], COUNTS[EAST], COUNTS[NEAR]]
        assert [spot.lpa for spot in found.spots] == ["W", "E", "W"]
        assert (found.n, found.refused, found.reached) == (sum(COUNTS.values()), {"too_few_events": 1}, True)

    def test_joining_stops_at_the_limit(self, busy: Store) -> None:
        assert {spot.cells for spot in first_draft(busy, most_cells=1).spots} == {(FIRST,), (BESIDE,), (EAST,), (NEAR,)}

    def test_a_share_takes_the_fewest_places_that_reach_it(self, busy: Store) -> None:
        question = first_draft(busy).question
        found = drafts.draft(busy, publisher(), question, Rule(ShareOfScore(0.25)))
        assert [spot.cells for spot in found.spots] == [(FIRST,)]

    def test_too_few_eligible_places_are_said(self, busy: Store) -> None:
        assert not first_draft(busy, n=5).reached

    def test_more_hot_spots_than_a_set_can_hold_are_refused(self, busy: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(drafts, "MOST_HOT_SPOTS", 2)
        with pytest.raises(InputRejected, match="gives 3 hot spots; a set holds at most 2"):
            first_draft(busy)

    def test_hot_spots_whose_rings_overlap_are_named(self, busy: Store) -> None:
        found = first_draft(busy)
        (pair,) = drafts.close_pairs(found, {})
        assert {pair.first, pair.second} == {found.spots[0].key, found.spots[2].key}
        assert pair.distance_m == pytest.approx(139.0)
        assert drafts.close_pairs(found, {found.spots[2].key: Change(is_left_out=True)}) == []

    def test_the_id_names_the_ground_and_nothing_else(self) -> None:
        plain = drafts.hotspot_id(Outline((FIRST, BESIDE)))
        assert drafts.hotspot_id(Outline((BESIDE, FIRST), Shift(clockwise_deg=360.0))) == plain
        assert drafts.hotspot_id(Outline((FIRST, BESIDE), Shift(1.0))) != plain
        assert drafts.hotspot_id(Outline((FIRST,))) != plain


class TestFit:
    def test_without_a_nudge_it_holds_what_the_ranking_counted(self, busy: Store) -> None:
        found = first_draft(busy)
        for spot in found.spots:
            same = fitting.fit(busy, publisher(), found, spot, Shift())
            assert (same.gain.before.n, same.gain.after.n, same.gain.gained, same.gain.lost) == (spot.n, spot.n, 0, 0)
            assert same.gain.before.score == pytest.approx(spot.score)
            assert same.gain.before.harm == pytest.approx(spot.harm)
            assert same.before == same.after

    def test_a_nudge_away_from_the_offences_loses_them_and_a_turn_need_not(self, busy: Store) -> None:
        found = first_draft(busy)
        alone = found.spots[1]
        away = fitting.fit(busy, publisher(), found, alone, Shift(east_m=-OFF_CENTRE_M[0]))
        assert (away.gain.after.n, away.gain.lost) == (0, alone.n)
        assert away.harm_share_after is None
        assert away.points["n"].tolist() == [alone.n]
        turned = fitting.fit(busy, publisher(), found, alone, Shift(clockwise_deg=20))
        assert turned.gain.after.n == alone.n
        assert turned.before != turned.after

    def test_a_nudge_can_take_in_the_neighbours_offences(self, busy: Store) -> None:
        found = first_draft(busy, most_cells=1)
        beside = next(spot for spot in found.spots if spot.cells == (BESIDE,))
        fit = fitting.fit(busy, publisher(), found, beside, Shift(east_m=-60.0))
        assert (fit.gain.gained, fit.gain.lost, fit.gain.after.n) == (COUNTS[FIRST], COUNTS[BESIDE], COUNTS[FIRST])

    def test_an_institution_counts_here_no_more_than_in_the_ranking(self, busy: Store, tmp_path: Path) -> None:
        load(busy, busy_drop(tmp_path / "prison", {FIRST: 40}, mark="prison", premises="HMP Example"))
        found = first_draft(busy)
        first = next(spot for spot in found.spots if FIRST in spot.cells)
        assert (first.n, len(found.apart)) == (COUNTS[FIRST] + COUNTS[BESIDE], 1)
        assert fitting.fit(busy, publisher(), found, first, Shift(1.0)).gain.before.n == first.n

    def test_another_area_is_refused(self, busy: Store) -> None:
        found = first_draft(busy)
        scope = desk.admit(Principal("i", "I", Role.INSPECTOR, frozenset({"W"})), Action.VIEW_HOT_SPOTS)
        with pytest.raises(NotAllowed, match="outside the areas"):
            fitting.fit(busy, scope, found, found.spots[1], Shift())


class TestPublish:
    def test_a_set_holds_what_the_analyst_said_and_how_it_came_about(self, busy: Store) -> None:
        draft = first_draft(busy)
        said = Change(name="Larch Row", contact="PS Sparrow", daily_cap=2, tasks="walk|speak to the shop")
        published = publish(busy, draft, a=said, b=Change(is_left_out=True))
        assert (published.set_id, published.version, published.hot_spots, published.patrol_areas) == ("winter", 1, 2, 3)
        found = hot_spot_sets.contents(busy, publisher(), "winter", 1)
        first, second = found.hot_spots
        assert (first.name, first.contact, first.daily_cap) == ("Larch Row", "PS Sparrow", 2)
        assert first.tasks == ("walk", "speak to the shop")
        assert (second.daily_cap, second.contact) == (drafts.DEFAULT_CAP, None)
        assert (found.of.created_by, found.of.note) == ("demo-analyst", "for the winter plan")
        rule = found.of.rule
        assert (rule["choose"], rule["as_of"]) == ({"n": 4}, draft.question.as_of.isoformat())
        assert rule["left_out"] == [draft.spots[1].key]
        assert rule["eligibility"] == {"min_events": 6, "min_active_years": 2}

    def test_it_is_a_batch_of_the_stores_own_class(self, busy: Store) -> None:
        before = busy.store_class
        version = busy.version()
        published = publish(busy, first_draft(busy))
        manifest, _ = batches.read_manifest(busy.paths.batches, published.batch)
        assert (manifest["kind"], manifest["store_class"]) == ("published_hot_spots", before.value)
        assert manifest["counts"] == {"read": 4, "accepted": 4, "rejected": 0, "duplicate": 0}
        assert busy.store_class is before
        held = hot_spot_sets.contents(busy, publisher(), "winter", 1).of
        assert held.data_version == version != busy.version()

    def test_the_log_says_who_published_what(self, busy: Store) -> None:
        published = publish(busy, first_draft(busy))
        files = sorted(busy.paths.audit.glob("*.jsonl"))
        records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        said = [(entry["actor"], entry["op"], entry["object"]) for entry in records[-2:]]
        assert said == [
            ("demo-analyst", "alteration", "hotspot_set:winter/1"),
            ("demo-analyst", "alteration", f"batch:{published.batch}"),
        ]

    def test_publishing_again_makes_the_next_version_and_says_what_differs(self, busy: Store) -> None:
        draft = first_draft(busy)
        publish(busy, draft)
        same = publish(busy, draft, "winter")
        assert (same.version, same.against) == (2, "Nothing differs from version 1.")
        other = publish(busy, draft, "winter", a=Change(shift=Shift(10.0)))
        assert other.against == "Against version 2: 2 hot spots on the same ground, 1 new, 1 gone."
        assert [held.version for held in hot_spot_sets.versions(busy, publisher())] == [3, 2, 1]

    def test_earlier_versions_stay_as_they_were(self, busy: Store) -> None:
        draft = first_draft(busy)
        publish(busy, draft)
        before = hot_spot_sets.csv_rows(busy, publisher(), "winter", 1)
        publish(busy, draft, "winter", a=Change(name="Other", shift=Shift(5.0, 5.0, 5.0)))
        assert hot_spot_sets.csv_rows(busy, publisher(), "winter", 1) == before
        assert busy.analytics.value("select count(*) from superseded") == 0

    def test_a_version_that_is_held_cannot_be_changed_by_a_file(self, busy: Store, tmp_path: Path) -> None:
        publish(busy, first_draft(busy))
        path = as_csv(busy, tmp_path / "out.csv")
        path.write_text(path.read_text(encoding="utf-8").replace(",4,", ",9,"), encoding="utf-8")
        found = load_patrol_side.load_hot_spots(busy, path)
        assert (found.accepted, found.rejected) == (0, 4)

    def test_two_who_publish_at_once_get_a_version_each(self, busy: Store) -> None:
        draft = first_draft(busy)
        publish(busy, draft)
        together, versions = threading.Barrier(4), []

        def one() -> None:
            together.wait()
            versions.append(publish(busy, draft, "winter").version)

        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(versions) == [2, 3, 4, 5]
        assert busy.analytics.value("select count(*) from hotspot_set") == 5

    def test_a_rebuilt_store_keeps_the_sets(self, busy: Store) -> None:
        draft = first_draft(busy)
        publish(busy, draft, a=Change(shift=Shift(25.0, -10.0, 12.0)))
        publish(busy, draft, "winter")
        rows = [hot_spot_sets.csv_rows(busy, publisher(), "winter", version) for version in (1, 2)]
        counts = busy.analytics.counts()
        assert stores.rebuild(busy) == counts
        assert [hot_spot_sets.csv_rows(busy, publisher(), "winter", version) for version in (1, 2)] == rows

    def test_a_publishing_that_dies_leaves_nothing(self, busy: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        def dies(_staged: batches.Staged) -> None:
            raise KeyboardInterrupt

        draft = first_draft(busy)
        with monkeypatch.context() as patch:
            patch.setattr(batches.Staged, "name", dies)
            with pytest.raises(KeyboardInterrupt):
                publish(busy, draft)
        assert busy.analytics.value("select count(*) from hotspot_set") == 0
        assert publish(busy, draft).version == 1


class TestRefusals:
    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ANALYST}))
    def test_only_an_analyst_publishes(self, busy: Store, role: Role) -> None:
        with pytest.raises(NotAllowed, match="may not publish a set for tasking"):
            publishing.publish(busy, Principal("p", "P", role, frozenset({"W"})), order(first_draft(busy)))
        assert busy.analytics.value("select count(*) from hotspot_set") == 0

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (Change(name="=1+1"), "may not begin with ="),
            (Change(contact="a|b"), "may not hold the sign"),
            (Change(tasks="x" * 1001), "at most 1,000"),
            (Change(daily_cap=0), "between 1 and 24"),
            (Change(shift=Shift(east_m=141.0)), "at most 140 m"),
            (Change(shift=Shift(clockwise_deg=90.0)), None),
        ],
    )
    def test_what_cannot_be_published_is_said_and_nothing_is(self, busy: Store, change: Change, said: str) -> None:
        draft = first_draft(busy)
        if said is None:
            assert publish(busy, draft, a=change).version == 1
            return
        with pytest.raises(InputRejected, match=said):
            publish(busy, draft, a=change)
        assert busy.analytics.value("select count(*) from hotspot_set") == 0

    def test_two_hot_spots_may_not_have_one_name(self, busy: Store) -> None:
        with pytest.raises(InputRejected, match="Two hot spots are called Elm"):
            publish(busy, first_draft(busy), a=Change(name="Elm"), b=Change(name=" Elm "))

    def test_hot_spots_may_not_share_ground(self, busy: Store) -> None:
        draft = first_draft(busy, most_cells=1)
        beside = "abcd"[[spot.cells for spot in draft.spots].index((BESIDE,))]
        with pytest.raises(InputRejected, match="share 0.94 ha of ground"):
            publish(busy, draft, **{beside: Change(shift=Shift(east_m=-60.0))})

    def test_nothing_left_is_nothing_to_publish(self, busy: Store) -> None:
        gone = Change(is_left_out=True)
        with pytest.raises(InputRejected, match="Every hot spot was left out"):
            publish(busy, first_draft(busy), a=gone, b=gone, c=gone)

    @pytest.mark.parametrize(("name", "said"), [("", "is empty"), ("***", "needs letters"), ("a|b", "sign")])
    def test_a_set_needs_a_name(self, busy: Store, name: str, said: str) -> None:
        with pytest.raises(InputRejected, match=said):
            publishing.publish(busy, ANALYST, replace(order(first_draft(busy)), set_name=name))

    def test_a_new_set_takes_no_name_that_is_taken(self, busy: Store) -> None:
        publish(busy, first_draft(busy))
        with pytest.raises(Conflict, match="already a set 'winter'"):
            publish(busy, first_draft(busy))

    def test_a_version_of_no_set_is_refused(self, busy: Store) -> None:
        with pytest.raises(NotFound, match="no set 'spring'"):
            publish(busy, first_draft(busy), "spring")

    def test_a_draft_the_data_have_overtaken_is_refused(self, busy: Store, tmp_path: Path) -> None:
        draft = first_draft(busy)
        load(busy, busy_drop(tmp_path / "later", {QUIET: 20}, mark="later"))
        with pytest.raises(Conflict, match="data changed while you worked"):
            publish(busy, draft)
        assert publish(busy, first_draft(busy)).version == 1

    def test_a_place_in_no_area_cannot_be_tasked(self, store: Store, tmp_path: Path) -> None:
        load(store, busy_drop(tmp_path / "drop"))
        draft = first_draft(store)
        assert {spot.lpa for spot in draft.spots} == {None}
        with pytest.raises(InputRejected, match="lies in no policing area"):
            publish(store, draft)


class TestScope:
    def inspector(self) -> Principal:
        return Principal("i", "I", Role.INSPECTOR, frozenset({"E"}))

    def test_an_inspector_sees_only_their_part_of_a_set(self, busy: Store) -> None:
        publish(busy, first_draft(busy))
        scope = desk.admit(self.inspector(), Action.VIEW_HOT_SPOTS)
        (held,) = hot_spot_sets.versions(busy, scope)
        assert (held.hot_spots, held.patrol_areas) == (1, 1)
        assert {spot.lpa for spot in hot_spot_sets.contents(busy, scope, "winter", 1).hot_spots} == {"E"}
        assert {row["lpa"] for row in hot_spot_sets.csv_rows(busy, scope, "winter", 1)} == {"E"}

    def test_a_set_of_other_areas_does_not_exist_for_them(self, busy: Store) -> None:
        publish(busy, first_draft(busy), b=Change(is_left_out=True))
        scope = desk.admit(self.inspector(), Action.VIEW_HOT_SPOTS)
        assert hot_spot_sets.versions(busy, scope) == []
        with pytest.raises(NotFound):
            hot_spot_sets.csv_rows(busy, scope, "winter", 1)


class TestRoundTrip:
    def test_an_export_loads_into_another_store_as_it_was(self, busy: Store, tmp_path: Path) -> None:
        changes = {"a": Change(contact="PS Sparrow", tasks="walk|talk", shift=Shift(12.3, -45.6, 33.0))}
        publish(busy, first_draft(busy), **changes)
        path = as_csv(busy, tmp_path / "hot_spots.csv")
        other = open_store(tmp_path / "other", reference_folder=settings().reference)
        try:
            assert load_patrol_side.load_hot_spots(other, path).accepted == 4
            there = {row["patrol_area_id"]: row for row in hot_spot_sets.csv_rows(other, publisher(), "winter", 1)}
            here = {row["patrol_area_id"]: row for row in hot_spot_sets.csv_rows(busy, publisher(), "winter", 1)}
            assert there == here
            assert sum(row["outline"] is not None for row in there.values()) == 2
            assert other.store_class is StoreClass.OPERATIONAL
        finally:
            other.close()

    def test_an_export_of_ones_own_is_known_already(self, busy: Store, tmp_path: Path) -> None:
        publish(busy, first_draft(busy), a=Change(shift=Shift(12.3, -45.6, 33.0)))
        found = load_patrol_side.load_hot_spots(busy, as_csv(busy, tmp_path / "hot_spots.csv"))
        assert (found.accepted, found.duplicate, found.rejected) == (0, 4, 0)

    def test_the_rule_is_plain_json(self, busy: Store) -> None:
        publish(busy, first_draft(busy))
        assert json.loads(busy.analytics.value("select rule from hotspot_set"))["order"]
