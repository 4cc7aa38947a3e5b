"""The shell every page runs in: theme, marking, navigation by role. It never stands beside `pages/`."""

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.settings import PROJECT
from rasure.web import filters, frame, guard, theme

#: Page file, title, and the action a reader must be allowed; None: anybody signed in.
PAGES = (
    ("hot_spots", "Hot spots", Action.VIEW_HOT_SPOTS),
    ("data", "Data", Action.VIEW_DATA),
    ("about", "About", None),
)
#: Pages the filter bar applies to.
FILTERED = ("hot_spots",)


def pages_for(principal: Principal) -> list[st.Page]:
    """Return the pages a role may open. `/` only leads to the first, so that every page has one address of its own."""
    allowed = [entry for entry in PAGES if entry[2] is None or permits(principal.role, entry[2])]
    pages = [st.Page(PROJECT / "pages" / f"{stem}.py", title=title, url_path=stem) for stem, title, _action in allowed]
    return [st.Page(lambda: st.switch_page(pages[0]), title="Start", default=True, visibility="hidden"), *pages]


def main() -> None:
    st.set_page_config(page_title="Rasure", layout="wide", initial_sidebar_state="auto", menu_items={})
    theme.apply()
    frame.bars()
    principal = guard.require_principal()
    current = st.navigation(pages_for(principal))
    frame.person(principal)
    filters.bar(shown=current.url_path in FILTERED)
    current.run()


main()
