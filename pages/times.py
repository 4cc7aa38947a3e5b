"""When does it happen?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import day_kinds, empty, filters, guard, hot_spots, hours, reads, times

scope = guard.admit(Action.VIEW_HOT_SPOTS)
choice = filters.choice()
if choice is None:
    empty.no_data()
    st.stop()

place = hot_spots.chosen_place(scope, choice)
asked = times.asked(choice, place)
picture = reads.times(scope, asked, reads.version())
times.headline(choice, picture, place)
if place is not None:
    times.only_one_place(choice)
if picture.counts.is_by_month:
    times.refused(picture.counts)
elif not picture.counts.timed:
    times.nothing_timed(picture.counts)
else:
    with st.container(key="map-and-table-times"):
        left, right = st.columns([62, 38], gap="medium")
    with left:
        hours.matrix(picture)
    with right:
        times.shift_answers(picture)
    hours.behind(scope, picture, asked)
    times.hour_tables(picture, asked)
    times.method(picture)
if picture.counts.offences:
    day_kinds.months(picture)
    day_kinds.kinds(picture)
    day_kinds.kind_tables(picture, asked)
    day_kinds.method(picture)
