"""The desk: the only maker of scopes. It checks the role and says which areas, rows and columns a reader may have.

Areas are those given to the person, and others for as long as a broken glass lasts. Who somebody is can be read only
through a scope of one opened subject, for as long as that opening lasts.
"""

import os
import pwd

from rasure.access.columns import columns
from rasure.access.identity import Principal
from rasure.access.roles import BEYOND_AREAS, FORCE_WIDE, Action, permits
from rasure.access.scope import Kind, Scope, Subject
from rasure.errors import NotAllowed, ReasonNeeded
from rasure.services import audit, sessions, wiring
from rasure.services.sessions import Clock
from rasure.store.ledger import broken_glass, openings
from rasure.store.store import Store
from rasure.terms import Role

_SAYS = {
    Action.VIEW_COMMAND: "see the week of the force",
    Action.VIEW_HOT_SPOTS: "see hot spots",
    Action.COUNT_PEOPLE: "see how many people are recorded at a place",
    Action.LINK_PEOPLE: "see who is recorded at a place or in an offence",
    Action.OPEN_PERSON: "open a person's record",
    Action.APPROVE_OPENING: "approve opening the record of a child",
    Action.BREAK_GLASS: "look outside their areas",
    Action.BE_TOLD: "be told who looks outside their areas",
    Action.VIEW_PEOPLE: "see the lists of people",
    Action.VIEW_VICTIMS: "see the list of victims",
    Action.NOMINATE: "nominate, review or remove somebody on a list of people",
    Action.APPROVE: "put somebody on a list of people",
    Action.MONITOR_DISPARITY: "see on whom searches and lists fall",
    Action.VIEW_PATROLS: "see what patrols delivered",
    Action.VIEW_CREWS: "see what each officer delivered",
    Action.VIEW_TRACK: "see where an officer was",
    Action.RESTORE_VISIT: "restore a visit that was set aside",
    Action.PUBLISH_SET: "publish a set for tasking",
    Action.VIEW_PARTNER_PICTURE: "see the partner picture",
    Action.VIEW_DATA: "see where the data come from",
    Action.VIEW_REJECTS: "see rejected rows",
    Action.LOAD_DATA: "load data",
    Action.KEEP_STORE: "keep the store",
    Action.VIEW_AUDIT: "read the audit log",
}


def admit(principal: Principal, action: Action, about: Subject | None = None, clock: Clock | None = None) -> Scope:
    """Return what the principal may read for this action, or record the refusal and raise `NotAllowed` naming both.

    `about` is the one person, place or offence that is asked for: the glass may have been broken for that alone.
    """
    _refuse_unpermitted(principal, action)
    return Scope(principal.role, action, _areas(principal, action, about, clock), columns(principal.role, action))


def opened(store: Store, principal: Principal, subject: Subject, clock: Clock | None = None) -> Scope:
    """Return the scope of a subject that the principal has opened with a reason, while that lasts.

    Raises
    ------
    ReasonNeeded
        It is not open, or no longer.
    """
    action = action_of(subject)
    _refuse_unpermitted(principal, action)
    live = openings.live(store.ledger, principal.id, subject, sessions.now(clock))
    if live is None:
        raise ReasonNeeded("This is not open to you now. Say why you need it, and for which operation.")
    shown = columns(principal.role, action, child_approved=live.is_child_approved)
    return Scope(principal.role, action, _areas(principal, action, subject, clock), shown, subject)


def action_of(subject: Subject) -> Action:
    """Return what opening a subject is."""
    return Action.OPEN_PERSON if subject.kind is Kind.PERSON else Action.LINK_PEOPLE


def _refuse_unpermitted(principal: Principal, action: Action) -> None:
    if not permits(principal.role, action):
        audit.denied(principal, f"action:{action.value}")
        role = principal.role.value.replace("_", " ")
        raise NotAllowed(f"The role {role} may not {_SAYS[action]}. Ask an analyst or your administrator.")


def _areas(principal: Principal, action: Action, about: Subject | None, clock: Clock | None) -> frozenset[str] | None:
    """Return the areas of a principal, with those of a broken glass that is in force."""
    if principal.role in FORCE_WIDE:
        return None
    store = wiring.serving()
    if store is None or action not in BEYOND_AREAS or not permits(principal.role, Action.BREAK_GLASS):
        return principal.lpas
    live = broken_glass.live(store.ledger, principal.id, sessions.now(clock))
    return principal.lpas | {glass.lpa for glass in live if glass.narrowed in (None, about)}


def operator(role: Role = Role.ANALYST) -> Principal:
    """Return the person at the command line, who can read the store's files anyway, by the account of the machine."""
    return Principal(f"operator:{_account()}", "Command line", role, frozenset())


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
