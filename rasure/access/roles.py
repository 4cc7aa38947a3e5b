"""Which role may do what: one table, read by the desk and by the access-matrix test."""

from enum import StrEnum

from rasure.terms import Role


class Action(StrEnum):
    """Something a person does that somebody may ask about later."""

    VIEW_COMMAND = "view_command"
    VIEW_HOT_SPOTS = "view_hot_spots"
    COUNT_PEOPLE = "count_people"
    LINK_PEOPLE = "link_people"
    OPEN_PERSON = "open_person"
    APPROVE_OPENING = "approve_opening"
    BREAK_GLASS = "break_glass"
    BE_TOLD = "be_told"
    VIEW_PEOPLE = "view_people"
    VIEW_VICTIMS = "view_victims"
    NOMINATE = "nominate"
    APPROVE = "approve"
    MONITOR_DISPARITY = "monitor_disparity"
    VIEW_PATROLS = "view_patrols"
    VIEW_CREWS = "view_crews"
    VIEW_TRACK = "view_track"
    RESTORE_VISIT = "restore_visit"
    PUBLISH_SET = "publish_set"
    VIEW_PARTNER_PICTURE = "view_partner_picture"
    VIEW_DATA = "view_data"
    VIEW_REJECTS = "view_rejects"
    LOAD_DATA = "load_data"
    KEEP_STORE = "keep_store"
    VIEW_AUDIT = "view_audit"


#: The log is read by the auditor alone: whoever runs or uses the system is in it, and its keeper reads no records.
#: Rejected rows repeat values of the extract, so whoever may not see records may not see rejects.
#: Whoever sees the whole force has no glass to break; who is told of a broken one leads an area.
#: Whoever nominates a person for a list is not whoever puts them on it; disparity is watched in counts.
#: Named officers, and where each of them was, are for those who supervise them, in their own areas.
#: A partner agency is shown what was made for partners and nothing else; analyst and gold see what it sees.
PERMITTED: dict[Role, frozenset[Action]] = {
    Role.OFFICER: frozenset(),
    Role.INSPECTOR: frozenset(
        {
            Action.VIEW_COMMAND,
            Action.VIEW_HOT_SPOTS,
            Action.COUNT_PEOPLE,
            Action.LINK_PEOPLE,
            Action.OPEN_PERSON,
            Action.APPROVE_OPENING,
            Action.BREAK_GLASS,
            Action.BE_TOLD,
            Action.VIEW_PEOPLE,
            Action.VIEW_VICTIMS,
            Action.NOMINATE,
            Action.APPROVE,
            Action.MONITOR_DISPARITY,
            Action.VIEW_PATROLS,
            Action.VIEW_CREWS,
            Action.VIEW_TRACK,
            Action.RESTORE_VISIT,
            Action.VIEW_DATA,
        }
    ),
    Role.OFFENDER_MANAGER: frozenset(
        {
            Action.VIEW_HOT_SPOTS,
            Action.COUNT_PEOPLE,
            Action.LINK_PEOPLE,
            Action.OPEN_PERSON,
            Action.BREAK_GLASS,
            Action.VIEW_PEOPLE,
            Action.NOMINATE,
            Action.VIEW_DATA,
        }
    ),
    Role.ANALYST: frozenset(
        {
            Action.VIEW_COMMAND,
            Action.VIEW_HOT_SPOTS,
            Action.COUNT_PEOPLE,
            Action.LINK_PEOPLE,
            Action.OPEN_PERSON,
            Action.VIEW_PEOPLE,
            Action.VIEW_VICTIMS,
            Action.NOMINATE,
            Action.MONITOR_DISPARITY,
            Action.VIEW_PATROLS,
            Action.PUBLISH_SET,
            Action.VIEW_PARTNER_PICTURE,
            Action.VIEW_DATA,
            Action.VIEW_REJECTS,
            Action.LOAD_DATA,
            Action.KEEP_STORE,
        }
    ),
    Role.GOLD: frozenset(
        {
            Action.VIEW_COMMAND,
            Action.VIEW_HOT_SPOTS,
            Action.MONITOR_DISPARITY,
            Action.VIEW_PATROLS,
            Action.VIEW_PARTNER_PICTURE,
            Action.VIEW_DATA,
        }
    ),
    Role.PARTNER: frozenset({Action.VIEW_PARTNER_PICTURE}),
    Role.AUDITOR: frozenset({Action.MONITOR_DISPARITY, Action.VIEW_DATA, Action.VIEW_AUDIT}),
    Role.ADMINISTRATOR: frozenset({Action.VIEW_DATA, Action.LOAD_DATA, Action.KEEP_STORE}),
}

#: Roles that see the whole force; the others see the areas they were given.
FORCE_WIDE = frozenset({Role.ANALYST, Role.GOLD, Role.AUDITOR, Role.ADMINISTRATOR})

#: What breaking the glass lets somebody do in another area: look, and nothing else.
BEYOND_AREAS = frozenset({Action.VIEW_HOT_SPOTS, Action.COUNT_PEOPLE, Action.LINK_PEOPLE, Action.OPEN_PERSON})


def permits(role: Role, action: Action) -> bool:
    return action in PERMITTED[role]
