"""The live board's parts: drawn again by itself every half minute, each time with the reader's right looked at anew."""

import streamlit as st

from rasure.access.roles import Action
from rasure.errors import NotAllowed
from rasure.services import live, patrol_words, wiring
from rasure.services.live import Board, Place
from rasure.terms import StoreClass
from rasure.web import guard, patrol_choice, tables, text
from rasure.web.filters import WHOLE_FORCE

REFRESH_S = 30


def board() -> None:
    """Draw the board for the chosen area, and keep drawing it."""
    scope = guard.admit(Action.VIEW_PATROLS)
    with st.container(horizontal=True, gap="small", key="live-bar"):
        lpa, name = patrol_choice.area(scope)
    st.fragment(_drawn, run_every=REFRESH_S)(lpa, "the force" if name == WHOLE_FORCE else name)


def _drawn(lpa: str | None, where: str) -> None:
    """Draw the board once. A fragment runs without its page, so it asks by itself who is there and what they may."""
    try:
        scope = guard.admit(Action.VIEW_PATROLS)
    except NotAllowed:
        st.title("This board is no longer yours to see")
        st.write("Your role has changed. Load the page again.")
        return
    found = live.board(wiring.store(), scope, lpa, with_names=guard.may(Action.VIEW_CREWS))
    st.title(text.plain(patrol_words.live_title(found, where)))
    tables.note(_as_of(found))
    if not found.places:
        st.write("Nothing is assigned to this operational day. The Patrols page shows the days that were.")
        return
    _figures(found)
    waiting = [place for place in found.places if not place.visits]
    seen = [place for place in found.places if place.visits]
    heads = ("Place", "Since the last visit", "Minutes today", "Visits today")
    for caption, shown in (
        ("No visit yet today, longest alone first", waiting),
        ("Visited today, longest alone first", seen),
    ):
        if shown:
            tables.table(caption, heads, [_row(one, found) for one in shown], (2,))
    tables.note(
        "A visit is two minutes and more, valid with ten minutes still or on foot. A place that reached its most visits"
        " a day says so; the phone no longer offers it."
    )


def _as_of(found: Board) -> str:
    replayed = wiring.store().store_class is StoreClass.SYNTHETIC
    day = patrol_words.moment(found.at)
    heard = f"last position {patrol_words.moment(found.last_seen_at)}" if found.last_seen_at else "no position yet"
    said = f"As of {day}; {heard}. Drawn again every {REFRESH_S} seconds."
    return f"{said} The synthetic force repeats its last day at this time of day." if replayed else said


def _figures(found: Board) -> None:
    valid = sum(place.valid_visits > 0 for place in found.places)
    there = sum(place.is_attended for place in found.places)
    places = len(found.places)
    tables.figures(
        (
            ("Places with a valid visit", f"{valid} of {places}", "ten minutes still or on foot"),
            (
                "Patrol-minutes delivered",
                f"{found.patrol_minutes:,.0f}",
                f"{found.planned_minutes:,.0f} planned by 06:00",
            ),
            ("Places attended now", f"{there} of {places}", "a position inside in the last five minutes"),
            (
                "Control places with police today",
                f"{found.contaminated} of {found.control_places}",
                "two minutes and more; they are not to be patrolled",
            ),
        )
    )


def _row(place: Place, found: Board) -> tuple[object, ...]:
    return place.name, _since(place, found), patrol_words.minutes(place.patrol_minutes), _visits(place)


def _since(place: Place, found: Board) -> str:
    if place.is_attended:
        return f"there now: {', '.join(place.there)}" if place.there else "somebody is there now"
    if place.last_ended_at is None:
        return f"none in {live.LOOK_BACK_DAYS} days"
    return patrol_words.since((found.at - place.last_ended_at).total_seconds() / 3600)


def _visits(place: Place) -> str:
    said = f"{place.visits}, {place.valid_visits} valid" if place.visits else "none"
    return f"{said}; the most a day" if place.is_capped else said
