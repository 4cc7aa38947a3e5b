"""Why is this place hot, since when, at what hours, and what is being done about it?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.access.scope import Kind, Subject
from rasure.web import briefing, empty, filters, guard, hot_spots, incident, place, place_doing, reads

cell = hot_spots.given_place()
subject = Subject(Kind.PLACE, str(cell))
scope = guard.admit(Action.VIEW_HOT_SPOTS, subject)
choice = filters.choice()
if choice is None:
    empty.no_data()
    st.stop()

if cell is None:
    place.to_choose_from(choice, reads.top_places(scope, choice.question, reads.version(), hot_spots.TOP))
    st.stop()

record = reads.place_record(scope, choice.question, reads.version(), cell)
hot_spots.choose(str(cell))
place.headline(choice, record)
briefing.link(record)
if record.standing is None:
    place.nothing(record)
else:
    place.where(scope, record)
    place.when(record)
    place.what(record)
place_doing.doing(scope, record)
if guard.may(Action.LINK_PEOPLE):
    incident.people(subject)
place.method(record)
