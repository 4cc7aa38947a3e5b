"""The policing areas as geometry: which area a point lies in, which hexagons are theirs, how to draw their edges.

Which column names an area is guessed from what such files usually call it, said in `Areas.taken`, and can be told.
Features that share a code are one area, so a file of small areas with an `lpa` column becomes its policing areas.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from rasure import geo
from rasure.errors import InputRejected
from rasure.ingest.place_names import nearest_name
from rasure.places import grid

__all__ = ["Areas", "assign", "from_frame", "nearest_name", "outline_geojson", "study_cells"]

OUTLINE_LIMIT_BYTES = 500_000

_NAME_COLUMNS = [
    re.compile(pattern)
    for pattern in (
        r"lpa",
        r"lpa_?(name|nm)",
        r"lpa[_\d]+",
        r"(area|lcu|bcu|npt|beat|district)[_\d]*(name|nm)?",
        r"name",
    )
]
_NAME_ENDING = re.compile(r"_?(name|nm)$")
_CODE_ENDINGS = ("_code", "code", "_cd", "cd", "_id")


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas in order of their code; outlines are polygons in EPSG:27700 metres."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    outlines: tuple[shapely.Geometry, ...]
    taken: str = ""
    """Which columns the names and codes were taken from, in words."""

    @classmethod
    def from_wkb(cls, codes: Iterable[str], names: Iterable[str], outlines_wkb: Iterable[bytes]) -> Self:
        return cls._in_order(codes, names, shapely.from_wkb(list(outlines_wkb)))

    @classmethod
    def _in_order(
        cls, codes: Iterable[str], names: Iterable[str], outlines: Iterable[shapely.Geometry], taken: str = ""
    ) -> Self:
        rows = sorted(zip(codes, names, outlines, strict=True), key=lambda row: row[0])
        return cls(
            tuple(code for code, _, _ in rows),
            tuple(name for _, name, _ in rows),
            tuple(outline for _, _, outline in rows),
            taken,
        )


def from_frame(features: gpd.GeoDataFrame, *, name: str | None = None, code: str | None = None) -> Areas:
    """Make areas of polygon features; features with the same code become one area."""
    columns = [str(column) for column in features.columns if column != features.geometry.name]
    name_column = _given(name, columns) or _guessed_name(columns)
    code_column = _given(code, columns) or _guessed_code(columns, name_column) or name_column
    names, codes = _texts(features, name_column), _texts(features, code_column)
    named: dict[str, str] = {}
    shapes: dict[str, list[shapely.Geometry]] = {}
    for key, called, shape in zip(codes, names, features.geometry, strict=True):
        if named.setdefault(key, called) != called:
            raise InputRejected(
                f"Code {key} stands for both {named[key]} and {called} in column {code_column}. Name the right column."
            )
        shapes.setdefault(key, []).append(shape)
    outlines = [parts[0] if len(parts) == 1 else shapely.union_all(parts) for parts in shapes.values()]
    taken = f"names from column {name_column}, codes from column {code_column}"
    return Areas._in_order(shapes, named.values(), outlines, taken)


def assign(areas: Areas, e_m: ArrayLike, n_m: ArrayLike) -> NDArray[np.object_]:
    """Return the code of the area each point lies in, or None; on a shared edge the lowest code has it."""
    return np.array([*areas.codes, None], dtype=object)[_number_of_area(areas, e_m, n_m)]


def study_cells(areas: Areas, side_m: float = grid.SIDE_M) -> pd.DataFrame:
    """Return every hexagon whose centre lies in an area: cell, e_m, n_m, lon, lat, lpa; sorted by cell."""
    west, south, east, north = shapely.total_bounds(np.asarray(areas.outlines, dtype=object))
    cells = grid.cells_in_box(west, south, east, north, side_m=side_m)
    e_m, n_m = grid.centres(cells, side_m=side_m)
    area = _number_of_area(areas, e_m, n_m)
    inside = area < len(areas.codes)
    lon, lat = geo.to_wgs84(e_m[inside], n_m[inside])
    return pd.DataFrame(
        {
            "cell": cells[inside],
            "e_m": e_m[inside],
            "n_m": n_m[inside],
            "lon": lon,
            "lat": lat,
            "lpa": pd.array(np.asarray(areas.codes, dtype=object)[area[inside]], dtype="str"),
        }
    )


def _number_of_area(areas: Areas, e_m: ArrayLike, n_m: ArrayLike) -> NDArray[np.intp]:
    """Return where in `areas` each point lies, or their number for a point in none."""
    east, north = np.asarray(e_m, dtype=np.float64), np.asarray(n_m, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(east) & np.isfinite(north))
    points = shapely.STRtree(shapely.points(east[known], north[known]))
    area, point = points.query(np.asarray(areas.outlines, dtype=object), predicate="intersects")
    lowest = np.full(len(east), len(areas.codes), dtype=np.intp)
    np.minimum.at(lowest, known[point], area)
    return lowest


def outline_geojson(areas: Areas, *, limit_bytes: int = OUTLINE_LIMIT_BYTES) -> str:
    """Return the outlines in WGS84 for drawing, simplified together until they fit; shared edges stay shared."""
    shapes = np.asarray(areas.outlines, dtype=object)
    tolerance_m = 15.0
    while True:
        text = _geojson(areas, shapely.coverage_simplify(shapes, tolerance_m))
        if len(text.encode()) <= limit_bytes or tolerance_m > 4000:
            return text
        tolerance_m *= 1.6


def _geojson(areas: Areas, shapes: NDArray[np.object_]) -> str:
    drawn = shapely.transform(shapes, lambda points: np.round(np.column_stack(geo.to_wgs84(*points.T)), 5))
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": number,
            "properties": {"code": code, "name": name},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for number, (code, name, shape) in enumerate(zip(areas.codes, areas.names, drawn, strict=True))
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))


def _given(column: str | None, columns: Sequence[str]) -> str | None:
    if column is not None and column not in columns:
        raise InputRejected(f"There is no column {column}. The file has: {', '.join(columns) or 'no columns'}.")
    return column


def _guessed_name(columns: Sequence[str]) -> str:
    for wanted in _NAME_COLUMNS:
        for column in columns:
            if wanted.fullmatch(column.lower()):
                return column
    for column in columns:
        if _NAME_ENDING.search(column.lower()):
            return column
    raise InputRejected(
        f"No column says what the areas are called (columns: {', '.join(columns) or 'none'}). Add one called name."
    )


def _guessed_code(columns: Sequence[str], name_column: str) -> str | None:
    """Return the code column that belongs to the name column, so that one area keeps one code."""
    stem = _NAME_ENDING.sub("", name_column.lower())
    wanted = [stem + ending for ending in _CODE_ENDINGS] if stem else ["code", "id"]
    return next((column for column in columns for ending in wanted if column.lower() == ending), None)


def _texts(features: gpd.GeoDataFrame, column: str) -> list[str]:
    """Return a column as tidy text; a whole number stored as a fraction loses its .0."""
    texts = []
    for number, value in enumerate(features[column], start=1):
        whole = isinstance(value, float) and value.is_integer()
        text = "" if pd.isna(value) else " ".join(str(int(value) if whole else value).split())
        if not text:
            raise InputRejected(f"Feature {number} has nothing in column {column}. Fill it, or name another column.")
        texts.append(text)
    return texts
