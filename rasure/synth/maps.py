"""The invented ground as GeoJSON that the ordinary loaders read: areas, roads, water, towns."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from rasure import geo
from rasure.synth.ground import Ground
from rasure.synth.streets import street_lines

_DECIMALS = 6


def map_files(ground: Ground) -> dict[str, str]:
    """Return the GeoJSON text of each map file, by its name."""
    streets = street_lines(ground.segments)
    roads = pd.concat([ground.roads[streets.columns], streets], ignore_index=True)
    waters = ground.waters[~shapely.is_empty(ground.waters["shape"].to_numpy())]
    places = ground.places.assign(
        shape=shapely.points(ground.places["e_m"], ground.places["n_m"]),
        place=ground.places["kind"].str.replace(" ", "_"),
    )
    areas = ground.areas.rename(columns={"outline": "shape"})
    return {
        "areas.geojson": geojson(areas, ["lpa"]),
        "roads.geojson": geojson(roads, ["name", "road_class"]),
        "water.geojson": geojson(waters, ["name", "waterway"]),
        "towns.geojson": geojson(places, ["name", "place"]),
    }


def geojson(features: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return features (column `shape`, in EPSG:27700) as GeoJSON in WGS84 with some of their columns."""
    shapes = shapely.transform(features["shape"].to_numpy(), _degrees)
    texts = shapely.to_geojson(shapes)
    rows: list[dict[str, Any]] = features[list(columns)].to_dict("records")  # type: ignore[assignment]
    body = ",\n".join(
        f'{{"type":"Feature","properties":{json.dumps(row, ensure_ascii=False)},"geometry":{text}}}'
        for row, text in zip(rows, texts, strict=True)
    )
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'


def _degrees(points: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(np.column_stack(geo.to_wgs84(points[:, 0], points[:, 1])), _DECIMALS))
