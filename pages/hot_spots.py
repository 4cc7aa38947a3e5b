"""Where does violence concentrate?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import empty, filters, guard, hot_spots, hot_spots_views, reads

scope = guard.admit(Action.VIEW_HOT_SPOTS)
choice = filters.choice()
if choice is None:
    empty.no_data()
    st.stop()

picture = reads.hot_spots(scope, choice.question, reads.version())
hot_spots.headline(choice, picture)
if picture.places.empty:
    empty.nothing_selected(picture)
    st.stop()

places = reads.top_places(scope, choice.question, reads.version(), hot_spots.TOP)
chosen = hot_spots.chosen_place(scope, choice)
with st.container(key="map-and-table"):
    left, right = st.columns([62, 38], gap="medium")
with left:
    hot_spots.map_of(scope, choice, picture, places, chosen)
with right:
    hot_spots.ranked_table(choice, places, chosen)
    hot_spots.place_card(scope, picture, chosen)
hot_spots.caveats(picture)
hot_spots.method(choice, picture, places)
hot_spots_views.switch(scope, choice)
