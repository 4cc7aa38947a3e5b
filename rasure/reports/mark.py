"""What every file that leaves says of itself: marking, kind of data, who, when, which selection, and its code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rasure.access.identity import Principal
from rasure.access.scope import Scope
from rasure.terms import StoreClass

KINDS = {
    StoreClass.SYNTHETIC: "Synthetic: no real person or place of crime",
    StoreClass.OPEN_DATA: "Published open data: data.police.uk, anonymised places",
    StoreClass.OPERATIONAL: "Operational data: need to know",
}
#: What would end the line of a CSV, begin another cell in it, or hide in it.
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\",;|]+")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """A file's account of itself, as names and values in the order they are printed."""

    marking: str
    facts: tuple[tuple[str, str], ...]

    def line(self) -> str:
        """Return the account as one line of a CSV that begins with # and needs no quotes."""
        parts = [self.marking, *(f"{name}: {value}" for name, value in self.facts)]
        return "# " + " | ".join(_BREAKS.sub(" ", part).strip() for part in parts)


def mark(
    principal: Principal,
    scope: Scope,
    *,
    marking: str,
    kind: StoreClass,
    code: str,
    at: datetime,
    selection: Mapping[str, str],
    reason: str | None = None,
    recipient: str | None = None,
) -> Mark:
    """Return the account of a file that leaves under the log record of this code and moment (UTC)."""
    asked = ", ".join(f"{name} {value}" for name, value in selection.items() if value)
    facts = [
        ("Kind of data", KINDS[kind]),
        ("Exported by", f"{principal.name} ({principal.id})"),
        ("Exported at", f"{at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Export code", code),
        ("Areas", "whole force" if scope.lpas is None else " and ".join(sorted(scope.lpas)) or "none"),
        ("Selection", asked or "everything"),
        ("Reason", reason or ""),
        ("Recipient", recipient or ""),
    ]
    return Mark(marking, tuple((name, value[:_LONGEST]) for name, value in facts if value))
