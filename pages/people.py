"""Who meets the rule of a list, who is on it, why, and what has to be decided?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.services import people_ranking
from rasure.web import guard, people, people_entry, people_reads

name, lpa, where = people.choice(guard.admit(Action.VIEW_PEOPLE))
scope = guard.admit(people_ranking.SEEN_BY[name])
principal = guard.require_principal()
asked = people_reads.asked(name, lpa)
found = people_reads.people_list(scope, asked)
people.recorded(principal, asked, found)
people.headline(found, where)
if not found.entries:
    people.nobody(found)
    st.stop()

people.notices(principal, found)
people.decided(found)
people_entry.view(scope, principal, found)
people.proposed(found)
people.method(found)
