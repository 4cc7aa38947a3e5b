"""What does the record say of this person, with whom, where and when, and what is being done?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.services import person_access
from rasure.web import guard, opening, person, person_lists, person_reads, reads

guard.admit(Action.OPEN_PERSON)
subject = person.asked()
if subject is None:
    st.stop()
if not opening.is_open(subject):
    person.not_open(subject)
scope = opening.opened(subject)
if scope is None:
    st.stop()

record = person_reads.person(scope, person_access.today(), reads.version())
person.headline(record)
person.who(record)
person.history(record)
person.associates(record)
person.where_and_when(record)
person.orders(record)
person_lists.lists(scope, subject)
person.method()
