"""What is this, and what may I see?"""

import streamlit as st

from rasure.web import about, guard

principal = guard.require_principal()
st.title(about.welcome(principal))
about.what_you_may_do(principal)
about.words_used()
