"""What a reader of the patrol pages chooses: the area and how many days back; both live in the address."""

from dataclasses import dataclass

import streamlit as st

from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.services import areas, weekly, weekly_words
from rasure.services.patrols import Asked
from rasure.terms import Window
from rasure.web import patrol_reads, text
from rasure.web.filters import WHOLE_FORCE

_PERIODS = {"Last 4 weeks": 28, "Last week": 7, "Last 12 weeks": 84, "Last year": 365}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The question, and the words for it: `where` as sentences say it, `words` as the note under a title does."""

    asked: Asked
    where: str
    words: str


def choice(scope: Scope) -> Chosen | None:
    """Draw the two choices; None where nothing was ever assigned or seen."""
    with st.container(horizontal=True, gap="small", key="patrol-bar"):
        lpa, where = area(scope)
        own = _week()
        period = _one("Period", [*own, *_PERIODS], "patrol-period", 210 if own else 160)
    window = own.get(period) or patrol_reads.window(scope, _PERIODS[period], patrol_reads.version())
    if window is None:
        return None
    words = f"{where} · {text.day(window.first_on)} to {text.day(window.last_on)}, operational days that are over"
    return Chosen(Asked(window, lpa), "the force" if where == WHOLE_FORCE else where, words)


def _week() -> dict[str, Window]:
    """Return the week the address names, with its words, as the weekly summary leads here; what is no week is none."""
    try:
        monday = weekly.monday_of(st.query_params.get("patrol-week", ""))
    except InputRejected:
        return {}
    return {weekly_words.week(monday): weekly.Asked(monday).window}


def area(scope: Scope) -> tuple[str | None, str]:
    """Draw the choice of an area; return its code (None: the whole force) and its name."""
    known = {found.name: found.code for found in areas.within(scope)}
    whole = [WHOLE_FORCE] if scope.lpas is None or not known else []
    name = _one("Area", [*whole, *known], "patrol-area", 260)
    return known.get(name), name


def _one(label: str, options: list[str], key: str, width_px: int) -> str:
    chosen = st.selectbox(label, options, key=key, bind="query-params", width=width_px, label_visibility="collapsed")
    return chosen or options[0]
