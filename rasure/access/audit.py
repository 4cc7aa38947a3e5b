"""What is written down about whom: the words of the log, and what each action writes, as data.

The six words of section 62 of the Data Protection Act 2018, and four of the system's own.
"""

from dataclasses import dataclass
from enum import StrEnum

from rasure.access.roles import Action


class Op(StrEnum):
    """What was done; a log record carries exactly one."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SIGN_IN = "sign-in"
    DENIED = "denied"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Writes:
    """What an action writes when somebody does it: the word, and the kinds of column it shows or changes."""

    op: Op
    fields: tuple[str, ...]


#: Counts and rankings of places show nobody, so reading them on screen is not a consultation; taking them away is
#: a disclosure all the same, and every download says so.
POLICY: dict[Action, Writes] = {
    Action.VIEW_COMMAND: Writes(Op.CONSULTATION, ("counts",)),
    Action.VIEW_HOT_SPOTS: Writes(Op.CONSULTATION, ("place", "counts")),
    Action.COUNT_PEOPLE: Writes(Op.CONSULTATION, ("counts of people",)),
    Action.LINK_PEOPLE: Writes(Op.CONSULTATION, ("person", "name", "role")),
    Action.OPEN_PERSON: Writes(Op.CONSULTATION, ("person", "whole record")),
    Action.APPROVE_OPENING: Writes(Op.ADMIN, ("opening",)),
    Action.BREAK_GLASS: Writes(Op.ADMIN, ("areas",)),
    Action.BE_TOLD: Writes(Op.CONSULTATION, ("broken glass",)),
    Action.VIEW_PEOPLE: Writes(Op.CONSULTATION, ("name", "age", "offences", "decisions")),
    Action.VIEW_VICTIMS: Writes(Op.CONSULTATION, ("name", "age", "what was suffered", "decisions")),
    Action.NOMINATE: Writes(Op.ALTERATION, ("list entry",)),
    Action.APPROVE: Writes(Op.ALTERATION, ("list entry",)),
    Action.MONITOR_DISPARITY: Writes(Op.CONSULTATION, ("counts by group",)),
    Action.VIEW_PATROLS: Writes(Op.CONSULTATION, ("place", "counts of visits")),
    Action.VIEW_CREWS: Writes(Op.CONSULTATION, ("officer", "counts of visits")),
    Action.VIEW_TRACK: Writes(Op.CONSULTATION, ("officer", "positions")),
    Action.RESTORE_VISIT: Writes(Op.ALTERATION, ("officer", "place", "time")),
    Action.PUBLISH_SET: Writes(Op.ALTERATION, ("place", "contact", "cap", "tasks")),
    Action.VIEW_PARTNER_PICTURE: Writes(Op.CONSULTATION, ("area", "quarter", "counts, small ones withheld")),
    Action.VIEW_DATA: Writes(Op.CONSULTATION, ("counts",)),
    Action.VIEW_REJECTS: Writes(Op.CONSULTATION, ("file", "line", "column", "value", "reason")),
    Action.LOAD_DATA: Writes(Op.COLLECTION, ("whole rows",)),
    Action.KEEP_STORE: Writes(Op.ADMIN, ("whole store",)),
    Action.VIEW_AUDIT: Writes(Op.CONSULTATION, ("log records",)),
}
