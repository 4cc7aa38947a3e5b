"""What surrounds every page: marking, what kind of data this is, who is signed in."""

from datetime import UTC, datetime
from html import escape

import streamlit as st

from rasure.access.identity import Principal
from rasure.places.times import LONDON
from rasure.services import areas, sessions, wiring
from rasure.settings import settings
from rasure.terms import Role, StoreClass
from rasure.web import guard

_KIND = {
    StoreClass.SYNTHETIC: ("Synthetic", "no real person or place of crime"),
    StoreClass.OPEN_DATA: ("Published open data", "data.police.uk, anonymised places"),
    StoreClass.OPERATIONAL: ("Operational data", "personal data: need to know"),
}
_ROLE = {
    Role.OFFICER: "Patrol officer",
    Role.INSPECTOR: "Inspector",
    Role.OFFENDER_MANAGER: "Offender manager",
    Role.ANALYST: "Analyst",
    Role.GOLD: "Gold command",
    Role.PARTNER: "Partner agency",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}


def bars(principal: Principal | None) -> None:
    """Draw the marking at the top and the bottom of the page; on paper also for whom it was drawn, and when."""
    marking = escape(settings().marking)
    kind, meaning = _KIND[wiring.store().store_class]
    st.html(
        f'<div class="rasure-bar rasure-top" role="banner"><span><b>Rasure</b></span><b>{marking}</b>'
        f'<span>{kind}<span class="rasure-long"> – {meaning}</span></span></div>'
        f'<div class="rasure-bar rasure-bottom"><b>{marking}</b>{_for_paper(principal)}</div>'
    )


def _for_paper(principal: Principal | None) -> str:
    """Say who the page was drawn for, and when, along the foot of a printed sheet and across it."""
    if principal is None:
        return ""
    now = datetime.now(UTC).astimezone(LONDON)
    when, who = f"{now.day} {now:%B %Y, %H:%M}", escape(principal.name)
    foot = f'<span class="rasure-paper">Drawn for {who} ({escape(principal.id)}), {when}</span>'
    return f'{foot}<i class="rasure-paper rasure-watermark" aria-hidden="true">{who} · {when}</i>'


def person(principal: Principal) -> None:
    """Say who is signed in; in demo mode let the reader be somebody else, in the others let them sign out."""
    if settings().mode == "demo":
        _pick(principal)
    else:
        _own(principal)


def _own(principal: Principal) -> None:
    with st.sidebar:
        st.html(
            f'<div class="rasure-person"><span class="rasure-note">Signed in as</span><b>{escape(principal.name)}</b>'
            f"<span>{escape(_described(principal, areas.names()))}</span>"
            '<form method="post" action="/sign-out"><button type="submit">Sign out</button></form></div>'
        )


def _pick(principal: Principal) -> None:
    people = {found.id: found for found in sessions.demo_people()}
    names = areas.names()
    with st.sidebar:
        st.selectbox(
            "Signed in as",
            list(people),
            index=list(people).index(principal.id) if principal.id in people else 0,
            format_func=lambda person_id: _described(people[person_id], names),
            key="demo_person",
            on_change=_become,
            help="Demo: these people are invented. Pick one to see what that role sees.",
        )


def _become() -> None:
    secret = guard.session_secret()
    if secret:
        sessions.become(secret, st.session_state["demo_person"], guard.address())


def _described(found: Principal, names: dict[str, str]) -> str:
    where = ", ".join(names.get(code, code) for code in sorted(found.lpas)) or "Force"
    return f"{_ROLE[found.role]} · {where}"
