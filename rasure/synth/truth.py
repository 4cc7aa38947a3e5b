"""What was planted, written beside the store so that loaders, figures and pages can be held to it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from rasure.synth import events, faults, persons, risk, tracks, visits
from rasure.synth.build import SyntheticForce
from rasure.synth.carriers_told import carriers_told
from rasure.synth.force import GENERATOR_VERSION
from rasure.synth.frames import rows
from rasure.synth.presence_told import place_days_told, stays_told, written_stays
from rasure.synth.tracks import utc_text


def truth(made: SyntheticForce, files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the summary: what was asked for, parameters as planted, counts, institutions, the trial, the files."""
    scene, recorded = made.scene, made.recorded
    return {
        "generator_version": GENERATOR_VERSION,
        "asked": {name: str(value) for name, value in asdict(made.force).items()},
        "planted": _parameters(made),
        "counts": _counts(made),
        "institutions": _institutions(made),
        "default_geocode": {
            "town": scene.located.default_town,
            "location_ids": list(scene.located.default_location_ids),
        },
        "trial": {
            "hot_spots": len(scene.spots.ids),
            "patrol_areas": len(scene.spots.areas),
            "first_on": made.force.trial_first_on.isoformat(),
            "last_on": made.force.last_on.isoformat(),
            "true_rate_ratio": made.force.scenario.true_rate_ratio,
            "prevented_offences": scene.prevented,
            "secret": scene.allocation.secret_hex,
            "commitment": scene.allocation.commitment,
        },
        "orders": recorded.organisation["orders.csv"]["kind"].value_counts().sort_index().to_dict(),
        "forged_tracks": made.patrolled.tracks.forged,
        "without_outcome": _without_outcome(made),
        "repeated_pings": made.patrolled.tracks.repeated,
        "rejected": _by_reason(rejects(made)),
        "duplicates": recorded.planted.duplicates["file"].value_counts().sort_index().to_dict(),
        "files": {name: dict(files[name]) for name in sorted(files)},
    }


def truth_tables(made: SyntheticForce) -> dict[str, pd.DataFrame]:
    """Return the truth row by row, by the name of its file."""
    stays = stays_told(made)
    return {
        "rejects.csv": rejects(made),
        "duplicates.csv": made.recorded.planted.duplicates,
        "noted.csv": _noted(made),
        "carriers.csv": carriers_told(made),
        "visits.csv": _visits(made),
        "stays.csv": written_stays(stays),
        "place_days.csv": place_days_told(made, stays),
    }


def happened(made: SyntheticForce) -> pd.DataFrame:
    """Return when each recorded offence really happened (local minutes), in what setting, and whether it counts."""
    own = made.scene.events
    happened_at = np.datetime64(made.force.first_on, "m") + own["minute"].to_numpy() * np.timedelta64(1, "m")
    return pd.DataFrame(
        {
            "offence_id": [f"OFF{row:07d}" for row in range(1, len(own) + 1)],
            "happened_local": happened_at.astype("datetime64[s]"),
            "setting": own["setting"].to_numpy(dtype=object),
            "in_scope": own["in_scope"].to_numpy(dtype=bool),
        }
    )


def rejects(made: SyntheticForce) -> pd.DataFrame:
    """Return every row the loaders must refuse: file, line, column, reason, and whether it was planted itself."""
    pings = pd.DataFrame(
        {
            "file": "pings.parquet",
            "line": made.patrolled.tracks.zero_lines,
            "column": faults.POSITION,
            "reason": "position_outside",
            "is_planted": True,
        }
    )
    return pd.concat([made.recorded.planted.rejects, pings], ignore_index=True)


def _parameters(made: SyntheticForce) -> dict[str, float]:
    return {
        "top_5_percent_share_expected": risk.TOP_SHARE,
        "weights_raised_to": round(made.scene.gamma, 6),
        "cell_drift_sd": risk.DRIFT_SD,
        "cell_drift_kept_a_year": risk.DRIFT_KEPT,
        "cell_turnover": risk.TURNOVER,
        "near_repeat_share": events.NEAR_REPEAT_SHARE,
        "near_repeat_m": events.NEAR_REPEAT_M,
        "near_repeat_days": events.NEAR_REPEAT_DAYS,
        "home_series_share": events.HOME_SERIES_SHARE,
        "repeat_public_victim_share": persons.REPEAT_PUBLIC_SHARE,
        "victim_and_suspect_share": persons.BOTH_SHARE,
        "co_offending_share": persons.CO_OFFENDING_SHARE,
        "tasked_visits_a_patrol_day": visits.TASKED_MEAN,
        "tasked_on_control_days": visits.TASKED_ON_CONTROL,
        "background_stops_a_day": visits.BACKGROUND_STOPS,
        "drives_through_a_day": visits.DRIVES_THROUGH,
        "outlier_share_of_pings": tracks.OUTLIERS,
    }


def _counts(made: SyntheticForce) -> dict[str, int]:
    own, planted = made.scene.events, made.recorded.times.planted
    counts = {
        "offences": len(own),
        "in_scope": int(own["in_scope"].sum()),
        "people": len(made.recorded.cast.people),
        "visits": len(made.patrolled.visits),
        "pings": len(made.patrolled.tracks.pings),
    }
    return counts | {name: len(chosen) for name, chosen in planted.items()}


def _without_outcome(made: SyntheticForce) -> dict[str, Any]:
    """Return the officer who writes of no outcome, and of how many patrols."""
    officers = made.patrolled.files["patrols.csv"]["officer_id"].to_numpy(dtype=object)
    silent = tracks.without_outcome(officers)
    return {"officer_id": silent, "patrols": int((officers == silent).sum())}


def _institutions(made: SyntheticForce) -> list[dict[str, Any]]:
    """Return prisons and hospitals with the in-scope offences recorded at each."""
    own = made.scene.premises[made.scene.premises["kind"].isin(["prison", "hospital"])]
    at = made.scene.events.loc[made.scene.events["in_scope"], "premises"].value_counts()
    found = []
    for row, place in own.iterrows():
        named = {name: str(place[name]) for name in ("premises_id", "name", "kind", "lpa")}
        found.append(named | {"in_scope": int(at.get(row, 0))})
    return found


def _noted(made: SyntheticForce) -> pd.DataFrame:
    """Return accepted rows with a planted weakness: kind, file, key; rejected rows may be among them."""
    occurrences = np.array([f"OCC{row:07d}" for row in range(1, int(len(made.recorded.owner)) + 1)], dtype=object)
    own = np.flatnonzero(made.recorded.owner == np.arange(len(made.recorded.owner)))
    number = np.full(len(made.recorded.owner), -1)
    number[own] = np.arange(len(own))
    parts = []
    for kind, chosen in made.recorded.times.planted.items():
        known = number[chosen][number[chosen] >= 0]
        parts.append(pd.DataFrame({"kind": kind, "file": "occurrences.csv", "key": occurrences[known]}))
    table = made.scene.located.locations
    for kind, mask in (
        ("default_geocode", table["location_id"].isin(made.scene.located.default_location_ids)),
        ("marked_centroid", table["precision"] == "centroid"),
        ("unplaced", table["kind"] == "unknown"),
    ):
        parts.append(pd.DataFrame({"kind": kind, "file": "locations.csv", "key": table.loc[mask, "location_id"]}))
    wrong = pd.DataFrame({"kind": "wrong_area", "file": "occurrences.csv", "key": made.recorded.wrong_area})
    return pd.concat([*parts, wrong], ignore_index=True)


def _visits(made: SyntheticForce) -> pd.DataFrame:
    own, spots = made.patrolled.visits, made.scene.spots
    officers = made.recorded.organisation["officers.csv"]["officer_id"].to_numpy(dtype=object)
    crew = own["crew"].to_numpy()
    return pd.DataFrame(
        {
            "officer_id": officers[own["officer"].to_numpy()],
            "second_officer_id": np.where(crew >= 0, officers[np.maximum(crew, 0)], ""),
            "hotspot_id": np.array(spots.ids, dtype=object)[own["hotspot"].to_numpy()],
            "patrol_area_id": spots.areas["patrol_area_id"].to_numpy(dtype=object)[own["area"].to_numpy()],
            "started_at": utc_text(own["started_s"].to_numpy()),
            "ended_at": utc_text(own["started_s"].to_numpy() + own["length_s"].to_numpy()),
            "mode": own["mode"].to_numpy(dtype=object),
            "tasked": own["tasked"].to_numpy(dtype=bool),
        }
    )


def _by_reason(rejected: pd.DataFrame) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for file, reason in rows(rejected, "file", "reason"):
        found.setdefault(file, {})[reason] = found.get(file, {}).get(reason, 0) + 1
    return found
