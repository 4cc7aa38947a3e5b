"""Two periods compared, on the hot-spot page: the selection, its areas and its leading places."""

import math
from typing import Any

import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.services.periods import CLEAR_Q, PLACES, Periods
from rasure.web import exports, reads, tables, text
from rasure.web.filters import Choice

_SHOWN = 20
#: Words, and for each how many days and how many years back the other period lies; 0: right before.
_COMPARISONS = {
    "Last 12 months with the 12 before": (364, 0),
    "Last 6 months with the 6 before": (182, 0),
    "Last 6 months with the same six a year earlier": (182, 1),
    "Last 4 weeks with the same four a year earlier": (28, 1),
    "Last 2 years with the 2 before": (728, 0),
}


def view(scope: Scope, choice: Choice) -> None:
    """Draw the comparison the reader chooses."""
    chosen = st.selectbox("Compare", list(_COMPARISONS), key="compare", bind="query-params", width=420)
    days, years_back = _COMPARISONS[chosen or next(iter(_COMPARISONS))]
    found = reads.periods(scope, choice.question, reads.version(), days, years_back)
    if found.refusal or found.whole is None:
        st.subheader("These two periods cannot be compared")
        st.write(found.refusal)
        return
    st.subheader(sentence(found))
    tables.note(
        f"{_days(found.now.first_on, found.now.last_on)} against {_days(found.before.first_on, found.before.last_on)}."
        f" Rates per day loaded ({found.now_days} and {found.before_days} days), compared exactly; 95 % intervals."
        f" {tested(found)}"
    )
    if len(found.areas) > 1:
        _table("Policing areas", "Area", "area", tables.records(found.areas))
    places = tables.records(found.places)
    _table(f"Places, the first {min(_SHOWN, len(places))} by offences", "Place", "place", places[:_SHOWN])
    asked = parameters_of(choice.question) | {"days": str(days), "years_back": str(years_back)}
    exports.links("periods", "Download all compared places", asked)


def sentence(found: Periods) -> str:
    """Say what became of the whole selection: more, fewer, or no clear change, with its counts."""
    assert found.whole is not None
    now, before = found.counts
    counts = f"{now:,} offences against {before:,}"
    if not found.whole.is_clear:
        return f"No clear change: {counts}"
    return f"{_size(found.whole.ratio, show_percent=found.whole.show_percent)}: {counts}"


def tested(found: Periods) -> str:
    """Say how many rows were looked at, and how many of them changed by more than chance."""
    parts = []
    for rows, noun in ((found.areas, "area"), (found.places, "place")):
        if len(rows) > 1:
            clear = int((rows["q"] <= CLEAR_Q).sum())
            of = text.counted(len(rows), noun)
            parts.append(f"of {of} tested {text.number(clear) if clear else 'none'} changed by more than chance")
    said = "; ".join(parts)
    few = f" Only the {PLACES} places with most offences in both periods together are tested." if parts else ""
    return f"{said[:1].upper()}{said[1:]} (q ≤ {CLEAR_Q:g}).{few}" if said else ""


def _table(caption: str, head: str, name: str, rows: list[dict[str, Any]]) -> None:
    tables.table(
        caption,
        (head, "Now", "Before", "Ratio of rates", "95 % interval", "q", "In words"),
        [
            (
                row[name] or "outside every area",
                row["now"],
                row["before"],
                _figure(row["ratio"]),
                f"{_figure(row['low'])} to {_figure(row['high'])}",
                f"{row['q']:.3f}" if row["q"] >= 0.001 else "<0.001",
                _words(row),
            )
            for row in rows
        ],
        numeric=(1, 2, 3, 4, 5),
    )


def _words(row: dict[str, Any]) -> str:
    if row["q"] > CLEAR_Q or row["ratio"] is None:
        return "no clear change"
    return _size(row["ratio"], show_percent=row["show_percent"]).lower()


def _size(ratio: float, *, show_percent: bool) -> str:
    """Write a clear change; as a percentage only where both counts are large enough to bear one."""
    more = "more" if ratio > 1 else "fewer"
    return f"{abs(ratio - 1):.0%} {more}".replace("%", " %") if show_percent else f"Clearly {more}"


def _figure(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.2f}"


def _days(first_on: Any, last_on: Any) -> str:
    return f"{text.day(first_on)} to {text.day(last_on)}"
