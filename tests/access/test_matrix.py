"""Every action by every role, walked: the table of roles is what the desk does."""

import pytest

from rasure.access.audit import POLICY
from rasure.access.identity import Principal
from rasure.access.roles import FORCE_WIDE, PERMITTED, Action, permits
from rasure.errors import NotAllowed
from rasure.services import desk
from rasure.terms import Role

#: Who may do what, written a second time by hand so that a slip in the table is seen.
EXPECTED = {
    Action.VIEW_COMMAND: {"inspector", "analyst", "gold"},
    Action.VIEW_HOT_SPOTS: {"inspector", "offender_manager", "analyst", "gold"},
    Action.COUNT_PEOPLE: {"inspector", "offender_manager", "analyst"},
    Action.LINK_PEOPLE: {"inspector", "offender_manager", "analyst"},
    Action.OPEN_PERSON: {"inspector", "offender_manager", "analyst"},
    Action.APPROVE_OPENING: {"inspector"},
    Action.BREAK_GLASS: {"inspector", "offender_manager"},
    Action.BE_TOLD: {"inspector"},
    Action.VIEW_PATROLS: {"inspector", "analyst", "gold"},
    Action.VIEW_CREWS: {"inspector"},
    Action.VIEW_TRACK: {"inspector"},
    Action.RESTORE_VISIT: {"inspector"},
    Action.PUBLISH_SET: {"analyst"},
    Action.VIEW_PARTNER_PICTURE: {"partner", "analyst", "gold"},
    Action.VIEW_DATA: {"inspector", "offender_manager", "analyst", "gold", "auditor", "administrator"},
    Action.VIEW_REJECTS: {"analyst"},
    Action.LOAD_DATA: {"analyst", "administrator"},
    Action.KEEP_STORE: {"analyst", "administrator"},
    Action.VIEW_AUDIT: {"auditor"},
    Action.VIEW_PEOPLE: {"inspector", "offender_manager", "analyst"},
    Action.VIEW_VICTIMS: {"inspector", "analyst"},
    Action.NOMINATE: {"inspector", "offender_manager", "analyst"},
    Action.APPROVE: {"inspector"},
    Action.MONITOR_DISPARITY: {"inspector", "analyst", "gold", "auditor"},
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
class TestEveryActionByEveryRole:
    def test_the_desk_admits_exactly_whom_the_table_permits(self, action: Action, role: Role) -> None:
        principal = Principal("p", "P", role, frozenset({"West"}))
        if role.value in EXPECTED[action]:
            scope = desk.admit(principal, action)
            assert scope.action is action
            assert scope.lpas == (None if role in FORCE_WIDE else frozenset({"West"}))
        else:
            assert not permits(role, action)
            with pytest.raises(NotAllowed):
                desk.admit(principal, action)


def test_every_role_is_in_the_table() -> None:
    assert set(PERMITTED) == set(Role)


def test_nobody_without_an_area_sees_an_area() -> None:
    scope = desk.admit(Principal("p", "P", Role.INSPECTOR, frozenset()), Action.VIEW_HOT_SPOTS)
    assert scope.parameters() | {"all_lpas": False, "lpas": []} == scope.parameters()
    assert not scope.covers("West")
    assert not scope.covers(None)


def test_an_administrator_reads_no_records() -> None:
    assert not permits(Role.ADMINISTRATOR, Action.VIEW_HOT_SPOTS)
    assert not permits(Role.ADMINISTRATOR, Action.VIEW_REJECTS)


def test_every_action_says_what_it_writes_to_the_audit_log() -> None:
    assert set(POLICY) == set(Action)


def test_only_the_auditor_reads_the_log_and_the_auditor_reads_no_records() -> None:
    assert [role for role in Role if permits(role, Action.VIEW_AUDIT)] == [Role.AUDITOR]
    assert PERMITTED[Role.AUDITOR] == {Action.VIEW_DATA, Action.VIEW_AUDIT, Action.MONITOR_DISPARITY}
