"""Which lists the opened person is on, by whose decision, and when the review is due."""

import streamlit as st

from rasure.access.scope import Scope, Subject
from rasure.services import people_lists, wiring
from rasure.services.people_lists import Membership
from rasure.web import people_words, tables, text


def lists(scope: Scope, subject: Subject) -> None:
    """Print how the person stands with each list the reader may know of; read anew each time, as decisions change."""
    st.subheader("On lists")
    found = people_lists.standings(wiring.store(), scope, subject.id)
    if not found:
        st.write("Neither on a list of people nor proposed for one that you may see.")
        return
    heads = ("List", "How it stands", "Decided by", "Review due", "Rule")
    tables.table("Each list has a purpose of its own", heads, map(_row, found))


def _row(one: Membership) -> tuple[object, ...]:
    mark, words = people_words.STATES[one.standing.state]
    approved = one.standing.approved
    due = one.standing.review_due_on
    challenge = ", challenged" if one.standing.challenge else ""
    return (
        people_words.CALLED[one.name],
        f"{mark} {words}{challenge}",
        (approved.by_name or approved.by) if approved else None,
        text.day(due) if due else None,
        one.rule,
    )
