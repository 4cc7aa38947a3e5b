"""What patrols delivered, as the pages ask it: summaries, gaps, units, the live board, the dose of a place."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rasure.errors import InputRejected, OutOfArea
from rasure.ingest import load_boundaries
from rasure.services import live, operational_day, patrol_words, patrols, place_dose
from rasure.services.patrols import Asked
from rasure.settings import settings
from rasure.store.ledger import meta
from rasure.store.store import Store
from rasure.terms import StoreClass, Window
from tests.makers import squares
from tests.patrol_world import ARMS, EAST, MONDAY, TUESDAY, VISITS, WEST, at, fill, picture, scope, visit

EVENING = at(22, TUESDAY)


@pytest.fixture
def store(store: Store, tmp_path: Path) -> Store:
    load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
    return store


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
