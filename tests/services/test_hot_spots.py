from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import InputRejected, NotAllowed
from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import desk, hot_spots
from rasure.services.hot_spots import Question
from rasure.store.store import Store
from rasure.terms import Band, Measure, Role
from tests.makers import EAST, WEST, crime, published, squares, whole_force

AS_OF = date(2025, 7, 1)


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Return a store with three offences in the west and one in the east, each a month end before July 2025."""
    load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
    rows = {
        "2025-06": [crime("w1", month="2025-06"), crime("e1", month="2025-06", at=EAST, where="On or near Mill Lane")],
        "2025-05": [crime("w2", month="2025-05", kind="Robbery"), crime("t1", month="2025-05", kind="Shoplifting")],
        "2024-06": [crime("w3", month="2024-06"), crime("none", month="2024-06", at=None)],
    }
    for month, offences in rows.items():
        published(tmp_path / "in", month, "street", offences)
    load_police_uk.load(store, tmp_path / "in")
    return store


class TestPicture:
    def test_the_score_is_the_decayed_count_of_in_scope_offences(self, filled: Store) -> None:
        places = hot_spots.picture(filled, whole_force(), Question(AS_OF)).places
        west = sum(
            2 ** (-(AS_OF - day).days / 730) for day in (date(2025, 6, 30), date(2025, 5, 31), date(2024, 6, 30))
        )
        assert places["n"].tolist() == [3, 1]
        assert places["score"].to_numpy() == pytest.approx([west, 2 ** (-1 / 730)])
        assert hot_spots.located(filled, places)["lpa"].tolist() == ["West", "East"]

    def test_nothing_on_or_after_the_day_asked_for_counts(self, filled: Store) -> None:
        places = hot_spots.picture(filled, whole_force(), Question(date(2025, 6, 30))).places
        assert places["n"].sum() == 2

    def test_an_area_holds_only_its_own(self, filled: Store) -> None:
        picture = hot_spots.picture(filled, whole_force(), Question(AS_OF, lpa="East"))
        assert picture.places["n"].tolist() == [1]
        assert picture.cells_in_area > 0

    def test_an_offence_group_leaves_the_others_out(self, filled: Store) -> None:
        assert hot_spots.picture(filled, whole_force(), Question(AS_OF, groups=("robbery",))).places["n"].sum() == 1

    def test_what_has_no_place_is_counted_and_said(self, filled: Store) -> None:
        picture = hot_spots.picture(filled, whole_force(), Question(AS_OF))
        assert (picture.summary["offences"], picture.summary["located"], picture.summary["unlocated"]) == (5, 4, 1)
        assert any("1 of 5 offences have no usable location" in said for said in picture.caveats)

    def test_night_has_nothing_where_there_are_no_times_and_says_why(self, filled: Store) -> None:
        picture = hot_spots.picture(filled, whole_force(), Question(AS_OF, band=Band.NIGHT))
        assert picture.places.empty
        everything = hot_spots.picture(filled, whole_force(), Question(AS_OF))
        assert any("not its day or time" in said for said in everything.caveats)

    def test_harm_is_missing_not_zero_where_no_offence_has_a_weight(self, filled: Store) -> None:
        picture = hot_spots.picture(filled, whole_force(), Question(AS_OF, measure=Measure.HARM))
        assert np.isnan(picture.places["value"]).all()
        assert any("no harm weight" in said for said in picture.caveats)

    def test_an_empty_selection_is_a_picture_with_the_same_columns(self, filled: Store) -> None:
        full = hot_spots.picture(filled, whole_force(), Question(AS_OF))
        empty = hot_spots.picture(filled, whole_force(), Question(date(2019, 1, 1)))
        assert empty.places.empty
        assert list(empty.places.columns) == list(full.places.columns)
        assert empty.breaks == ()


class TestMissingMonths:
    def test_a_gap_in_the_period_is_said_with_its_size(self, filled: Store) -> None:
        caveats = hot_spots.picture(filled, whole_force(), Question(AS_OF)).caveats
        assert any("10 of the 13 months in this period are not loaded" in said for said in caveats)

    def test_a_period_without_gaps_says_nothing(self, filled: Store) -> None:
        caveats = hot_spots.picture(filled, whole_force(), Question(AS_OF, lookback_days=60)).caveats
        assert not any("not loaded" in said for said in caveats)


class TestSeriesBreak:
    def test_a_ranking_uses_one_side_of_the_new_map_points(self, store: Store, tmp_path: Path) -> None:
        for month in ("2021-12", "2022-03", "2024-01", "2024-02"):
            published(tmp_path, month, "street", [crime(month, month=month)])
        load_police_uk.load(store, tmp_path)
        after = hot_spots.picture(store, whole_force(), Question(date(2024, 3, 1)))
        before = hot_spots.picture(store, whole_force(), Question(date(2022, 4, 1)))
        assert (after.places["n"].sum(), before.places["n"].sum()) == (2, 2)
        assert after.parameters.first_on == date(2024, 1, 1)
        assert after.parameters.cut_at_break
        assert before.parameters.cut_at_break is None

    def test_a_day_between_the_lists_uses_the_old_side(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2022-03", "street", [crime("a", month="2022-03")])
        load_police_uk.load(store, tmp_path)
        between = hot_spots.picture(store, whole_force(), Question(date(2023, 1, 1)))
        assert between.parameters.last_on == date(2022, 3, 31)
        assert between.places["n"].sum() == 1


class TestScope:
    def inspector(self) -> Principal:
        return Principal("i", "Inspector", Role.INSPECTOR, frozenset({"West"}))

    def test_an_inspector_gets_only_their_area_whatever_is_asked(self, filled: Store) -> None:
        scope = desk.admit(self.inspector(), Action.VIEW_HOT_SPOTS)
        picture = hot_spots.picture(filled, scope, Question(AS_OF))
        assert set(hot_spots.located(filled, picture.places)["lpa"]) == {"West"}
        assert picture.summary["offences"] == 3

    def test_asking_for_another_area_is_refused(self, filled: Store) -> None:
        scope = desk.admit(self.inspector(), Action.VIEW_HOT_SPOTS)
        with pytest.raises(NotAllowed):
            hot_spots.picture(filled, scope, Question(AS_OF, lpa="East"))


class TestNamed:
    def test_a_place_is_called_by_its_usual_street_and_where_it_is(self, filled: Store) -> None:
        picture = hot_spots.picture(filled, whole_force(), Question(AS_OF))
        places = hot_spots.named(filled, picture.places)
        assert places["place"][0].startswith("Broad Street – ")
        assert places["place"][1].startswith("Mill Lane – ")


class TestAreaCode:
    @pytest.mark.parametrize("given", ["West", "west", "WEST"])
    def test_a_name_or_code_is_found_whatever_its_case(self, filled: Store, given: str) -> None:
        assert hot_spots.area_code(filled, given) == "West"

    def test_an_unknown_area_is_refused_with_the_known_ones(self, filled: Store) -> None:
        with pytest.raises(InputRejected, match="Known: East, West"):
            hot_spots.area_code(filled, "Narnia")


def test_points_used_by_the_tests_lie_where_they_say() -> None:
    assert WEST[0] < EAST[0]
