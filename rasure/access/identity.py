"""Who is asking: the principal that pages, routes and the command line share."""

from dataclasses import dataclass

from rasure.terms import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person: identifier, display name, role, and the areas given to them."""

    id: str
    name: str
    role: Role
    lpas: frozenset[str]
