"""The filter bar: one row, the same on every page, its state in the URL so that a view can be sent."""

from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.services import areas
from rasure.services.hot_spots import Question
from rasure.terms import Band, Measure
from rasure.web import guard, reads, text

WHOLE_FORCE = "Whole force"
_ALL = "All in-scope violence"
_PERIODS = {"Last 4 years": 1461, "Last 2 years": 730, "Last year": 365, "Last 6 months": 182, "Last 7 days": 7}
_BANDS = {"Day and night": None, "Day, 06–18": Band.DAY, "Night, 18–06": Band.NIGHT}
_MEASURES = {"By count": Measure.COUNT, "By harm": Measure.HARM, "By square-root harm": Measure.SQRT_HARM}
_LOCATIONS = {"All locations": True, "Good locations only": False}
_INSTITUTIONS = {"Set apart": True, "Left in": False}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose, and the words for it."""

    question: Question
    area: str
    words: str


def choice() -> Choice | None:
    """Return what the reader has chosen; None when the store is empty or the role sees no offences."""
    found: Choice | None = st.session_state.get("choice")
    return found


def bar(*, shown: bool) -> None:
    """Draw the bar: on every page, hidden where it does not apply, so that choices outlive pages and Back."""
    st.session_state["choice"] = None
    if not guard.may(Action.VIEW_HOT_SPOTS):
        return
    scope = guard.admit(Action.VIEW_HOT_SPOTS)
    latest = reads.latest_as_of(scope, reads.version())
    if latest is not None:
        with st.container(horizontal=True, gap="small", key="filter-bar" if shown else "filter-bar-hidden"):
            st.session_state["choice"] = _selection(scope, latest)


def _selection(scope: Scope, latest: date) -> Choice:
    """Draw the filters and return the selection; `latest` is the day after the last offence known."""
    known = {area.name: area.code for area in areas.within(scope)}
    whole = [WHOLE_FORCE] if scope.lpas is None or not known else []
    groups = reads.groups(scope, reads.version())
    last_known = latest - timedelta(days=1)
    area = _one("Area", [*whole, *known], "area", 200)
    period = _one("Period", list(_PERIODS), "period", 145)
    offences = _one("Offences", [_ALL, *groups], "offences", 220)
    band = _one("Time of day", list(_BANDS), "time", 150)
    measure = _one("Ranked by", list(_MEASURES), "measure", 140)
    with st.popover("More"):
        until = st.date_input(
            "Up to and including",
            value=last_known,
            min_value=date(2000, 1, 1),
            max_value=last_known,
            format="DD/MM/YYYY",
            key="until",
            bind="query-params",
        )
        locations = _one("Locations", list(_LOCATIONS), "locations", None)
        institutions = _one("Prisons, hospitals and the like", list(_INSTITUTIONS), "institutions", None)
    last_on = until if isinstance(until, date) else last_known
    question = Question(
        as_of=last_on + timedelta(days=1),
        lookback_days=_PERIODS[period],
        lpa=known.get(area),
        groups=(offences,) if offences in groups else (),
        band=_BANDS[band],
        measure=_MEASURES[measure],
        with_weak=_LOCATIONS[locations],
        institutions_apart=_INSTITUTIONS[institutions],
    )
    return Choice(question, area, _words(area, period, last_on, offences, question))


def _words(area: str, period: str, last_on: date, offences: str, question: Question) -> str:
    said = [area, f"{period.removeprefix('Last ')} to {text.day(last_on)}", offences[0].lower() + offences[1:]]
    said += [] if question.band is None else [f"{'nights' if question.band is Band.NIGHT else 'days'} only"]
    said += [] if question.with_weak else ["good locations only"]
    said += [] if question.institutions_apart else ["institutions left in"]
    return " · ".join(said)


def _one(label: str, options: list[str], key: str, width_px: int | None) -> str:
    """Draw one filter; its label is for screen readers, its options say what they are."""
    chosen = st.selectbox(
        label,
        options,
        key=key,
        bind="query-params",
        width=width_px or "stretch",
        label_visibility="collapsed" if width_px else "visible",
    )
    return chosen or options[0]
