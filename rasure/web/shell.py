"""The shell every page runs in: theme, marking, navigation by role. It never stands beside `pages/`."""

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.settings import PROJECT
from rasure.web import frame, guard, theme

#: Page file, title, and the action a reader must be allowed; None: anybody signed in.
PAGES = (
    ("hot_spots", "Hot spots", Action.VIEW_HOT_SPOTS),
    ("data", "Data", Action.VIEW_DATA),
    ("about", "About", None),
)


def pages_for(principal: Principal) -> list[st.Page]:
    """Return the pages a role may open; the first is where it starts."""
    allowed = [entry for entry in PAGES if entry[2] is None or permits(principal.role, entry[2])]
    return [
        st.Page(PROJECT / "pages" / f"{stem}.py", title=title, url_path=stem, default=index == 0)
        for index, (stem, title, _action) in enumerate(allowed)
    ]


def main() -> None:
    st.set_page_config(page_title="Rasure", layout="wide", initial_sidebar_state="auto")
    theme.apply()
    frame.bars()
    principal = guard.require_principal()
    current = st.navigation(pages_for(principal))
    frame.person(principal)
    current.run()


main()
