"""Were the assigned patrols delivered?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import guard, navigation, patrol_choice, patrol_people, patrol_reads, patrols

scope = guard.admit(Action.VIEW_PATROLS)
chosen = patrol_choice.choice(scope)
if chosen is None:
    patrols.nothing()
    st.stop()

picture = patrol_reads.picture(scope, chosen.asked, patrol_reads.version())
patrols.headline(chosen, picture)
navigation.link("live", "Today’s board")
if not picture.days.empty:
    patrols.over_time(chosen, picture)
    patrols.by_area(chosen, picture)
    patrols.calendar(chosen, picture)
    patrols.gaps(picture)
patrol_people.thanks(chosen)
patrols.units(picture)
patrols.made_of(picture)
patrol_people.doubted(picture)
patrols.method()
