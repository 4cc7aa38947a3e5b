"""Charts that stand on a page and on paper alike, as Vega-Lite without data; colours by name, such as "$accent"."""

from collections.abc import Mapping
from typing import Any

Shape = dict[str, Any]

#: Sizes of text on paper are those of the screen, at the scale a picture is set.
_QUIET: dict[str, Any] = {"domain": False, "ticks": False, "grid": False, "labelFontSize": 13, "title": None}
#: Parts drawn for the eye alone: a reader of the screen meets each figure once, in its mark or in the table.
_MUTE: Shape = {"aria": False}


def band() -> Shape:
    """Return a line by week on the range each week usually has; a week without a range breaks the band.

    Data: week_on, n, low, high (None: no range), is_last, label, said.
    """
    x = {"field": "week_on", "type": "temporal", "axis": {**_QUIET, "format": "%b %Y", "tickCount": 5}}
    y_axis = {**_QUIET, "grid": True, "tickCount": 4}
    y = {"field": "n", "type": "quantitative", "axis": y_axis, "scale": {"zero": True}}
    has_range = {"filter": "datum.low !== null"}
    is_last = {"filter": "datum.is_last"}
    tooltip = [{"field": "said", "type": "nominal", "title": "Week"}]
    return {
        "encoding": {"x": x},
        "layer": [
            {
                "transform": [has_range],
                "mark": {"type": "area", "color": "$line", "opacity": 0.75, **_MUTE},
                "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line", "color": "$accent", "strokeWidth": 2, **_MUTE}, "encoding": {"y": y}},
            {
                "mark": {"type": "point", "size": 60, "opacity": 0, "filled": True},
                "encoding": {"y": y, "tooltip": tooltip},
            },
            {
                "transform": [is_last],
                "mark": {"type": "point", "color": "$accent", "filled": True, "size": 90, "opacity": 1, **_MUTE},
                "encoding": {"y": y},
            },
            {
                "transform": [is_last],
                "mark": {
                    **{"type": "text", "align": "left", "dx": 10, "fontSize": 14, "fontWeight": 700},
                    **{"color": "$ink", **_MUTE},
                },
                "encoding": {"y": y, "text": {"field": "label", "type": "nominal"}},
            },
        ],
    }


def ranges(room: float) -> Shape:
    """Return a dot a row on the range it usually has, and words beside it; what stands out is a diamond in bold.

    `room` is where the axis ends, past the words. Data: label, n, low, high (None: no range), words, words_at (where
    on the axis they begin), stands_out.
    """
    axis = {**_QUIET, "labelLimit": 230, "labelColor": "$ink", "labelPadding": 10}
    y = {"field": "label", "type": "nominal", "sort": None, "axis": axis}
    x = {"field": "n", "type": "quantitative", "axis": None, "scale": {"domain": [0, room]}}
    has_range = {"filter": "datum.low !== null"}
    words: Shape = {"type": "text", "align": "left", "fontSize": 13, "color": "$ink", **_MUTE}
    return {
        "encoding": {"y": y},
        "layer": [
            {
                "transform": [has_range],
                "mark": {"type": "rule", "color": "$neutral", "strokeWidth": 8, "strokeCap": "round", **_MUTE},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": "$accent"},
                "encoding": {
                    "x": x,
                    "shape": {"condition": {"test": "datum.stands_out", "value": "diamond"}, "value": "circle"},
                    "size": {"condition": {"test": "datum.stands_out", "value": 190}, "value": 110},
                    "tooltip": [{"field": "words", "type": "nominal", "title": "This week"}],
                },
            },
            *(
                {
                    "transform": [{"filter": test}],
                    "mark": words | {"fontWeight": weight},
                    "encoding": {"x": {**x, "field": "words_at"}, "text": {"field": "words", "type": "nominal"}},
                }
                for test, weight in (("datum.stands_out", 700), ("!datum.stands_out", 400))
            ),
        ],
    }


def coloured(value: Any, colours: Mapping[str, Any]) -> Any:
    """Put colours where a shape names them."""
    if isinstance(value, dict):
        return {name: coloured(inner, colours) for name, inner in value.items()}
    if isinstance(value, list):
        return [coloured(inner, colours) for inner in value]
    if isinstance(value, str) and value.startswith("$"):
        return colours.get(value[1:], value)
    return value
