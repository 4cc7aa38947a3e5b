"""Every map of Rasure: one way to make a deck, so that none can reach outside, and the layers that lie on it.

Rows come by URL and never inline; colours come from the class `k` of each row by an expression the page's content
policy lets run. Streamlit's `map_style=None` asks an outside server for a map, so a deck without our style is refused.
"""

import math
from collections.abc import Sequence
from typing import Any

import pydeck

from rasure.web.map_geometry import (
    METRES_PER_DEGREE,
    Bounds,
    Lonlat,
    View,
    convergence_degrees,
    hexagon,
    offset,
    view_for,
)

__all__ = [
    "Bounds",
    "View",
    "chosen_ring",
    "deck",
    "fill_expression",
    "hexagons",
    "scale_bar",
    "shade",
    "town_names",
    "view_for",
]

HEX_RADIUS_M = 139.0
STYLE_URL = "/basemap/style.json?theme="
TOWNS_URL = "/basemap/towns.json"

#: When something is picked, Streamlit lowers the alpha of every object but that to 102, in every layer, and raises
#: the picked one's to 255. So colours start at 102 and lose nothing; the opacity of the layer, which deck.gl takes to
#: the power 1/2.2 and which may exceed 1, brings them to what was meant. Labels stay readable through 0.62.
_ALPHA = 102
_HEX_OPACITY = (0.62 * 255 / _ALPHA) ** 2.2
_SOLID = (255 / _ALPHA) ** 2.2

#: The map takes the earth for a sphere, on which 139 m comes out 0.1 to 0.3 % long here and neighbours would overlap.
_COVERAGE = 0.999
_FONT = "'Atkinson Hyperlegible Next, sans-serif'"
#: Below this zoom, name towns of at least so many people.
_NAMED_FROM = ((9.0, 30_000), (10.3, 9_000), (math.inf, 0))
_STEPS_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_INK = {"light": [23, 33, 43], "dark": [232, 237, 242]}
_GROUND = {"light": [255, 255, 255], "dark": [15, 25, 34]}
_RING = {"light": [20, 49, 77], "dark": [140, 196, 240]}


def deck(
    layers: Sequence[pydeck.Layer],
    *,
    view: View,
    theme: str,
    tooltip: str | None = None,
    has_names_on_top: bool = True,
    style_url: str | None = None,
) -> pydeck.Deck:
    """Return a map over our own basemap; `tooltip` is plain text with `{column}` in it.

    The towns that matter at the opening zoom are named over the layers, and then not under them.
    """
    least = _named_from(view)
    url = style_url if style_url is not None else f"{STYLE_URL}{theme}"
    if has_names_on_top and style_url is None:
        url += f"&names_below={least}"
    if not url.startswith("/basemap/"):
        raise ValueError(f"A map must use the basemap served here, not {url!r}.")
    drawn = [*layers, town_names(least, theme=theme)] if has_names_on_top else list(layers)
    for layer in drawn:
        if isinstance(layer.data, str) and (not layer.data.startswith("/") or layer.data.startswith("//")):
            raise ValueError(f"The layer {layer.id} must take its rows from here, not from {layer.data!r}.")
    return pydeck.Deck(
        layers=drawn,
        initial_view_state=pydeck.ViewState(
            longitude=view.lon, latitude=view.lat, zoom=view.zoom, min_zoom=6, max_zoom=17, pitch=0, bearing=0
        ),
        views=[pydeck.View(type="MapView", controller={"dragRotate": False, "touchRotate": False})],
        map_provider=None,
        map_style=url,
        tooltip={"text": tooltip, "style": _tooltip_style(theme)} if tooltip else False,
    )


def hexagons(
    url: str,
    *,
    colours: Sequence[str],
    view: View | None = None,
    layer_id: str = "hexagons",
    radius_m: float = HEX_RADIUS_M,
    class_column: str = "k",
) -> pydeck.Layer:
    """Return hexagons drawn round the `lon` and `lat` of each row at `url`, coloured by the row's class from 0.

    They are turned as the national grid is at the middle of the view, so that close in they meet without a seam.
    """
    return pydeck.Layer(
        "ColumnLayer",
        url,
        id=layer_id,
        get_position="[lon, lat]",
        get_fill_color=fill_expression(colours, class_column=class_column),
        disk_resolution=6,
        radius=radius_m,
        coverage=_COVERAGE,
        angle=round(30.0 - (convergence_degrees((view.lon, view.lat)) if view else 0.0), 3),
        extruded=False,
        filled=True,
        opacity=_HEX_OPACITY,
        pickable=True,
    )


def outline(url: str, *, theme: str = "light", layer_id: str = "outline") -> list[pydeck.Layer]:
    """Return the paths at `url` as a line on a paler one, which keeps it visible on any colour."""
    return [
        line(f"{layer_id}-under", url, _GROUND[theme], width_px=4),
        line(layer_id, url, _INK[theme], width_px=2),
    ]


def fill_expression(colours: Sequence[str], *, class_column: str = "k") -> str:
    """Return the colour of a class as nested conditions; classes past the last take the last colour."""
    if not colours:
        raise ValueError("A map needs at least one colour.")
    shades = [str([*_rgb(colour), _ALPHA]) for colour in colours]
    conditions = "".join(f"{class_column} < {number + 1} ? {shade} : " for number, shade in enumerate(shades[:-1]))
    return conditions + shades[-1]


def chosen_ring(
    centre: Lonlat | None, *, theme: str = "light", radius_m: float = HEX_RADIUS_M, layer_id: str = "chosen"
) -> list[pydeck.Layer]:
    """Return the ring round the chosen hexagon, on a pale one that keeps it visible on any colour; none for none."""
    if centre is None:
        return []
    path = hexagon(centre, radius_m)
    return [
        line(f"{layer_id}-under", [path], _GROUND[theme], width_px=7),
        line(layer_id, [path], _RING[theme], width_px=4),
    ]


def leading_places(rows: Sequence[dict[str, Any]], *, colour: str, theme: str = "light") -> list[pydeck.Layer]:
    """Return dots on the leading places, never smaller than can be seen and clicked when the whole force is shown.

    `rows` hold cell, lon, lat, n, rank, as the hexagons do, so that a dot is picked like the hexagon under it.
    """
    if not rows:
        return []
    return [
        pydeck.Layer(
            "ScatterplotLayer",
            list(rows),
            id="leading",
            get_position="[lon, lat]",
            get_fill_color=[*_rgb(colour), _ALPHA],
            get_line_color=[*_GROUND[theme], 255],
            get_radius=45,
            radius_min_pixels=5,
            radius_max_pixels=7,
            line_width_min_pixels=1,
            stroked=True,
            opacity=2.5,
            pickable=True,
        )
    ]


def scale_bar(view: View, *, theme: str = "light") -> list[pydeck.Layer]:
    """Return a bar of a round length on the ground, at the foot of the opening view, with its length over it.

    It is drawn on the ground and stays true at any zoom; Streamlit's map offers no place for a fixed one.
    """
    length_m = max((step for step in _STEPS_M if step <= 150.0 * view.metres_per_px()), default=_STEPS_M[0])
    words = f"{length_m // 1000} km" if length_m >= 1000 else f"{length_m} m"
    lon, lat = offset(view, 0.0, view.height_px / 2.0 - 18.0)
    half = length_m / 2.0 / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    start, end = (lon - half, lat), (lon + half, lat)
    tick = 5.0 * view.metres_per_px() / METRES_PER_DEGREE
    bar = [(start[0], start[1] + tick), start, end, (end[0], end[1] + tick)]
    text = pydeck.Layer(
        "TextLayer",
        [{"at": [lon, lat], "text": words}],
        id="scale-text",
        get_position="at",
        get_text="text",
        get_size=13,
        get_color=[*_INK[theme], _ALPHA],
        opacity=_SOLID,
        get_pixel_offset=[0, -11],
        font_family=_FONT,
        font_settings={"fontSize": 52, "buffer": 8},
        pickable=False,
    )
    return [
        line("scale-under", [bar], _GROUND[theme], width_px=5),
        line("scale-bar", [bar], _INK[theme], width_px=2),
        text,
    ]


def town_names(least: int, *, theme: str = "light") -> pydeck.Layer:
    """Return the names of the towns of at least so many people, to be read over the hexagons."""
    return pydeck.Layer(
        "GeoJsonLayer",
        TOWNS_URL,
        id="towns",
        point_type="'text'",
        get_text=f"properties.population >= {least} ? properties.name : ''",
        get_text_size="properties.population >= 100000 ? 17 : properties.population >= 30000 ? 14 : 12",
        get_text_color=[*_INK[theme], 255],
        text_font_family=_FONT,
        text_font_weight=700,
        text_font_settings={"sdf": True, "fontSize": 48, "buffer": 8, "radius": 14},
        text_outline_width=6,
        text_outline_color=[*_GROUND[theme], 255],
        text_character_set="'auto'",
        extensions=[{"@@type": "CollisionFilterExtension"}],
        get_collision_priority="properties.population / 1000 - 500",
        collision_test_props={"sizeScale": 2},
        pickable=False,
    )


def _named_from(view: View) -> int:
    return next(people for zoom, people in _NAMED_FROM if view.zoom < zoom)


def ink(theme: str) -> list[int]:
    """Return the colour outlines are drawn in."""
    return _INK[theme]


def line(layer_id: str, paths: str | Sequence[Sequence[Lonlat]], colour: list[int], *, width_px: int) -> pydeck.Layer:
    """Return paths, lon-lat points each or rows at a URL, as lines of one width."""
    rows = paths if isinstance(paths, str) else [{"path": [list(point) for point in path]} for path in paths]
    return pydeck.Layer(
        "PathLayer",
        rows,
        id=layer_id,
        get_path="path",
        get_color=[*colour, _ALPHA],
        opacity=_SOLID,
        get_width=width_px,
        width_units="'pixels'",
        joint_rounded=True,
        cap_rounded=True,
        pickable=False,
    )


def shade(colour: str) -> list[int]:
    """Return a colour as deck.gl takes it, for layers of maps on which nothing is picked."""
    return [*_rgb(colour), 255]


def _rgb(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"A map colour is written #rrggbb, not {colour!r}.")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _tooltip_style(theme: str) -> dict[str, Any]:
    ink, ground = _INK[theme], _GROUND[theme]
    return {
        "backgroundColor": f"rgb({', '.join(map(str, ground))})",
        "color": f"rgb({', '.join(map(str, ink))})",
        "border": "1px solid #8a94a0",
        "borderRadius": "4px",
        "padding": "6px 9px",
        "fontFamily": "Atkinson Hyperlegible Next, sans-serif",
        "fontSize": "14px",
    }
