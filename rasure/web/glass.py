"""Looking outside one's areas: the page that asks why, the frame round every page meanwhile, and who is told."""

from html import escape

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.access.scope import Kind, Subject
from rasure.errors import RasureError
from rasure.services import areas, break_glass, person_access, wiring
from rasure.services.break_glass import Glass, Notice
from rasure.services.person_access import Request
from rasure.settings import settings
from rasure.web import guard, tables, text
from rasure.web.opening import moment
from rasure.web.text import plain

_FORM_PX = 720
_WHAT = {"The whole area": None, "One person": Kind.PERSON, "One place": Kind.PLACE, "One offence": Kind.OFFENCE}


def frame(principal: Principal) -> None:
    """Draw, while it lasts, a frame round the page that says so, and a way to end it."""
    found = break_glass.live(wiring.store(), principal)
    if not found:
        return
    names = areas.names()
    said = "; ".join(f"{_looked_at(one, names)} until {moment(one.until_at)}: {one.reason}" for one in found)
    st.html(
        '<div class="rasure-glass-frame" aria-hidden="true"></div>'
        f'<p class="rasure-glass" role="status"><b>You are looking outside your area.</b> {escape(said)}</p>'
    )
    with st.container(horizontal=True, key="glass-ends"):
        for one in found:
            st.button(
                f"Stop looking at {plain(_looked_at(one, names))}",
                key=f"glass-{one.glass_id}",
                on_click=_end,
                args=(one.glass_id,),
            )


def told(principal: Principal) -> None:
    """Draw what waits for the reader: who looks outside their area, and who asks to open the record of a child."""
    store = wiring.store()
    if permits(principal.role, Action.BE_TOLD):
        for notice in break_glass.to_acknowledge(store, principal):
            with st.container(border=True, key=f"told-{notice.glass.glass_id}"):
                st.write(plain(_notice(notice)))
                st.button(
                    "I have taken note",
                    key=f"note-{notice.glass.glass_id}",
                    on_click=_note,
                    args=(notice.glass.glass_id,),
                )
    if permits(principal.role, Action.APPROVE_OPENING):
        for request in person_access.to_answer(store, principal):
            with st.container(border=True, key=f"asked-{request.request_id}"):
                st.write(plain(_request(request)))
                with st.container(horizontal=True):
                    for label, is_approved in (("Approve", True), ("Refuse", False)):
                        key = f"{label}-{request.request_id}"
                        st.button(label, key=key, on_click=_answer, args=(request.request_id, is_approved))


def ask(principal: Principal) -> None:
    """Say what it means to look outside the own areas, and take the reason."""
    names = areas.names()
    own = ", ".join(names.get(code, code) for code in sorted(principal.lpas))
    st.title("Look outside your areas")
    lasts_h = settings().broken_glass_h
    hours = text.in_words(int(lasts_h), "hour") if lasts_h == int(lasts_h) else f"{lasts_h:g} hours"
    st.write(
        plain(
            f"You see {own}. If you need another area's records for a reason that cannot wait, say why. For {hours}"
            " you may then look at its places and offences, and open a record there with a reason, as far as your role"
            " goes; not at its lists of people. It is written into the audit log, the inspectors of both"
            " areas are told and must take note of it, and the auditor sees it."
        )
    )
    others = [code for code in names if code not in principal.lpas]
    with st.form("break-glass", width=_FORM_PX):
        lpa = st.selectbox("Area", others, index=None, format_func=names.__getitem__, placeholder="Choose an area")
        what = st.radio("What do you need there?", list(_WHAT), horizontal=True)
        which = st.text_input("Which one: identifier of the person, hexagon or offence", max_chars=64)
        reason = st.text_area("Why, in your own words", max_chars=break_glass.MOST_CHARS)
        if st.form_submit_button("Look outside my areas", type="primary"):
            _begin(principal, lpa, _WHAT[what or "The whole area"], which.strip(), reason)


def listed(principal: Principal) -> None:
    """Show the auditor every time somebody looked outside their areas, and who took note."""
    st.subheader("Looking outside the own areas")
    found = st.session_state.get("glass-listed")
    if found is None or found[0] != principal:
        found = st.session_state["glass-listed"] = (principal, break_glass.listed(wiring.store(), principal))
    notices: list[Notice] = found[1]
    if not notices:
        tables.note(f"Nobody looked outside their areas in the last {break_glass.TOLD_DAYS} days.")
        return
    waiting = sum(not notice.glass.seen_by for notice in notices)
    tables.note(
        f"{len(notices):,} in the last {break_glass.TOLD_DAYS} days, {sum(one.lasts for one in notices):,} of them now;"
        f" no supervisor has taken note of {waiting:,} of {len(notices):,}."
    )
    heads = ("Who", "Own areas", "Looked at", "From", "Until", "Why", "Taken note of by")
    tables.table("The latest first", heads, map(_listed_row, notices))


def _listed_row(notice: Notice) -> tuple[object, ...]:
    one = notice.glass
    return (
        one.actor,
        ", ".join(notice.own_areas),
        notice.area + (f", {one.narrowed} only" if one.narrowed else ""),
        moment(one.begun_at),
        moment(one.ended_at or one.until_at) + (" (now)" if notice.lasts else ""),
        one.reason,
        ", ".join(one.seen_by) or None,
    )


def _looked_at(one: Glass, names: dict[str, str]) -> str:
    area = names.get(one.lpa, one.lpa)
    return f"{one.narrowed.kind.value} {one.narrowed.id} in {area}" if one.narrowed else area


def _notice(notice: Notice) -> str:
    one = notice.glass
    verb = "is looking" if notice.lasts else "looked"
    what = f"{one.narrowed.kind.value} {one.narrowed.id} of {notice.area}" if one.narrowed else notice.area
    until = moment(one.ended_at or one.until_at)
    return (
        f"{one.actor_name} ({', '.join(notice.own_areas)}) {verb} outside their area, at {what}, from"
        f" {moment(one.begun_at)} until {until}: {one.reason}"
    )


def _request(request: Request) -> str:
    return (
        f"{request.actor_name} asks at {moment(request.asked_at)} to open the record of somebody under 18, identifier"
        f" {request.person_id}. {request.reason} ({request.reference})"
    )


def _begin(principal: Principal, lpa: str | None, kind: Kind | None, which: str, reason: str) -> None:
    if lpa is None:
        st.warning("Choose an area.")
        return
    if kind is not None and not which:
        st.warning("Say which one, or choose the whole area.")
        return
    try:
        narrowed = Subject(kind, which) if kind else None
        break_glass.begin(wiring.store(), principal, lpa, reason, narrowed=narrowed)
    except RasureError as refused:
        st.warning(plain(refused.message))
        return
    st.rerun()


def _end(glass_id: int) -> None:
    break_glass.end(wiring.store(), guard.require_principal(), glass_id)


def _note(glass_id: int) -> None:
    break_glass.acknowledge(wiring.store(), guard.require_principal(), glass_id)


def _answer(request_id: int, is_approved: bool) -> None:
    person_access.answer(wiring.store(), guard.require_principal(), request_id, is_approved=is_approved)
