"""Small extracts for tests: every file of a drop from the rows a test gives, sensible text where it gives none."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from rasure.ingest import load_boundaries, load_niche
from rasure.ingest.force_contract import DROP, PATROL_SIDE
from rasure.ingest.niche_contract import FileContract
from rasure.ingest.outcome import Outcome
from rasure.store.store import Store
from rasure.terms import synthetic_signature

Row = Mapping[str, str]

#: Two invented squares of 10 km on real ground, side by side.
SQUARES = {
    "W": ("West Square", shapely.box(465_000, 170_000, 475_000, 180_000)),
    "E": ("East Square", shapely.box(475_000, 170_000, 485_000, 180_000)),
}
IN_WEST = {"easting": "470000.0", "northing": "175000.0"}
IN_EAST = {"easting": "480000.0", "northing": "175000.0"}

CONTRACTS = {contract.kind: contract for contract in DROP}
_USUAL: dict[str, dict[str, str]] = {
    "locations": {"location_id": "L1", "kind": "street", "precision": "exact", "street": "Larch Row", **IN_WEST},
    "occurrences": {"occurrence_id": "O1", "reported_at": "2026-03-04 09:00", "location_id": "L1"},
    "offences": {"offence_id": "F1", "occurrence_id": "O1", "ho_class": "8N", "ho_code": "008/06"},
    "people": {"person_id": "P1", "family_name": "Example", "given_name": "Una"},
    "roles": {"role_id": "R1", "offence_id": "F1", "person_id": "P1", "role": "suspect", "category": "suspect"},
    "weapons": {"weapon_id": "W1", "offence_id": "F1", "weapon": "knife"},
    "injuries": {"injury_id": "I1", "offence_id": "F1", "grade": "minor"},
    "outcomes": {"outcome_id": "U1", "offence_id": "F1", "outcome": "charged", "outcome_on": "2026-03-10"},
    "orders": {"order_id": "B1", "person_id": "P1", "kind": "kcpo", "made_on": "2026-01-20"},
    "units": {"unit_id": "N1", "name": "Response A"},
    "officers": {"officer_id": "C1"},
    "operations": {"operation_id": "X1", "name": "Operation Thistle"},
    "partners": {"partner_id": "Y1", "name": "Example Council"},
    "training": {"training_id": "T1", "officer_id": "C1", "course": "Hot spots", "completed_on": "2026-01-05"},
    "plans": {"plan_id": "Z1", "title": "Larch Row", "subject_kind": "place", "opened_on": "2026-01-05"},
    "plan_responses": {"response_id": "Q1", "plan_id": "Z1", "heading": "prevent", "response": "Lighting"},
}


def lines(contract: FileContract, rows: Sequence[Row]) -> str:
    """Return rows as CSV text under the contract's header."""
    out = io.StringIO()
    names = [column.name for column in contract.columns]
    has_return = any("\r" in value for row in rows for value in row.values())
    quoting: Any = csv.QUOTE_ALL if has_return else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def drop(folder: Path, **files: Sequence[Row]) -> Path:
    """Write a drop: `offences=[{"offence_id": "F2"}]`; what a row does not say is as usual."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in files.items():
        contract = CONTRACTS[kind]
        full = [{**_USUAL[kind], **row} for row in rows]
        (folder / contract.name).write_text(lines(contract, full), encoding="utf-8", newline="")
    return folder


def one_offence(folder: Path, **changes: Row) -> Path:
    """Write a drop of one offence with its occurrence and location; `occurrences={...}` changes that row."""
    usual: dict[str, Sequence[Row]] = {"locations": [{}], "occurrences": [{}], "offences": [{}]}
    return drop(folder, **(usual | {kind: [row] for kind, row in changes.items()}))


def whole_drop(folder: Path) -> Path:
    """Write one row of every file."""
    return drop(folder, **{kind: [{}] for kind in _USUAL})


def manifest(folder: Path, *, signed: bool = False, **said: Any) -> Path:
    """Describe a drop as it lies there; `said` goes over what is true."""
    files = {}
    for path in sorted(folder.glob("*.csv")):
        data = path.read_bytes()
        rows = len(list(csv.reader(io.StringIO(data.decode(), newline="")))) - 1
        files[path.name] = {"sha256": hashlib.sha256(data).hexdigest(), "rows": rows}
    content: dict[str, Any] = {"files": files}
    if signed:
        digests = [entry["sha256"] for entry in files.values()]
        content["synthetic"] = {"seed": 1, "scenario": "null", "signature": synthetic_signature(digests)}
    path = folder / "manifest.json"
    path.write_text(json.dumps(content | said), encoding="utf-8")
    return path


def patrol_file(folder: Path, kind: str, rows: Sequence[Row], name: str | None = None) -> Path:
    """Write a file of the patrol side."""
    contract = PATROL_SIDE[kind]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or contract.name)
    path.write_text(lines(contract, rows), encoding="utf-8", newline="")
    return path


def load_squares(store: Store, folder: Path) -> None:
    """Make the two squares the policing areas of a store."""
    folder.mkdir(parents=True, exist_ok=True)
    names, outlines = zip(*SQUARES.values(), strict=True)
    frame = gpd.GeoDataFrame({"code": list(SQUARES), "name": names}, geometry=list(outlines), crs="EPSG:27700")
    path = folder / "areas.gpkg"
    frame.to_file(path)
    load_boundaries.load(store, path)


#: The moment every extract of the tests is loaded at.
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def load(store: Store, path: Path) -> Outcome:
    found = load_niche.load(store, path, now=NOW)
    assert found.read == found.accepted + found.rejected + found.duplicate
    return found


def value(store: Store, sql: str) -> Any:
    return store.analytics.value(sql)


def rejected(store: Store) -> list[tuple[Any, ...]]:
    return store.analytics.rows("select file, line, column_name, reason from reject order by batch_id, file, line")
