"""The chart family: authored in Altair once per shape, kept as Vega-Lite dicts, the data bound at run time."""

from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

from rasure.web.theme import Palette, palette

_MUTED_AXIS = {"domain": False, "ticks": False, "grid": False, "labelFontSize": 13, "title": None}


def coverage(months: pd.DataFrame, alt: str) -> None:
    """Draw which months each kind of file covers: a filled square present, an outlined one missing."""
    _draw(_coverage_shape(), months, alt, height=46 + 34 * months["kind"].nunique())


@cache
def _coverage_shape() -> dict[str, Any]:
    import altair as alt

    held = (
        alt.Chart()
        .mark_rect(stroke="$line", strokeWidth=1)
        .encode(
            x=alt.X("month:T", timeUnit="yearmonth", axis=alt.Axis(format="%Y", tickCount="year", **_MUTED_AXIS)),
            y=alt.Y("kind:N", axis=alt.Axis(labelLimit=220, **_MUTED_AXIS)),
            fill=alt.condition("datum.rows === null", alt.value("transparent"), alt.value("$accent")),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y", title="Month"),
                alt.Tooltip("kind:N", title="File"),
                alt.Tooltip("said:N", title="Rows"),
            ],
        )
    )
    return _without_data(held)


def _without_data(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {name: value for name, value in spec.items() if name not in ("data", "datasets", "$schema", "config")}


def _draw(shape: dict[str, Any], data: pd.DataFrame, alt: str, height: int) -> None:
    colours = palette()
    spec = _coloured(shape, colours)
    spec["height"] = height
    spec["config"] = {
        "background": "transparent",
        "font": "Atkinson Hyperlegible Next",
        "axis": {"labelColor": colours.muted, "gridColor": colours.line},
        "view": {"stroke": None},
    }
    st.vega_lite_chart(data, spec, width="stretch", theme=None, alt=alt)


def _coloured(value: Any, colours: Palette) -> Any:
    """Put the theme's colours where a shape names them, such as "$accent"."""
    if isinstance(value, dict):
        return {name: _coloured(inner, colours) for name, inner in value.items()}
    if isinstance(value, list):
        return [_coloured(inner, colours) for inner in value]
    if isinstance(value, str) and value.startswith("$") and hasattr(colours, value[1:]):
        return getattr(colours, value[1:])
    return value
