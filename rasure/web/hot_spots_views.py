"""More about a ranking: one view at a time, worked out only while it is open."""

from collections.abc import Callable

import streamlit as st

from rasure.access.scope import Scope
from rasure.web import assurance, backtest, left_out, near_repeats, periods, publishing
from rasure.web.filters import Choice

View = Callable[[Scope, Choice], None]

#: What the switch offers, in order; a view is a line here.
VIEWS: dict[str, View] = {
    "How sure": assurance.view,
    "How well it would have done": backtest.view,
    "Two periods": periods.view,
    "Near repeats": near_repeats.view,
    "Left out": left_out.view,
    "Publish for tasking": publishing.view,
}


def switch(scope: Scope, choice: Choice) -> None:
    """Draw the switch, its state in the address, and the view that is open, if one is."""
    chosen = st.segmented_control("More about this ranking", list(VIEWS), key="view", bind="query-params")
    if chosen is not None:
        VIEWS[chosen](scope, choice)
