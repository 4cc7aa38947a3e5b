"""The lists of people on a synthetic force: everybody who meets the rule by the files is proposed, and nobody else."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from rasure.people.criterion import ListName
from rasure.services import desk, people_ranking, wiring
from rasure.services.people_ranking import SEEN_BY, Asked, Proposed
from rasure.store.store import Store
from rasure.synth.force import LAST_ON


def proposed(store: Store, name: ListName, as_of: date = LAST_ON) -> Proposed:
    scope = desk.admit(desk.operator(), SEEN_BY[name])
    return people_ranking.proposed(store, scope, Asked(name, as_of))


@pytest.fixture(scope="module")
def truth(built: Path) -> pd.DataFrame:
    return pd.read_csv(built / "truth" / "carriers.csv")


def test_every_carrier_of_the_truth_is_proposed_and_nobody_else(built: Path, truth: pd.DataFrame) -> None:
    with wiring.opened(built) as store:
        found = proposed(store, ListName.CARRIERS).candidates
    assert {one.id for one in found} == set(truth.loc[truth["meets_criterion"], "person_id"])
    children = set(truth.loc[truth["is_child"] & truth["meets_criterion"], "person_id"])
    assert {one.id for one in found if one.route.value == "child"} == children
    planted = truth[truth["why"] != "met by chance, not planted"]
    assert len(planted) > 10
    assert not planted["meets_criterion"].all()


def test_a_day_later_the_edges_fall_out(built: Path, truth: pd.DataFrame) -> None:
    with wiring.opened(built) as store:
        later = {one.id for one in proposed(store, ListName.CARRIERS, date(2026, 11, 16)).candidates}
    edges = truth.loc[truth["why"].isin(["latest on the last day of the year"]), "person_id"]
    assert len(edges) == 1
    assert not later & set(edges)


def test_suspects_and_victims_are_ranked_by_rules_of_their_own(built: Path) -> None:
    with wiring.opened(built) as store:
        risk, victims = (proposed(store, name) for name in (ListName.HEIGHTENED, ListName.VICTIMS))
    assert risk.candidates
    assert victims.candidates
    assert all(one.qualifying_dates >= 3 for one in (*risk.candidates, *victims.candidates))
    assert "rule victims" in victims.rule
