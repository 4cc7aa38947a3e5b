"""Every map of Rasure: one way to make a deck, so that none can reach outside, and the layers that lie on it.

Rows come by URL and never inline; colours come from the class `k` of each row by an expression the page's content
policy lets run. Streamlit's `map_style=None` asks an outside server for a map, so a deck without our style is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pydeck

HEX_RADIUS_M = 139.0
STYLE_URL = "/basemap/style.json?theme="

Bounds = tuple[float, float, float, float]
Lonlat = tuple[float, float]

#: When something is picked, Streamlit lowers the alpha of every other object to 102 and raises the picked one's to
#: 255. Starting at 102 leaves the others as they are; the layer's opacity (which may exceed 1) brings them to 0.62.
_ALPHA = 102
_HEX_OPACITY = 2.9

_TILE_PX = 512
_METRES_PER_DEGREE = 111_320.0
_STEPS_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_INK = {"light": [23, 33, 43], "dark": [232, 237, 242]}
_GROUND = {"light": [255, 255, 255], "dark": [15, 25, 34]}
_RING = {"light": [20, 49, 77], "dark": [140, 196, 240]}


@dataclass(frozen=True, slots=True)
class View:
    """Where a map looks when it opens: the centre, the zoom, and the size it is drawn at."""

    lon: float
    lat: float
    zoom: float
    width_px: int
    height_px: int

    def metres_per_px(self) -> float:
        circumference_m = 360.0 * _METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        return float(circumference_m / (_TILE_PX * 2**self.zoom))


def deck(
    layers: Sequence[pydeck.Layer], *, view: View, theme: str, tooltip: str | None = None, style_url: str | None = None
) -> pydeck.Deck:
    """Return a map over our own basemap; `tooltip` is plain text with `{column}` in it."""
    url = style_url if style_url is not None else STYLE_URL + theme
    if not url.startswith("/basemap/"):
        raise ValueError(f"A map must use the basemap served here, not {url!r}.")
    for layer in layers:
        if isinstance(layer.data, str) and not layer.data.startswith("/"):
            raise ValueError(f"The layer {layer.id} must take its rows from here, not from {layer.data!r}.")
    return pydeck.Deck(
        layers=list(layers),
        initial_view_state=pydeck.ViewState(
            longitude=view.lon, latitude=view.lat, zoom=view.zoom, min_zoom=6, max_zoom=17, pitch=0, bearing=0
        ),
        views=[pydeck.View(type="MapView", controller={"dragRotate": False, "touchRotate": False})],
        map_provider=None,
        map_style=url,
        tooltip={"text": tooltip, "style": _tooltip_style(theme)} if tooltip else False,
    )


def view_for(bounds: Bounds, *, height_px: int = 560, width_px: int = 760, padding_px: int = 24) -> View:
    """Return the view that holds the bounds (west, south, east, north in degrees) with a margin."""
    west, south, east, north = bounds
    top, bottom = _mercator(north), _mercator(south)
    middle = (top + bottom) / 2.0
    lat = math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * middle))))
    across = max((east - west) / 360.0, 1e-6)
    down = max(bottom - top, 1e-6)
    fits = min((width_px - 2 * padding_px) / across, (height_px - 2 * padding_px) / down) / _TILE_PX
    zoom = min(max(math.log2(fits), 6.0), 15.0)
    return View((west + east) / 2.0, lat, round(zoom, 2), width_px, height_px)


def hexagons(
    url: str,
    *,
    colours: Sequence[str],
    layer_id: str = "hexagons",
    radius_m: float = HEX_RADIUS_M,
    class_column: str = "k",
) -> pydeck.Layer:
    """Return hexagons drawn round the `lon` and `lat` of each row at `url`, coloured by the row's class from 0."""
    return pydeck.Layer(
        "ColumnLayer",
        url,
        id=layer_id,
        get_position="[lon, lat]",
        get_fill_color=fill_expression(colours, class_column=class_column),
        disk_resolution=6,
        radius=radius_m,
        angle=30,
        extruded=False,
        filled=True,
        opacity=_HEX_OPACITY,
        pickable=True,
    )


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
    path = _hexagon(centre, radius_m)
    return [
        _line(f"{layer_id}-under", [path], _GROUND[theme], width_px=7),
        _line(layer_id, [path], _RING[theme], width_px=4),
    ]


def scale_bar(view: View, *, theme: str = "light") -> list[pydeck.Layer]:
    """Return a bar of a round length on the ground, at the lower left of the opening view, with its length over it.

    It is drawn on the ground and stays true at any zoom; Streamlit's map offers no place for a fixed one.
    """
    length_m = max((step for step in _STEPS_M if step <= 150.0 * view.metres_per_px()), default=_STEPS_M[0])
    words = f"{length_m // 1000} km" if length_m >= 1000 else f"{length_m} m"
    start = _offset(view, 18.0 - view.width_px / 2.0, view.height_px / 2.0 - 18.0)
    end = (start[0] + length_m / (_METRES_PER_DEGREE * math.cos(math.radians(start[1]))), start[1])
    tick = 5.0 * view.metres_per_px() / _METRES_PER_DEGREE
    bar = [(start[0], start[1] + tick), start, end, (end[0], end[1] + tick)]
    text = pydeck.Layer(
        "TextLayer",
        [{"at": [(start[0] + end[0]) / 2.0, start[1]], "text": words}],
        id="scale-text",
        get_position="at",
        get_text="text",
        get_size=13,
        get_color=_INK[theme],
        get_pixel_offset=[0, -11],
        font_family="'Atkinson Hyperlegible Next, sans-serif'",
        font_settings={"sdf": True},
        outline_width=3,
        outline_color=[*_GROUND[theme], 255],
        pickable=False,
    )
    return [
        _line("scale-under", [bar], _GROUND[theme], width_px=5),
        _line("scale-bar", [bar], _INK[theme], width_px=2),
        text,
    ]


def _line(layer_id: str, paths: Sequence[Sequence[Lonlat]], colour: list[int], *, width_px: int) -> pydeck.Layer:
    rows = [{"path": [list(point) for point in path]} for path in paths]
    return pydeck.Layer(
        "PathLayer",
        rows,
        id=layer_id,
        get_path="path",
        get_color=[*colour, 255],
        get_width=width_px,
        width_units="'pixels'",
        joint_rounded=True,
        cap_rounded=True,
        pickable=False,
    )


def _hexagon(centre: Lonlat, radius_m: float) -> list[Lonlat]:
    lon, lat = centre
    east = radius_m / (_METRES_PER_DEGREE * math.cos(math.radians(lat)))
    north = radius_m / _METRES_PER_DEGREE
    angles = [math.radians(30.0 + 60.0 * corner) for corner in range(7)]
    return [(lon + east * math.cos(angle), lat + north * math.sin(angle)) for angle in angles]


def _offset(view: View, right_px: float, down_px: float) -> Lonlat:
    """Return the position that many pixels from the centre of the view."""
    world_px = _TILE_PX * 2**view.zoom
    lon = view.lon + 360.0 * right_px / world_px
    y = _mercator(view.lat) + down_px / world_px
    return lon, math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y))))


def _mercator(lat: float) -> float:
    """Return how far down the world map a latitude lies, from 0 to 1."""
    return (1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0


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
