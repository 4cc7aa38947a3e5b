"""Who is asking: the principal that pages, routes and the command line share."""

from dataclasses import dataclass, field

from rasure.terms import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person: identifier, display name, role, and the areas given to them.

    Session (the beginning of its digest) and address are for the audit log; they make no other person.
    """

    id: str
    name: str
    role: Role
    lpas: frozenset[str]
    session: str | None = field(default=None, compare=False)
    ip: str | None = field(default=None, compare=False)
