"""The records of a force as its system would extract them: text tables in the contract's columns, faults to come."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.force import Force
from rasure.synth.locations import Located
from rasure.synth.persons import Cast
from rasure.synth.times import Times, extracted_at

ATTACHED_SHARE = 0.12
"""Planted: share of what police found that belongs to the same occurrence as an act of violence."""

WRONG_AREA = 60
"""Planted at full size: occurrences filed under a policing area far from where they happened."""

_WEAPONS = ("knife", "sharp_instrument", "firearm", "imitation_firearm", "blunt_instrument", "corrosive", "other")
_WEAPON_ODDS = (0.43, 0.08, 0.02, 0.02, 0.28, 0.01, 0.16)
_BLADES = ("poss_blade", "threaten_weapon")
_OUTCOMES = (
    ("Investigation complete: no suspect identified", 0.34),
    ("Evidential difficulties: victim does not support action", 0.26),
    ("Evidential difficulties: suspect identified, victim supports action", 0.12),
    ("Charged or summonsed", 0.15),
    ("Community resolution", 0.05),
    ("Caution", 0.03),
    ("Not in the public interest", 0.05),
)

Tables = dict[str, pd.DataFrame]


def occurrence_of(force: Force, events: pd.DataFrame, kinds: pd.DataFrame) -> NDArray[np.int64]:
    """Return the event that each event shares its occurrence with, itself for most."""
    rng = force.rng("attached")
    kind = events["kind"].to_numpy()
    free = (events["carrier"] < 0).to_numpy()
    found = np.flatnonzero(kinds["police_found"].to_numpy(dtype=bool)[kind] & free)
    violent = np.flatnonzero(
        kinds["is_violent"].to_numpy(dtype=bool)[kind] & free & (events["household"] < 0).to_numpy()
    )
    moved = rng.permutation(found)[: int(ATTACHED_SHARE * len(found))]
    owner = np.arange(len(events))
    owner[moved] = rng.choice(violent, size=len(moved), replace=True)
    return owner


def occurrences(
    force: Force, events: pd.DataFrame, owner: NDArray[np.int64], located: Located, times: Times
) -> tuple[pd.DataFrame, NDArray[np.int64], list[str]]:
    """Return the occurrences in order of time, each event's row of them, and the ids filed under a wrong area."""
    rng = force.rng("occurrences")
    own = np.flatnonzero(owner == np.arange(len(events)))
    at = located.of_event[own]
    places = located.locations.take(at).reset_index(drop=True)
    is_home = ((events["household"] >= 0) & events["is_violent"]).to_numpy(dtype=bool)[own]
    free = np.flatnonzero(places["e_m"].notna().to_numpy() & (events["carrier"].to_numpy()[own] < 0))
    wrong = np.sort(rng.permutation(free)[: force.share_of(WRONG_AREA)])
    table = pd.DataFrame(
        {
            "occurrence_id": _ids("OCC", len(own)),
            "reported_at": minutes_text(times.reported_at[own]),
            "committed_from": minutes_text(times.committed_from[own]),
            "committed_to": minutes_text(times.committed_to[own]),
            "location_id": places["location_id"].array,
            "lpa": places["lpa"].to_numpy(dtype=object),
            "domestic": yes_no(is_home & (rng.random(len(own)) < 0.72)),
            "public_place": np.where(places["kind"] == "unknown", "", yes_no(places["is_public"].to_numpy(dtype=bool))),
        }
    )
    table.loc[wrong, "lpa"] = _far_area(table["lpa"].to_numpy()[wrong])
    number = np.full(len(events), -1)
    number[own] = np.arange(len(own))
    return table, number[owner], table["occurrence_id"].take(wrong).tolist()


def _far_area(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return an area at the other end of the force."""
    return np.where(
        np.isin(areas, ("Milton Keynes", "Aylesbury Vale", "Cherwell & West Oxfordshire")), "Slough", "Milton Keynes"
    )


def offences(events: pd.DataFrame, occurrence: NDArray[np.int64], kinds: pd.DataFrame) -> pd.DataFrame:
    """Return one offence for each event, in order of events."""
    kind = events["kind"].to_numpy()
    return pd.DataFrame(
        {
            "offence_id": _ids("OFF", len(events)),
            "occurrence_id": np.array(_ids("OCC", int(occurrence.max()) + 1), dtype=object)[occurrence],
            "ho_class": kinds["ho_class"].to_numpy(dtype=object)[kind],
            "ho_code": kinds["ho_code"].to_numpy(dtype=object)[kind],
            "status": "recorded",
        }
    )


def roles(cast: Cast, offence_ids: NDArray[np.object_]) -> pd.DataFrame:
    """Return who was what in which offence."""
    found = cast.roles
    return pd.DataFrame(
        {
            "role_id": _ids("ROL", len(found)),
            "offence_id": offence_ids[found["event"].to_numpy()],
            "person_id": cast.people["person_id"].to_numpy(dtype=object)[found["person"].to_numpy()],
            "role": found["role"].to_numpy(dtype=object),
            "category": found["category"].to_numpy(dtype=object),
            "evidence": found["evidence"].to_numpy(dtype=object),
        }
    )


def weapons(
    force: Force, events: pd.DataFrame, kinds: pd.DataFrame, roles: pd.DataFrame, ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return the weapons of every offence with one; a blade found on someone is recovered from them."""
    rng = force.rng("weapons")
    kind = events["kind"].to_numpy()
    armed = np.flatnonzero(kinds["armed"].to_numpy(dtype=bool)[kind])
    second = armed[rng.random(len(armed)) < 0.06]
    own = np.sort(np.r_[armed, second])
    weapon = np.array(_WEAPONS, dtype=object)[rng.choice(len(_WEAPONS), size=len(own), p=_WEAPON_ODDS)]
    weapon = np.where(rng.random(len(own)) < 0.04, "unspecified", weapon)
    key = kinds["class_key"].to_numpy(dtype=object)[kind[own]]
    found = kinds["police_found"].to_numpy(dtype=bool)[kind[own]]
    weapon = np.where(np.isin(key, _BLADES), "knife", np.where(key == "firearm_intent", "firearm", weapon))
    recovered = found | (rng.random(len(own)) < 0.27)
    offender = roles[roles["role"].isin(["offender", "suspect"])].drop_duplicates("offence_id").set_index("offence_id")
    person = offender["person_id"].reindex(ids[own]).fillna("").to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "weapon_id": _ids("WPN", len(own)),
            "offence_id": ids[own],
            "weapon": weapon,
            "used": yes_no(~found & (rng.random(len(own)) < 0.62)),
            "recovered": yes_no(recovered),
            "person_id": np.where(recovered, person, ""),
        }
    )


def injuries(
    force: Force, events: pd.DataFrame, kinds: pd.DataFrame, roles: pd.DataFrame, ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return how badly victims were hurt, for the classes of offence that say so."""
    rng = force.rng("injuries")
    grade = kinds["injury"].to_numpy(dtype=object)[events["kind"].to_numpy()]
    own = np.flatnonzero((grade != "") & ((grade != "none") | (rng.random(len(events)) < 0.3)))
    victim = roles[roles["role"] == "victim"].drop_duplicates("offence_id").set_index("offence_id")
    return pd.DataFrame(
        {
            "injury_id": _ids("INJ", len(own)),
            "offence_id": ids[own],
            "person_id": victim["person_id"].reindex(ids[own]).fillna("").to_numpy(dtype=object),
            "grade": grade[own],
        }
    )


def outcomes(
    force: Force, times: Times, owner: NDArray[np.int64], roles: pd.DataFrame, ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return what came of each offence, once enough time has passed; charged when somebody was."""
    rng = force.rng("outcomes")
    names = np.array([name for name, _ in _OUTCOMES], dtype=object)
    chosen = names[rng.choice(len(names), size=len(ids), p=[share for _, share in _OUTCOMES])]
    said = roles[roles["role"] == "offender"].drop_duplicates("offence_id").set_index("offence_id")["evidence"]
    evidence = said.reindex(ids).to_numpy(dtype=object)
    chosen = np.where(np.isin(evidence, ("convicted", "charged")), "Charged or summonsed", chosen)
    chosen = np.where(evidence == "caution", "Caution", chosen)
    waited = np.ceil(rng.exponential(38.0, size=len(ids))).astype(np.int64) * np.timedelta64(1, "D")
    on = np.asarray(times.reported_at[owner].astype("datetime64[D]") + waited, dtype="datetime64[D]")
    known = np.flatnonzero((on < extracted_at(force).astype("datetime64[D]")) & (rng.random(len(ids)) < 0.93))
    return pd.DataFrame(
        {
            "outcome_id": _ids("OUT", len(known)),
            "offence_id": ids[known],
            "outcome": chosen[known],
            "outcome_on": np.datetime_as_string(on[known]),
        }
    )


def location_texts(located: Located) -> pd.DataFrame:
    """Return the locations in the contract's columns."""
    table = located.locations
    return pd.DataFrame(
        {
            **{name: table[name].array for name in ("location_id", "name", "kind", "premises_id")},
            "easting": metres_text(table["e_m"].to_numpy()),
            "northing": metres_text(table["n_m"].to_numpy()),
            "precision": table["precision"].array,
            "is_public": yes_no(table["is_public"].to_numpy(dtype=bool)),
            **{name: table[name].array for name in ("lpa", "street", "town")},
        }
    )


def minutes_text(times: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """Write wall times as the contract wants them; not recorded is empty."""
    texts = np.datetime_as_string(times, unit="m")
    return np.where(np.isnat(times), "", np.strings.replace(texts, "T", " ")).astype(object)


def metres_text(values: NDArray[np.float64]) -> NDArray[np.object_]:
    """Write whole metres; not known is empty."""
    known = np.isfinite(values)
    return np.where(known, np.where(known, values, 0.0).astype(np.int64).astype(str), "").astype(object)


def yes_no(truths: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Write truths as yes and no."""
    return np.where(truths, "yes", "no").astype(object)


def _ids(prefix: str, size: int) -> Sequence[str]:
    return [f"{prefix}{row:07d}" for row in range(1, size + 1)]
