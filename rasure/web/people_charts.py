"""Charts of one person's record, in the family of `charts.py`: a timeline of roles and orders, and a small graph."""

from functools import cache
from typing import Any

import pandas as pd

from rasure.web.charts import MUTED_AXIS, draw, without_data


def timeline(rows: pd.DataFrame, alt: str) -> None:
    """Draw what somebody was when: a mark an offence in the row of its standing, a bar an order while it ran.

    `rows`: row (the words of a standing, or Orders), starts_on, ends_on (orders only), is_fact (filled), said.
    """
    order = list(dict.fromkeys(rows["row"]))
    shape = _timeline_shape()
    for layer in shape["layer"]:
        layer["encoding"]["y"]["sort"] = order
    draw(shape, rows, alt, height=40 + 44 * len(order))


def graph(rows: pd.DataFrame, alt: str) -> None:
    """Draw people as marks joined by lines, thicker the more offences they share.

    `rows`: is_line, x, y, x2, y2 (of lines), together, label, is_centre, said; positions between −1 and 1.
    """
    draw(_graph_shape(), rows, alt, height=360)


@cache
def _timeline_shape() -> dict[str, Any]:
    import altair as alt

    y = alt.Y("row:N", axis=alt.Axis(labelLimit=220, **MUTED_AXIS))
    x = alt.X(
        "starts_on:T",
        scale=alt.Scale(padding=14),
        axis=alt.Axis(format="%Y", tickCount="year", **{**MUTED_AXIS, "grid": True}),
    )
    tooltip = [alt.Tooltip("said:N", title="Record")]
    bars = (
        alt.Chart()
        .mark_bar(height=10, color="$accent", opacity=0.55, cornerRadius=2, aria=False)
        .encode(x=x, x2="ends_on:T", y=y, tooltip=tooltip)
        .transform_filter("isValid(datum.ends_on)")
    )
    marks = (
        alt.Chart()
        .mark_point(size=110, stroke="$accent", strokeWidth=1.8, opacity=0.9, aria=False)
        .encode(
            x=x,
            y=y,
            fill=alt.condition("datum.is_fact", alt.value("$accent"), alt.value("$ground")),
            tooltip=tooltip,
        )
        .transform_filter("!isValid(datum.ends_on)")
    )
    return without_data(bars + marks)


@cache
def _graph_shape() -> dict[str, Any]:
    import altair as alt

    scale = alt.Scale(domain=[-1.35, 1.35])
    x, y = alt.X("x:Q", scale=scale, axis=None), alt.Y("y:Q", scale=scale, axis=None)
    tooltip = [alt.Tooltip("said:N", title="Record")]
    lines = (
        alt.Chart()
        .mark_rule(color="$neutral", aria=False)
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth(
                "together:Q", scale=alt.Scale(domain=[1, 10], range=[1, 8], clamp=True), legend=None
            ),
            tooltip=tooltip,
        )
        .transform_filter("datum.is_line")
    )
    people = (
        alt.Chart()
        .mark_point(shape="circle", stroke="$accent", strokeWidth=2, opacity=1, aria=False)
        .encode(
            x=x,
            y=y,
            size=alt.condition("datum.is_centre", alt.value(420), alt.value(200)),
            fill=alt.condition("datum.is_centre", alt.value("$accent"), alt.value("$ground")),
            tooltip=tooltip,
        )
        .transform_filter("!datum.is_line")
    )
    words = alt.Chart().encode(x=x, y=y, text="label:N").transform_filter("!datum.is_line")
    behind = words.mark_text(dy=22, fontSize=13, color="$ground", stroke="$ground", strokeWidth=5, aria=False)
    names = words.mark_text(dy=22, fontSize=13, color="$ink", aria=False)
    return without_data(lines + people + behind + names)
