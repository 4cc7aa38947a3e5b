"""The published files of data.police.uk, any force, unchanged: street, outcomes, stop and search.

What these files are is written down as data: an offence has a month and no time (precision "month"), its point
is a snap point (grade "street") or absent (grade "none"), anti-social behaviour has no identity so twins stay,
a Crime ID that comes again replaces what was known of it.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasure import geo
from rasure.errors import InputRejected
from rasure.ingest.contract import Column, Typed, typed
from rasure.ingest.dialect import Fault, InputFile, read
from rasure.ingest.positions import position_faults
from rasure.ingest.received import digests, refuse_too_many
from rasure.places import grid
from rasure.terms import Grade, Precision, Source

_NAME = re.compile(r"^(\d{4}-\d{2})-([a-z][a-z-]*?)-(street|outcomes|stop-and-search)\.csv$")
_MAX_MEMBERS = 20_000

#: LSOA codes are those of the 2011 census up to this month and of the 2021 census from the other on.
_LSOA_2011_UNTIL, _LSOA_2021_FROM = date(2022, 3, 31), date(2024, 1, 1)

STREET = (
    Column("Crime ID", "text", most_chars=64),
    Column("Month", "month", required=True),
    Column("Reported by", "text", required=True),
    Column("Falls within", "text"),
    Column("Longitude", "number"),
    Column("Latitude", "number"),
    Column("Location", "text"),
    Column("LSOA code", "text"),
    Column("LSOA name", "text"),
    Column("Crime type", "text", required=True),
    Column("Last outcome category", "text"),
    Column("Context", "text"),
)
OUTCOMES = (*STREET[:9], Column("Outcome type", "text", required=True))
STOP_AND_SEARCH = (
    Column("Type", "text", required=True),
    Column("Date", "instant_utc", required=True),
    Column("Part of a policing operation", "boolean"),
    Column("Policing operation", "text"),
    Column("Latitude", "number"),
    Column("Longitude", "number"),
    Column("Gender", "text"),
    Column("Age range", "text"),
    Column("Self-defined ethnicity", "text"),
    Column("Officer-defined ethnicity", "text"),
    Column("Legislation", "text"),
    Column("Object of search", "text"),
    Column("Outcome", "text"),
    Column("Outcome linked to object of search", "boolean"),
    Column("Removal of more than just outer clothing", "boolean"),
)
_COLUMNS = {"street": STREET, "outcomes": OUTCOMES, "stop-and-search": STOP_AND_SEARCH}
TABLES = {"street": "offence", "outcomes": "outcome_event", "stop-and-search": "stop_search"}


@dataclass(frozen=True, slots=True)
class Published:
    """One published file: where it is, and what its name says of it."""

    source: InputFile
    month: str
    force: str
    kind: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A published file as rows for its table (with the line each came from), and its faults."""

    rows: pd.DataFrame
    lines: NDArray[np.int64]
    faults: list[Fault]
    sha256: str
    bytes: int


def find(path: Path) -> tuple[list[Published], list[str]]:
    """List the published files in a folder, a zip archive, or at a path; and the names that are not such files.

    Raises
    ------
    InputRejected
        When there is nothing to read.
    """
    if not path.exists():
        raise InputRejected(f"{path} does not exist. Name a folder of data.police.uk files, or the downloaded zip.")
    found, skipped = [], []
    for source in _sources(path):
        name = _NAME.match(source.name)
        if name:
            found.append(Published(source, *name.groups()))
        else:
            skipped.append(source.label)
    if not found:
        raise InputRejected(
            f"{path} holds no file named like 2025-01-thames-valley-street.csv. Keep the published names."
        )
    found.sort(key=lambda file: (file.month, file.force, file.kind, str(file.source.path), file.source.member or ""))
    return found, sorted(skipped)


def parse(file: Published, categories: dict[str, str]) -> Parsed:
    """Read one published file; `categories` maps a published crime type to its class key."""
    columns = _COLUMNS[file.kind]
    contents = read(file.source, [column.name for column in columns])
    parts, lines, faults = [], [], []
    for chunk in contents.chunks:
        rows = typed(chunk, columns)
        faults += rows.faults
        keep, more = _checked(rows, file, categories)
        faults += more
        refuse_too_many(file.source.label, faults)
        parts.append(_with_keys(rows, keep))
        lines.append(rows.lines[keep])
    raw = pd.concat(parts, ignore_index=True)
    shaped = {"street": _offences, "outcomes": _outcomes, "stop-and-search": _searches}[file.kind](raw, categories)
    shaped["force"], shaped["source"] = file.force, Source.POLICE_UK.value
    return Parsed(shaped, np.concatenate(lines), faults, contents.sha256, contents.bytes)


def _sources(path: Path) -> Iterator[InputFile]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        yield from (InputFile(p) for p in files)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = [info.filename for info in archive.infolist() if not info.is_dir()]
        if len(members) > _MAX_MEMBERS:
            raise InputRejected(f"{path.name} holds {len(members)} files; at most {_MAX_MEMBERS} are taken.")
        yield from (InputFile(path, member) for member in sorted(members))
    else:
        yield InputFile(path)


def _checked(rows: Typed, file: Published, categories: dict[str, str]) -> tuple[NDArray[np.bool_], list[Fault]]:
    """Tell which typed rows make sense for this file."""
    bad, faults = position_faults(rows, "Longitude", "Latitude")
    checks = []
    if file.kind != "stop-and-search":
        other_month = pc.not_equal(rows.texts["Month"], file.month)
        checks.append((other_month, "Month", "month_of_another_file", f"The file is named for {file.month}."))
    if file.kind == "street":
        unknown = pc.invert(pc.is_in(rows.texts["Crime type"], value_set=pa.array(list(categories))))
        checks.append((unknown, "Crime type", "unknown_offence", "The crime type is not in the mapping table."))
    if file.kind == "outcomes":
        nameless = pc.equal(rows.texts["Crime ID"], "")
        checks.append((nameless, "Crime ID", "missing", "An outcome needs the Crime ID it belongs to."))
    for mask, column, reason, explanation in checks:
        wrong = mask.to_numpy(zero_copy_only=False) if isinstance(mask, pa.Array) else mask.to_numpy()
        for i in np.flatnonzero(wrong & ~bad):
            value = rows.texts[column][int(i)].as_py()[:200]
            faults.append(Fault(int(rows.lines[i]), column, value, reason, explanation))
        bad |= wrong
    return ~bad, faults


def _with_keys(rows: Typed, keep: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the kept rows with a digest of each row as received."""
    kept: pd.DataFrame = rows.values.filter(pa.array(keep)).to_pandas(date_as_object=False)
    found = digests(rows.texts.filter(pa.array(keep)))
    return kept.assign(row_hash=pd.Series(found, index=kept.index, dtype="str"))


def _twin_keys(frame: pd.DataFrame) -> pd.Series:
    """Key rows without identity by their content and how many twins came before: twins are distinct incidents."""
    return frame["row_hash"] + ":" + frame.groupby("row_hash").cumcount().astype(str)


def _offences(raw: pd.DataFrame, categories: dict[str, str]) -> pd.DataFrame:
    identified = raw["Crime ID"].notna()
    key = raw["Crime ID"].where(identified, _twin_keys(raw))
    months = raw["Month"].dt.date
    vintage = np.select([months <= _LSOA_2011_UNTIL, months >= _LSOA_2021_FROM], [2011, 2021], default=0)
    return _positioned(raw).assign(
        offence_id=key,
        dated_on=raw["Month"],
        precision=Precision.MONTH.value,
        class_key=raw["Crime type"].map(categories),
        lsoa=raw["LSOA code"],
        lsoa_vintage=pd.arrays.IntegerArray(vintage.astype(np.int16), vintage == 0),
        location_text=raw["Location"].str.removeprefix("On or near ").replace("No Location", None),
        outcome=raw["Last outcome category"],
        row_key=key,
        row_hash=raw["row_hash"],
    )


def _outcomes(raw: pd.DataFrame, _categories: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "offence_id": raw["Crime ID"],
            "outcome": raw["Outcome type"],
            "outcome_on": raw["Month"],
            "precision": Precision.MONTH.value,
            "row_key": _twin_keys(raw),
            "row_hash": raw["row_hash"],
        }
    )


def _searches(raw: pd.DataFrame, _categories: dict[str, str]) -> pd.DataFrame:
    local = raw["Date"].dt.tz_localize("UTC").dt.tz_convert("Europe/London").dt.tz_localize(None)
    keys = _twin_keys(raw)
    return _positioned(raw).assign(
        search_id=keys,
        searched_at=raw["Date"],
        searched_on=local.dt.normalize(),
        time_lost=local == local.dt.normalize(),
        kind=raw["Type"],
        gender=raw["Gender"],
        age_range=raw["Age range"],
        self_defined_ethnicity=raw["Self-defined ethnicity"],
        officer_defined_ethnicity=raw["Officer-defined ethnicity"],
        legislation=raw["Legislation"],
        object_of_search=raw["Object of search"],
        outcome=raw["Outcome"],
        outcome_linked=raw["Outcome linked to object of search"],
        clothing_removed=raw["Removal of more than just outer clothing"],
        row_key=keys,
        row_hash=raw["row_hash"],
    )


def _positioned(raw: pd.DataFrame) -> pd.DataFrame:
    """Return grid coordinates, cell and grade of every row; a snap point is street grade."""
    e_m, n_m = geo.to_bng(raw["Longitude"], raw["Latitude"])
    known = np.isfinite(e_m)
    e_m, n_m = np.where(known, e_m, 0.0), np.where(known, n_m, 0.0)
    return pd.DataFrame(
        {
            "e_dm": pd.arrays.IntegerArray(np.rint(e_m * 10).astype(np.int32), ~known),
            "n_dm": pd.arrays.IntegerArray(np.rint(n_m * 10).astype(np.int32), ~known),
            "cell": pd.arrays.IntegerArray(grid.cells_of(e_m, n_m), ~known),
            "grade": np.where(known, Grade.STREET.value, Grade.NONE.value),
        }
    )
