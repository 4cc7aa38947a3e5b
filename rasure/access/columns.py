"""Which columns about people a role may see, and which of them an action shows: a scope carries what is in both.

A withheld column comes back empty from the query itself; no page hides what it was given.
"""

from enum import StrEnum

from rasure.access.roles import Action
from rasure.terms import Role


class Column(StrEnum):
    """Something about a person that not everybody who may see a record may see."""

    #: Family and given name; without it a person is an identifier.
    NAME = "name"
    #: Day of birth; without it, the age in whole years.
    BORN_ON = "born_on"
    #: That somebody was a victim or a witness, and of what.
    VICTIM_ROLE = "victim_role"
    #: Whatever is told of somebody under 18. No role holds it: a second person approves it for one opening.
    CHILD = "child"


#: Columns by role; a role that is not here sees nobody.
HELD: dict[Role, frozenset[Column]] = {
    Role.INSPECTOR: frozenset({Column.NAME, Column.BORN_ON, Column.VICTIM_ROLE}),
    Role.OFFENDER_MANAGER: frozenset({Column.NAME, Column.BORN_ON}),
    Role.ANALYST: frozenset({Column.NAME, Column.VICTIM_ROLE}),
}

#: Columns by action; an action that is not here shows nothing about anybody, whatever the role.
SHOWN_BY: dict[Action, frozenset[Column]] = {
    Action.OPEN_PERSON: frozenset(Column),
    Action.VIEW_PEOPLE: frozenset({Column.NAME}),
    Action.VIEW_VICTIMS: frozenset({Column.NAME, Column.VICTIM_ROLE}),
    Action.LINK_PEOPLE: frozenset({Column.NAME, Column.VICTIM_ROLE}),
    Action.APPROVE_OPENING: frozenset({Column.VICTIM_ROLE}),
    Action.MONITOR_DISPARITY: frozenset({Column.VICTIM_ROLE}),
}

_NONE: frozenset[Column] = frozenset()


def columns(role: Role, action: Action, *, child_approved: bool = False) -> frozenset[Column]:
    """Return what a role may see about people by doing an action.

    Parameters
    ----------
    child_approved
        A second person has approved opening this one record of somebody under 18.
    """
    held = HELD.get(role, _NONE)
    if held and child_approved:
        held |= {Column.CHILD}
    return held & SHOWN_BY.get(action, _NONE)
