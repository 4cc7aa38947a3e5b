"""The scope: what one person may read for one action. Every read over incidents, people or patrols takes one.

Only `services.desk` makes scopes; a test reads the source and fails on any other maker.
"""

from dataclasses import dataclass

from rasure.access.columns import Column
from rasure.access.roles import Action
from rasure.terms import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas and columns a reader may see. Hashable, so it can key a cache."""

    role: Role
    action: Action
    #: None for the whole force.
    lpas: frozenset[str] | None
    #: What may be told about people; empty for everything that is not about people.
    columns: frozenset[Column] = frozenset()
    #: What was opened with a reason, such as `person:P1`; a read of one record returns that one and no other.
    opened: str | None = None

    def parameters(self) -> dict[str, object]:
        """Return what scoped SQL blocks bind: areas, columns, and what was opened."""
        return {
            "all_lpas": self.lpas is None,
            "lpas": sorted(self.lpas or ()),
            "sees_name": Column.NAME in self.columns,
            "sees_born_on": Column.BORN_ON in self.columns,
            "sees_victims": Column.VICTIM_ROLE in self.columns,
            "sees_children": Column.CHILD in self.columns,
            "opened": self.opened,
        }

    def covers(self, lpa: str | None) -> bool:
        return self.lpas is None or lpa in self.lpas
