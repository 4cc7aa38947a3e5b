"""Orders and plans about carriers: only what their own history could have led to, and known to the truth file."""

import pandas as pd

from rasure.synth.build import SyntheticForce
from rasure.synth.truth import truth


def orders(made: SyntheticForce) -> pd.DataFrame:
    found = made.recorded.organisation["orders.csv"]
    history = dict(zip(made.recorded.cast.carrier_person_ids, made.scene.patterns, strict=True))
    return found.assign(pattern=[history[person] for person in found["person_id"]])


def test_only_the_convicted_are_under_an_order_and_children_under_no_svro(small: SyntheticForce) -> None:
    found = orders(small)
    assert not found.empty
    for kind, pattern in zip(found["kind"], found["pattern"], strict=True):
        if kind == "bail":
            assert "convicted" not in pattern.evidence
        else:
            assert "convicted" in pattern.evidence
            assert (kind == "svro") == (pattern.age_years >= 18)


def test_no_order_ends_before_it_was_made_or_is_made_in_the_future(larger: SyntheticForce) -> None:
    found = orders(larger)
    made, ends = pd.to_datetime(found["made_on"]), pd.to_datetime(found["ends_on"])
    assert (ends > made).all()
    assert (made <= pd.Timestamp(larger.force.last_on)).all()
    for column in ("ended_on", "breached_on"):
        at = pd.to_datetime(found[column].replace("", None))
        assert (at.isna() | ((at > made) & (at <= ends))).all()


def test_plans_about_people_are_about_carriers_who_meet_the_criterion(larger: SyntheticForce) -> None:
    plans = larger.recorded.organisation["plans.csv"]
    own = plans[plans["subject_kind"] == "person"]
    history = dict(zip(larger.recorded.cast.carrier_person_ids, larger.scene.patterns, strict=True))
    assert len(own) > 0
    assert all(history[person].meets for person in own["subject_id"])
    areas = set(larger.scene.ground.areas["lpa"])
    assert set(own["lpa"]) <= areas
    responses = larger.recorded.organisation["plan_responses.csv"]
    assert responses["response_id"].is_unique
    assert set(own["plan_id"]) <= set(responses["plan_id"])


def test_the_truth_tells_how_many_of_each_kind(small: SyntheticForce) -> None:
    named = dict.fromkeys(
        [*small.recorded.planted.tables, *small.recorded.organisation, *small.patrolled.files, "pings.parquet"], {}
    )
    told = truth(small, named)["orders"]
    assert told == orders(small)["kind"].value_counts().to_dict()
