"""The chart family: authored in Altair once per shape, kept as Vega-Lite dicts, the data bound at run time."""

from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

from rasure.web.theme import Palette, palette

_MUTED_AXIS = {"domain": False, "ticks": False, "grid": False, "labelFontSize": 13, "title": None}
_COUNTS = {"grid": True, "tickMinStep": 1, "tickCount": 4, "labelPadding": 8}


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


def quarters(found: pd.DataFrame, alt: str) -> None:
    """Draw offences a quarter as bars: filled where the place was chosen at its start, dashed where days are missing.

    `found`: starts_on, ends_on, offences, is_chosen, is_whole, said.
    """
    _draw(_quarters_shape(), found, alt, height=200)


@cache
def _quarters_shape() -> dict[str, Any]:
    import altair as alt

    bars = (
        alt.Chart()
        .mark_rect(stroke="$accent", strokeWidth=1.5)
        .encode(
            x=alt.X("starts_on:T", axis=alt.Axis(format="%Y", tickCount="year", **_MUTED_AXIS)),
            x2="ends_on:T",
            y=alt.Y("offences:Q", scale=alt.Scale(domainMin=0), axis=alt.Axis(**{**_MUTED_AXIS, **_COUNTS})),
            y2=alt.datum(0),
            fill=alt.condition("datum.is_chosen", alt.value("$accent"), alt.value("transparent")),
            strokeDash=alt.condition("datum.is_whole", alt.value([1, 0]), alt.value([3, 3])),
            fillOpacity=alt.condition("datum.is_whole", alt.value(1), alt.value(0.35)),
            tooltip=[alt.Tooltip("said:N", title="Quarter"), alt.Tooltip("offences:Q", title="Offences")],
        )
    )
    return _without_data(bars)


def week(found: pd.DataFrame, *, alt: str, is_faded: bool) -> None:
    """Draw the week in three-hour blocks, Monday on top; darker holds more, outlined is the busiest run.

    `found`: weekday, hours, colour, is_peak, said.
    """
    _draw(_faded(_week_shape()) if is_faded else _week_shape(), found, alt, height=250)


@cache
def _week_shape() -> dict[str, Any]:
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("hours:O", sort=None, axis=alt.Axis(orient="top", labelAngle=0, **_MUTED_AXIS)),
        y=alt.Y("weekday:O", sort=None, axis=alt.Axis(**_MUTED_AXIS)),
        tooltip=[
            alt.Tooltip("weekday:O", title="Day"),
            alt.Tooltip("hours:O", title="From"),
            alt.Tooltip("said:N", title="Offences"),
        ],
    )
    blocks = base.mark_rect(stroke="$ground", strokeWidth=2).encode(fill=alt.Fill("colour:N", scale=None, legend=None))
    peak = base.mark_rect(fill="transparent", stroke="$ink", strokeWidth=2.5).transform_filter("datum.is_peak")
    return _without_data(alt.layer(blocks, peak))


def _faded(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape drawn pale, as for a profile of too few events."""
    blocks, *rest = shape["layer"]
    return {**shape, "layer": [{**blocks, "mark": {**blocks["mark"], "opacity": 0.45}}, *rest]}


def _without_data(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict(validate=False)
    if "layer" in spec:
        spec["layer"] = [{name: value for name, value in one.items() if name != "data"} for one in spec["layer"]]
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
