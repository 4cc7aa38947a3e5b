"""What a map file holds and how much each feature matters: its theme, its class from 1 (most), its name."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.errors import InputRejected

THEMES = ("roads", "water", "places")

_LINES = ("LineString", "MultiLineString")
_AREAS = ("Polygon", "MultiPolygon")
_POINTS = ("Point", "MultiPoint")
_SHAPES = {"roads": _LINES, "water": (*_LINES, *_AREAS), "places": _POINTS}

_WATER_WORDS = re.compile(r"water|river|stream|canal|lake|reservoir|thames|hydro", re.IGNORECASE)
_ROAD_COLUMNS = ("highway", "class_guess", "fclass", "road_classification", "roadclassification", "class", "road_class")
_WATER_COLUMNS = ("waterway", "natural", "kind", "water", "form", "fclass", "class")
_PLACE_COLUMNS = ("place", "class", "kind", "fclass", "type", "feature_code", "local_type")
_SETTLEMENT = ("place", "population", "pop")
_NAME_COLUMNS = ("name", "name1", "road_name", "roadname", "street", "locality")
_REF_COLUMNS = ("ref", "road_number", "roadnumber", "road_classification_number", "roadclassificationnumber")

_ROADS = (
    (1, re.compile(r"motorway")),
    (2, re.compile(r"trunk|primary|^a_?road|^a$")),
    (3, re.compile(r"secondary|^b_?road|^b$")),
    (4, re.compile(r"tertiary|^minor|^classified|unnumbered")),
    (6, re.compile(r"path|foot|cycle|track|steps|bridle|pedestrian|corridor|not_classified|unknown")),
    (5, re.compile(r".")),
)
_REFS = ((1, re.compile(r"^M\d|^A\d+\(M\)")), (2, re.compile(r"^A\d")), (3, re.compile(r"^B\d")))
_PLACES = (
    (1, re.compile(r"^city")),
    (2, re.compile(r"large_town|^ppla2?$")),
    (3, re.compile(r"town")),
    (4, re.compile(r"large_village|^ppla\d|^ppl$")),
    (5, re.compile(r".")),
)
_PLACES_BY_POPULATION = ((1, 100_000), (2, 30_000), (3, 9_000), (4, 3_500))
_BIG_WATER_M2 = 40_000.0


def theme_of(features: gpd.GeoDataFrame, file_name: str) -> str:
    """Return roads, water or places, from the shapes, the columns and at last the file's name."""
    kinds = set(features.geom_type)
    if kinds <= set(_POINTS) and not (_column(features, ("amenity", "shop")) and not _column(features, _SETTLEMENT)):
        return "places"
    if _speaks_of_water(features) or (_WATER_WORDS.search(file_name) and not _column(features, _ROAD_COLUMNS[:3])):
        return "water"
    if kinds <= set(_LINES):
        return "roads"
    raise InputRejected(
        f"{file_name} does not say whether it holds roads, water or places. Load lines as roads, points of towns as"
        " places, or name the file or a column after the water it holds; outlines of areas go in with load boundaries."
    )


def classed(features: gpd.GeoDataFrame, theme: str, file_name: str) -> gpd.GeoDataFrame:
    """Return the features the theme draws, with class `c`, `name` and `ref`; nothing drawable is refused."""
    drawn = features[features.geom_type.isin(_SHAPES[theme])]
    if theme == "places" and (column := _column(drawn, _NAME_COLUMNS)):
        drawn = drawn[drawn[column].notna()]
    if drawn.empty:
        raise InputRejected(f"{file_name} holds nothing the map can draw as {theme}. Load another file.")
    ranks = {"roads": _road_classes, "water": _water_classes, "places": _place_classes}[theme](drawn)
    columns = {"c": ranks, "name": _text(drawn, _NAME_COLUMNS), "ref": _text(drawn, _REF_COLUMNS)}
    return gpd.GeoDataFrame(columns, geometry=drawn.geometry.to_numpy(), crs=features.crs)


def _speaks_of_water(features: gpd.GeoDataFrame) -> bool:
    """Tell whether most features carry a value that means water."""
    for column in (_column(features, (name,)) for name in _WATER_COLUMNS):
        if column and features[column].astype("str").str.contains(_WATER_WORDS).mean() > 0.5:
            return True
    return False


def _road_classes(roads: gpd.GeoDataFrame) -> NDArray[np.int64]:
    kinds = _text(roads, _ROAD_COLUMNS)
    refs = _text(roads, _REF_COLUMNS)
    names = _text(roads, _NAME_COLUMNS)
    return np.array(
        [_road_class(kind, ref, name) for kind, ref, name in zip(kinds, refs, names, strict=True)], dtype=np.int64
    )


def _road_class(kind: str | None, ref: str | None, name: str | None) -> int:
    """Return a road's class from what it is called, else from its number; one with neither is a street or a path."""
    if kind:
        return _first(_ROADS, _tidy(kind))
    if ref:
        return next((rank for rank, pattern in _REFS if pattern.search(ref.upper())), 5)
    return 5 if name else 6


def _water_classes(water: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return 1 for large water and rivers, 2 for other areas of water, 3 for streams, ditches and canals."""
    kinds = [_tidy(kind or "") for kind in _text(water, _WATER_COLUMNS)]
    is_river = np.array([kind.startswith("river") for kind in kinds], dtype=bool)
    is_area = water.geom_type.isin(_AREAS).to_numpy()
    is_big = water.area.to_numpy() > _BIG_WATER_M2
    return np.where(is_river | (is_area & is_big), 1, np.where(is_area, 2, 3)).astype(np.int64)


def _place_classes(places: gpd.GeoDataFrame) -> NDArray[np.int64]:
    column = _column(places, ("population", "pop"))
    people = pd.to_numeric(places[column], errors="coerce") if column else pd.Series(np.nan, index=places.index)
    kinds = _text(places, _PLACE_COLUMNS)
    return np.array(
        [
            next((rank for rank, least in _PLACES_BY_POPULATION if count >= least), None)
            or (_first(_PLACES, _tidy(kind)) if kind and not count > 0 else 5)
            for count, kind in zip(people, kinds, strict=True)
        ],
        dtype=np.int64,
    )


def _first(patterns: tuple[tuple[int, re.Pattern[str]], ...], text: str) -> int:
    return next((rank for rank, pattern in patterns if pattern.search(text)), 5)


def _tidy(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _column(features: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> str | None:
    by_lower = {str(column).lower(): str(column) for column in features.columns}
    return next((by_lower[name] for name in wanted if name in by_lower), None)


def _text(features: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> list[str | None]:
    """Return the first of the wanted columns as text, None where it is empty."""
    column = _column(features, wanted)
    if column is None:
        return [None] * len(features)
    return [None if pd.isna(value) else " ".join(str(value).split()) or None for value in features[column]]
