"""The force's own table of which group of the identity provider gives which role and areas."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from rasure.access.roles import FORCE_WIDE
from rasure.errors import InputRejected
from rasure.terms import Role

COLUMNS = ("group", "role", "lpas")
#: In the role column: whoever is in this group gets no role, whatever their other groups give.
BARRED = "none"
#: Roles that are given without areas: the force-wide ones, and partners, who get area counts only.
_WITHOUT_AREAS = FORCE_WIDE | {Role.PARTNER}


@dataclass(frozen=True, slots=True)
class Grant:
    """What being in one group gives; `role` None bars."""

    group: str
    role: Role | None
    lpas: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleMap:
    """The table as read, in the order of its rows."""

    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants if grant.role)

    def granted(self, groups: Iterable[str]) -> tuple[Role, frozenset[str]] | None:
        """Return role and areas of somebody in these groups, or None.

        A barring group wins over every other. Else the first row that applies gives the role, and the areas are those
        of all rows that apply and give the same role.
        """
        held = set(groups)
        matching = [grant for grant in self.grants if grant.group in held]
        if not matching or any(grant.role is None for grant in matching):
            return None
        role = matching[0].role
        assert role is not None
        return role, frozenset().union(*(grant.lpas for grant in matching if grant.role is role))


def parse(text: str) -> RoleMap:
    """Read the table: CSV with the columns group, role, lpas (area codes separated by `|`).

    Raises
    ------
    InputRejected
        Naming the first line that cannot be read as meant.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise InputRejected(f"The role map begins with {','.join(COLUMNS)}, and each later line has those columns.")
    return RoleMap(tuple(_grant(rows.line_num, row) for row in rows))


def _grant(line: int, row: dict[str, str | None]) -> Grant:
    if None in row or None in row.values():
        raise InputRejected(f"Line {line} of the role map has not three columns.")
    group, named, areas = (str(row[column]).strip() for column in COLUMNS)
    lpas = frozenset(filter(None, (code.strip() for code in areas.split("|"))))
    if not group:
        raise InputRejected(f"Line {line} of the role map names no group.")
    if named == BARRED:
        return Grant(group, None, frozenset())
    if named not in set(Role):
        raise InputRejected(f"Line {line} of the role map: {named!r} is no role. Roles: {', '.join(Role)}, {BARRED}.")
    role = Role(named)
    if role in _WITHOUT_AREAS and lpas:
        raise InputRejected(f"Line {line} of the role map: {role} sees no single area. Leave lpas empty.")
    if role not in _WITHOUT_AREAS and not lpas:
        raise InputRejected(f"Line {line} of the role map: {role} needs the codes of its areas in lpas.")
    return Grant(group, role, lpas)
