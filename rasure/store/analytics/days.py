"""Some days of some area: what many reads are asked about."""

from dataclasses import dataclass
from typing import Any

from rasure.terms import Window


@dataclass(frozen=True, slots=True)
class Days:
    """Which days, of which area (None: all a scope covers)."""

    window: Window
    lpa: str | None = None

    def parameters(self) -> dict[str, Any]:
        return {
            "first_on": self.window.first_on,
            "last_on": self.window.last_on,
            "any_lpa": self.lpa is None,
            "lpa": self.lpa or "",
        }
