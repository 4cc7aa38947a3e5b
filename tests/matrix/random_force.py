"""A random force as tables, and the same force with everything outside some areas taken out by plain Python.

Every entity belongs to one area, as loading makes it: cells to areas, locations and offences to cells, roles to
offences, patrols and visits to hot spots. People, officers, batches and reference tables belong to none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from rasure.settings import settings
from rasure.store.analytics import counted, reference
from rasure.store.analytics.database import Database

AREAS = ("W", "E", "N")
#: Areas of entities, some of which lie in none.
_SOMEWHERE = (*AREAS, *AREAS, None)
CELLS, LOCATIONS, OFFENCES, PEOPLE, HOT_SPOTS, OFFICERS = 24, 30, 160, 14, 9, 8
_FIRST_ON, _DAYS = date(2024, 1, 1), 800
Rows = list[dict[str, Any]]


def values_of(name: str) -> list[Any]:
    """Return what a column of this name may hold, so that rows of different tables meet."""
    named: dict[str, Sequence[Any]] = {
        "lpa": _SOMEWHERE,
        "cell": [*range(CELLS), None],
        "offence_id": [f"F{n}" for n in range(OFFENCES)],
        "occurrence_id": [f"O{n}" for n in range(OFFENCES // 2)],
        "person_id": [f"P{n}" for n in range(PEOPLE)],
        "officer_id": [f"C{n}" for n in range(OFFICERS)],
        "hotspot_id": [f"H{n}" for n in range(HOT_SPOTS)],
        "set_id": ["S1", "S2"],
        "version": [1, 2],
        "location_id": [f"L{n}" for n in range(LOCATIONS)],
        "premises_id": [None, "PRM1", "PRM2", "PRM3"],
        "premises": [1, 2, 3, None],
        "plan_id": [f"Z{n}" for n in range(20)],
        "subject_kind": ["place", "person", "institution"],
        "kind": ["street", "prison", "dwelling", "kcpo", "svro"],
        "role": ["victim", "suspect", "offender", "witness"],
        "category": ["suspect", "convicted", "victim", "witness", "other", "valid", "short", "pass"],
        "evidence": ["convicted", "caution", "charged", "weapon_recovered", "suspect", "intelligence", None],
        "class_key": ["murder", "gbh_s20", "abh_s47", "police_uk:robbery"],
        "weapon": ["knife", "blunt_instrument", None],
        "arm": ["patrol", "control"],
        "heading": ["pursue", "prevent", "protect", "prepare"],
        "mode": ["foot", "stopped", "drove_through", None],
        "source": ["police_uk", "niche"],
        "precision": ["exact", "range", "day", "month"],
        "grade": ["exact", "street", "centroid", "suspect", "none"],
        "band": ["day", "night", None],
        "force": ["thames-valley"],
    }
    return list(named.get(name, ()))


def whole(rng: np.random.Generator) -> dict[str, Rows]:
    """Return the rows of every table, each with its area."""
    schema = _schema()
    made: dict[str, Rows] = {}

    def rows(table: str, size: int, **links: Sequence[Any]) -> Rows:
        columns = schema[table]
        found = [
            {name: _value(rng, name, kind, n) for name, kind in columns.items()}
            | {name: values[n] for name, values in links.items()}
            for n in range(size)
        ]
        made[table] = found
        return found

    def pick(among: Rows, size: int) -> Rows:
        return [among[i] for i in rng.integers(0, len(among), size)]

    cells = rows("cell", CELLS, cell=range(CELLS), lpa=[_SOMEWHERE[i % len(_SOMEWHERE)] for i in range(CELLS)])
    at = pick(cells, LOCATIONS)
    locations = rows(
        "location",
        LOCATIONS,
        location_id=values_of("location_id"),
        cell=_each(at, "cell"),
        lpa=_each(at, "lpa"),
        premises_id=[None if n % 3 else f"PRM{place['cell']}" for n, place in enumerate(at)],
    )
    at = pick(locations, OFFENCES)
    day = [_FIRST_ON + timedelta(days=int(n)) for n in rng.integers(0, _DAYS, OFFENCES)]
    offences = rows(
        "offence",
        OFFENCES,
        offence_id=values_of("offence_id"),
        dated_on=day,
        location_id=_each(at, "location_id"),
        **{name: _each(at, name) for name in ("cell", "lpa")},
    )
    for table in ("involvement", "weapon", "injury", "outcome_event"):
        of = pick(offences, 200)
        linked = {"offence_id": _each(of, "offence_id")}
        if table == "involvement":
            linked |= {name: _each(of, name) for name in ("lpa", "dated_on", "class_key")}
        rows(table, 200, **linked)
    rows("person", PEOPLE, person_id=values_of("person_id"))
    rows("person_monitoring", PEOPLE, person_id=values_of("person_id"))
    rows("officer", OFFICERS, officer_id=values_of("officer_id"))
    spots = rows("hotspot", HOT_SPOTS, hotspot_id=values_of("hotspot_id"), lpa=[AREAS[n % 3] for n in range(HOT_SPOTS)])
    for table, size in (("patrol_area", 20), ("patrol", 80), ("visit", 120)):
        of = pick(spots, size)
        rows(table, size, **{name: _each(of, name) for name in ("hotspot_id", "lpa", *_if(table, "set_id", "version"))})
    of = pick(spots, 120)
    rows("allocation", 120, hotspot_id=_each(of, "hotspot_id"))
    subjects = {"place": spots, "person": made["person"], "institution": locations}
    plans = rows("plan", 20, plan_id=values_of("plan_id"))
    for plan in plans:
        (about,) = pick(subjects[plan["subject_kind"]], 1)
        key = {"place": "hotspot_id", "person": "person_id", "institution": "premises_id"}[plan["subject_kind"]]
        plan["subject_id"], plan["lpa"] = about[key], about.get("lpa", plan["lpa"])
    rows("plan_response", 40)
    for table in _OTHERS:
        rows(table, 12)
    return made


#: Tables without which some read has nothing to read.
_OTHERS = ("unit", "training", "operation", "partner", "stop_search", "occurrence", "recorded_offence", "court_order")


def only(force: Mapping[str, Rows], areas: frozenset[str]) -> dict[str, Rows]:
    """Take out of a force whatever belongs to another area or to none: the filter this test trusts."""
    offences = {row["offence_id"] for row in force["offence"] if row["lpa"] in areas}
    spots = {row["hotspot_id"] for row in force["hotspot"] if row["lpa"] in areas}
    officers = {row["officer_id"] for row in force["officer"] if row["lpa"] in areas}
    plans = {row["plan_id"] for row in force["plan"] if row["lpa"] in areas}
    kept: dict[str, Rows] = {}
    for table, rows in force.items():
        if table in _OF_NO_AREA:
            kept[table] = list(rows)
        elif table == "allocation":
            kept[table] = [row for row in rows if row["hotspot_id"] in spots]
        elif table == "training":
            kept[table] = [row for row in rows if row["officer_id"] in officers]
        elif table == "plan_response":
            kept[table] = [row for row in rows if row["plan_id"] in plans]
        elif "lpa" not in rows[0]:
            kept[table] = [row for row in rows if row["offence_id"] in offences]
        else:
            kept[table] = [row for row in rows if row["lpa"] in areas]
    return kept


#: Tables whose rows belong to no area: who somebody is, and what is read without a scope.
_OF_NO_AREA = {
    "person",
    "person_monitoring",
    "officer",
    "occurrence",
    "recorded_offence",
    "court_order",
} | {"premises"}


def stored(force: Mapping[str, Rows]) -> Database:
    """Return a database in memory that holds a force, and what counts of it unless the force says what counts."""
    database = Database()
    reference.refresh(database, settings().reference)
    with database.transaction() as writer:
        for table, rows in force.items():
            if rows:
                writer.insert(table, pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False))
        if "counted" not in force:
            counted.follow(writer, ["offence"])
    return database


def counting(force: dict[str, Rows], database: Database) -> dict[str, Rows]:
    """Add to a force what was worked out to count of it, so that premises keep their numbers wherever it is reduced."""
    for table in ("counted", "premises", "judged"):
        force[table] = database.arrow(f"select * from {table}").to_pylist()
    return force


def _schema() -> dict[str, dict[str, str]]:
    held: dict[str, dict[str, str]] = {}
    for table, name, kind in Database().rows(
        "select table_name, column_name, data_type || if(is_nullable, '', ' known') from duckdb_columns()"
        " join duckdb_tables() using (table_name)"
    ):
        held.setdefault(table, {})[name] = kind
    return held


def _each(rows: Rows, name: str) -> list[Any]:
    return [row[name] for row in rows]


def _if(table: str, *names: str) -> tuple[str, ...]:
    return names if table == "patrol_area" else ()


def _value(rng: np.random.Generator, name: str, kind: str, n: int) -> Any:
    kind, must_be_known = kind.removesuffix(" known"), kind.endswith(" known")
    among = [value for value in values_of(name) if value is not None or not must_be_known]
    if among:
        return among[int(rng.integers(0, len(among)))]
    if name in ("row_key", "row_hash") or name.endswith("_id") and kind == "VARCHAR":
        return f"{name}-{n}"
    day = _FIRST_ON + timedelta(days=int(rng.integers(0, _DAYS)))
    if kind == "DATE":
        return day if must_be_known or rng.random() < 0.9 else None
    if kind == "TIMESTAMP":
        return datetime(day.year, day.month, day.day, int(rng.integers(0, 24)), int(rng.integers(0, 60)))
    if kind == "BOOLEAN":
        return bool(rng.random() < 0.5)
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return float(rng.integers(0, 90))
    if kind == "BLOB":
        return None
    if kind == "JSON":
        return "[]"
    if kind == "VARCHAR":
        return f"{name} {n % 5}"
    return int(rng.integers(0, 90))
