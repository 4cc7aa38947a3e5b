"""The filter bar: one row, the same on every page, its state in the URL so that a view can be sent."""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import areas
from rasure.services.hot_spots import Question
from rasure.terms import Band, Measure
from rasure.web import reads, text

_PERIODS = {"4 years": 1461, "2 years": 730, "1 year": 365, "6 months": 182}
_BANDS = {"Day and night": None, "Day, 06–18": Band.DAY, "Night, 18–06": Band.NIGHT}
_MEASURES = {"By count": Measure.COUNT, "By harm": Measure.HARM, "By square-root harm": Measure.SQRT_HARM}
_LOCATIONS = {"All locations": True, "Good locations only": False}
WHOLE_FORCE = "Whole force"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose, and the words for it."""

    question: Question
    area: str
    words: str


def selection(scope: Scope, latest: date) -> Choice:
    """Draw the filter bar and return the selection; `latest` is the day after the last offence known."""
    known = {area.name: area.code for area in areas.within(scope)}
    whole = [WHOLE_FORCE] if scope.lpas is None or not known else []
    groups = reads.groups(scope, reads.version())
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="filter-bar"):
        area = _one("Area", [*whole, *known], "area", 210)
        period = _one("Period", list(_PERIODS), "period", 130)
        until = st.date_input(
            "Up to",
            value=latest - timedelta(days=1),
            min_value=date(2000, 1, 1),
            max_value=latest - timedelta(days=1),
            format="DD/MM/YYYY",
            key="until",
            bind="query-params",
            width=140,
        )
        offences = _one("Offences", ["All in scope", *groups], "offences", 230)
        band = _one("Time of day", list(_BANDS), "time", 150)
        measure = _one("Ranked", list(_MEASURES), "measure", 170)
        locations = _one("Locations", list(_LOCATIONS), "locations", 180)
    last_on = until if isinstance(until, date) else latest - timedelta(days=1)
    question = Question(
        as_of=last_on + timedelta(days=1),
        lookback_days=_PERIODS[period],
        lpa=known.get(area),
        groups=(offences,) if offences in groups else (),
        band=_BANDS[band],
        measure=_MEASURES[measure],
        with_weak=_LOCATIONS[locations],
    )
    said = f"{period} to {text.day(last_on)}"
    what = "all in-scope violence" if offences not in groups else offences
    when = {"Day and night": "", "Day, 06–18": " · days", "Night, 18–06": " · nights"}[band]
    return Choice(question, area, f"{area} · {said} · {what}{when}")


def latest_day(scope: Scope) -> date | None:
    """Return the day after the last offence the scope knows, or None in an empty store."""
    return reads.latest_as_of(scope, reads.version())


def _one(label: str, options: list[str], key: str, width_px: int) -> str:
    chosen = st.selectbox(label, options, key=key, bind="query-params", width=width_px)
    return chosen or options[0]
