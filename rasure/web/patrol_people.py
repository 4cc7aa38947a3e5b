"""What only those who supervise patrols see: whom to thank, the doubted visits, the track of one, and restoring it."""

from datetime import timedelta
from typing import Any

import pandas as pd
import pydeck
import streamlit as st

from rasure.access.roles import Action
from rasure.api.patrols import parameters_of
from rasure.errors import RasureError
from rasure.services import doubts, patrol_rows, patrol_words, tracks, wiring
from rasure.services.crews import Feedback
from rasure.services.doubts import VisitKey
from rasure.services.patrols import Picture
from rasure.services.tracks import Track
from rasure.web import exports, guard, map_geometry, maps, patrol_reads, tables, text, theme
from rasure.web.patrol_choice import Chosen

_MAP_HEIGHT_PX = 420
_EDGE_DEGREES = 0.0015
_SHOWN = 10


def thanks(chosen: Chosen) -> None:
    """Name those who delivered most and who improved most; then what everybody delivered, in no order of merit."""
    if not guard.may(Action.VIEW_CREWS):
        return
    scope = guard.admit(Action.VIEW_CREWS)
    found = patrol_reads.feedback(scope, chosen.asked, patrol_reads.version())
    st.subheader("Whom to thank")
    tables.note(
        f"For those who supervise patrols, as feedback and support. {found.compared} of"
        f" {text.counted(len(found.everyone), 'officer')} with a tasked visit had at least {found.least}; nobody is"
        " compared on fewer. A visit is valid with ten minutes still or on foot."
    )
    left, right = st.columns(2, gap="large")
    with left:
        _top(found)
    with right:
        _improved(found)
    with st.expander("Every officer, by identifier"):
        rows = [
            (row["officer_id"], row["unit"], row["valid"], row["tasked"], f"{row['minutes']:,.0f}")
            for row in found.everyone.to_dict("records")
        ]
        heads = ("Officer", "Unit", "Valid visits", "Tasked visits", "Minutes in hot spots")
        tables.table("Tasked visits of two minutes and more", heads, rows, (2, 3, 4))
        tables.note("Who has few visits may have been elsewhere: leave, court, other duties. The order says nothing.")
        exports.links("officers", "Download these", parameters_of(chosen.asked))
    _without_outcome(found)


def _without_outcome(found: Feedback) -> None:
    """Say whose records never name an outcome; their visits count like any other."""
    own = found.without_outcome
    st.write(patrol_words.without_outcome(found))
    if own.empty:
        return
    with st.expander("Who they are, by identifier"):
        rows = [(row["officer_id"], row["unit"], f"0 of {row['patrols']:,}") for row in tables.records(own)]
        tables.table("Tasked patrol records with an outcome", ("Officer", "Unit", "With an outcome"), rows)
        tables.note(
            "Nobody spoken to, searched or arrested, and no task done. It may be the form, the app or the place: ask,"
            " and show how it is recorded. No minutes are left out for it, and the order says nothing."
        )
        exports.links("patrol-records", "Download all who recorded", parameters_of(found.asked))


def _top(found: Feedback) -> None:
    if found.top.empty:
        st.write(f"Nobody had {found.least} tasked visits in this period, so nobody is named.")
        return
    rows = [
        (row["officer_id"], row["unit"], f"{row['valid']} of {row['tasked']}") for row in found.top.to_dict("records")
    ]
    tables.table("Most valid visits", ("Officer", "Unit", "Valid, of tasked visits"), rows)


def _improved(found: Feedback) -> None:
    if found.improved.empty:
        st.write(f"Nobody with {found.least} tasked visits in both periods had a larger share of them valid.")
        return
    rows = [
        (
            row["officer_id"],
            f"{row['valid_before']} of {row['tasked_before']}",
            f"{row['valid']} of {row['tasked']}",
        )
        for row in found.improved.to_dict("records")
    ]
    before = f"{text.day(found.before.first_on)} to {text.day(found.before.last_on)}"
    tables.table(f"Most improved, against {before}", ("Officer", "Valid then", "Valid now"), rows)


def doubted(picture: Picture) -> None:
    """List visits that are shown and not counted, and why; a supervisor looks at the track of one and restores it."""
    st.subheader("Doubted visits")
    found = picture.flagged
    if found.empty:
        st.write("No visit of this period is doubted: no position stood still too exactly, jumped, or copied another.")
    else:
        is_named = guard.may(Action.VIEW_CREWS)
        shown = patrol_rows.flagged(picture, with_officers=is_named)
        heads = (*(("Officer",) if is_named else ()), "Hot spot", "From", "Minutes", "Why", "State")
        rows = [tuple(row.values()) for row in shown[:_SHOWN]]
        of = f", the latest {len(rows)} of {len(shown)}" if len(rows) < len(shown) else ""
        tables.table(f"Shown, not counted{of}", heads, rows, (3 if is_named else 2,))
        tables.note(
            "A doubt is about a device, and most have a harmless cause. It is a question to ask, never a finding, and"
            " ranks nobody."
        )
        with st.expander("What the reasons mean, and what to ask"):
            tables.table(
                "Reasons for a doubt", ("Reason", "Often because, and what to ask"), patrol_words.reasons(found["flag"])
            )
    if guard.may(Action.VIEW_TRACK):
        _look_closer(picture)


def _look_closer(picture: Picture) -> None:
    """Let a supervisor pick a visit, see its track, and restore it when it is doubted."""
    with st.expander("Look at the track of one visit"):
        visits = {_label(row, picture): row for row in _to_choose_from(picture)}
        if not visits:
            st.write("There is no visit in this period to look at.")
            return
        label = st.selectbox("Visit", list(visits), key="patrol-visit")
        row = visits[label or next(iter(visits))]
        key = _key(row)
        tables.note("Showing where an officer was is written into the log with your name.")
        if st.button("Show the track", key="patrol-track"):
            st.session_state["patrol-tracked"] = key
            st.session_state["patrol-track-held"] = tracks.track(wiring.store(), guard.require_principal(), key)
        held = st.session_state.get("patrol-track-held")
        if held is not None and st.session_state.get("patrol-tracked") == key:
            _map(held)
        if row["flag"] is not None and not row["is_counted"] and guard.may(Action.RESTORE_VISIT):
            _restore(key, str(row["flag"]))


def _to_choose_from(picture: Picture) -> list[dict[str, Any]]:
    """Return doubted visits, then those of the last day of the period, the latest first."""
    visits = pd.concat([picture.flagged.iloc[::-1], picture.latest.iloc[::-1]]).drop_duplicates(
        ["officer_id", "hotspot_id", "started_at"]
    )
    return tables.records(visits.astype({"flag": object}))


def _key(row: dict[str, Any]) -> VisitKey:
    times = (row[name].to_pydatetime() for name in ("started_at", "ended_at"))
    return VisitKey(str(row["officer_id"]), str(row["hotspot_id"]), *times)


def _label(row: dict[str, Any], picture: Picture) -> str:
    spot, key = str(row["hotspot_id"]), _key(row)
    said = f"{patrol_words.moment(key.started_at)} to {patrol_words.clock(key.ended_at)}"
    doubt = "" if row["flag"] is None else " · doubted"
    return f"{picture.names.get(spot, spot)} · {said} · {row['officer_id']}{doubt}"


def _restore(key: VisitKey, flag: str) -> None:
    with st.form("patrol-restore", border=False):
        st.write(f"Doubted for {text.plain(patrol_words.doubt(flag))}. Restored, it counts like any other visit.")
        reason = st.text_input("What do you know of this visit?", key="patrol-reason", max_chars=300)
        if st.form_submit_button("Restore this visit"):
            try:
                doubts.restore(wiring.store(), guard.require_principal(), key, reason or "")
            except RasureError as error:
                st.info(text.plain(error.message))
                return
            st.rerun()


def _map(found: Track) -> None:
    """Draw the hexagons of the hot spot, the way between positions, and every position."""
    points = found.points
    if points.empty or found.ground.empty:
        st.write("There are no positions to draw.")
        return
    name = theme.theme_name()
    inside = points[(points["seen_at"] >= found.key.started_at) & (points["seen_at"] <= found.key.ended_at)]
    around = pd.concat([inside[["lon", "lat"]], found.ground[["lon", "lat"]]])
    bounds = (
        *(around["lon"].min() - _EDGE_DEGREES, around["lat"].min() - _EDGE_DEGREES),
        *(around["lon"].max() + _EDGE_DEGREES, around["lat"].max() + _EDGE_DEGREES),
    )
    view = maps.view_for(bounds, height_px=_MAP_HEIGHT_PX)
    rings = [map_geometry.hexagon((row["lon"], row["lat"]), maps.HEX_RADIUS_M) for row in tables.records(found.ground)]
    ways = [list(zip(own["lon"], own["lat"], strict=True)) for _, own in points.groupby("source")]
    rows = [
        {
            "lon": row["lon"],
            "lat": row["lat"],
            "said": f"{patrol_words.clock(row['seen_at'].to_pydatetime())} · {row['source']}",
        }
        for row in points.to_dict("records")
    ]
    dots = pydeck.Layer(
        "ScatterplotLayer",
        rows,
        id="positions",
        get_position="[lon, lat]",
        get_fill_color=maps.shade(theme.palette().accent),
        get_radius=4,
        radius_min_pixels=3,
        radius_max_pixels=6,
        pickable=True,
    )
    layers = [
        maps.line("ground", rings, maps.ink(name), width_px=2),
        maps.line("way", ways, maps.shade(theme.palette().accent), width_px=1),
        dots,
        *maps.scale_bar(view, theme=name),
    ]
    deck = maps.deck(layers, view=view, theme=name, tooltip="{said}", has_names_on_top=False)
    st.pydeck_chart(deck, height=_MAP_HEIGHT_PX, key="patrol-track-map", alt="The positions of the table below.")
    longest = (points["seen_at"].diff().max() or timedelta()) if len(points) > 1 else timedelta()
    tables.note(
        f"{text.counted(len(points), 'position')} from five minutes before the visit to five minutes after it; the"
        f" longest silence was {longest.total_seconds():.0f} seconds."
    )
    with st.expander("The positions as a table"):
        table = [
            (
                patrol_words.moment(row["seen_at"]),
                f"{row['lat']:.5f}, {row['lon']:.5f}",
                row["accuracy_m"],
                row["source"],
            )
            for row in tables.records(points)
        ]
        tables.table("Positions, oldest first", ("When", "Where", "Accuracy, m", "Device"), table, (2,))
