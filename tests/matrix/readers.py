"""Every kind of reader against the canary force, and the words each must never be shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rasure.access.identity import Principal
from rasure.services import wiring
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from tests import canary_force
from tests.canary_force import BOTH, EAST, WEST, Canaries

#: Which people's canaries a role may meet somewhere, in the areas it sees; opening a person is a test of its own.
_PEOPLE: dict[Role, tuple[str, ...]] = {
    Role.INSPECTOR: ("person", "victim", "child"),
    Role.OFFENDER_MANAGER: ("person", "child"),
    Role.ANALYST: ("person", "victim", "child"),
}
#: Roles that see what places are called, and the roles among them that see those of the whole force.
_PLACES = {Role.INSPECTOR, Role.OFFENDER_MANAGER, Role.ANALYST, Role.GOLD}
_WHOLE_FORCE = {Role.ANALYST, Role.GOLD}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may look, and what of the two areas is theirs to see."""

    principal: Principal

    @property
    def name(self) -> str:
        return "-".join([self.principal.role.value, *sorted(self.principal.lpas)])

    def sees(self, which: Canaries) -> bool:
        return self.principal.role in _WHOLE_FORCE or which.lpa in self.principal.lpas

    def forbidden(self) -> set[str]:
        """Return every word and every hexagon that this reader must not be shown, written down here by hand."""
        allowed: set[str] = set()
        for which in BOTH:
            if not self.sees(which):
                continue
            allowed.update(getattr(which, kind) for kind in _PEOPLE.get(self.principal.role, ()))
            if self.principal.role in _PLACES:
                allowed |= {which.place, *map(str, canary_force.cells(which))}
        every = {word for which in BOTH for word in (*which.words, *map(str, canary_force.cells(which)))}
        return every - allowed


def _of(role: Role, *areas: Canaries) -> Reader:
    lpas = frozenset(which.lpa for which in areas)
    return Reader(Principal("-".join([role.value, *sorted(lpas)]), "Somebody", role, lpas))


#: The analyst comes first, so that every cache is warm with the whole force before anybody else reads.
READERS = (
    _of(Role.ANALYST),
    _of(Role.GOLD),
    _of(Role.INSPECTOR, WEST),
    _of(Role.INSPECTOR, EAST),
    _of(Role.OFFENDER_MANAGER, WEST),
    _of(Role.OFFICER, WEST),
    _of(Role.PARTNER, WEST),
    _of(Role.PARTNER, WEST, EAST),
    _of(Role.AUDITOR),
    _of(Role.ADMINISTRATOR),
    _of(Role.INSPECTOR),
)
BY_NAME = {reader.name: reader for reader in READERS}


def strays(reader: Reader, shown: bytes) -> list[str]:
    """Return the words this reader must not be shown that are in something they were given."""
    return sorted(word for word in reader.forbidden() if word.encode() in shown)


@contextmanager
def standing(folder: Path) -> Iterator[None]:
    """Make the canary force the store that pages and routes answer from."""
    store = open_store(folder / "store", reference_folder=settings().reference)
    canary_force.build(store, folder / "world")
    store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        patch.setenv("RASURE_RATE_BURST", "1000000")
        settings.cache_clear()
        yield
        wiring.close()
    settings.cache_clear()
