"""Everybody who meets the carriers' rule, told from the written files: the planted, and whom chance made one.

Worked out here anew, from roles, offences and weapons as they were written, without the engine that has to find them.
"""

import pandas as pd

from rasure.synth.build import SyntheticForce
from rasure.synth.carriers import STRONG, carrier_truth

_BLADES = {("10D", "008/26"), ("10D", "008/27")}
_LOOKBACK_DAYS, _RECENT_DAYS, _ADULT_YEARS = 730, 365, 18


def carriers_told(made: SyntheticForce) -> pd.DataFrame:
    """Return person_id, why, ages_days, evidence, is_child, meets_criterion: the planted first, then the others."""
    planted = carrier_truth(made.scene.patterns, made.recorded.cast.carrier_person_ids)
    by_chance = _by_chance(made)
    others = by_chance[~by_chance["person_id"].isin(planted["person_id"])]
    return pd.concat([planted, others], ignore_index=True)


def _by_chance(made: SyntheticForce) -> pd.DataFrame:
    events = _knife_events(made)
    events = events[(events["age_days"] >= 0) & (events["age_days"] <= _LOOKBACK_DAYS)]
    dates = events.sort_values(["person_id", "age_days"]).drop_duplicates(["person_id", "age_days"])
    found = dates.groupby("person_id").agg(
        dates=("age_days", "size"),
        latest=("age_days", "min"),
        ages_days=("age_days", lambda ages: "|".join(map(str, ages))),
        evidence=("evidence", "|".join),
    )
    meeting = found[(found["dates"] >= 2) & (found["latest"] <= _RECENT_DAYS)].reset_index()
    people = _taken(made, "people.csv", "person_id").set_index("person_id")["born_on"].replace("", None)
    born = pd.to_datetime(meeting["person_id"].map(people))
    adult_from = born + pd.DateOffset(years=_ADULT_YEARS)
    return pd.DataFrame(
        {
            "person_id": meeting["person_id"],
            "why": "met by chance, not planted",
            "ages_days": meeting["ages_days"],
            "evidence": meeting["evidence"],
            "is_child": adult_from > pd.Timestamp(made.force.last_on),
            "meets_criterion": True,
        }
    )


def _knife_events(made: SyntheticForce) -> pd.DataFrame:
    """Return person_id, age_days, evidence of every knife event that is proven against an offender."""
    roles = _taken(made, "roles.csv", "role_id")
    roles = roles[(roles["role"] == "offender") & roles["evidence"].isin(STRONG)]
    offences = _taken(made, "offences.csv", "offence_id")
    knives = _taken(made, "weapons.csv", "weapon_id").query("weapon == 'knife'")["offence_id"]
    is_blade = pd.Series(list(zip(offences["ho_class"], offences["ho_code"], strict=True))).isin(_BLADES).to_numpy()
    counted = offences[is_blade | offences["offence_id"].isin(knives).to_numpy()]
    held = _taken(made, "occurrences.csv", "occurrence_id").set_index("occurrence_id")
    began = held["committed_from"].where(held["committed_from"] != "", held["reported_at"])
    own = roles.merge(counted[["offence_id", "occurrence_id"]], on="offence_id")
    on = pd.to_datetime(own["occurrence_id"].map(began)).dt.normalize()
    return own.assign(age_days=(pd.Timestamp(made.force.last_on) - on).dt.days)[["person_id", "age_days", "evidence"]]


def _taken(made: SyntheticForce, name: str, key: str) -> pd.DataFrame:
    """Return the rows of a file that a loader takes: without those it must refuse, and each once."""
    rows = made.recorded.planted.tables[name].reset_index(drop=True)
    refused = made.recorded.planted.rejects
    lines = refused.loc[refused["file"] == name, "line"]
    return rows.drop(index=[line - 2 for line in lines]).drop_duplicates(key)
