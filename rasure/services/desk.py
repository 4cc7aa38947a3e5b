"""The desk: the only maker of scopes. It checks the role and says which areas and rows a reader may have."""

import os
import pwd

from rasure.access.columns import columns
from rasure.access.identity import Principal
from rasure.access.roles import FORCE_WIDE, Action, permits
from rasure.access.scope import Scope
from rasure.errors import NotAllowed
from rasure.services import audit
from rasure.terms import Role

_SAYS = {
    Action.VIEW_HOT_SPOTS: "see hot spots",
    Action.COUNT_PEOPLE: "see how many people are recorded at a place",
    Action.LINK_PEOPLE: "see who is recorded at a place or in an offence",
    Action.OPEN_PERSON: "open a person's record",
    Action.APPROVE_OPENING: "approve opening the record of a child",
    Action.BREAK_GLASS: "look outside their areas",
    Action.BE_TOLD: "be told who looks outside their areas",
    Action.PUBLISH_SET: "publish a set for tasking",
    Action.VIEW_PARTNER_PICTURE: "see the partner picture",
    Action.VIEW_DATA: "see where the data come from",
    Action.VIEW_REJECTS: "see rejected rows",
    Action.LOAD_DATA: "load data",
    Action.KEEP_STORE: "keep the store",
    Action.VIEW_AUDIT: "read the audit log",
}


def admit(principal: Principal, action: Action) -> Scope:
    """Return what the principal may read for this action, or record the refusal and raise `NotAllowed` naming both."""
    if not permits(principal.role, action):
        audit.denied(principal, f"action:{action.value}")
        role = principal.role.value.replace("_", " ")
        raise NotAllowed(f"The role {role} may not {_SAYS[action]}. Ask an analyst or your administrator.")
    lpas = None if principal.role in FORCE_WIDE else principal.lpas
    return Scope(principal.role, action, lpas, columns(principal.role, action))


def operator(role: Role = Role.ANALYST) -> Principal:
    """Return the person at the command line, who can read the store's files anyway, by the account of the machine."""
    return Principal(f"operator:{_account()}", "Command line", role, frozenset())


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
