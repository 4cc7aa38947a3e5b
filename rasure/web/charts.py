"""The chart family: authored in Altair once per shape, kept as Vega-Lite dicts, the data bound at run time."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import pandas as pd
import streamlit as st

from rasure.shapes import coloured
from rasure.web.theme import palette

MUTED_AXIS = {"domain": False, "ticks": False, "grid": False, "labelFontSize": 13, "title": None}
_COUNTS = {"grid": True, "tickMinStep": 1, "tickCount": 4, "labelPadding": 8}
_NUMBER_AXIS = {"domain": False, "ticks": False, "grid": True, "labelFontSize": 13, "title": None, "tickCount": 5} | {
    "titleFontSize": 13,
    "titleFontWeight": "normal",
}


def coverage(months: pd.DataFrame, alt: str) -> None:
    """Draw which months each kind of file covers: a filled square present, an outlined one missing."""
    draw(_coverage_shape(), months, alt, height=46 + 34 * months["kind"].nunique())


def matrix(cells: pd.DataFrame, alt: str, *, key: str, on_pick: Callable[[], None], is_faded: bool) -> None:
    """Draw weekdays by hours, or by blocks of hours; clicking a cell puts its day and slot into the selection `cell`.

    `cells` holds day, slot, class (of the colour scale), chosen, and said, the words for a cell.
    """
    days, slots = cells["day"].unique().tolist(), cells["slot"].unique().tolist()
    shape = with_domains(_matrix_shape(), x=slots, y=days)
    shape["encoding"]["fillOpacity"] = {"value": 0.45 if is_faded else 1.0}
    draw(shape, cells, alt, height=320, key=key, on_pick=on_pick)


def intervals(rows: pd.DataFrame, alt: str, *, x_title: str, x_format: str, rule_at: float) -> None:
    """Draw a dot a row with its interval, from the top as given; `rule_at` is what each is read against.

    `rows` holds label (of one or two lines), value, low, high and said, the words for a row. Ratios, read against 1,
    need no zero on the axis; shares do.
    """
    shape = with_domains(_intervals_shape(), y=rows["label"].tolist())
    axis = _NUMBER_AXIS | {"format": x_format, "title": x_title}
    scale = {"zero": rule_at < 1, "nice": True}
    for layer in shape["layer"]:
        layer["encoding"]["x"] |= {"axis": axis, "scale": scale}
    shape["layer"][0]["encoding"]["x"]["datum"] = rule_at
    draw(shape, rows, alt, height=40 + 34 * len(rows))


def months(rows: pd.DataFrame, alt: str) -> None:
    """Draw a line by month from zero; a month without a value breaks it. `rows` holds month, value, said."""
    draw(_months_shape(), rows, alt, height=240)


@cache
def _matrix_shape() -> dict[str, Any]:
    import altair as alt

    squares = (
        alt.Chart()
        .mark_rect(strokeWidth=3, cursor="pointer")
        .encode(
            x=alt.X(
                "slot:O", axis=alt.Axis(labelAngle=0, labelOverlap=True, labelSeparation=6, orient="top", **MUTED_AXIS)
            ),
            y=alt.Y("day:O", axis=alt.Axis(**MUTED_AXIS)),
            fill=alt.Fill("class:O", scale=alt.Scale(domain=list(range(6))), legend=None),
            stroke=alt.condition("datum.chosen", alt.value("$ink"), alt.value("$ground")),
            strokeWidth=alt.condition("datum.chosen", alt.value(3), alt.value(1)),
            tooltip=[alt.Tooltip("said:N", title="Offences")],
        )
    )
    shape = without_data(squares)
    shape["encoding"]["fill"]["scale"]["range"] = "$sequential"
    shape["params"] = [{"name": "cell", "select": {"type": "point", "fields": ["day", "slot"], "toggle": False}}]
    return shape


@cache
def _intervals_shape() -> dict[str, Any]:
    import altair as alt

    y = alt.Y("label:N", axis=alt.Axis(labelLimit=260, labelExpr="split(datum.label, '\\n')", **MUTED_AXIS))
    said = alt.Tooltip("said:N", title="In words")
    rule = alt.Chart().mark_rule(color="$muted", strokeDash=[4, 3], aria=False).encode(x=alt.X(datum=0))
    span = (
        alt.Chart()
        .mark_rule(color="$accent", strokeWidth=3, aria=False)
        .encode(y=y, x=alt.X("low:Q"), x2="high:Q", tooltip=[said])
    )
    dot = (
        alt.Chart()
        .mark_point(color="$accent", filled=True, size=90, opacity=1)
        .encode(y=y, x=alt.X("value:Q"), tooltip=[said])
    )
    return without_data(rule + span + dot)


@cache
def _months_shape() -> dict[str, Any]:
    import altair as alt

    line = (
        alt.Chart()
        .mark_line(
            color="$accent",
            strokeWidth=2,
            aria=False,
            point={"aria": True, "filled": True, "size": 30, "color": "$accent"},
        )
        .encode(
            x=alt.X("month:T", axis=alt.Axis(format="%b %Y", labelOverlap=True, tickCount=6, **MUTED_AXIS)),
            y=alt.Y("value:Q", axis=alt.Axis(**_NUMBER_AXIS), scale=alt.Scale(zero=True)),
            tooltip=[alt.Tooltip("month:T", format="%B %Y", title="Month"), alt.Tooltip("said:N", title="Offences")],
        )
    )
    return without_data(line)


def with_domains(shape: dict[str, Any], **orders: Sequence[object]) -> dict[str, Any]:
    """Copy a shape with its axes in the order the rows came in, never that of the alphabet."""
    found: dict[str, Any] = copy.deepcopy(shape)
    for part in (found, *found.get("layer", ())):
        for axis, order in orders.items():
            if axis in part.get("encoding", {}):
                part["encoding"][axis]["sort"] = list(order)
    return found


def windows(hits: pd.DataFrame, alt: str) -> None:
    """Draw hits a test window, the ranking beside a rival: cut, baseline, rival, total and their two names."""
    draw(_windows_shape(), hits, alt, height=220)


@cache
def _windows_shape() -> dict[str, Any]:
    """Return a stem a window between two marks: a filled dot for the ranking, a hollow square for the rival."""
    import altair as alt

    quarters = alt.TimeIntervalStep("month", 3)
    days = alt.Axis(format="%b %Y", tickCount=quarters, labelOverlap=True, grid=False, ticks=False)
    first = alt.X("cut:T", title=None, scale=alt.Scale(padding=16), axis=days)
    axis = alt.Axis(domain=False, ticks=False, tickCount=4, labelFontSize=13)
    height = alt.Scale(zero=True, nice=True)
    tooltip = [
        alt.Tooltip("said:N", title="Window"),
        alt.Tooltip("baseline:Q", title="Decayed count", format=","),
        alt.Tooltip("rival:Q", title="Rival", format=","),
        alt.Tooltip("total:Q", title="Later offences", format=","),
    ]
    base = alt.Chart().encode(x=first, tooltip=tooltip)
    stem = base.mark_rule(stroke="$line", strokeWidth=3).encode(
        y=alt.Y("baseline:Q", title=None, scale=height, axis=axis), y2="rival:Q"
    )
    rival = base.mark_point(shape="square", size=90, stroke="$muted", fill="$ground", strokeWidth=2, opacity=1)
    ranking = base.mark_point(shape="circle", size=110, stroke="$accent", fill="$accent", opacity=1)
    return without_data(
        stem
        + rival.encode(y=alt.Y("rival:Q", scale=height, axis=axis))
        + ranking.encode(y=alt.Y("baseline:Q", scale=height, axis=axis))
    )


@cache
def _coverage_shape() -> dict[str, Any]:
    import altair as alt

    held = (
        alt.Chart()
        .mark_rect(stroke="$line", strokeWidth=1)
        .encode(
            x=alt.X("month:T", timeUnit="yearmonth", axis=alt.Axis(format="%Y", tickCount="year", **MUTED_AXIS)),
            y=alt.Y("kind:N", axis=alt.Axis(labelLimit=220, **MUTED_AXIS)),
            fill=alt.condition("datum.rows === null", alt.value("transparent"), alt.value("$accent")),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y", title="Month"),
                alt.Tooltip("kind:N", title="File"),
                alt.Tooltip("said:N", title="Rows"),
            ],
        )
    )
    return without_data(held)


def quarters(found: pd.DataFrame, alt: str) -> None:
    """Draw offences a quarter as bars: filled where the place was chosen at its start, dashed where days are missing.

    `found`: starts_on, ends_on, offences, is_chosen, is_whole, said.
    """
    draw(_quarters_shape(), found, alt, height=200)


@cache
def _quarters_shape() -> dict[str, Any]:
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("starts_on:T", axis=alt.Axis(format="%Y", tickCount="year", **MUTED_AXIS)),
        x2="ends_on:T",
        y=alt.Y("offences:Q", scale=alt.Scale(domainMin=0), axis=alt.Axis(**{**MUTED_AXIS, **_COUNTS})),
        y2=alt.datum(0),
        fill=alt.condition("datum.is_chosen", alt.value("$accent"), alt.value("transparent")),
        tooltip=[alt.Tooltip("said:N", title="Quarter"), alt.Tooltip("offences:Q", title="Offences")],
    )
    # A layer may draw nothing, and a reader of the screen would meet a picture without words: the table has them.
    whole = base.mark_rect(stroke="$accent", strokeWidth=1.5, aria=False).transform_filter("datum.is_whole")
    part = base.mark_rect(stroke="$accent", strokeWidth=1.5, strokeDash=[4, 3], fillOpacity=0.3, aria=False)
    bars = alt.layer(whole, part.transform_filter("!datum.is_whole"))
    return without_data(bars)


def released(found: pd.DataFrame, alt: str) -> None:
    """Draw released counts a quarter as bars, the chosen one filled; a quarter that is withheld says so instead.

    `found`: starts_on, middle_on, ends_on, offences (NA: withheld), is_chosen, said.
    """
    draw(_released_shape(), found, alt, height=220)


@cache
def _released_shape() -> dict[str, Any]:
    import altair as alt

    bars = (
        alt.Chart()
        .mark_rect(stroke="$accent", strokeWidth=1.5)
        .encode(
            x=alt.X("starts_on:T", axis=alt.Axis(format="%Y", tickCount="year", **MUTED_AXIS)),
            x2="ends_on:T",
            y=alt.Y("offences:Q", scale=alt.Scale(domainMin=0), axis=alt.Axis(**{**MUTED_AXIS, **_COUNTS})),
            y2=alt.datum(0),
            fill=alt.condition("datum.is_chosen", alt.value("$accent"), alt.value("transparent")),
            tooltip=[alt.Tooltip("said:N", title="Quarter"), alt.Tooltip("offences:Q", title="Offences")],
        )
        .transform_filter("datum.offences !== null")
    )
    words = (
        alt.Chart()
        .mark_text(angle=270, align="left", dx=6, fontSize=13, color="$muted")
        .encode(x="middle_on:T", y=alt.datum(0), text=alt.value("withheld"))
        .transform_filter("datum.offences === null")
    )
    return without_data(bars + words)


def week(found: pd.DataFrame, *, alt: str, is_faded: bool) -> None:
    """Draw the week in three-hour blocks, Monday on top; darker holds more, outlined is the busiest run.

    `found`: weekday, hours, colour, is_peak, said.
    """
    draw(_faded(_week_shape()) if is_faded else _week_shape(), found, alt, height=250)


@cache
def _week_shape() -> dict[str, Any]:
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("hours:O", sort=None, axis=alt.Axis(orient="top", labelAngle=0, **MUTED_AXIS)),
        y=alt.Y("weekday:O", sort=None, axis=alt.Axis(**MUTED_AXIS)),
        tooltip=[
            alt.Tooltip("weekday:O", title="Day"),
            alt.Tooltip("hours:O", title="From"),
            alt.Tooltip("said:N", title="Offences"),
        ],
    )
    blocks = base.mark_rect(stroke="$ground", strokeWidth=2).encode(fill=alt.Fill("colour:N", scale=None, legend=None))
    peak = base.mark_rect(fill="transparent", stroke="$ink", strokeWidth=2.5, aria=False).transform_filter(
        "datum.is_peak"
    )
    return without_data(alt.layer(blocks, peak))


def _faded(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape drawn pale, as for a profile of too few events."""
    blocks, *rest = shape["layer"]
    return {**shape, "layer": [{**blocks, "mark": {**blocks["mark"], "opacity": 0.45}}, *rest]}


def without_data(chart: Any) -> dict[str, Any]:
    """Return a chart as a Vega-Lite dict without data of its own."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    if "layer" in spec:
        spec["layer"] = [{name: value for name, value in one.items() if name != "data"} for one in spec["layer"]]
    return {name: value for name, value in spec.items() if name not in ("data", "datasets", "$schema", "config")}


def draw(
    shape: dict[str, Any],
    data: pd.DataFrame,
    alt: str,
    height: int,
    *,
    key: str | None = None,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Draw a shape over data in the colours of the theme."""
    colours = palette()
    spec = coloured(shape, asdict(colours))
    spec["height"] = height
    spec["config"] = {
        "background": "transparent",
        "font": "Atkinson Hyperlegible Next",
        "axis": {"labelColor": colours.muted, "titleColor": colours.muted, "gridColor": colours.line},
        "view": {"stroke": None},
    }
    if on_pick is None:
        st.vega_lite_chart(data, spec, width="stretch", theme=None, alt=alt)
    else:
        st.vega_lite_chart(data, spec, width="stretch", theme=None, alt=alt, key=key, on_select=on_pick)
