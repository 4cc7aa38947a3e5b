"""Which buildings generate violence by themselves, and what is the ranking without them?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import empty, filters, guard, institutions, reads

scope = guard.admit(Action.VIEW_HOT_SPOTS)
choice = filters.choice()
if choice is None:
    empty.no_data()
    st.stop()

found = reads.institutions(scope, choice.question, reads.version())
institutions.headline(choice, found)
if not institutions.published(found):
    institutions.premises(choice, found)
    institutions.moves(found)
    institutions.default_points(found)
