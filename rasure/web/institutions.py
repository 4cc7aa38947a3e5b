"""The parts of the institutions page: headline, the premises, the ranking with and without, faults of geocoding."""

from datetime import date
from typing import Any

import streamlit as st

from rasure.api.hot_spots import parameters_of
from rasure.services.institutions import COMPARED, Institutions
from rasure.web import exports, tables, text
from rasure.web.filters import WHOLE_FORCE, Choice

_SHOWN = 25
_KINDS = {"licensed_premises": "licensed premises", "police_station": "police station"}
_REASONS = {
    "institution": "too little left",
    "too_few_events": "too few offences",
    "not_persistent": "only one year",
}


def headline(choice: Choice, found: Institutions) -> None:
    """Say how much happens at single premises, and why that is kept out of the ranking."""
    where = "the force’s" if choice.area == WHOLE_FORCE else f"{choice.area}’s"
    size, events = len(found.premises), int(found.premises["events"].sum())
    if size:
        noun, makes = (
            ("One building", "makes") if size == 1 else (f"{text.number(size).capitalize()} buildings", "make")
        )
        st.title(f"{noun} {makes} up most of their hexagon: {text.share(events, found.located)} of {where} violence")
    else:
        st.title(f"No single building makes up most of a hexagon in {where} violence")
    tables.note(
        f"{choice.words}. {events:,} of {found.located:,} located offences are recorded at these buildings. They are"
        " set apart from the ranking and need a prevention plan of their own: a patrol in the street does not prevent"
        " what happens inside. A building counts when it has at least five offences and half of its hexagon’s."
    )


def premises(choice: Choice, found: Institutions) -> None:
    """List the buildings, most offences first, with what remains around them and their plan."""
    if found.premises.empty:
        return
    shown = found.premises.head(_SHOWN)
    of = f", the first {len(shown)} of {len(found.premises)}" if len(shown) < len(found.premises) else ""
    tables.table(
        f"Buildings by offences{of}",
        ("Building", "Kind", "Where", "Offences", "Of its hexagon", "Rest", "Rank with it", "Rank without", "Plan"),
        [
            (
                _known(row["premises_name"]),
                _KINDS.get(row["kind"], row["kind"]),
                _known(row["place"]),
                row["events"],
                f"{row['events']} of {int(row['events'] + row['remaining'])}, {row['share']:.0%}",
                row["remaining"],
                _rank(row["rank_with"]),
                _rank(row["rank_without"], row["reason"]),
                _plan(row, choice.question.as_of),
            )
            for row in tables.records(shown)
        ],
        numeric=(3, 4, 5),
    )
    exports.links("institutions", "Download all", parameters_of(choice.question))


def moves(found: Institutions) -> None:
    """Set the leading places with and without institutions side by side."""
    if found.moves.empty:
        return
    gone = int((found.moves["rank_without"].fillna(COMPARED + 1) > COMPARED).sum())
    who = f"{text.number(gone).capitalize()} of the first {COMPARED} places {'leaves' if gone == 1 else 'leave'}"
    st.subheader(f"{who} the ranking when institutions are set apart")
    tables.table(
        f"Every place among the first {COMPARED} of either ranking",
        ("Place", "Rank without", "Rank with", "Offences without", "Offences with"),
        [
            (row["place"], _rank(row["rank_without"]), _rank(row["rank_with"]), row["n_without"], row["n_with"])
            for row in tables.records(found.moves)
        ],
        numeric=(1, 2, 3, 4),
    )


def default_points(found: Institutions) -> None:
    """List the positions that stand for many streets, apart from the buildings."""
    if found.default_points.empty:
        return
    rows = found.default_points
    events = int(rows["events"].sum())
    st.subheader(
        f"{text.counted(len(rows), 'position')} {'looks' if len(rows) == 1 else 'look'} like a building but"
        f" {'is a fault' if len(rows) == 1 else 'are faults'} of geocoding"
    )
    tables.note(
        f"{text.counted(events, 'offence')} from many different streets are recorded at the same exact point, as a"
        " system does that knows only the town. They are set apart too. Ask whoever keeps the gazetteer to place them"
        " properly."
    )
    tables.table(
        "Default points",
        ("Where the point lies", "Easting", "Northing", "Offences", "Of its hexagon"),
        [
            (
                _known(row["place"]),
                f"{row['e_dm'] / 10:.1f}",
                f"{row['n_dm'] / 10:.1f}",
                row["events"],
                f"{row['events']} of {int(row['events'] + row['remaining'])}, {row['share']:.0%}",
            )
            for row in tables.records(rows)
        ],
        numeric=(1, 2, 3, 4),
    )


def published(found: Institutions) -> bool:
    """Say so, and tell it, when the data cannot name buildings: published places are anonymised."""
    if found.located and found.premises.empty and found.default_points.empty:
        tables.note(
            "No building with enough offences is known in this selection. Published data (data.police.uk) name no"
            " buildings at all, so on them nothing can be found here."
        )
        return True
    return False


def _of_hexagon(row: dict[str, Any]) -> str:
    total = row["events"] + row["remaining"]
    return f"{row['events']:,} of {total:,}, {text.share(row['events'], total)}"


def _plan(row: dict[str, Any], as_of: date) -> str:
    if row["plan_id"] is None:
        return "none recorded"
    if row["closed_on"] is not None:
        return f"{row['plan_id']}, closed {text.day(row['closed_on'].date())}"
    due = row["review_due_on"]
    review = "no review date" if due is None else _due(due.date(), as_of)
    return f"{row['plan_id']}, {_known(row['owner'])}, {review}"


def _due(due_on: date, as_of: date) -> str:
    said = f"review {'was' if due_on < as_of else 'is'} due {text.day(due_on)}"
    return f"overdue: {said}" if due_on < as_of else said


def _known(value: str | None) -> str:
    return value or "–"


def _rank(rank: int | None, reason: str = "") -> str:
    if rank is None:
        return "–"
    return f"{rank:,}, {_REASONS[reason]}" if reason in _REASONS else f"{rank:,}"
