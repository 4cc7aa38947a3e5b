"""Cached reads of drafts and published sets, keyed like those of `reads`."""

import streamlit as st

from rasure.access.scope import Scope
from rasure.places.outline import Shift
from rasure.services import drafts, fitting, hot_spot_sets, wiring
from rasure.services.drafts import Draft, Rule
from rasure.services.fitting import Fit
from rasure.services.hot_spot_sets import SetContents, SetVersion
from rasure.services.hot_spots import Question


@st.cache_data(max_entries=50, show_spinner=False)
def draft(scope: Scope, question: Question, rule: Rule, version: str) -> Draft:  # noqa: ARG001
    return drafts.draft(wiring.store(), scope, question, rule)


@st.cache_data(max_entries=200, show_spinner=False)
def fit(scope: Scope, question: Question, rule: Rule, key: str, shift: Shift, version: str) -> Fit:
    """Return what moving one hot spot of a draft does."""
    found = draft(scope, question, rule, version)
    spot = next(spot for spot in found.spots if spot.key == key)
    return fitting.fit(wiring.store(), scope, found, spot, shift)


@st.cache_data(max_entries=50, show_spinner=False)
def versions(scope: Scope, version: str) -> list[SetVersion]:  # noqa: ARG001
    return hot_spot_sets.versions(wiring.store(), scope)


@st.cache_data(max_entries=50, show_spinner=False)
def contents(scope: Scope, set_id: str, number: int, version: str) -> SetContents:  # noqa: ARG001
    return hot_spot_sets.contents(wiring.store(), scope, set_id, number)
