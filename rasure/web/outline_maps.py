"""Maps of hot-spot outlines: tens of them, so their rows come inline, and nothing on them can be picked."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pydeck
import streamlit as st

from rasure.places.fitting import GAINED, KEPT, LOST, OUTSIDE
from rasure.services.drawing import Path
from rasure.web import maps, theme
from rasure.web.map_geometry import METRES_PER_DEGREE, Lonlat

_HEIGHT_PX = 440
#: Room at the foot for the scale bar.
_PADDING_PX = 44
_MOST_RADIUS_PX = 12.0
_NUMBER_PX = 11
#: Degrees round the outlines, some 200 m.
_MARGIN_LON, _MARGIN_LAT = 0.0030, 0.0018


def numbered(outlines: Sequence[Sequence[Path]], *, key: str, alt: str) -> None:
    """Draw hot spots with their number in the list beside the map, from 1."""
    colours = theme.palette()
    view = _view([path for paths in outlines for path in paths])
    layers = [
        *_edges("outline", [path for paths in outlines for path in paths], colours.accent, width_px=3),
        *_numbers(_labels([_middle(paths) for paths in outlines], view)),
        *maps.scale_bar(view, theme=theme.theme_name()),
    ]
    _draw(layers, view, key=key, alt=alt)


def moved(before: Sequence[Path], after: Sequence[Path], points: pd.DataFrame, *, key: str, alt: str) -> None:
    """Draw an outline where it lay, thin, and where it lies now, thick, over the offences by what becomes of them."""
    colours = theme.palette()
    view = _view([*before, *after])
    layers = [
        _points("outside", points, OUTSIDE, fill=colours.muted, radius_px=1),
        _points("kept", points, KEPT, fill=colours.ink, radius_px=1),
        _points("lost", points, LOST, line=colours.ink, radius_px=2),
        _points("gained", points, GAINED, fill=colours.sequential[3], line=colours.ink, radius_px=2),
        *_edges("before", before, colours.muted, width_px=2),
        *(_edges("after", after, colours.accent, width_px=4) if after != before else ()),
        *maps.scale_bar(view, theme=theme.theme_name()),
    ]
    _draw(layers, view, key=key, alt=alt)


def _draw(layers: Sequence[pydeck.Layer], view: maps.View, *, key: str, alt: str) -> None:
    deck = maps.deck(layers, view=view, theme=theme.theme_name(), has_names_on_top=False)
    st.pydeck_chart(deck, height=_HEIGHT_PX, key=key, alt=alt)


def _view(paths: Sequence[Path]) -> maps.View:
    lons, lats = zip(*(point for path in paths for point in path), strict=True)
    bounds = min(lons) - _MARGIN_LON, min(lats) - _MARGIN_LAT, max(lons) + _MARGIN_LON, max(lats) + _MARGIN_LAT
    return maps.view_for(bounds, height_px=_HEIGHT_PX, padding_px=_PADDING_PX)


def _middle(paths: Sequence[Path]) -> Lonlat:
    points = [point for path in paths for point in path[:-1]]
    return sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points)


def _edges(layer_id: str, paths: Sequence[Path], colour: str, *, width_px: int) -> list[pydeck.Layer]:
    """Return outlines on a paler edge, which keeps them visible on any ground."""
    under = theme.palette().ground
    return [
        _path(f"{layer_id}-under", paths, under, width_px=width_px + 3),
        _path(layer_id, paths, colour, width_px=width_px),
    ]


def _path(layer_id: str, paths: Sequence[Path], colour: str, *, width_px: int) -> pydeck.Layer:
    return pydeck.Layer(
        "PathLayer",
        [{"path": [list(point) for point in path]} for path in paths],
        id=layer_id,
        get_path="path",
        get_color=maps.shade(colour),
        get_width=width_px,
        width_units="'pixels'",
        joint_rounded=True,
        cap_rounded=True,
        pickable=False,
    )


def _points(
    layer_id: str, points: pd.DataFrame, fate: int, *, fill: str = "", line: str = "", radius_px: int
) -> pydeck.Layer:
    own = points[points["fate"] == fate]
    rows: list[dict[str, Any]] = [
        {"at": [float(lon), float(lat)], "radius": min(radius_px + float(n) ** 0.5, _MOST_RADIUS_PX)}
        for lon, lat, n in zip(own["lon"], own["lat"], own["n"], strict=True)
    ]
    return pydeck.Layer(
        "ScatterplotLayer",
        rows,
        id=layer_id,
        get_position="at",
        get_radius="radius",
        radius_units="'pixels'",
        filled=bool(fill),
        stroked=bool(line),
        get_fill_color=maps.shade(fill or line),
        get_line_color=maps.shade(line or fill),
        line_width_min_pixels=2,
        opacity=0.6,
        pickable=False,
    )


def _labels(middles: Sequence[Lonlat], view: maps.View) -> list[dict[str, Any]]:
    """Return the numbers from 1; where dots lie too close at the opening zoom, numbers stand in a row."""
    a_number = _NUMBER_PX * view.metres_per_px() / METRES_PER_DEGREE
    labels: list[dict[str, Any]] = []
    for number, (lon, lat) in enumerate(middles, 1):
        near = [
            label
            for label in labels
            if abs(label["at"][0] - lon) < 2 * a_number and abs(label["at"][1] - lat) < a_number
        ]
        across = max((label["offset"][0] + _NUMBER_PX * len(label["text"]) for label in near), default=7)
        labels.append({"at": [lon, lat], "text": str(number), "offset": [across, -8]})
    return labels


def _numbers(labels: list[dict[str, Any]]) -> list[pydeck.Layer]:
    """Return a dot a hot spot, seen at any zoom, with its number beside it."""
    colours = theme.palette()
    dots = pydeck.Layer(
        "ScatterplotLayer",
        labels,
        id="dots",
        get_position="at",
        get_radius=4,
        radius_units="'pixels'",
        get_fill_color=maps.shade(colours.accent),
        get_line_color=maps.shade(colours.ground),
        line_width_min_pixels=1,
        stroked=True,
        pickable=False,
    )
    numbers = pydeck.Layer(
        "TextLayer",
        labels,
        id="numbers",
        get_position="at",
        get_text="text",
        get_size=15,
        get_color=maps.shade(colours.ink),
        get_text_anchor="'start'",
        get_pixel_offset="offset",
        font_family="'Atkinson Hyperlegible Next, sans-serif'",
        font_weight=700,
        font_settings={"sdf": True, "fontSize": 48, "buffer": 8, "radius": 14},
        outline_width=6,
        outline_color=maps.shade(colours.ground),
        pickable=False,
    )
    return [dots, numbers]
