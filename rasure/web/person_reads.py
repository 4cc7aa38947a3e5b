"""Cached reads about people. The scope in each key says what was opened: without the opening there is no such scope."""

from datetime import date

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import linked as linked_service
from rasure.services import person as person_service
from rasure.services import wiring
from rasure.services.linked import Incident, Linked
from rasure.services.person_record import PersonRecord


@st.cache_data(max_entries=100, show_spinner=False)
def person(scope: Scope, today: date, version: str) -> PersonRecord:  # noqa: ARG001
    return person_service.record(wiring.store(), scope, today)


@st.cache_data(max_entries=100, show_spinner=False)
def linked(scope: Scope, today: date, since_on: date, version: str) -> Linked:  # noqa: ARG001
    """Return who is recorded at the place, or in the offence, that the scope opens."""
    return linked_service.people(wiring.store(), scope, today, since_on)


@st.cache_data(max_entries=200, show_spinner=False)
def incident(scope: Scope, offence_id: str, version: str) -> Incident:  # noqa: ARG001
    return linked_service.incident(wiring.store(), scope, offence_id)
