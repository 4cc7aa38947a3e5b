"""Hot institutions and default points: found by the rule, set apart, and the ranking moves as worked out by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.places import ranking
from rasure.services import hot_spots, institutions
from rasure.services.hot_spots import Question
from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests import extracts
from tests.makers import whole_force

AS_OF = date(2026, 4, 1)

#: A class that counts without a weapon.
WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}
#: Two hexagons: a prison with six offences and one street offence in the first, three street offences in the second.
LOCATIONS = [
    {"location_id": "PRISON", "kind": "prison", "premises_id": "PRM1", "name": "HM Prison Larch"},
    {"location_id": "STREET", "easting": "470020.0"},
    {"location_id": "OTHER", "easting": "472000.0", "street": "Alder Way"},
]
PLACED = [("PRISON", day) for day in (1, 2, 3, 4, 5, 6)] + [("STREET", 7), ("OTHER", 8), ("OTHER", 9), ("OTHER", 10)]


@pytest.fixture
def prison(store: Store, tmp_path: Path) -> Store:
    extracts.load_squares(store, tmp_path)
    extracts.load(store, extracts.drop(tmp_path / "drop", **_rows(LOCATIONS, PLACED)))
    return store


def _rows(locations: list[dict[str, str]], placed: list[tuple[str, int]]) -> dict[str, list[dict[str, str]]]:
    occurrences = [
        {
            "occurrence_id": f"O{number}",
            "location_id": location,
            "reported_at": f"2026-03-{day:02d} 09:00",
            "committed_from": f"2026-03-{day:02d} 08:00",
        }
        for number, (location, day) in enumerate(placed)
    ]
    offences = [
        {"offence_id": f"F{number}", "occurrence_id": f"O{number}", **WOUNDING} for number in range(len(placed))
    ]
    return {"locations": locations, "occurrences": occurrences, "offences": offences}


def _score(*days: int) -> float:
    return float(sum(2 ** (-(AS_OF - date(2026, 3, day)).days / 730) for day in days))


class TestARanking:
    def test_the_prison_is_found_with_what_remains_around_it(self, prison: Store) -> None:
        (found,) = hot_spots.picture(prison, whole_force(), Question(AS_OF)).institutions.to_dict("records")
        assert (found["premises_id"], found["premises_name"], found["kind"]) == ("PRM1", "HM Prison Larch", "prison")
        assert (found["events"], found["remaining"], found["share"]) == (6, 1, pytest.approx(6 / 7))
        assert not found["is_default_point"]

    def test_without_it_the_quiet_street_falls_behind(self, prison: Store) -> None:
        apart = hot_spots.picture(prison, whole_force(), Question(AS_OF)).places
        left_in = hot_spots.picture(prison, whole_force(), Question(AS_OF, institutions_apart=False)).places
        assert apart["n"].tolist() == [3, 1]
        assert apart["score"].to_numpy() == pytest.approx([_score(8, 9, 10), _score(7)], abs=1e-9)
        assert left_in["n"].tolist() == [7, 3]
        assert left_in["score"].to_numpy() == pytest.approx([_score(*range(1, 8)), _score(8, 9, 10)], abs=1e-9)

    def test_what_remains_must_meet_the_minimum_by_itself(self, prison: Store) -> None:
        places = hot_spots.picture(prison, whole_force(), Question(AS_OF)).places.set_index("n")
        assert places.loc[1, "reason"] == "institution"
        assert places.loc[3, "reason"] == "too_few_events"

    def test_the_page_sets_both_rankings_side_by_side(self, prison: Store) -> None:
        question = Question(AS_OF)
        found = institutions.institutions(prison, whole_force(), question)
        (row,) = found.premises.to_dict("records")
        assert (row["rank_with"], row["rank_without"], row["events"]) == (1, 2, 6)
        assert row["plan_id"] is None or pd.isna(row["plan_id"])
        assert found.default_points.empty
        assert found.moves[["rank_without", "rank_with", "n_without", "n_with"]].to_numpy().tolist() == [
            [1, 2, 3, 3],
            [2, 1, 1, 7],
        ]

    def test_a_plan_about_the_building_is_shown_with_its_owner(self, prison: Store, tmp_path: Path) -> None:
        plan = {"subject_kind": "institution", "subject_id": "PRM1", "owner": "Sergeant Example", "lpa": "W"}
        extracts.load(prison, extracts.drop(tmp_path / "plans", plans=[plan]))
        question = Question(AS_OF)
        found = institutions.institutions(prison, whole_force(), question)
        assert found.premises["owner"].tolist() == ["Sergeant Example"]

    def test_an_institution_two_thirds_full_of_streets_is_none(self, store: Store, tmp_path: Path) -> None:
        extracts.load_squares(store, tmp_path)
        placed = [("PRISON", day) for day in range(1, 7)] + [("STREET", day) for day in range(1, 8)]
        extracts.load(store, extracts.drop(tmp_path / "drop", **_rows(LOCATIONS, placed)))
        picture = hot_spots.picture(store, whole_force(), Question(AS_OF))
        assert picture.institutions.empty
        assert picture.places["n"].tolist() == [13]


def test_a_default_point_is_a_fault_and_no_building(store: Store, tmp_path: Path) -> None:
    extracts.load_squares(store, tmp_path)
    streets = [{"location_id": f"L{n}", "street": f"Street {n}", "kind": "dwelling"} for n in range(6)]
    placed = [(f"L{n}", n + 1) for n in range(6)]
    extracts.load(store, extracts.drop(tmp_path / "drop", **_rows(streets, placed)))
    question = Question(AS_OF)
    picture = hot_spots.picture(store, whole_force(), question)
    found = institutions.institutions(store, whole_force(), question)
    assert picture.places.empty
    assert found.premises.empty
    assert found.default_points[["events", "remaining", "e_dm", "n_dm"]].to_numpy().tolist() == [
        [6, 0, 4_700_000, 1_750_000]
    ]


class TestSums:
    """Sums made in the database are the scores of the pure engine."""

    def test_they_equal_the_engine_row_by_row(self, prison: Store) -> None:
        left_in = hot_spots.picture(prison, whole_force(), Question(AS_OF, institutions_apart=False)).places
        events = prison.analytics.frame("select cell, dated_on, harm_days from counted where cell is not null")
        engine = ranking.decay_scores(events["cell"], events["dated_on"], events["harm_days"], as_of=AS_OF)
        mine = left_in.set_index("cell").loc[engine["cell"]].reset_index()
        for column in ("n", "score", "harm_score", "sqrt_harm_score", "top_event_share", "n_without_harm"):
            assert mine[column].to_numpy() == pytest.approx(engine[column].to_numpy(), abs=1e-9, nan_ok=True)
        assert mine["last_on"].tolist() == engine["last_on"].tolist()

    def test_weights_are_the_engines_in_whole_units(self) -> None:
        weights = ranking.day_weights(date(2026, 3, 1), date(2026, 4, 30), as_of=AS_OF)
        assert len(weights) == 31
        ages = np.arange(31, 0, -1)
        assert weights["weight"].to_numpy() / 2**40 == pytest.approx(np.exp2(-ages / 730), abs=2**-40)
        assert set(weights["block"]) == {1}


def test_a_rebuilt_store_counts_the_same(prison: Store) -> None:
    from rasure.store import store as stores

    before = prison.analytics.scrub()
    stores.rebuild(prison)
    after = prison.analytics.scrub()
    assert [after[name] for name in ("counted", "premises")] == [before[name] for name in ("counted", "premises")]
    assert before["counted"] != "0"


def test_a_store_from_before_learns_what_counts_when_it_opens(prison: Store) -> None:
    with prison.analytics.transaction() as writer:
        writer.run("delete from counted")
        writer.run("delete from store_meta where key = 'counted_as'")
    prison.close()
    reopened = open_store(prison.paths.root, reference_folder=settings().reference)
    counted = reopened.analytics.value("select count(*) from counted")
    reopened.close()
    assert counted == len(PLACED)
