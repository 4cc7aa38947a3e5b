"""Planted carriers against the criterion, worked out anew from the written records."""

import pandas as pd

from rasure.synth.build import SyntheticForce
from rasure.synth.carriers import PATTERNS, STRONG, carrier_truth


def ages_days(made: SyntheticForce, person_id: str) -> list[int]:
    """Return the age of each strong knife possession of a person, from the files alone."""
    tables = made.recorded.planted.tables
    roles = tables["roles.csv"]
    own = roles[(roles["person_id"] == person_id) & (roles["role"] == "offender") & roles["evidence"].isin(STRONG)]
    offences = tables["offences.csv"].drop_duplicates("offence_id").set_index("offence_id").loc[own["offence_id"]]
    blades = offences[(offences["ho_class"] == "10D") & (offences["ho_code"] == "008/26")]
    held = tables["occurrences.csv"].set_index("occurrence_id").loc[blades["occurrence_id"]]
    dates = pd.to_datetime(held["committed_from"]).dt.normalize()
    return (pd.Timestamp(made.force.last_on) - dates).dt.days.tolist()


def meets(ages: list[int]) -> bool:
    dates = {age for age in ages if 0 <= age <= 730}
    return len(dates) >= 2 and min(dates) <= 365


def test_every_planted_history_is_in_the_files_as_told(small: SyntheticForce) -> None:
    told = carrier_truth(small.scene.patterns, small.recorded.cast.carrier_person_ids)
    for person_id, said, evidence, expected in told[
        ["person_id", "ages_days", "evidence", "meets_criterion"]
    ].itertuples(index=False):
        strong = [int(a) for a, e in zip(said.split("|"), evidence.split("|"), strict=True) if e in STRONG]
        assert sorted(ages_days(small, person_id)) == sorted(strong)
        assert meets(ages_days(small, person_id)) == expected


def test_the_edges_of_the_criterion_are_planted() -> None:
    ages = {age for pattern in PATTERNS for age in pattern.ages_days}
    assert {0, 365, 366, 730, 731} <= ages
    assert {pattern.meets for pattern in PATTERNS} == {True, False}
    assert any(pattern.age_years < 18 and pattern.meets for pattern in PATTERNS)


def test_some_people_are_both_victim_and_suspect_and_some_are_children(small: SyntheticForce) -> None:
    roles = small.recorded.cast.roles
    victims = set(roles.loc[roles["role"] == "victim", "person"])
    suspects = set(roles.loc[roles["role"].isin(["suspect", "offender"]), "person"])
    assert 0.005 * len(victims) < len(victims & suspects) < 0.1 * len(victims)
    born = pd.to_datetime(small.recorded.cast.people["born_on"].replace("", None))
    assert (born > pd.Timestamp(small.force.last_on) - pd.DateOffset(years=18)).mean() > 0.02


def test_ethnicity_stands_in_the_monitoring_columns_only(small: SyntheticForce) -> None:
    for name, rows in small.recorded.planted.tables.items():
        with_ethnicity = [column for column in rows.columns if "ethnic" in column]
        assert bool(with_ethnicity) == (name == "people.csv")
