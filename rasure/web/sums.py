"""The page that recomputes worked examples in front of the reader."""

from collections.abc import Sequence

import streamlit as st

from rasure.services.sums import Sum
from rasure.web import tables, text


def headline(sums: Sequence[Sum]) -> None:
    """Say whether every sum agrees, and what to do when one does not."""
    wrong = [found for found in sums if not found.agrees]
    if not wrong:
        st.title(f"All {len(sums)} sums agree with their sources")
    else:
        verb = "does" if len(wrong) == 1 else "do"
        st.title(f"{text.number(len(wrong)).capitalize()} of {len(sums)} sums {verb} not agree")
        names = ", ".join(found.operation for found in wrong)
        st.error(
            text.plain(f"Do not rely on figures made with {names} until this is put right. Tell your administrator.")
        )
    tables.note(
        "Recomputed just now from the case files that come with Rasure: published figures, examples of other programs,"
        " and sums done by hand. The same check runs with: python -m rasure check data/checks/*.json --compare"
    )


def families(sums: Sequence[Sum]) -> None:
    """Print expected beside ours, a table a family; what does not agree comes first."""
    for family in dict.fromkeys(found.family for found in sums):
        own = sorted((found for found in sums if found.family == family), key=lambda found: found.agrees)
        st.subheader(family.capitalize())
        rows = [
            (
                _verdict(found),
                found.operation,
                found.id,
                found.expected,
                found.ours,
                f"{found.authority}: {found.source}",
            )
            for found in own
        ]
        heads = ("Agrees", "Operation", "Example", "Expected", "Ours", "Where the answer comes from")
        tables.table(f"{sum(found.agrees for found in own)} of {len(own)} agree", heads, rows)


def _verdict(found: Sum) -> str:
    return "✓ yes" if found.agrees else "✗ NO"
