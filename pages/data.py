"""Where do the figures come from, how fresh and how complete are they?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import data, guard, reads

scope = guard.admit(Action.VIEW_DATA)
held = reads.holdings(scope, reads.version())
data.headline(held)
if guard.may(Action.LOAD_DATA):
    data.inbox()
if not held.is_empty:
    data.freshness(held)
    data.gaps(held)
    data.locations(held)
    data.rule(held)
data.loads(held)
st.html("<p></p>")
