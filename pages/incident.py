"""What was this offence, where, and who is recorded in it?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.access.scope import Kind, Subject
from rasure.web import guard, incident, person_reads, reads

guard.admit(Action.VIEW_HOT_SPOTS)
offence_id = incident.asked()
if offence_id is None:
    st.stop()

subject = Subject(Kind.OFFENCE, offence_id)
scope = guard.admit(Action.VIEW_HOT_SPOTS, subject)
incident.headline(person_reads.incident(scope, offence_id, reads.version()))
if guard.may(Action.LINK_PEOPLE):
    incident.people(subject)
