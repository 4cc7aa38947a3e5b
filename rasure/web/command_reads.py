"""Cached reads behind the weekly summary, keyed by scope, question and everything the answer hangs on."""

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import operational_day, weekly, wiring
from rasure.services.weekly import Asked, Week
from rasure.services.weekly_counts import Reach


def version() -> str:
    """Return what a summary hangs on: data, restored visits, decisions about lists, and the operational day."""
    return f"{weekly.version(wiring.store())}-{operational_day.op_day(operational_day.machine_now())}"


@st.cache_data(max_entries=20, show_spinner=False)
def reach(version: str) -> Reach | None:  # noqa: ARG001
    return weekly.reach(wiring.store())


@st.cache_data(max_entries=100, show_spinner=False)
def week(scope: Scope, asked: Asked, version: str) -> Week:  # noqa: ARG001
    return weekly.week(wiring.store(), scope, asked)
