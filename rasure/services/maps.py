"""What the basemap is drawn from: tiles, outlines, towns."""

import csv
import json
from functools import cache
from pathlib import Path

from rasure.services import wiring
from rasure.settings import settings
from rasure.store.analytics import ground


def tiles_folder() -> Path:
    return wiring.store().paths.basemap


def outlines() -> str | None:
    """Return the outlines of the policing areas as GeoJSON text, or None before boundaries are loaded."""
    return ground.outline(wiring.store().analytics)


@cache
def towns() -> str:
    """Return the towns to label as GeoJSON text."""
    with (settings().reference / "towns.csv").open(encoding="utf-8", newline="") as file:
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
                "properties": {"name": row["name"], "population": int(row["population"] or 0)},
            }
            for row in csv.DictReader(file)
        ]
    return json.dumps({"type": "FeatureCollection", "features": features})
