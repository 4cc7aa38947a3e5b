"""The force's table of groups: what each group gives, and what cannot be read as meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.access import role_map
from rasure.access.role_map import Grant, RoleMap
from rasure.access.roles import FORCE_WIDE
from rasure.errors import InputRejected
from rasure.terms import Role

HEAD = "group,role,lpas\n"
TABLE = HEAD + "Barred,none,\nAnalysts,analyst,\nWest,inspector,W\nEast,inspector,E|NE\nManagers,offender_manager,E\n"


class TestGranted:
    @pytest.mark.parametrize(
        ("groups", "expected"),
        [
            ([], None),
            (["Staff"], None),
            (["analysts"], None),
            (["Analysts"], (Role.ANALYST, frozenset())),
            (["West"], (Role.INSPECTOR, frozenset({"W"}))),
            (["East", "West", "Staff"], (Role.INSPECTOR, frozenset({"W", "E", "NE"}))),
            (["Managers", "West"], (Role.INSPECTOR, frozenset({"W"}))),
            (["West", "Analysts"], (Role.ANALYST, frozenset())),
            (["Analysts", "Barred"], None),
        ],
    )
    def test_the_first_row_that_applies_gives_the_role_and_barring_wins(
        self, groups: list[str], expected: tuple[Role, frozenset[str]] | None
    ) -> None:
        assert role_map.parse(TABLE).granted(groups) == expected

    @given(st.lists(st.sampled_from(["Barred", "Analysts", "West", "East", "Managers", "Staff"])), st.randoms())
    def test_the_order_in_which_groups_arrive_means_nothing(self, groups: list[str], random: object) -> None:
        table = role_map.parse(TABLE)
        shuffled = sorted(groups, key=lambda _group: random.random())  # type: ignore[attr-defined]
        assert table.granted(groups) == table.granted(shuffled)

    @given(st.lists(st.text()))
    def test_groups_nobody_named_give_nothing(self, groups: list[str]) -> None:
        assert RoleMap((Grant("Only this", Role.GOLD, frozenset()),)).granted(set(groups) - {"Only this"}) is None


class TestParse:
    def test_a_byte_order_mark_and_spaces_do_no_harm(self) -> None:
        table = role_map.parse("\ufeff" + HEAD + " West , inspector , W | E \n")
        assert table.granted(["West"]) == (Role.INSPECTOR, frozenset({"W", "E"}))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "begins with"),
            ("role,group,lpas\n", "begins with"),
            (HEAD + "West,chief,\n", "Line 2 .*'chief' is no role"),
            (HEAD + "A,gold,\nWest,inspector,\n", "Line 3 .*needs the codes"),
            (HEAD + "A,gold,W\n", "Line 2 .*sees no single area"),
            (HEAD + ",gold,\n", "Line 2 .*names no group"),
            (HEAD + "A,gold\n", "Line 2 .*three columns"),
            (HEAD + "A,gold,,\n", "Line 2 .*three columns"),
        ],
    )
    def test_what_cannot_be_read_as_meant_is_named_by_its_line(self, text: str, says: str) -> None:
        with pytest.raises(InputRejected, match=says):
            role_map.parse(text)

    @pytest.mark.parametrize("role", sorted(FORCE_WIDE | {Role.PARTNER}))
    def test_force_wide_roles_take_no_area(self, role: Role) -> None:
        assert role_map.parse(f"{HEAD}G,{role},\n").roles == {role}
