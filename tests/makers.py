"""Small makers of the data tests need; every value a test relies on is given by the test."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.ingest import police_uk
from rasure.services import desk

STREET = [column.name for column in police_uk.STREET]
OUTCOMES = [column.name for column in police_uk.OUTCOMES]
SEARCHES = [column.name for column in police_uk.STOP_AND_SEARCH]

#: Broad points in two invented squares of real ground, one either side of easting 475000.
WEST, EAST = (-0.95, 51.45), (-0.55, 51.50)


def crime(
    crime_id: str = "a" * 8,
    *,
    month: str = "2025-01",
    at: tuple[float, float] | None = WEST,
    where: str = "On or near Broad Street",
    kind: str = "Violence and sexual offences",
    outcome: str = "Under investigation",
) -> list[str]:
    lon, lat = (str(at[0]), str(at[1])) if at else ("", "")
    lsoa = ("E01000001", "Reading 001A") if at else ("", "")
    force = "Thames Valley Police"
    return [crime_id, month, force, force, lon, lat, where if at else "No Location", *lsoa, kind, outcome, ""]


def outcome(crime_id: str, *, month: str = "2025-02", what: str = "Unable to prosecute suspect") -> list[str]:
    force = "Thames Valley Police"
    return [crime_id, month, force, force, "-0.95", "51.45", "On or near X", "E01000001", "Reading 001A", what]


def search(at: str = "2025-01-31T23:30:00+00:00", *, gender: str = "Male") -> list[str]:
    return [
        *("Person search", at, "False", "", "", "", gender, "18-24", "White - Other", "White", ""),
        *("Offensive weapons", "A no further action disposal", "", "False"),
    ]


def csv_text(header: Sequence[str], rows: Sequence[Sequence[str]], line_end: str = "\r\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerows([header, *rows])
    return out.getvalue()


def published(
    folder: Path,
    month: str,
    kind: str,
    rows: Sequence[Sequence[str]],
    *,
    line_end: str = "\r\n",
    force: str = "thames-valley",
) -> Path:
    """Write one file as data.police.uk names it."""
    header = {"street": STREET, "outcomes": OUTCOMES, "stop-and-search": SEARCHES}[kind]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{month}-{force}-{kind}.csv"
    path.write_text(csv_text(header, rows, line_end), encoding="utf-8", newline="")
    return path


def whole_force() -> Scope:
    return desk.admit(desk.operator(), Action.VIEW_HOT_SPOTS)


def month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def squares(path: Path) -> Path:
    """Write two invented policing areas, West and East of easting 475,000, as GeoJSON in EPSG:27700."""
    features = []
    for name, west, east in (("West", 460_000, 475_000), ("East", 475_000, 505_000)):
        ring = [[west, 165_000], [east, 165_000], [east, 185_000], [west, 185_000], [west, 165_000]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"lpa": name}, "geometry": geometry})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    return path
