"""Near repeats on the hot-spot page: how long and how far a place stays at risk after an offence."""

import pandas as pd
import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.services.near_repeats import NearRepeats
from rasure.web import exports, reads, tables, text
from rasure.web.filters import Choice

_CLEAR_Q = 0.05


def view(scope: Scope, choice: Choice) -> None:
    """Draw the table of pairs, or say why there is none."""
    found = reads.near_repeats(scope, choice.question, reads.version())
    if found.refusal:
        st.subheader("Near repeats cannot be told here")
        st.write(found.refusal)
        return
    st.subheader(sentence(found))
    latest = f"the latest {found.used:,} offences with a known day and place"
    since = f", since {text.day(found.first_on)}" if found.first_on else ""
    tables.note(
        f"Pairs among {latest}{since}, against {found.shuffles} shuffles of their days with the places fixed"
        f" (seed {found.seed}). A ratio of 1 is chance; q allows for the {len(found.bands)} bands looked at. It says"
        " how long and how far, and forecasts nothing."
    )
    columns = list(dict.fromkeys(zip(found.bands["from_days"], found.bands["to_days"], strict=True)))
    rows = tables.records(found.bands)
    by_distance = [rows[start : start + len(columns)] for start in range(0, len(rows), len(columns))]
    tables.table(
        "Pairs seen, pairs expected, and their ratio; * where q ≤ 0.05",
        ("Apart", *(f"{int(start)} to {int(end) - 1} days" for start, end in columns)),
        [(_distance(bands[0]), *(_pairs(band) for band in bands)) for bands in by_distance],
        numeric=range(1, len(columns) + 1),
    )
    exports.links("near-repeats", "Download these", parameters_of(choice.question))


def sentence(found: NearRepeats) -> str:
    """Say the nearest and soonest band that exceeds chance, with its pairs; or that none does."""
    more = found.bands[(found.bands["q"] <= _CLEAR_Q) & (found.bands["ratio"] > 1)]
    if more.empty:
        return "No near repeats beyond chance in this selection"
    first = more.sort_values(["from_m", "from_days"]).iloc[0]
    where = "the same place" if first["to_m"] <= 1 else f"{int(first['from_m'])} to {int(first['to_m'])} m away"
    when = f"within {int(first['to_days'])} days" if first["from_days"] == 0 else _days(first)
    return (
        f"Another offence at {where} {when} is {first['ratio']:.1f} times as frequent as chance"
        f" ({int(first['observed']):,} pairs against {first['expected']:.0f} expected)"
    )


def _days(band: "pd.Series[float]") -> str:
    return f"after {int(band['from_days'])} to {int(band['to_days']) - 1} days"


def _pairs(row: dict[str, float]) -> str:
    mark = "*" if row["q"] <= _CLEAR_Q and row["ratio"] is not None and row["ratio"] > 1 else ""
    ratio = "–" if row["ratio"] is None else f"{row['ratio']:.2f}{mark}"
    return f"{int(row['observed']):,} of {row['expected']:,.1f}, {ratio}"


def _distance(band: dict[str, float]) -> str:
    return "same place" if band["to_m"] <= 1 else f"{int(band['from_m'])} to {int(band['to_m'])} m"
