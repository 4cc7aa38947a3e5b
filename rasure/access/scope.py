"""The scope: what one person may read for one action. Every read over incidents, people or patrols takes one.

Only `services.desk` makes scopes; a test reads the source and fails on any other maker.
"""

from dataclasses import dataclass
from enum import StrEnum

from rasure.access.columns import Column
from rasure.access.roles import Action
from rasure.terms import Role


class Kind(StrEnum):
    """What is opened with a reason: somebody's record, or who is recorded at a place or in an offence."""

    PERSON = "person"
    PLACE = "place"
    OFFENCE = "offence"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing opened with a reason; a place goes by its cell."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas and columns a reader may see. Hashable, so it can key a cache."""

    role: Role
    action: Action
    #: None for the whole force.
    lpas: frozenset[str] | None
    #: What may be told about people; empty for everything that is not about people.
    columns: frozenset[Column] = frozenset()
    #: What was opened with a reason: a read of people returns those of this subject, and without one nobody.
    opened: Subject | None = None

    def parameters(self) -> dict[str, object]:
        """Return what scoped SQL blocks bind: areas, columns, and what was opened."""
        opened: dict[str, str | None] = {f"opened_{kind.value}": None for kind in Kind}
        if self.opened:
            opened[f"opened_{self.opened.kind.value}"] = self.opened.id
        return {
            "all_lpas": self.lpas is None,
            "lpas": sorted(self.lpas or ()),
            "sees_name": Column.NAME in self.columns,
            "sees_born_on": Column.BORN_ON in self.columns,
            "sees_victims": Column.VICTIM_ROLE in self.columns,
            "sees_children": Column.CHILD in self.columns,
            **opened,
        }

    def covers(self, lpa: str | None) -> bool:
        return self.lpas is None or lpa in self.lpas
