"""What a reader of the patrol pages chooses: the area and how many days back; both live in the address."""

from dataclasses import dataclass

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import areas
from rasure.services.patrols import Asked
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
        period = _one("Period", list(_PERIODS), "patrol-period", 160)
    window = patrol_reads.window(scope, _PERIODS[period], patrol_reads.version())
    if window is None:
        return None
    words = f"{where} · {text.day(window.first_on)} to {text.day(window.last_on)}, operational days that are over"
    return Chosen(Asked(window, lpa), "the force" if where == WHOLE_FORCE else where, words)


def area(scope: Scope) -> tuple[str | None, str]:
    """Draw the choice of an area; return its code (None: the whole force) and its name."""
    known = {found.name: found.code for found in areas.within(scope)}
    whole = [WHOLE_FORCE] if scope.lpas is None or not known else []
    name = _one("Area", [*whole, *known], "patrol-area", 260)
    return known.get(name), name


def _one(label: str, options: list[str], key: str, width_px: int) -> str:
    chosen = st.selectbox(label, options, key=key, bind="query-params", width=width_px, label_visibility="collapsed")
    return chosen or options[0]
