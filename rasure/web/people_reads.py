"""Cached reads of the lists of people, keyed by scope, question and data version; decisions are read each time."""

import streamlit as st

from rasure.access.scope import Scope
from rasure.people.criterion import ListName
from rasure.services import fairness as fairness_service
from rasure.services import people_lists, people_ranking, wiring
from rasure.services.fairness import Fairness
from rasure.services.people_lists import PeopleList
from rasure.services.people_ranking import Asked, Event, Proposed, Told
from rasure.web import reads


@st.cache_data(max_entries=60, show_spinner=False)
def proposed(scope: Scope, asked: Asked, version: str) -> Proposed:  # noqa: ARG001
    """Return everybody in a scope who meets a list's rule."""
    return people_ranking.proposed(wiring.store(), scope, asked)


@st.cache_data(max_entries=60, show_spinner=False)
def told(scope: Scope, asked: Asked, version: str) -> dict[str, Told]:
    """Return what is told of them, as far as the scope goes."""
    ids = [candidate.id for candidate in proposed(scope, asked, version).candidates]
    return people_ranking.told(wiring.store(), scope, asked, ids)


@st.cache_data(max_entries=200, show_spinner=False)
def events(scope: Scope, asked: Asked, version: str, person_id: str) -> tuple[Event, ...]:  # noqa: ARG001
    """Return the records behind one entry, newest first."""
    return people_ranking.explained(wiring.store(), scope, asked, [person_id]).get(person_id, ())


def fairness(scope: Scope) -> Fairness:
    """Return on whom searches and rules fall; read each time, since decisions change without the data."""
    return fairness_service.fairness(wiring.store(), scope)


def people_list(scope: Scope, asked: Asked) -> PeopleList:
    """Return a list as it stands this moment."""
    version = reads.version()
    found, known = proposed(scope, asked, version), told(scope, asked, version)
    return people_lists.listed(wiring.store(), found, known, asked.as_of)


def asked(name: ListName, lpa: str | None) -> Asked:
    """Return the question for a list as it stands today."""
    return Asked(name, people_ranking.today(wiring.store()), lpa)
