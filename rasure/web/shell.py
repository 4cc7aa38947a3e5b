"""The shell every page runs in: theme, marking, navigation by role. It never stands beside `pages/`."""

import streamlit as st

from rasure.web import filters, frame, glass, guard, navigation, theme


def main() -> None:
    st.set_page_config(page_title="Rasure", layout="wide", initial_sidebar_state="auto", menu_items={})
    theme.apply()
    guard.require_gate()
    frame.bars(guard.principal())
    principal = guard.require_principal()
    current = st.navigation(navigation.pages_for(principal), expanded=True)
    frame.person(principal)
    glass.frame(principal)
    glass.told(principal)
    filters.bar(shown=current.url_path in navigation.FILTERED)
    current.run()


main()
