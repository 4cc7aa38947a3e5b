"""An extract's rows as rows of the store's tables, and the police rules by which an offence is put together.

An offence is one row of offences.csv with the time of its occurrence, the place of its location, the class its
Home Office pair stands for, its weapon and its latest outcome. Whichever of those is corrected, the row is made anew.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rasure.errors import InputRejected
from rasure.ingest.committed import timed
from rasure.ingest.niche_contract import WEAPONS
from rasure.ingest.niche_places import Lpas, located
from rasure.ingest.received import among, digests
from rasure.terms import Grade, Source

#: What the force of the extract is called where published data name theirs.
FORCE = "own-force"
#: Keys of tables that published data share begin with this, so that no Crime ID can meet an offence_id.
KEY_PREFIX = "niche:"

_RENAMED = {
    "occurrence": {
        "reported_at": "reported_local",
        "committed_from": "committed_from_local",
        "committed_to": "committed_to_local",
        "lpa": "lpa_recorded",
    }
}
#: The id is the row's key already.
_LEFT_OUT = {
    "involvement": ["role_id"],
    "weapon": ["weapon_id"],
    "injury": ["injury_id"],
    "outcome_event": ["outcome_id"],
    "court_order": ["order_id"],
    "training": ["training_id"],
    "plan_response": ["response_id"],
    "person": ["self_defined_ethnicity", "officer_defined_ethnicity"],
}
_MONITORED = ["person_id", "self_defined_ethnicity", "officer_defined_ethnicity"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What offences are put together from, as the tables hold it; every part of the offences asked for is there."""

    recorded: pd.DataFrame
    occurrences: pd.DataFrame
    locations: pd.DataFrame
    weapons: pd.DataFrame
    injuries: pd.DataFrame
    outcomes: pd.DataFrame


def shaped(table: str, rows: pd.DataFrame, lpas: Lpas) -> dict[str, pd.DataFrame]:
    """Return received rows as rows of their table, and of the one that holds ethnicity apart."""
    if table == "location":
        return {"location": located(rows, lpas)}
    kept = rows.rename(columns=_RENAMED.get(table, {})).drop(columns=_LEFT_OUT.get(table, []))
    if table == "outcome_event":
        kept = kept.assign(
            precision="day", force=FORCE, source=Source.NICHE.value, row_key=KEY_PREFIX + kept["row_key"]
        )
    if table == "person":
        return {"person": _with_own_digest(kept), "person_monitoring": _with_own_digest(rows[[*_MONITORED, "row_key"]])}
    if "lpa" in kept:
        kept = kept.assign(lpa=lpas.recorded(kept["lpa"]))
    return {table: kept}


def _with_own_digest(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each part of a row received as one a digest of its own, so that a correction touches only its part."""
    return rows.assign(row_hash=content_digests(rows.drop(columns="row_hash", errors="ignore")))


def offence_codes(folder: Path) -> pd.Series:
    """Return the class of each Home Office class, code and injury level, from `offence_codes.csv`."""
    try:
        with (folder / "offence_codes.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise InputRejected(f"The reference table {error.filename} cannot be read: put the file back.") from error
    classes = {}
    for row in rows:
        for injury in [row["injury"]] if row["injury"] else ["serious", "minor"]:
            classes[row["ho_class"], row["ho_code"], injury] = row["class_key"]
    return pd.Series(classes)


def offences(parts: Parts, codes: pd.Series, lpas: Lpas) -> pd.DataFrame:
    """Put offences together: one row for each recorded one, with a digest of everything that makes it up."""
    occurrences = parts.occurrences.set_index("occurrence_id")
    timings = timed(occurrences)
    own = parts.recorded.reset_index(drop=True)
    occurrence = occurrences.reindex(own["occurrence_id"]).set_axis(own.index)
    location = parts.locations.set_index("location_id").reindex(occurrence["location_id"]).set_axis(own.index)
    recorded = occurrence["lpa_recorded"].fillna(location["lpa_recorded"])
    around = lpas.around(location["e_dm"], location["n_dm"])
    known = location["cell"].notna()
    weapons = _weapons(parts.weapons)
    outcomes = parts.outcomes.sort_values(["outcome_on", "row_key"]).drop_duplicates("offence_id", keep="last")
    outcome = outcomes.set_index("offence_id").reindex(own["offence_id"]).set_axis(own.index)
    rows = pd.DataFrame(
        {
            "offence_id": own["offence_id"],
            "occurrence_id": own["occurrence_id"],
            **timings.reindex(own["occurrence_id"]).set_axis(own.index),
            "lpa": lpas.recorded(recorded).fillna(around),
            "class_key": _classes(own, parts.injuries, codes),
            "ho_class": own["ho_class"],
            "ho_code": own["ho_code"],
            "e_dm": location["e_dm"].astype("Int32"),
            "n_dm": location["n_dm"].astype("Int32"),
            "cell": location["cell"].astype("Int64"),
            "grade": _grades(occurrence, location, lpas),
            "outside_force": around.isna().astype("boolean").where(known & (lpas.areas is not None)),
            "location_id": occurrence["location_id"],
            "location_text": location["street"].fillna(location["name"]),
            "weapon": own["offence_id"].map(weapons).astype("str"),
            "weapon_present": among(own["offence_id"], weapons.index.to_series()),
            "domestic": occurrence["domestic"].astype("boolean"),
            "public_place": occurrence["public_place"]
            .astype("boolean")
            .fillna(location["is_public"].astype("boolean")),
            "outcome": outcome["outcome"].astype("str"),
            "outcome_on": outcome["outcome_on"],
            "force": FORCE,
            "source": Source.NICHE.value,
            "row_key": KEY_PREFIX + own["row_key"],
        }
    )
    return rows.assign(row_hash=content_digests(rows))


def involved(roles: pd.DataFrame, offences: pd.DataFrame) -> pd.DataFrame:
    """Give people's roles what is asked of their offence every time: its date, area and class."""
    facts = offences.set_index("offence_id")[["dated_on", "lpa", "class_key"]]
    return roles.assign(**facts.reindex(roles["offence_id"]).set_axis(roles.index))


def content_digests(rows: pd.DataFrame) -> list[str]:
    """Return a digest of each row's values."""
    table = pa.Table.from_pandas(rows, preserve_index=False)
    texts = [pc.fill_null(pc.cast(column, pa.string()), "") for column in table.columns]
    return digests(pa.table(texts, names=table.column_names))


def _weapons(weapons: pd.DataFrame) -> pd.Series:
    """Return the weapon that stands for each offence, by offence_id."""
    order = {weapon: rank for rank, weapon in enumerate(WEAPONS)}
    ranked = weapons.assign(rank=weapons["weapon"].map(order)).sort_values(["rank", "row_key"])
    return ranked.drop_duplicates("offence_id").set_index("offence_id")["weapon"]


def _classes(own: pd.DataFrame, injuries: pd.DataFrame, codes: pd.Series) -> pd.Series:
    grave = injuries.loc[injuries["grade"].isin(("serious", "fatal")), "offence_id"]
    level = np.where(among(own["offence_id"], grave), "serious", "minor")
    wanted = pd.MultiIndex.from_arrays([own["ho_class"], own["ho_code"], level])
    return codes.reindex(wanted).set_axis(own.index)


def _grades(occurrence: pd.DataFrame, location: pd.DataFrame, lpas: Lpas) -> pd.Series:
    """Return the grade of each place: its location's, or suspect where the occurrence names an area far from it."""
    grade = location["grade"].fillna(Grade.NONE.value)
    far = lpas.far_from(lpas.recorded(occurrence["lpa_recorded"]), location["e_dm"], location["n_dm"])
    return grade.mask(far & grade.isin((Grade.EXACT.value, Grade.STREET.value)), Grade.SUSPECT.value)
