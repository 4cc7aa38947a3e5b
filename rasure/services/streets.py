"""The streets and the water of a small piece of ground, taken out of the basemap's vector tiles."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rasure.errors import InputRejected
from rasure.places import clipping, street_names
from rasure.places.plane import Plane
from rasure.store import vector_tile
from rasure.store.tiles import Tiles

Lonlat = tuple[float, float]
Box = tuple[float, float, float, float]

#: No more tiles are opened for one map: a box of some five kilometres.
_MOST_TILES = 16
#: What a letter and a line of a street name cover on the ground where nothing else is said: the opening map of a place.
LETTER_M, LINE_M = 5.2, 12.0


@dataclass(frozen=True, slots=True)
class Street:
    """A piece of a street: its class (1 motorway to 6 path), what it is called, its line."""

    rank: int
    name: str | None
    line: tuple[Lonlat, ...]


@dataclass(frozen=True, slots=True)
class Water:
    """A stretch of water: an area, whose later rings may be islands, or lines where it is narrow."""

    is_area: bool
    lines: tuple[tuple[Lonlat, ...], ...]


@dataclass(frozen=True, slots=True)
class Streets:
    """What lies in a box (west, south, east, north in degrees), the least streets first; empty without a basemap."""

    box: Box
    streets: tuple[Street, ...]
    water: tuple[Water, ...]
    names: tuple[street_names.Name, ...]
    """Where street names go; `at` in degrees."""
    attribution: str


def within(tiles: Tiles, box: Box, *, letter_m: float = LETTER_M, line_m: float = LINE_M) -> Streets:
    """Return what the basemap shows in a box, with names set in letters of so many metres."""
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise InputRejected("The map was asked for a box that is not one. Load the page again.")
    streets = [
        Street(int(rank) if isinstance(rank := tags.get("c"), float) else 5, _named(tags), piece)
        for is_area, tags, lines in _found(tiles, "roads", box)
        if not is_area
        for piece in lines
    ]
    water = [Water(is_area, tuple(lines)) for is_area, _tags, lines in _found(tiles, "water", box)]
    layers = tiles.layers()
    said = {layers[name].attribution for name, drawn in (("roads", streets), ("water", water)) if drawn}
    return Streets(
        box,
        tuple(sorted(streets, key=lambda street: -street.rank)),
        tuple(water),
        tuple(_names(streets, box, letter_m, line_m)),
        " · ".join(sorted(said - {""})),
    )


def as_geojson(streets: Streets) -> dict[str, object]:
    """Return it as a GeoJSON feature collection: `kind` water, street or name; class `c`; `turned` in degrees."""
    features = [
        *(_feature("Polygon" if w.is_area else "MultiLineString", w.lines, {"kind": "water"}) for w in streets.water),
        *(_feature("MultiLineString", [s.line], {"kind": "street", "c": s.rank}) for s in streets.streets),
    ]
    for name in streets.names:
        said = {"kind": "name", "text": name.text, "turned": round(name.turned_degrees, 1)}
        features.append(_feature("Point", [[name.at]], said))
    return {"type": "FeatureCollection", "features": features}


def _found(
    tiles: Tiles, name: str, box: Box
) -> Iterator[tuple[bool, dict[str, vector_tile.Value], list[tuple[Lonlat, ...]]]]:
    """Yield kind, tags and cut lines of every feature of a layer in the box; each tile gives what lies in itself."""
    layer = tiles.layers().get(name)
    if layer is None:
        return
    n = 2**layer.max_zoom
    west, north = _world((box[0], box[3]), n)
    east, south = _world((box[2], box[1]), n)
    columns, rows = range(int(west), int(east) + 1), range(int(north), int(south) + 1)
    if len(columns) * len(rows) > _MOST_TILES:
        raise InputRejected("The map was asked for more streets than it can draw at once. Ask for a smaller box.")
    for x in columns:
        for y in rows:
            packed = tiles.tile(name, layer.max_zoom, x, y)
            if packed is None:
                continue
            window = (max(west - x, 0.0), max(north - y, 0.0), min(east - x, 1.0), min(south - y, 1.0))
            for feature in vector_tile.features(packed, name):
                cut = [piece for part in feature.parts for piece in _cut(part, window, feature.is_area)]
                lines = [tuple(_lonlat((x + px, y + py), n) for px, py in piece) for piece in cut]
                if lines:
                    yield feature.is_area, feature.tags, lines


def _cut(part: tuple[Lonlat, ...], window: Box, is_area: bool) -> list[list[Lonlat]]:
    if not is_area:
        return clipping.line_in(part, window)
    ring = clipping.ring_in(part, window)
    return [ring] if ring else []


def _names(streets: list[Street], box: Box, letter_m: float, line_m: float) -> Iterator[street_names.Name]:
    plane = Plane((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    (west, south), (east, north) = plane.metres((box[0], box[1])), plane.metres((box[2], box[3]))
    named = [(street.name, street.rank, [plane.metres(at) for at in street.line]) for street in streets if street.name]
    for name in street_names.placed(named, (west, south, east, north), letter_m=letter_m, line_m=line_m):
        yield street_names.Name(name.text, plane.degrees(name.at), name.turned_degrees)


def _named(tags: dict[str, vector_tile.Value]) -> str | None:
    """Return what a street is called: its name, else its number."""
    return next((str(tags[key]) for key in ("name", "ref") if tags.get(key)), None)


def _feature(kind: str, lines: Sequence[Sequence[Lonlat]], said: dict[str, object]) -> dict[str, object]:
    points = [[[round(lon, 6), round(lat, 6)] for lon, lat in line] for line in lines]
    return {
        "type": "Feature",
        "properties": said,
        "geometry": {"type": kind, "coordinates": points[0][0] if kind == "Point" else points},
    }


def _world(at: Lonlat, n: int) -> tuple[float, float]:
    """Return column and row of a position among n × n tiles, with fractions (web Mercator)."""
    across = (at[0] + 180.0) / 360.0 * n
    return across, (1.0 - math.asinh(math.tan(math.radians(at[1]))) / math.pi) / 2.0 * n


def _lonlat(at: tuple[float, float], n: int) -> Lonlat:
    return at[0] / n * 360.0 - 180.0, math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * at[1] / n))))
