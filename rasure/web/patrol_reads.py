"""Cached reads about patrols, keyed by scope, question and what they hang on: the data, and the restored visits."""

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import crews, operational_day, patrols, place_dose, wiring
from rasure.services.crews import Feedback
from rasure.services.patrols import Asked, Picture
from rasure.services.place_dose import PlaceDose
from rasure.terms import Window


def version() -> str:
    """Return what every answer about patrols hangs on; it also changes with the operational day."""
    store = wiring.store()
    return f"{patrols.version(store)}-{operational_day.op_day(operational_day.machine_now())}"


@st.cache_data(max_entries=50, show_spinner=False)
def picture(scope: Scope, asked: Asked, version: str) -> Picture:  # noqa: ARG001
    return patrols.picture(wiring.store(), scope, asked)


@st.cache_data(max_entries=50, show_spinner=False)
def feedback(scope: Scope, asked: Asked, version: str) -> Feedback:  # noqa: ARG001
    return crews.feedback(wiring.store(), scope, asked)


@st.cache_data(max_entries=100, show_spinner=False, ttl=60)
def of_cell(scope: Scope, cell: int, version: str) -> PlaceDose | None:  # noqa: ARG001
    """Return what the hot spot of a hexagon received lately; a minute old at most, since today goes on."""
    return place_dose.of_cell(wiring.store(), scope, cell)


@st.cache_data(max_entries=50, show_spinner=False)
def window(scope: Scope, days: int, version: str) -> Window | None:  # noqa: ARG001
    return patrols.usual_window(wiring.store(), scope, days)
