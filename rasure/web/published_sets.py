"""The sets that were published for tasking, to read: which there are, and what one version holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import areas
from rasure.services.hot_spot_sets import SetContents, SetVersion
from rasure.terms import Measure
from rasure.web import draft_state, exports, outline_maps, reads, tables, tasking_reads, text

_MEASURES = {Measure.COUNT: "count", Measure.HARM: "harm", Measure.SQRT_HARM: "square-root harm"}


def view(scope: Scope) -> None:
    """List the published sets, and draw the version that is chosen."""
    held = tasking_reads.versions(scope, reads.version())
    st.subheader(_sentence(held), anchor=False)
    if not held:
        tables.note("A set is published by an analyst. Officers are offered only places of a published set.")
        return
    rows = [
        (
            found.name,
            found.version,
            f"{text.day(found.created_at.date())} {found.created_at:%H:%M} UTC",
            found.created_by,
            found.hot_spots,
            found.patrol_areas,
            rule_words(found.rule),
            found.note,
        )
        for found in held
    ]
    heads = ("Set", "Version", "Published", "By", "Hot spots", "Patrol areas", "Chosen", "Note")
    tables.table("Every version, newest first; none is ever edited", heads, rows, numeric=(1, 4, 5))
    labels = {f"{found.set_id}, version {found.version}": found for found in held}
    shown = draft_state.kept("shown", None)
    at = list(labels).index(shown) if shown in labels else 0
    chosen = labels[st.selectbox("Look at", list(labels), index=at, width=520, **draft_state.field("shown"))]
    _contents(tasking_reads.contents(scope, chosen.set_id, chosen.version, reads.version()))


def rule_words(rule: Mapping[str, Any]) -> str:
    """Say how the places of a set were chosen."""
    if not rule:
        return "Loaded from a file"
    choose = rule["choose"]
    what = f"First {choose['n']}" if "n" in choose else f"{100 * choose['share']:.0f} % of the score"
    by = _MEASURES[Measure(rule["measure"])]
    first, last = (text.day(date.fromisoformat(rule[end])) for end in ("first_on", "last_on"))
    return f"{what} by {by}, {first} to {last}"


def _sentence(held: list[SetVersion]) -> str:
    if not held:
        return "No set is published yet"
    sets, latest = len({found.set_id for found in held}), held[0]
    many = "One set is published" if sets == 1 else f"{text.number(sets).capitalize()} sets are published"
    spots = text.counted(latest.hot_spots, "hot spot")
    return f"{many}; the latest, {text.plain(latest.name)} version {latest.version}, has {spots}"


def _contents(found: SetContents) -> None:
    names, of = areas.names(), found.of
    with st.container(key="map-and-table-published"):
        left, right = st.columns([62, 38], gap="medium")
    with left:
        outline_maps.numbered(
            [spot.paths for spot in found.hot_spots],
            key=f"published-map-{of.set_id}-{of.version}",
            alt="Map of the published hot spots by number. The table beside it lists the same.",
        )
    with right:
        rows = [
            (number, spot.name, names.get(spot.lpa, spot.lpa), spot.patrol_areas)
            for number, spot in enumerate(found.hot_spots, 1)
        ]
        caption = f"{of.name}, version {of.version}"
        tables.table(caption, ("#", "Hot spot", "Area", "Patrol areas"), rows, numeric=(0, 3))
    told = [
        (
            number,
            spot.hotspot_id,
            spot.name,
            spot.contact,
            spot.daily_cap,
            "; ".join(spot.tasks) or None,
            "moved" if spot.is_moved else "hexagons",
        )
        for number, spot in enumerate(found.hot_spots, 1)
    ]
    heads = ("#", "Id", "Hot spot", "Contact", "Most patrols a day", "Tasks", "Outline")
    tables.table("What officers are told", heads, told, numeric=(0, 4))
    tables.note(f"Made from data version {of.data_version}.")
    exports.links("hot-spot-set", "Download this version", {"set": of.set_id, "version": str(of.version)})
