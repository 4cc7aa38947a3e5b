"""Which hexagons may not become patrol places, and why, on the hot-spot page."""

import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.places.eligibility import INSTITUTION, NOT_PERSISTENT, TOO_FEW_EVENTS
from rasure.services.hot_spots import Picture
from rasure.services.scoring import ELIGIBILITY
from rasure.web import exports, reads, tables, text
from rasure.web.filters import Choice

_SHOWN = 20
_WORDS = {
    INSTITUTION: "institution",
    TOO_FEW_EVENTS: "too few offences",
    NOT_PERSISTENT: "only one year",
}
_RULES = {
    INSTITUTION: "one building makes up most of it, and too little remains without that building",
    TOO_FEW_EVENTS: f"fewer than {ELIGIBILITY.min_events} offences in the period: the count could as well be two",
    NOT_PERSISTENT: f"offences in fewer than {ELIGIBILITY.min_active_years} different 12-month blocks",
}


def view(scope: Scope, choice: Choice) -> None:
    """Count the refusals by reason and list the leading ones."""
    picture = reads.hot_spots(scope, choice.question, reads.version())
    refused = picture.places[picture.places["reason"] != ""]
    st.subheader(sentence(picture))
    tables.note(
        "A place that is refused stays on the map and in the ranking; it is not offered for tasking. The first reason"
        " that applies is given."
    )
    reasons = refused["reason"].value_counts()
    tables.table(
        "Why",
        ("Reason", "Rule", "Hexagons", "Offences"),
        [
            (
                _WORDS[reason],
                _RULES[reason],
                int(reasons.get(reason, 0)),
                int(refused["n"][refused["reason"] == reason].sum()),
            )
            for reason in _WORDS
        ],
        numeric=(2, 3),
    )
    leading = reads.refused_places(scope, choice.question, reads.version(), _SHOWN)
    tables.table(
        f"The first {len(leading)} refused places by rank",
        ("Rank", "Place", "Offences", "12-month blocks with one", "Last offence", "Reason"),
        [
            (
                row["rank"],
                row["place"],
                row["n"],
                row["active_years"],
                text.day(row["last_on"].date()),
                _WORDS[row["reason"]],
            )
            for row in tables.records(leading)
        ],
        numeric=(0, 2, 3),
    )
    exports.links("left-out", "Download all refused places", parameters_of(choice.question))


def sentence(picture: Picture) -> str:
    """Say how many hexagons are left out, of how many."""
    refused, size = int((picture.places["reason"] != "").sum()), len(picture.places)
    if not refused:
        return f"All {size:,} hexagons with offences may become patrol places"
    held = text.share(
        float(picture.places["n"][picture.places["reason"] != ""].sum()), float(picture.places["n"].sum())
    )
    return f"{refused:,} of {size:,} hexagons with offences, holding {held} of them, may not become patrol places"
