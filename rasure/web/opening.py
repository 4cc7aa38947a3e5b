"""The prompt before anything about people opens: why, in whose operation; and what is open, until when."""

from datetime import UTC, datetime

import streamlit as st

from rasure.access.scope import Kind, Scope, Subject
from rasure.errors import ApprovalNeeded, RasureError
from rasure.places.times import LONDON
from rasure.services import desk, person_access, wiring
from rasure.services.person_access import REASONS, Opening, Request, Why
from rasure.settings import settings
from rasure.web import guard, tables
from rasure.web.text import plain

_FORM_PX = 720
_ASKED = {
    Kind.PERSON: "Why do you need to open this record?",
    Kind.PLACE: "Why do you need to know who is recorded here?",
    Kind.OFFENCE: "Why do you need to know who is recorded in this offence?",
}


def given(name: str) -> str:
    """Return an identifier the address names, as text of bounded length; empty when there is none."""
    found = st.query_params.get(name) or ""
    return found.strip()[:64]


def is_open(subject: Subject) -> bool:
    return person_access.standing(wiring.store(), guard.require_principal(), subject) is not None


def opened(subject: Subject) -> Scope | None:
    """Return the scope of a subject that is open to the reader, or ask for the reason and return None."""
    principal = guard.require_principal()
    found = person_access.standing(wiring.store(), principal, subject)
    if found is None:
        _prompt(subject)
        return None
    _until(found)
    return desk.opened(wiring.store(), principal, subject)


def _prompt(subject: Subject) -> None:
    """Ask for reason and reference; a form that was filled opens the subject or says why not."""
    key = f"open-{subject}"
    request = _request(subject)
    if request is not None:
        _state(request)
    if not settings().reason_required and request is None:
        _open(subject, Why())
        return
    first = _given(request)
    with st.form(key, width=_FORM_PX):
        st.markdown(f"**{_ASKED[subject.kind]}**")
        reason = st.selectbox(
            "Reason",
            REASONS,
            index=REASONS.index(first.reason) if first.reason in REASONS else None,
            placeholder="Choose a reason",
            key=f"{key}-reason",
        )
        detail = st.text_area("In your own words", value=first.detail, key=f"{key}-detail", max_chars=400, height=80)
        reference = st.text_input(
            "Operation, crime or request number", value=first.reference, key=f"{key}-reference", max_chars=100
        )
        if st.form_submit_button("Open, and log it", type="primary"):
            _open(subject, Why(reason or "", detail, reference))
    tables.note(
        f"Your name, the reason and the time go into the audit log before anything is shown. It stays open to you for"
        f" {settings().opening_min} minutes. An auditor reviews a sample of openings every week."
    )


def _open(subject: Subject, why: Why) -> None:
    principal, store = guard.require_principal(), wiring.store()
    try:
        person_access.open_subject(store, principal, subject, why)
    except ApprovalNeeded as needed:
        request = _request(subject)
        if request is None or request.is_approved is False:
            person_access.ask(store, principal, subject, why)
            st.info(plain(f"{needed.message} An inspector has been asked; you need not stay on this page."))
        return
    except RasureError as refused:
        st.warning(plain(refused.message))
        return
    st.rerun()


def _request(subject: Subject) -> Request | None:
    """Return the reader's own request for the record of somebody under 18, while it stands."""
    if subject.kind is not Kind.PERSON:
        return None
    return person_access.asked(wiring.store(), guard.require_principal(), subject.id)


def _state(request: Request) -> None:
    asked = moment(request.asked_at)
    if request.is_approved is None:
        st.info(f"You asked at {asked} for a second person to approve opening this record. Nobody has answered yet.")
    elif request.is_approved:
        st.info(f"Approved at {moment(request.answered_at or 0)}. Open it once, within the shift.")
    else:
        st.info(f"Refused at {moment(request.answered_at or 0)}. Give a better reason to ask again.")


def _given(request: Request | None) -> Why:
    if request is None:
        return Why()
    reason, _, detail = request.reason.partition(": ")
    return Why(reason, detail, request.reference)


def _until(found: Opening) -> None:
    """Say until when it is open and why, and let the reader close it."""
    with st.container(horizontal=True, vertical_alignment="center", key="opened-until"):
        said = f"Open to you until {moment(found.until_at)}. {found.reason}" + (
            f" ({found.reference})" if found.reference else ""
        )
        tables.note(said)
        st.button("Close it now", key=f"close-{found.subject}", on_click=_close, args=(found.subject,))


def _close(subject: Subject) -> None:
    person_access.close(wiring.store(), guard.require_principal(), subject)


def moment(at: float) -> str:
    """Write a moment of today as 14:05, of another day with its date."""
    local = datetime.fromtimestamp(at, UTC).astimezone(LONDON)
    is_today = local.date() == person_access.today()
    return f"{local:%H:%M}" if is_today else f"{local:%H:%M} on {local.day} {local:%B}"
