"""The policing areas, by code, for whoever needs to name one."""

from rasure.access.scope import Scope
from rasure.services import wiring
from rasure.store.analytics import ground
from rasure.terms import Area


def names() -> dict[str, str]:
    """Return area names by code."""
    return {area.code: area.name for area in ground.areas(wiring.store().analytics)}


def within(scope: Scope) -> list[Area]:
    """Return the areas a scope may choose from, by name."""
    return [area for area in ground.areas(wiring.store().analytics) if scope.covers(area.code)]
