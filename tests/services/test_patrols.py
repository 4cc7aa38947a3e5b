"""What patrols delivered, as the pages ask it: summaries, gaps, units, the live board, feedback, restoring a visit."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import Conflict, InputRejected, NotAllowed, NotFound, OutOfArea, Unavailable
from rasure.ingest import load_boundaries
from rasure.services import (
    audit_reading,
    crews,
    desk,
    doubts,
    live,
    operational_day,
    patrol_words,
    patrols,
    place_dose,
    tracks,
)
from rasure.services.audit_reading import Wanted
from rasure.services.doubts import VisitKey
from rasure.services.patrols import Asked
from rasure.settings import settings
from rasure.store.ledger import meta
from rasure.store.store import Store, open_store
from rasure.terms import Role, StoreClass, Window
from tests.makers import squares
from tests.patrol_world import MONDAY, add, at, fill, visit

TUESDAY = MONDAY + timedelta(days=1)
ANALYST = Principal("a", "A", Role.ANALYST, frozenset())
WEST = Principal("i", "I", Role.INSPECTOR, frozenset({"West"}))
EAST = Principal("e", "E", Role.INSPECTOR, frozenset({"East"}))
AUDITOR = Principal("u", "U", Role.AUDITOR, frozenset())
TWO_DAYS = Asked(Window(MONDAY, TUESDAY))
REASON = "Seen there by sergeant 12"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "store", reference_folder=settings().reference)
    load_boundaries.load(found, squares(tmp_path / "areas.geojson"))
    yield found
    found.close()


def scope(principal: Principal = ANALYST, action: Action = Action.VIEW_PATROLS) -> Scope:
    return desk.admit(principal, action)


ARMS = {
    (MONDAY, "W1"): "patrol",
    (MONDAY, "W2"): "control",
    (MONDAY, "E1"): "patrol",
    (TUESDAY, "W1"): "control",
    (TUESDAY, "W2"): "patrol",
    (TUESDAY, "E1"): "patrol",
}
VISITS = [
    visit("W1", 9, 15),
    visit("W1", 9.05, 15, officer="PC2"),
    visit("W2", 11, 6, officer="PC3", tasked=False),
    visit("E1", 12, 8),
    visit("E1", 13, 1, tasked=False),
    visit("W2", 10, 20, day=TUESDAY),
    visit("W1", 14, 1, day=TUESDAY, tasked=False),
    visit("E1", 20, 21, day=TUESDAY, flag="same_point"),
]
EVENING = at(22, TUESDAY)


def picture(store: Store, asked: Asked = TWO_DAYS, principal: Principal = ANALYST, **more: Any) -> patrols.Picture:
    return patrols.picture(store, scope(principal), asked, now=more.pop("now", at(9, TUESDAY + timedelta(days=1))))


class TestPicture:
    def test_shares_come_with_their_counts_and_intervals(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        whole = picture(store).whole
        assert (whole.compliance.part, whole.compliance.whole) == (2, 4)
        assert (whole.contamination.part, whole.contamination.whole, whole.contamination_tasked.part) == (1, 2, 0)
        low, high = whole.compliance.interval
        assert 0 < low < 0.5 < high < 1
        assert whole.planned_minutes == 4 * settings().planned_minutes

    def test_parts_add_up_to_the_whole(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        found = picture(store)
        for parts in (found.by_day, found.by_lpa, found.by_week, found.by_spot):
            assert sum(one.delivered.patrol_days for _, one in parts) == found.whole.delivered.patrol_days
            assert sum(one.compliance.part for _, one in parts) == found.whole.compliance.part
            assert sum(one.tasked_minutes for _, one in parts) == pytest.approx(found.whole.tasked_minutes)
        assert [lpa for lpa, _ in found.by_lpa] == ["East", "West"]

    def test_minutes_lie_within_their_band(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        whole = picture(store).whole
        assert whole.delivered.patrol_minutes is not None
        assert whole.widest_minutes is not None
        assert whole.delivered.patrol_minutes == pytest.approx((18 + 9 + 20) / 4)
        assert whole.widest_minutes == pytest.approx(whole.delivered.patrol_minutes + (1 + 2 + 1) * (20 / 60) / 4)

    def test_units_count_a_crew_once_in_patrol_minutes(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        (unit,) = picture(store).units.to_dict("records")
        assert (unit["officers"], unit["valid"]) == (3, 2)
        assert unit["patrol_minutes"] == pytest.approx(18 + 6 + 8 + 1 + 20 + 1)
        assert unit["officer_minutes"] == pytest.approx(30 + 6 + 8 + 1 + 20 + 1)

    def test_gaps_run_from_a_visit_to_the_next_and_to_now(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        gaps = picture(store, now=EVENING).gaps.set_index("hotspot_id")
        assert gaps.loc["W2", "since_hours"] == pytest.approx(22 - 10 - 20 / 60)
        assert gaps.loc["W2", "longest_hours"] == pytest.approx(24 + 10 - 11 - 6 / 60)
        assert gaps.loc["W1", "since_hours"] == pytest.approx(24 + 22 - 9.3)
        assert gaps.index[0] == "W1"

    def test_todays_visits_end_a_gap_though_the_day_is_not_over(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        found = picture(store, Asked(Window(MONDAY, MONDAY)), now=at(11, TUESDAY))
        assert found.gaps.set_index("hotspot_id").loc["W2", "since_hours"] == pytest.approx(40 / 60)
        assert len(found.days) == 3

    def test_nobody_has_visited_is_said_and_is_no_number(self, store: Store) -> None:
        fill(store.analytics, {(MONDAY, "W1"): "patrol"}, [])
        found = picture(store)
        assert patrol_words.since(float(found.gaps["since_hours"].item())) == "not in this period"
        assert patrol_words.title(found, "West") == "Patrols made no valid visit on 1 patrol day in West"

    def test_nothing_assigned_is_a_sentence_and_not_a_zero(self, store: Store) -> None:
        fill(store.analytics, {}, [])
        found = picture(store)
        assert patrol_words.title(found, "West") == "No patrols were assigned in West in this period"
        assert found.whole.compliance.value is None
        assert patrols.usual_window(store, scope()) is None

    def test_modes_are_apart_for_tasked_and_other_police(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        found = picture(store)
        assert found.tasked.foot == pytest.approx(15 + 15 + 8 + 20)
        assert found.untasked.foot == pytest.approx(6 + 1 + 1)

    def test_a_day_at_the_limit_is_counted(self, store: Store) -> None:
        fill(store.analytics, {(MONDAY, "W1"): "patrol"}, [visit("W1", 7 + n) for n in range(4)])
        assert picture(store).whole.capped_days == 1

    def test_an_inspector_sees_the_own_area_and_may_not_ask_for_another(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        assert set(picture(store, principal=EAST).days["lpa"]) == {"East"}
        with pytest.raises(OutOfArea):
            patrols.picture(store, scope(EAST), Asked(Window(MONDAY, TUESDAY), "West"))

    def test_the_usual_window_ends_with_the_last_day_that_is_over(self, store: Store, monkeypatch: Any) -> None:
        fill(store.analytics, ARMS, VISITS)
        monkeypatch.setattr(operational_day, "machine_now", lambda: at(12, TUESDAY))
        assert patrols.usual_window(store, scope()) == Window(MONDAY, MONDAY)
        meta.raise_class(store.ledger, StoreClass.OPERATIONAL)
        monkeypatch.setattr(operational_day, "machine_now", lambda: at(12, TUESDAY + timedelta(days=30)))
        assert patrols.usual_window(store, scope()) == Window(MONDAY, TUESDAY)

    @pytest.mark.parametrize("days", [-1, 5_000])
    def test_days_that_make_no_sense_are_refused(self, days: int) -> None:
        with pytest.raises(InputRejected):
            patrols.checked(Asked(Window(MONDAY, MONDAY + timedelta(days=days))))


class TestClock:
    def test_a_real_store_goes_by_the_machine(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        meta.raise_class(store.ledger, StoreClass.OPERATIONAL)
        assert operational_day.now(store, scope(), at(5)) == at(5)

    @pytest.mark.parametrize(("clock", "expected"), [(14.0, 14.0), (3.0, 27.0), (6.0, 6.0)])
    def test_the_synthetic_force_repeats_its_last_day(self, store: Store, clock: float, expected: float) -> None:
        fill(store.analytics, ARMS, VISITS)
        assert store.store_class is StoreClass.SYNTHETIC
        later = TUESDAY + timedelta(days=10)
        assert operational_day.now(store, scope(), at(clock, later)) == at(expected, TUESDAY)


class TestLiveBoard:
    def test_places_without_a_visit_come_first_and_what_is_to_come_is_not_known(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        board = live.board(store, scope(), now=at(9.5, TUESDAY))
        assert [place.hotspot_id for place in board.places] == ["W2", "E1"]
        assert [place.visits for place in board.places] == [0, 0]
        assert patrol_words.live_title(board, "the force") == (
            "None of two patrol places in the force has had a visit yet today"
        )
        assert board.places[1].last_ended_at == at(12 + 8 / 60)

    def test_who_goes_on_is_there_now_and_counts_up_to_now(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        board = live.board(store, scope(WEST), now=at(10.25, TUESDAY), with_names=True)
        (place,) = board.places
        assert place.there == ("PC1",)
        assert place.patrol_minutes == pytest.approx(15.0)
        assert (place.visits, place.valid_visits) == (1, 1)

    def test_names_are_for_those_who_may_know_them(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        (place, _) = live.board(store, scope(), now=at(10.25, TUESDAY)).places[::-1]
        assert (place.is_attended, place.there) == (True, ())

    def test_a_doubted_visit_is_no_visit(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        board = live.board(store, scope(EAST), now=EVENING)
        assert [place.visits for place in board.places] == [0]

    def test_control_places_are_counted_and_never_listed(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        board = live.board(store, scope(WEST), now=at(20))
        assert [place.hotspot_id for place in board.places] == ["W1"]
        assert (board.control_places, board.contaminated) == (1, 1)


class TestFeedback:
    def found(self, store: Store, now_valid: int, before_valid: int, each: int = 10) -> crews.Feedback:
        later = MONDAY + timedelta(days=7)
        visits = [
            visit("W1", 8 + n, 15 if n < valid else 5, day=day)
            for day, valid in ((later, now_valid), (MONDAY, before_valid))
            for n in range(each)
        ]
        fill(store.analytics, {(MONDAY, "W1"): "patrol"}, visits)
        asked = Asked(Window(later, later + timedelta(days=6)))
        return crews.feedback(store, scope(WEST, Action.VIEW_CREWS), asked)

    def test_nobody_is_named_on_few_visits(self, store: Store) -> None:
        found = self.found(store, 9, 1, each=9)
        assert found.least == 10
        assert (len(found.everyone), found.compared, len(found.top), len(found.improved)) == (1, 0, 0, 0)

    def test_who_improved_is_named_with_both_counts(self, store: Store) -> None:
        found = self.found(store, 8, 3)
        assert found.top[["officer_id", "valid", "tasked"]].values.tolist() == [["PC1", 8, 10]]
        assert found.improved[["valid", "valid_before"]].values.tolist() == [[8, 3]]

    def test_who_did_not_improve_is_not_named_for_it(self, store: Store) -> None:
        assert self.found(store, 3, 8).improved.empty


class TestRecordsWithoutAnOutcome:
    def found(self, store: Store, *patrols_of: dict[str, Any]) -> crews.Feedback:
        plain = {
            **{
                "officer_id": "PC1",
                "hotspot_id": "W1",
                "lpa": "West",
                "is_tasked": True,
                "spoken_to": 0,
                "searched": 0,
            },
            **{"arrested": 0, "tasks_done": None, "row_key": "k", "row_hash": "h", "batch_id": 1},
        }
        rows = [
            plain | patrol | {"patrol_id": f"{number}-{n}", "started_at": at(8 + n / 2, patrol.get("day", MONDAY))}
            for number, patrol in enumerate(patrols_of)
            for n in range(patrol.get("n", 10))
        ]
        with store.analytics.transaction() as writer:
            add(writer, "patrol", [{name: row[name] for name in row.keys() - {"n", "day"}} for row in rows])
        return crews.feedback(store, scope(WEST, Action.VIEW_CREWS), Asked(Window(MONDAY, MONDAY)))

    def test_who_never_records_one_is_named_with_the_count_and_nobody_else(self, store: Store) -> None:
        found = self.found(
            *(store, {}),
            *({"officer_id": "PC2", "n": 9}, {"officer_id": "PC3", "spoken_to": 1, "n": 1}, {"officer_id": "PC3"}),
            *({"officer_id": "PC4", "n": 10, "tasks_done": '["walked"]'}, {"officer_id": "PC5", "lpa": "East"}),
            *({"officer_id": "PC6", "is_tasked": False}, {"officer_id": "PC7", "spoken_to": None, "n": 11}),
        )
        own = found.without_outcome
        assert own[["officer_id", "patrols", "with_outcome"]].values.tolist() == [["PC1", 10, 0], ["PC7", 11, 0]]
        assert found.recorded["officer_id"].tolist() == ["PC1", "PC2", "PC3", "PC4", "PC7"]
        assert patrol_words.without_outcome(found).startswith("2 of 4 officers with at least 10 patrol records")

    def test_records_of_before_the_period_count_and_those_after_it_do_not(self, store: Store) -> None:
        before, after = MONDAY - timedelta(days=30), MONDAY + timedelta(days=1)
        found = self.found(
            *(store, {}),
            *({"spoken_to": 1, "n": 1, "day": before}, {"officer_id": "PC2"}),
            *({"officer_id": "PC2", "spoken_to": 1, "n": 1, "day": after},),
        )
        assert found.without_outcome["officer_id"].tolist() == ["PC2"]

    def test_too_few_records_say_nothing(self, store: Store) -> None:
        found = self.found(store, {"n": 9})
        assert found.without_outcome.empty
        assert patrol_words.without_outcome(found).startswith("Nobody has recorded 10 tasked patrols yet")

    def test_their_minutes_count_like_any_other(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        before = picture(store).whole
        assert len(self.found(store, {}).without_outcome) == 1
        assert picture(store).whole == before


KEY = VisitKey("PC1", "E1", at(20, TUESDAY), at(20.35, TUESDAY))


class TestRestoring:
    def test_a_restored_visit_counts_and_the_log_says_who_and_why(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        before, version = picture(store).whole, patrols.version(store)
        made = doubts.restore(store, EAST, KEY, f"  {REASON} ")
        after = picture(store)
        assert (before.compliance.part, after.whole.compliance.part) == (2, 3)
        assert patrols.version(store) != version
        assert after.flagged["is_counted"].tolist() == [True]
        (entry,) = audit_reading.search(store, AUDITOR, Wanted(object=KEY.object)).entries
        assert (entry.op, entry.actor, entry.reason, entry.code) == (Op.ALTERATION, "e", REASON, made.record)

    def test_it_outlives_a_rebuild_of_the_visits(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        doubts.restore(store, EAST, KEY, REASON)
        with store.analytics.transaction() as writer:
            writer.run("delete from visit")
        with store.analytics.transaction() as writer:
            add(writer, "visit", VISITS)
        assert picture(store).whole.compliance.part == 3

    def test_a_second_time_is_refused(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        doubts.restore(store, EAST, KEY, REASON)
        with pytest.raises(Conflict):
            doubts.restore(store, EAST, KEY, REASON)

    @pytest.mark.parametrize("reason", ["", "   short   ", "\n\n\n\n\n\n\n\n\n\n\n\n"])
    def test_without_a_reason_nothing_is_restored(self, store: Store, reason: str) -> None:
        fill(store.analytics, ARMS, VISITS)
        with pytest.raises(InputRejected):
            doubts.restore(store, EAST, KEY, reason)
        assert picture(store).whole.compliance.part == 2

    def test_only_a_supervisor_of_the_area_may(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        with pytest.raises(NotAllowed):
            doubts.restore(store, ANALYST, KEY, REASON)
        with pytest.raises(NotFound):
            doubts.restore(store, WEST, KEY, REASON)

    def test_nobody_restores_the_own_visit(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        own = Principal("PC1", "P", Role.INSPECTOR, frozenset({"East"}))
        with pytest.raises(Conflict):
            doubts.restore(store, own, KEY, REASON)

    def test_a_visit_that_is_not_doubted_has_nothing_to_restore(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        with pytest.raises(InputRejected):
            doubts.restore(store, WEST, VisitKey("PC1", "W1", at(9), at(9.25)), REASON)

    def test_what_cannot_be_logged_is_neither_restored_nor_shown(self, store: Store, monkeypatch: Any) -> None:
        fill(store.analytics, ARMS, VISITS)

        def refused(_fields: object) -> None:
            raise Unavailable("The disk is full.")

        monkeypatch.setattr(store.audit, "append", refused)
        with pytest.raises(Unavailable):
            doubts.restore(store, EAST, KEY, REASON)
        with pytest.raises(Unavailable):
            tracks.track(store, EAST, KEY)
        assert picture(store).whole.compliance.part == 2


class TestTrack:
    def test_a_look_is_in_the_log_and_another_area_is_not_found(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        assert tracks.track(store, EAST, KEY).points.empty
        (entry,) = audit_reading.search(store, AUDITOR, Wanted(object=KEY.object)).entries
        assert (entry.op, entry.actor, entry.fields) == (Op.CONSULTATION, "e", ("officer", "positions"))
        with pytest.raises(NotFound):
            tracks.track(store, WEST, KEY)
        with pytest.raises(NotAllowed):
            tracks.track(store, ANALYST, KEY)


class TestDoseOfAPlace:
    def test_it_counts_28_days_and_today_so_far(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        found = place_dose.of_hot_spot(store, scope(), "W1", now=at(14.5, TUESDAY))
        assert (found.visits, found.valid_visits, found.patrol_days, found.complied_days) == (1, 1, 1, 1)
        assert found.patrol_minutes == pytest.approx(18 + 1)
        assert found.last_ended_at == at(9.3)
        assert patrol_words.place_dose(found) == (
            "In the last 28 days positions show 1 visit, 1 valid, and 19 patrol-minutes; 1 of 1 patrol day had a tasked"
            " valid one. The last visit ended 29 hours ago."
        )

    def test_a_place_nobody_came_to_says_so(self, store: Store) -> None:
        fill(store.analytics, ARMS, [])
        found = place_dose.of_hot_spot(store, scope(), "W1", now=EVENING)
        assert patrol_words.place_dose(found).startswith("No visit of two minutes or more in the last 28 days")

    def test_a_hexagon_in_no_set_has_no_dose(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        assert place_dose.of_cell(store, scope(), 1) is None
