"""Columns about people, by role and action: what no role may be told, no scope can ask for."""

import pytest

from rasure.access.columns import SHOWN_BY, Column, columns
from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.services import desk
from rasure.terms import Role

#: By role, written a second time by hand so that a slip in the table is seen.
EXPECTED = {
    "inspector": {"name", "born_on", "victim_role"},
    "offender_manager": {"name", "born_on"},
    "analyst": {"name", "victim_role"},
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
class TestEveryActionByEveryRole:
    def test_a_scope_holds_only_what_both_role_and_action_give(self, action: Action, role: Role) -> None:
        found = columns(role, action)
        assert found <= EXPECTED.get(role.value, set())
        assert found <= SHOWN_BY.get(action, frozenset())
        if permits(role, action):
            assert desk.admit(Principal("p", "P", role, frozenset({"W"})), action).columns == found

    def test_no_role_sees_children_without_a_second_person(self, action: Action, role: Role) -> None:
        assert Column.CHILD not in columns(role, action)
        if Column.CHILD in columns(role, action, child_approved=True):
            assert permits(role, Action.OPEN_PERSON)


@pytest.mark.parametrize("role", EXPECTED)
def test_opening_a_record_shows_everything_the_role_holds(role: str) -> None:
    assert columns(Role(role), Action.OPEN_PERSON) == EXPECTED[role]


@pytest.mark.parametrize("action", [Action.VIEW_HOT_SPOTS, Action.COUNT_PEOPLE, Action.VIEW_DATA, Action.PUBLISH_SET])
def test_what_is_not_about_people_shows_nobody(action: Action) -> None:
    assert not any(columns(role, action) for role in Role)


def test_scopes_of_different_columns_are_different_keys() -> None:
    inspector, manager = (
        desk.admit(Principal("p", "P", role, frozenset({"W"})), Action.OPEN_PERSON)
        for role in (Role.INSPECTOR, Role.OFFENDER_MANAGER)
    )
    assert inspector != manager
    assert inspector.parameters()["sees_victims"] is True
    assert manager.parameters()["sees_victims"] is False
