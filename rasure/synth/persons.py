"""Invented people and what they were in each offence: victims who recur, suspects in groups, people who are both."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.carriers import Pattern
from rasure.synth.force import Force
from rasure.synth.words import people_names

REPEAT_PUBLIC_SHARE = 0.165
REPEAT_PUBLIC_MEAN = 5.5
"""Planted: this share of victims away from home is one of few who are victims about so often."""

BOTH_SHARE = 0.03
"""Planted: this share of victims away from home is drawn from the suspects of the town."""

SLOTS_PER_SUSPECT = 2.2
GROUP_SIZE = 5
CO_OFFENDING_SHARE = 0.14
WITNESS_SHARE = 0.08

#: What a person code stands for; a person is known by what and by number.
_AT_HOME, _ONCE, _REPEAT, _SUSPECT, _PARTNER, _WITNESS, _CARRIER = range(7)
_KIND = 100_000_000

_SELF_DEFINED = (
    ("White - English/Welsh/Scottish/Northern Irish/British", "White", 0.62),
    ("White - Any other White background", "White", 0.09),
    ("Asian/Asian British - Indian", "Asian", 0.04),
    ("Asian/Asian British - Pakistani", "Asian", 0.05),
    ("Black/African/Caribbean/Black British - African", "Black", 0.04),
    ("Black/African/Caribbean/Black British - Caribbean", "Black", 0.02),
    ("Mixed/Multiple ethnic groups - White and Black Caribbean", "Black", 0.02),
    ("Other ethnic group - Any other ethnic group", "Other", 0.02),
    ("Other ethnic group - Not stated", "", 0.06),
    ("", "", 0.04),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """People, and their roles by event: `roles` has event, person (row of people), role, category, evidence."""

    people: pd.DataFrame
    roles: pd.DataFrame
    carrier_person_ids: list[str]


def cast(force: Force, events: pd.DataFrame, kinds: pd.DataFrame, planted: list[Pattern]) -> Cast:
    """Give every event its people. `events` has town, setting, household, kind and carrier."""
    rng = force.rng("persons")
    suspects, sizes = _suspects(rng, events, kinds)
    victims = _victims(rng, events, kinds, sizes)
    witnesses = _witnesses(rng, events, kinds)
    carriers = _carriers(events)
    roles = pd.concat([victims, suspects, witnesses, carriers], ignore_index=True)
    roles = roles.drop_duplicates(["event", "code"]).sort_values(["event", "role", "code"], ignore_index=True)
    codes, first, person = np.unique(roles["code"].to_numpy(), return_index=True, return_inverse=True)
    number = force.rng("person numbers").permutation(len(codes))
    setting = events["setting"].to_numpy()[roles["event"].to_numpy()[first]]
    people = _people(force, codes, number, setting, planted)
    at = np.searchsorted(codes, _CARRIER * _KIND + np.arange(len(planted)))
    ids = people["person_id"].to_numpy()
    roles["person"] = number[person]
    ordered = people.sort_values("person_id", ignore_index=True)
    return Cast(ordered, roles.drop(columns="code"), [str(ids[i]) for i in at])


def _frame(event: NDArray[np.int64], code: NDArray[np.int64], role: str, category: str) -> pd.DataFrame:
    return pd.DataFrame({"event": event, "code": code, "role": role, "category": category, "evidence": ""})


def _suspects(
    rng: np.random.Generator, events: pd.DataFrame, kinds: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Draw suspects: the partner at home, elsewhere few of the town's many, some of them with their group."""
    kind = events["kind"].to_numpy()
    free = (events["carrier"] < 0).to_numpy() & (rng.random(len(events)) < kinds["suspect"].to_numpy()[kind])
    is_violent = kinds["is_violent"].to_numpy(dtype=bool)[kind]
    at_home = free & is_violent & (events["household"] >= 0).to_numpy()
    partner = np.flatnonzero(at_home)
    away = np.flatnonzero(free & ~at_home)
    town = events["town"].to_numpy()
    slots = np.bincount(town[away], minlength=int(town.max()) + 1)
    sizes = np.maximum(np.ceil(slots / SLOTS_PER_SUSPECT).astype(np.int64), GROUP_SIZE)
    rank = np.floor(_ranks(rng, sizes[town[away]])).astype(np.int64)
    offset = np.r_[0, np.cumsum(sizes)[:-1]]
    parts = [_frame(partner, _PARTNER * _KIND + events["household"].to_numpy()[partner], "suspect", "suspect")]
    parts.append(_frame(away, _SUSPECT * _KIND + offset[town[away]] + rank, "suspect", "suspect"))
    together = is_violent[away] & (rng.random(len(away)) < CO_OFFENDING_SHARE)
    for number in (1, 2, 3):
        more = np.flatnonzero(together & (rng.random(len(away)) < 1.3 / (number + 0.3)))
        mate = rank[more] // GROUP_SIZE * GROUP_SIZE + (rank[more] + number) % GROUP_SIZE
        mate = np.minimum(mate, sizes[town[away[more]]] - 1)
        parts.append(_frame(away[more], _SUSPECT * _KIND + offset[town[away[more]]] + mate, "suspect", "suspect"))
    found = pd.concat(parts, ignore_index=True)
    return _with_evidence(rng, found, kinds["police_found"].to_numpy(dtype=bool)[kind]), sizes


def _ranks(rng: np.random.Generator, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Draw ranks among so many, low ones far more often: few people are suspected often."""
    return np.asarray(sizes * rng.random(len(sizes)) ** 1.9, dtype=np.float64)


def _with_evidence(rng: np.random.Generator, roles: pd.DataFrame, found: NDArray[np.bool_]) -> pd.DataFrame:
    """Say what stands against each suspect; with enough of it the role is offender."""
    size = len(roles)
    strong = rng.random(size) < np.where(found[roles["event"].to_numpy()], 0.8, 0.33)
    said = np.array(["convicted", "charged", "caution", "weapon_recovered"], dtype=object)
    weak = np.array(["suspect", "intelligence", "searched_nothing_found"], dtype=object)
    evidence = np.where(
        strong,
        said[rng.choice(4, size=size, p=(0.4, 0.38, 0.17, 0.05))],
        weak[rng.choice(3, size=size, p=(0.86, 0.11, 0.03))],
    )
    category = np.where(evidence == "convicted", "convicted", "suspect")
    return roles.assign(role=np.where(strong, "offender", "suspect"), category=category, evidence=evidence)


def _victims(
    rng: np.random.Generator, events: pd.DataFrame, kinds: pd.DataFrame, sizes: NDArray[np.int64]
) -> pd.DataFrame:
    """Draw victims: the household's own, people who are victims once, few who are again and again, some suspects."""
    kind, town = events["kind"].to_numpy(), events["town"].to_numpy()
    slots = np.flatnonzero(rng.random(len(events)) < kinds["victim"].to_numpy()[kind])
    household = events["household"].to_numpy()[slots]
    u = rng.random(len(slots))
    away = household < 0
    repeat = away & (u < REPEAT_PUBLIC_SHARE)
    both = away & ~repeat & (u < REPEAT_PUBLIC_SHARE + BOTH_SHARE)
    per_town = np.bincount(town[slots[repeat]], minlength=len(sizes))
    pool = np.maximum(np.rint(per_town / REPEAT_PUBLIC_MEAN).astype(np.int64), 1)
    start = np.r_[0, np.cumsum(pool)[:-1]]
    own = town[slots]
    one_of = start[own] + (rng.random(len(slots)) * pool[own]).astype(np.int64)
    suspect = np.r_[0, np.cumsum(sizes)[:-1]][own] + _ranks(rng, sizes[own]).astype(np.int64)
    code = np.select(
        [~away, repeat, both],
        [_AT_HOME * _KIND + household, _REPEAT * _KIND + one_of, _SUSPECT * _KIND + suspect],
        _ONCE * _KIND + np.arange(len(slots)),
    )
    return _frame(slots, code.astype(np.int64), "victim", "victim")


def _witnesses(rng: np.random.Generator, events: pd.DataFrame, kinds: pd.DataFrame) -> pd.DataFrame:
    is_violent = kinds["is_violent"].to_numpy(dtype=bool)[events["kind"].to_numpy()]
    seen = np.flatnonzero(is_violent & (rng.random(len(events)) < WITNESS_SHARE))
    return _frame(seen, _WITNESS * _KIND + np.arange(len(seen)), "witness", "witness")


def _carriers(events: pd.DataFrame) -> pd.DataFrame:
    own = np.flatnonzero((events["carrier"] >= 0).to_numpy())
    evidence = events["evidence"].to_numpy()[own]
    roles = _frame(own, _CARRIER * _KIND + events["carrier"].to_numpy()[own], "offender", "suspect")
    strong = np.isin(evidence, ("convicted", "caution", "charged", "weapon_recovered"))
    category = np.where(evidence == "convicted", "convicted", "suspect")
    return roles.assign(role=np.where(strong, "offender", "suspect"), category=category, evidence=evidence)


def _people(
    force: Force,
    codes: NDArray[np.int64],
    number: NDArray[np.int64],
    setting: NDArray[np.object_],
    planted: list[Pattern],
) -> pd.DataFrame:
    """Return people with names, ages and, for monitoring only, ethnicity drawn independently of all else."""
    rng = force.rng("people")
    size, kind = len(codes), codes // _KIND
    family, given = people_names(rng, size)
    ages = np.where(kind == _SUSPECT, 13.0 + rng.gamma(2.0, 7.0, size=size), 18.0 + rng.gamma(2.2, 8.5, size=size))
    ages = np.where((setting == "school") & (kind != _SUSPECT), rng.uniform(11.0, 18.0, size=size), ages)
    ages = np.clip(ages, 10.5, 89.0)
    ages[kind == _CARRIER] = [pattern.age_years + 0.5 for pattern in planted]
    born = np.datetime64(force.last_on, "D") - np.rint(ages * 365.25).astype(np.int64) * np.timedelta64(1, "D")
    male = np.select([kind == _AT_HOME, np.isin(kind, (_SUSPECT, _PARTNER, _CARRIER))], [0.27, 0.85], 0.57)
    odds = np.array([row[2] for row in _SELF_DEFINED])
    ethnicity = rng.choice(len(_SELF_DEFINED), size=size, p=odds / odds.sum())
    people = pd.DataFrame(
        {
            "person_id": [f"PER{row:07d}" for row in number + 1],
            "family_name": family,
            "given_name": given,
            "born_on": np.datetime_as_string(born),
            "gender": np.where(rng.random(size) < male, "Male", "Female"),
            "self_defined_ethnicity": np.array([row[0] for row in _SELF_DEFINED], dtype=object)[ethnicity],
            "officer_defined_ethnicity": np.array([row[1] for row in _SELF_DEFINED], dtype=object)[ethnicity],
        }
    )
    unknown = rng.random(size) < 0.03
    people.loc[unknown & (kind != _CARRIER), "born_on"] = ""
    return people
