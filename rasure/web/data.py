"""The parts of the Data page: freshness, gaps, loads and rejects, location quality, the inclusion rule."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from rasure.services import holdings as holdings_service
from rasure.services import loading
from rasure.services.holdings import Holdings
from rasure.services.watch import Record
from rasure.terms import Grade, StoreClass
from rasure.web import charts, exports, tables, text

_KINDS = {
    "street": "Street crime",
    "outcomes": "Outcomes",
    "stop-and-search": "Stop and search",
    "offences": "Offences of the records system",
}
_FORCES = {"own-force": "This force"}
_GRADES = {
    Grade.EXACT: "Exact: the address or grid reference of the scene",
    Grade.STREET: "Street: a point on or near the street, not the scene",
    Grade.CENTROID: "Centroid: a default point, such as a town centre or a police station",
    Grade.SUSPECT: "Suspect: the point contradicts the recorded area",
    Grade.NONE: "None: no usable position; counted, but on no map",
}
_RULES = {
    "always": "always counts",
    "weapon_required": "counts when a weapon was present",
    "stand_in": "stands in for the rule on published data",
    "off": "does not count",
}


def headline(held: Holdings, drops: Sequence[Record]) -> None:
    """Say in one sentence how fresh and complete the data are."""
    st.title(_sentence(held))
    kind = {
        StoreClass.SYNTHETIC: "Everything in this store is synthetic or public geography.",
        StoreClass.OPEN_DATA: "This store holds published open data: months, not times, and anonymised places.",
        StoreClass.OPERATIONAL: "This store holds operational data.",
    }[held.store_class]
    areas = (
        f"{len(held.areas)} policing areas, {held.study_cells:,} hexagons." if held.areas else "No boundaries loaded."
    )
    basemap = f"Basemap: {', '.join(held.basemap)}." if held.basemap else "No basemap loaded: outlines and towns only."
    tables.note(f"{kind} {areas} {basemap} Data version {held.version}.")
    tables.note(_age(held))
    for said in held.notes:
        st.warning(text.plain(said))
    if drops and drops[0].state == "refused":
        last = drops[0]
        st.warning(text.plain(f"The last drop, {last.drop}, was set aside whole: {last.sentence}"))


def _sentence(held: Holdings) -> str:
    if held.last_on is None:
        return "No offences are loaded yet"
    gaps = _missing(held.coverage[held.coverage["kind"] == "street"])
    said = f"Offences run to {text.month(held.last_on)}"
    if not gaps:
        return said
    return f"{said}, with {text.number(gaps)} {'month' if gaps == 1 else 'months'} missing on the way"


def _age(held: Holdings) -> str:
    """Say when offences were last loaded, and how old the latest of them is."""
    if held.batches.empty or held.last_on is None:
        return "Nothing has been loaded yet."
    loaded = _moment(held.batches["loaded_at"].max())
    return f"Last load {loaded}; the latest offence is dated {text.day(held.last_on)}."


def taken(drops: Sequence[Record]) -> None:
    """Print what became of the drops the server took from the inbox, its own and those sent from a browser."""
    if not drops:
        return
    st.subheader("Drops taken from the inbox")
    rows = [(drop.drop, _moment(drop.at), drop.state, drop.sentence, drop.batch) for drop in drops]
    tables.table("Newest first", ("Drop", "When", "State", "What happened", "Batch"), rows, numeric=(4,))


def _moment(at: datetime) -> str:
    return f"{text.day(at.date())} {at:%H:%M} UTC"


def freshness(held: Holdings) -> None:
    """Print first, last, missing and rows a kind of file."""
    if held.coverage.empty:
        return
    rows = []
    for (kind, force), months in held.coverage.groupby(["kind", "force"]):
        present = months.dropna(subset="rows")
        rows.append(
            (
                _KINDS.get(str(kind), str(kind)),
                _FORCES.get(str(force), str(force).replace("-", " ").title()),
                text.month(present["month"].min()),
                text.month(present["month"].max()),
                len(present),
                _missing(months),
                int(present["rows"].sum()),
            )
        )
    st.subheader("What is loaded")
    heads = ("File", "Force", "First", "Last", "Months present", "Missing between", "Rows")
    tables.table("Months and rows of each kind of file", heads, rows, numeric=(4, 5, 6))


def gaps(held: Holdings) -> None:
    """Draw the months present and missing, and print the missing ones."""
    if held.coverage.empty:
        return
    shown = held.coverage.assign(
        kind=held.coverage["kind"].map(lambda kind: _KINDS.get(kind, kind)),
        said=held.coverage["rows"].map(lambda rows: "missing" if pd.isna(rows) else f"{rows:,}"),
    )
    st.subheader("A missing month is a gap, not a zero")
    tables.note("Filled: the month is loaded. Outlined: the source did not provide it.")
    charts.coverage(shown, alt="Months present and missing for each kind of file; the table below holds the same.")
    with st.expander("Missing months as a table"):
        missing = shown[shown["rows"].isna()]
        rows = [(kind, _runs_said(months["month"])) for kind, months in missing.groupby("kind")]
        tables.table("Missing months", ("File", "Months"), rows or [("All", "none missing")])
    for broken in held.breaks:
        if broken["source"] in set(held.coverage["source"]):
            tables.note(f"{broken['what']} {broken['consequence']} {broken['evidence']}")


def locations(held: Holdings) -> None:
    """Print how well places are known."""
    st.subheader("How well the place is known")
    total = int(held.grades["offences"].sum())
    rows = [
        (_GRADES[Grade(row["grade"])], row["offences"], text.share(row["offences"], total), row["in_scope"])
        for row in held.grades.to_dict("records")
    ]
    heads = ("Geolocation grade", "Offences", "Share", "In scope")
    tables.table(f"All {total:,} offences held, by geolocation grade", heads, rows, numeric=(1, 2, 3))


def rule(held: Holdings) -> None:
    """Print the inclusion rule in force, and which rows are in and why."""
    st.subheader("Which offences count, and why")
    inside, total = int(held.rule["in_scope"].sum()), int(held.rule["offences"].sum())
    version = held.rule["rule_version"].max()
    tables.note(f"Inclusion rule version {version}: {inside:,} of {total:,} offences are in scope.")
    if held.store_class is StoreClass.OPEN_DATA:
        tables.note(
            "Published categories are coarse: these stand in for the offence rule and include offences the rule would"
            " leave out. There is no weapon flag, no clock time and no person in published data."
        )
    rows = [
        (
            row["offence"],
            row["offence_group"],
            _RULES[row["include_rule"]],
            _text_or_none(row["basis"]) + ("" if row["rule_verified"] else " (our reading, not stated in a source)"),
            row["offences"],
            row["in_scope"],
        )
        for row in held.rule.to_dict("records")
    ]
    heads = ("Offence or category", "Group", "Rule", "Basis", "Held", "In scope")
    tables.table("The inclusion rule in force", heads, rows, numeric=(4, 5))


def loads(held: Holdings) -> None:
    """Print every load and what became of its rows, and why rows were rejected."""
    st.subheader("Loads")
    if held.batches.empty:
        tables.note("Nothing has been loaded into this store.")
        return
    rows = [
        (
            row["batch_id"],
            _moment(row["loaded_at"]),
            loading.KINDS.get(f"load.{row['kind']}", row["kind"].replace("_", " ")),
            row["label"],
            row["files"],
            row["rows_read"],
            row["accepted"],
            row["revised"],
            row["rejected"],
            row["duplicate"],
        )
        for row in held.batches.to_dict("records")
    ]
    heads = ("Batch", "Loaded", "What", "From", "Files", "Read", "Accepted", "of it revised", "Rejected", "Duplicate")
    tables.table("Read = accepted + rejected + duplicate", heads, rows, numeric=(0, 4, 5, 6, 7, 8, 9))
    _rejects(held)


def _rejects(held: Holdings) -> None:
    if held.reject_reasons.empty:
        tables.note("No row was rejected.")
        return
    rows = [
        (row["batch_id"], row["file"], row["column_name"] or "whole row", row["explanation"], row["rows"])
        for row in held.reject_reasons.to_dict("records")
    ]
    tables.table("Rejected rows", ("Batch", "File", "Column", "Why", "Rows"), rows, numeric=(0, 4))
    for batch_id in held.reject_reasons["batch_id"].unique():
        exports.links("rejects", f"Rejected rows of batch {batch_id}", {"batch": str(batch_id)})


def _missing(coverage: pd.DataFrame) -> int:
    return int(coverage["rows"].isna().sum())


def _runs_said(months: pd.Series) -> str:
    said = []
    for first, last in holdings_service.runs(list(months)):
        said.append(text.month(first) if first == last else f"{text.month(first)} to {text.month(last)}")
    return "; ".join(said)


def _text_or_none(value: object) -> str:
    return value if isinstance(value, str) else ""
