"""The map under the data, as a style document: calm greys, so that colour is left to the figures.

It reads with no street map loaded at all: the outlines of the areas and the names of the towns are enough.
"""

from collections.abc import Mapping
from typing import Any

from rasure.store.tiles import Layer

REGULAR, BOLD = "Atkinson-Regular", "Atkinson-Bold"

Colours = Mapping[str, str]
Drawn = dict[str, Any]

LIGHT: Colours = {
    "ground": "#f4f5f7",
    "inside": "#ffffff",
    "water": "#d9e2ea",
    "main_road": "#c3cad3",
    "road": "#d3d8df",
    "street": "#e1e5ea",
    "outline": "#8c99a6",
    "label": "#35414d",
    "faint_label": "#5d6975",
    "halo": "#ffffff",
}
DARK: Colours = {
    "ground": "#0d151d",
    "inside": "#121d27",
    "water": "#1b2c3b",
    "main_road": "#3d4c5a",
    "road": "#2f3c48",
    "street": "#232f3a",
    "outline": "#627385",
    "label": "#d5dee7",
    "faint_label": "#a3b1be",
    "halo": "#0d151d",
}
THEMES: Mapping[str, Colours] = {"light": LIGHT, "dark": DARK}

#: Road class: width in pixels at zoom 8, 12 and 16, and the first zoom it is drawn at.
_ROADS = (
    (6, 0.0, 0.4, 1.5, 14),
    (5, 0.0, 0.6, 5.0, 11),
    (4, 0.3, 1.0, 7.0, 10),
    (3, 0.5, 1.4, 8.0, 10),
    (2, 0.8, 2.0, 10.0, 7),
    (1, 1.3, 3.0, 12.0, 5),
)


def style(
    origin: str, theme: str, layers: Mapping[str, Layer], *, outlines_version: str, names_below: int | None = None
) -> Drawn:
    """Return the style for what there is to draw; `origin` is `scheme://host`, for tiles need whole addresses.

    With `names_below`, towns of so many people and more go unnamed: the page names them over its data.
    """
    colours = THEMES[theme]
    sources: Drawn = {
        "outlines": {
            "type": "geojson",
            "data": f"{origin}/basemap/outlines.json?v={outlines_version}",
            "tolerance": 0.2,
        },
        "towns": {"type": "geojson", "data": f"{origin}/basemap/towns.json"},
    }
    for layer in layers.values():
        sources[layer.name] = _source(origin, layer)
    drawn: list[Drawn] = [_background(colours), _inside(colours)]
    if "water" in layers:
        drawn += _water(colours)
    if "roads" in layers:
        drawn += _roads(colours)
    drawn.append(_outlines(colours))
    if "roads" in layers:
        drawn.append(_road_numbers(colours))
    if "places" in layers:
        drawn.append(_places(colours))
    drawn += _towns(colours, names_below)
    return {
        "version": 8,
        "name": f"Rasure {theme}",
        "glyphs": f"{origin}/basemap/glyphs/{{fontstack}}/{{range}}.pbf",
        "sources": sources,
        "layers": drawn,
    }


def _source(origin: str, layer: Layer) -> Drawn:
    return {
        "type": "vector",
        "tiles": [f"{origin}/basemap/{layer.name}/{{z}}/{{x}}/{{y}}.pbf?v={layer.version}"],
        "minzoom": layer.min_zoom,
        "maxzoom": layer.max_zoom,
        "bounds": list(layer.bounds),
        "attribution": layer.attribution,
    }


def _background(colours: Colours) -> Drawn:
    return {"id": "ground", "type": "background", "paint": {"background-color": colours["ground"]}}


def _inside(colours: Colours) -> Drawn:
    return {
        "id": "inside",
        "type": "fill",
        "source": "outlines",
        "paint": {"fill-color": colours["inside"], "fill-antialias": False},
    }


def _outlines(colours: Colours) -> Drawn:
    return {
        "id": "outlines",
        "type": "line",
        "source": "outlines",
        "layout": {"line-join": "round"},
        "paint": {"line-color": colours["outline"], "line-width": _by_zoom((7, 0.8), (12, 1.4)), "line-opacity": 0.9},
    }


def _water(colours: Colours) -> list[Drawn]:
    width = _by_zoom((8, 0.8), (12, 2.0), (16, 8.0))
    return [
        _tiled("water-areas", "fill", "water", {"fill-color": colours["water"]}, ["==", "$type", "Polygon"]),
        _tiled(
            "water-lines",
            "line",
            "water",
            {"line-color": colours["water"], "line-width": width},
            ["==", "$type", "LineString"],
        ),
    ]


def _roads(colours: Colours) -> list[Drawn]:
    """Return one layer a class, the least first, so that main roads lie over the streets they cross."""
    drawn = []
    for rank, far, middle, near, first_zoom in _ROADS:
        colour = colours["main_road"] if rank <= 2 else colours["road"] if rank <= 4 else colours["street"]
        paint = {"line-color": colour, "line-width": _by_zoom((8, far), (12, middle), (16, near))}
        layer = _tiled(f"roads-{rank}", "line", "roads", paint, ["==", "c", rank])
        layer |= {"minzoom": first_zoom, "layout": {"line-cap": "round", "line-join": "round"}}
        drawn.append(layer)
    return drawn


def _road_numbers(colours: Colours) -> Drawn:
    """Name streets along their line, close in only; main roads by their number."""
    layer = _tiled("road-names", "symbol", "roads", _ink(colours, "faint_label"), ["<=", "c", 5])
    layer |= {
        "minzoom": 13,
        "layout": {
            "symbol-placement": "line",
            "text-field": ["coalesce", ["get", "ref"], ["get", "name"], ""],
            "text-font": [REGULAR],
            "text-size": _by_zoom((13, 10), (17, 13)),
            "symbol-spacing": 350,
        },
    }
    return layer


def _places(colours: Colours) -> Drawn:
    """Name the places a force has loaded itself; the towns that ship with Rasure go first where they collide."""
    layer = _tiled("places", "symbol", "places", _ink(colours, "faint_label"), [">=", "c", 1])
    layer["layout"] = {**_named(REGULAR), "text-size": _by_zoom((9, 11), (14, 13)), "symbol-sort-key": ["get", "c"]}
    return layer


def _towns(colours: Colours, names_below: int | None) -> list[Drawn]:
    """Name the towns by size: the large ones at any distance, the smaller the closer."""
    bands = (
        (100_000, None, 0, 13, 18),
        (30_000, 100_000, 7.5, 12, 16),
        (9_000, 30_000, 9, 11, 15),
        (0, 9_000, 10.5, 11, 13),
    )
    drawn = []
    for least, below, first_zoom, far_size, near_size in reversed(bands):
        within: list[Any] = ["all", [">=", "population", least]]
        if below is not None:
            within.append(["<", "population", below])
        if names_below is not None:
            within.append(["<", "population", names_below])
        is_large = least >= 30_000
        drawn.append(
            {
                "id": f"towns-{least}",
                "type": "symbol",
                "source": "towns",
                "minzoom": first_zoom,
                "filter": within,
                "layout": {
                    **_named(BOLD if is_large else REGULAR),
                    "text-size": _by_zoom((8, far_size), (13, near_size)),
                    "symbol-sort-key": ["-", 0, ["get", "population"]],
                },
                "paint": _ink(colours, "label" if least >= 9_000 else "faint_label"),
            }
        )
    return drawn


def _named(font: str) -> Drawn:
    return {"text-field": ["get", "name"], "text-font": [font], "text-max-width": 8, "text-padding": 4}


def _ink(colours: Colours, name: str) -> Drawn:
    return {"text-color": colours[name], "text-halo-color": colours["halo"], "text-halo-width": 1.5}


def _tiled(name: str, kind: str, layer: str, paint: Drawn, only: list[Any]) -> Drawn:
    return {"id": name, "type": kind, "source": layer, "source-layer": layer, "filter": only, "paint": paint}


def _by_zoom(*stops: tuple[float, float]) -> list[Any]:
    return ["interpolate", ["linear"], ["zoom"], *(part for stop in stops for part in stop)]
