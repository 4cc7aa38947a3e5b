"""Rows a loader must refuse, planted in known numbers, and everything that falls with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.force import Force
from rasure.synth.records import Tables

POSITION = "easting, northing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: the file, the reason and the column the loader gives, and how many at full size."""

    file: str
    reason: str
    column: str
    number: int


FAULTS = (
    Fault("locations.csv", "position_swapped", POSITION, 24),
    Fault("locations.csv", "position_zero", POSITION, 18),
    Fault("locations.csv", "half_a_position", POSITION, 9),
    Fault("locations.csv", "position_outside", POSITION, 6),
    Fault("locations.csv", "not_a_number", "easting", 5),
    Fault("occurrences.csv", "impossible_time", "reported_at", 12),
    Fault("occurrences.csv", "impossible_date", "reported_at", 14),
    Fault("occurrences.csv", "impossible_date", "committed_from", 8),
    Fault("people.csv", "impossible_date", "born_on", 10),
    Fault("offences.csv", "missing", "ho_code", 6),
    Fault("offences.csv", "unknown_offence", "ho_class, ho_code", 40),
    Fault("offences.csv", "no_such_occurrence", "occurrence_id", 15),
    Fault("roles.csv", "unknown_value", "role", 12),
    Fault("roles.csv", "no_such_offence", "offence_id", 25),
    Fault("roles.csv", "no_such_person", "person_id", 25),
    Fault("weapons.csv", "no_such_offence", "offence_id", 10),
    Fault("outcomes.csv", "impossible_date", "outcome_on", 10),
)

#: Copies of rows at full size: exact ones, and ones whose column then says something else.
COPIES = {"locations.csv": 12, "people.csv": 30, "offences.csv": 60, "roles.csv": 40}
OTHER_CONTENT = {"locations.csv": ("name", 8), "people.csv": ("given_name", 12), "offences.csv": ("status", 15)}

#: What each file refers to, in the order the loader looks: column, file, reason.
REFERS = {
    "occurrences.csv": (("location_id", "locations.csv", "no_such_location"),),
    "offences.csv": (("occurrence_id", "occurrences.csv", "no_such_occurrence"),),
    "roles.csv": (("offence_id", "offences.csv", "no_such_offence"), ("person_id", "people.csv", "no_such_person")),
    "weapons.csv": (("offence_id", "offences.csv", "no_such_offence"), ("person_id", "people.csv", "no_such_person")),
    "injuries.csv": (("offence_id", "offences.csv", "no_such_offence"), ("person_id", "people.csv", "no_such_person")),
    "outcomes.csv": (("offence_id", "offences.csv", "no_such_offence"),),
}
ORDER = (
    *("locations.csv", "occurrences.csv", "people.csv", "offences.csv", "roles.csv", "weapons.csv", "injuries.csv"),
    "outcomes.csv",
)
_COLUMNS = ("file", "line", "column", "reason", "is_planted")


@dataclass(slots=True)
class Planted:
    """The tables with their faults, and the truth: rejected rows as the loader will report them, and duplicates."""

    tables: Tables
    rejects: pd.DataFrame
    duplicates: pd.DataFrame


@dataclass(slots=True)
class _File:
    """One file being spoilt: which rows are wrong and why."""

    rows: pd.DataFrame
    wrong: dict[int, tuple[str, str, bool]] = field(default_factory=dict)


def plant(force: Force, tables: Mapping[str, pd.DataFrame], protected: Collection[str]) -> Planted:
    """Spoil some rows of each file, never one that names a protected id, and say what a loader must find.

    A row that refers to a refused row is refused as well; the truth follows every such chain.
    """
    rng = force.rng("faults")
    files = {name: _File(tables[name].copy()) for name in ORDER}
    for name, file in files.items():
        free = _free(rng, name, file.rows, protected)
        for fault in (fault for fault in FAULTS if fault.file == name):
            chosen, free = free[: force.share_of(fault.number)], free[force.share_of(fault.number) :]
            _spoil(rng, force, file.rows, fault, chosen)
            file.wrong |= {int(row): (fault.column, fault.reason, True) for row in chosen}
    _follow(files)
    rejects, duplicates, spoilt = [], [], dict(tables)
    for name, file in files.items():
        spoilt[name], found, copies = _with_copies(rng, force, name, file, protected)
        rejects.append(found)
        duplicates.append(copies)
    return Planted(spoilt, _joined(rejects, _COLUMNS), _joined(duplicates, ("file", "line", "first_line")))


def _joined(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)[list(columns)]


def _free(rng: np.random.Generator, name: str, rows: pd.DataFrame, protected: Collection[str]) -> NDArray[np.int64]:
    """Return rows that may be spoilt, in random order; locations only where few offences hang on one."""
    free = ~rows.iloc[:, :3].isin(set(protected)).any(axis=1).to_numpy()
    if name == "locations.csv":
        free &= (rows["kind"] == "dwelling").to_numpy()
    return rng.permutation(np.flatnonzero(free))


def _spoil(rng: np.random.Generator, force: Force, rows: pd.DataFrame, fault: Fault, chosen: NDArray[np.int64]) -> None:
    """Write the fault into the chosen rows."""

    def put(column: str, values: str | list[str] | np.ndarray) -> None:
        texts = rows[column].to_numpy(dtype=object, copy=True)
        texts[chosen] = values
        rows[column] = texts

    if fault.file == "locations.csv":
        east, north = rows["easting"].to_numpy()[chosen], rows["northing"].to_numpy()[chosen]
        written: dict[str, tuple[str | np.ndarray, str | np.ndarray]] = {
            "position_swapped": (north, east),
            "position_zero": ("0", "0"),
            "half_a_position": (east, ""),
            "position_outside": ("1451200", "288150"),
            "not_a_number": ("unknown", north),
        }
        put("easting", written[fault.reason][0])
        put("northing", written[fault.reason][1])
    elif fault.reason == "unknown_offence":
        put("ho_class", "99Z")
        put("ho_code", "999/99")
    elif fault.reason.startswith("no_such"):
        put(fault.column, [f"GONE{number:06d}" for number in rng.integers(1, 999_999, size=len(chosen))])
    else:
        put(fault.column, _wrong_text(force, fault))


def _wrong_text(force: Force, fault: Fault) -> str:
    """Return a text the column cannot hold."""
    later = force.last_on.replace(year=force.last_on.year + 1).isoformat()
    texts = {
        ("impossible_time", "reported_at"): "2025-02-30 10:00",
        ("impossible_date", "reported_at"): f"{later} 09:30",
        ("impossible_date", "committed_from"): "1964-05-17 23:10",
        ("impossible_date", "born_on"): "1999-13-40",
        ("impossible_date", "outcome_on"): "17/06/2025",
        ("missing", "ho_code"): "",
        ("unknown_value", "role"): "accused",
    }
    return texts[fault.reason, fault.column]


def _follow(files: Mapping[str, _File]) -> None:
    """Refuse every row that refers to a refused one, file by file in the loader's order."""
    refused: dict[str, list[str]] = {}
    for name in ORDER:
        file = files[name]
        order = [column for column, _, _ in REFERS.get(name, ())]
        for rank, (column, target, reason) in enumerate(REFERS.get(name, ())):
            for row in np.flatnonzero(file.rows[column].isin(refused[target]).to_numpy()):
                held = file.wrong.get(int(row))
                if held is None or held[0] in order[rank + 1 :]:
                    file.wrong[int(row)] = (column, reason, False)
        refused[name] = file.rows.iloc[:, 0].take(sorted(file.wrong)).tolist()


def _with_copies(
    rng: np.random.Generator, force: Force, name: str, file: _File, protected: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Repeat some rows that stand further down; return the file's rows, its rejects and its duplicates, by line."""
    rows = file.rows
    stands = ~np.isin(np.arange(len(rows)), list(file.wrong)) & ~rows.iloc[:, 0].isin(set(protected)).to_numpy()
    order = rng.permutation(np.flatnonzero(stands))
    same = order[: force.share_of(COPIES[name])] if name in COPIES else order[:0]
    column, number = OTHER_CONTENT.get(name, ("", 0))
    other = order[len(same) : len(same) + force.share_of(number)] if number else order[:0]
    changed = rows.take(other).copy()
    if number:
        changed[column] = changed[column] + " (corrected)"
    own = np.r_[np.arange(len(rows)), same, other]
    at = np.r_[
        np.arange(len(rows)) + 0.0,
        same + rng.integers(1, 400, len(same)) + 0.5,
        other + rng.integers(1, 400, len(other)) + 0.25,
    ]
    sort = np.argsort(at, kind="stable")
    line = np.empty(len(own), dtype=np.int64)
    line[sort] = np.arange(len(own)) + 2
    whole = pd.concat([rows, rows.take(same), changed], ignore_index=True).take(sort).reset_index(drop=True)
    found = [(name, int(line[row]), *why) for row, why in file.wrong.items()]
    conflict = line[len(rows) + len(same) :]
    found += [(name, int(at), str(rows.columns[0]), "duplicate_key_other_content", True) for at in conflict]
    rejects = pd.DataFrame(found, columns=list(_COLUMNS)).sort_values("line", ignore_index=True)
    copies = pd.DataFrame({"file": name, "line": line[len(rows) : len(rows) + len(same)], "first_line": line[same]})
    return whole, rejects, copies.sort_values("line", ignore_index=True)
