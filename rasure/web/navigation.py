"""The pages, who may open each, and which the filter bar applies to."""

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.settings import PROJECT
from rasure.web import command_reads, text

#: Page file, title, and the action a reader must be allowed; None: anybody signed in.
PAGES = (
    ("command", "Command", Action.VIEW_COMMAND),
    ("hot_spots", "Hot spots", Action.VIEW_HOT_SPOTS),
    ("place", "Place", Action.VIEW_HOT_SPOTS),
    ("patrols", "Patrols", Action.VIEW_PATROLS),
    ("live", "Live board", Action.VIEW_PATROLS),
    ("times", "Times", Action.VIEW_HOT_SPOTS),
    ("institutions", "Institutions", Action.VIEW_HOT_SPOTS),
    ("people", "People", Action.VIEW_PEOPLE),
    ("person", "Person", Action.OPEN_PERSON),
    ("incident", "Offence", Action.VIEW_HOT_SPOTS),
    ("partner", "Partner picture", Action.VIEW_PARTNER_PICTURE),
    ("outside", "Outside your areas", Action.BREAK_GLASS),
    ("data", "Data", Action.VIEW_DATA),
    ("audit", "Audit", Action.VIEW_AUDIT),
    ("fairness", "Fairness", Action.MONITOR_DISPARITY),
    ("checks", "Check our sums", Action.VIEW_DATA),
    ("about", "About", None),
)
#: Pages the filter bar applies to.
FILTERED = ("hot_spots", "place", "times", "institutions")


def link(stem: str, label: str, **asked: str) -> None:
    """Draw a link to another page, named by its file; `asked` goes into its address beside what is bound to it."""
    st.page_link(PROJECT / "pages" / f"{stem}.py", label=label, query_params=asked or None)


def offences(said: dict[str, str], key: str) -> None:
    """Let the reader choose one of some offences, told by their identifiers in words, and lead to its page."""
    chosen = st.selectbox(
        "Open one of these offences", list(said), index=None, format_func=said.__getitem__, key=key, width=560
    )
    if chosen:
        link("incident", f"The offence of {text.plain(said[chosen])}", offence=chosen)


def action(stem: str) -> Action | None:
    """Return what a reader must be allowed to open a page; None: nothing but to be signed in."""
    return next(needed for name, _, needed in PAGES if name == stem)


def pages_for(principal: Principal) -> list[st.Page]:
    """Return the pages a role may open. `/` only leads to one, so that every page has one address of its own."""
    allowed = [entry for entry in PAGES if entry[2] is None or permits(principal.role, entry[2])]
    pages = [st.Page(PROJECT / "pages" / f"{stem}.py", title=title, url_path=stem) for stem, title, _action in allowed]
    start = st.Page(lambda: st.switch_page(_first(pages)), title="Start", default=True, visibility="hidden")
    return [start, *pages]


def _first(pages: list[st.Page]) -> st.Page:
    """Return where a reader begins: the first page, but not a weekly summary of a store that holds no whole week."""
    is_without_weeks = pages[0].url_path == "command" and command_reads.reach(command_reads.version()) is None
    return pages[1] if is_without_weeks else pages[0]
