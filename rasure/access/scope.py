"""The scope: what one person may read for one action. Every read over incidents, people or patrols takes one.

Only `services.desk` makes scopes; a test reads the source and fails on any other maker.
"""

from dataclasses import dataclass

from rasure.access.roles import Action
from rasure.terms import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas a reader may see; `lpas` is None for the whole force. Hashable, so it can key a cache."""

    role: Role
    action: Action
    lpas: frozenset[str] | None

    def parameters(self) -> dict[str, object]:
        """Return the two parameters that every scoped SQL block binds."""
        return {"all_lpas": self.lpas is None, "lpas": sorted(self.lpas or ())}

    def covers(self, lpa: str | None) -> bool:
        return self.lpas is None or lpa in self.lpas
