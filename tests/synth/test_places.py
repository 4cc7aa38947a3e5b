"""What was planted in the synthetic force comes out of the ranking: institutions, a default point, lasting places."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.places import ranking
from rasure.services import demo, hot_spots, institutions, near_repeats, wiring
from rasure.services.hot_spots import Question
from rasure.store.store import Store
from tests.makers import whole_force


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a quarter of the force."""
    folder = tmp_path_factory.mktemp("places") / "store"
    demo.build(folder, seed=1, days=30, scale=0.25)
    return folder


@pytest.fixture(scope="module")
def store(root: Path) -> Iterator[Store]:
    with wiring.opened(root) as opened:
        yield opened


@pytest.fixture(scope="module")
def question(store: Store) -> Question:
    as_of = hot_spots.latest_as_of(store, whole_force())
    assert as_of is not None
    return Question(as_of)


def test_every_planted_prison_and_hospital_is_found_with_its_offences(
    store: Store, root: Path, question: Question
) -> None:
    planted = json.loads((root / "truth" / "truth.json").read_text())["institutions"]
    found = institutions.institutions(store, whole_force(), question)
    events = dict(zip(found.premises["premises_id"], found.premises["events"], strict=True))
    large = [place for place in planted if place["in_scope"] >= 10]
    assert len(large) >= 5
    for place in large:
        assert 0.9 * place["in_scope"] <= events[place["premises_id"]] <= place["in_scope"]


def test_the_towns_centroid_is_a_fault_of_geocoding_and_no_building(
    store: Store, root: Path, question: Question
) -> None:
    planted = json.loads((root / "truth" / "truth.json").read_text())["default_geocode"]
    found = institutions.institutions(store, whole_force(), question)
    assert len(found.default_points) == 1
    assert planted["town"] in found.default_points["place"].iloc[0]
    assert not found.premises["premises_id"].isna().any()


def test_the_ranking_moves_as_worked_out_by_hand(store: Store, question: Question) -> None:
    events = store.analytics.frame(
        "select cell, dated_on, harm_days, premises from counted where cell is not null and not outside_force"
    )
    known = events.dropna(subset="premises").groupby(["cell", "premises"]).size()
    total = events.groupby("cell").size()
    shares = known / total.reindex(known.index.get_level_values("cell")).to_numpy()
    hot = known[(known >= 5) & (shares >= 0.5)].reset_index()[["cell", "premises"]]
    kept = events.merge(hot.assign(hot=True), on=["cell", "premises"], how="left")
    kept = kept[kept["hot"].isna()]
    by_hand = ranking.ordered(
        ranking.decay_scores(kept["cell"], kept["dated_on"], kept["harm_days"], as_of=question.as_of)
    )
    places = hot_spots.picture(store, whole_force(), question).places
    assert places["cell"].tolist() == by_hand["cell"].tolist()
    assert places["score"].to_numpy() == pytest.approx(by_hand["score"].to_numpy(), abs=1e-9)


def test_places_that_lead_every_year_lead_the_ranking(store: Store, question: Question) -> None:
    places = hot_spots.picture(store, whole_force(), question).places
    events = store.analytics.frame("select cell, dated_on from counted where cell is not null and not outside_force")
    events = events[events["cell"].isin(places["cell"])]
    years = (pd.Timestamp(question.as_of) - events["dated_on"]).dt.days // 365
    counts = events.groupby([years.rename("year"), "cell"]).size()
    lasting = set.intersection(
        *(set(counts[year].nlargest(15).index) - set(_institutions(store, question)) for year in range(4))
    )
    assert len(lasting) >= 3
    assert lasting <= set(places["cell"].head(15))


def _institutions(store: Store, question: Question) -> list[int]:
    return hot_spots.picture(store, whole_force(), question).institutions["cell"].tolist()


def test_the_planted_near_repeats_are_found_near_and_soon_and_nowhere_else(store: Store, question: Question) -> None:
    bands = near_repeats.near_repeats(store, whole_force(), question).bands
    soon = bands[(bands["to_m"] <= 100) & (bands["to_days"] <= 7)]
    late = bands[(bands["from_m"] >= 300) | (bands["from_days"] >= 21)]
    assert (soon["ratio"] > 1.1).all()
    assert (soon["q"] <= 0.05).any()
    assert np.median(late["ratio"]) < 1.1
