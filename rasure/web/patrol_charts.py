"""The charts of the Patrols page: the calendar of doses, and shares over time with their intervals."""

import copy
from functools import cache
from typing import Any

import pandas as pd

from rasure.web import charts

_AXIS = charts.MUTED_AXIS


def calendar(days: pd.DataFrame, alt: str) -> None:
    """Draw places by days: a square a patrol day, darker for more minutes; a dot a control day with somebody there.

    `days`: place, op_day, colour (of a patrol day, None for a control day), has_dot, said.
    """
    places = days["place"].unique().tolist()
    charts.draw(charts.with_domains(_calendar_shape(), y=places), days, alt, height=50 + 22 * len(places))


@cache
def _calendar_shape() -> dict[str, Any]:
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X(
            "op_day:O",
            timeUnit="yearmonthdate",
            axis=alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True, labelSeparation=10, orient="top", **_AXIS),
        ),
        y=alt.Y("place:N", axis=alt.Axis(labelLimit=250, **_AXIS)),
        tooltip=[
            alt.Tooltip("place:N", title="Place"),
            alt.Tooltip("op_day:T", format="%-d %B %Y", title="Day"),
            alt.Tooltip("said:N", title="Visits"),
        ],
    )
    squares = base.mark_rect(stroke="$line", strokeWidth=1).encode(fill=alt.Fill("colour:N", scale=None, legend=None))
    dots = base.mark_point(filled=True, size=26, color="$ink", opacity=1, aria=False)
    return charts.without_data(
        alt.layer(squares.transform_filter("datum.colour !== null"), dots.transform_filter("datum.has_dot"))
    )


def shares(rows: pd.DataFrame, alt: str, *, format: str) -> None:  # noqa: A002
    """Draw shares over time with their intervals, from zero to one; a time without a share breaks the line.

    `rows`: starts_on, value, low, high (NaN where there is none), said.
    """
    shape = copy.deepcopy(_shares_shape())
    shape["layer"][0]["encoding"]["x"]["axis"]["format"] = format
    charts.draw(shape, rows, alt, height=220)


@cache
def _shares_shape() -> dict[str, Any]:
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("starts_on:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=6, labelOverlap=True, **_AXIS)),
        tooltip=[
            alt.Tooltip("starts_on:T", format="%-d %B %Y", title="From"),
            alt.Tooltip("said:N", title="Patrol days"),
        ],
    )
    axis = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], **_AXIS)
    scale = alt.Scale(domain=[0, 1])
    span = base.mark_rule(color="$line", strokeWidth=5, aria=False).encode(
        y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2="high:Q"
    )
    line = base.mark_line(
        color="$accent", strokeWidth=2, aria=False, point={"aria": True, "filled": True, "size": 40, "color": "$accent"}
    ).encode(y=alt.Y("value:Q", scale=scale, axis=axis))
    return charts.without_data(span + line)
