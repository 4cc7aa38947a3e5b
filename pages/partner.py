"""What may a partner agency know of the violence in its areas?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import guard, partner, reads

scope = guard.admit(Action.VIEW_PARTNER_PICTURE)
found = reads.partner_releases(scope, reads.version())
if not found:
    partner.nothing(scope)
    st.stop()

chosen = partner.choice(found)
partner.recorded(guard.require_principal(), chosen)
partner.headline(chosen)
partner.recent(chosen)
partner.over_time(chosen)
partner.other_areas(chosen)
partner.every_quarter(chosen)
partner.caveats()
