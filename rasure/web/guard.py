"""Who is at the page, asked on every run: pages, fragments and callbacks all come through here."""

from dataclasses import replace

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.access.scope import Scope, Subject
from rasure.gate import identity
from rasure.services import desk, sessions


def session_secret() -> str | None:
    """Return the session this page belongs to; only the gate can have said so."""
    value = st.user.get(identity.USER_KEY)
    return identity.opened(value if isinstance(value, str) else None)


def address() -> str | None:
    """Return where the reader sits, for the audit log; None on this machine."""
    found = st.context.ip_address
    return found if isinstance(found, str) else None


def principal() -> Principal | None:
    """Return who is signed in now; the session table is read each time, so an ended session ends here.

    What counts as activity the gate decides: a page that renews itself does not keep a session alive.
    """
    secret = session_secret()
    found = sessions.principal_of(secret) if secret else None
    return replace(found, ip=address()) if found else None


def require_gate() -> None:
    """End the run when no gate stands before this page: then nothing says whose it is, and nothing may be shown."""
    if session_secret() is None:
        st.title("Not started through Rasure")
        st.write("Start it with `python -m rasure serve`. Served in any other way it shows nothing (R11).")
        st.stop()


def require_principal() -> Principal:
    """Return who is signed in, or end the run with a way back in."""
    require_gate()
    found = principal()
    if found is None:
        st.title("You are signed out")
        st.write("Your session has ended.")
        st.link_button("Sign in again", "/")
        st.stop()
    return found


def admit(action: Action, about: Subject | None = None) -> Scope:
    """Return the scope for this page, or for one subject of it; raises `NotAllowed` when the role may not have it."""
    return desk.admit(require_principal(), action, about)


def may(action: Action | None) -> bool:
    """Tell whether whoever is signed in may do something; None needs nothing but to be signed in."""
    found = principal()
    return found is not None and (action is None or permits(found.role, action))
