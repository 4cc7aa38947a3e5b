"""Who is signed in, and the invented people of the demo mode."""

import time
from collections.abc import Callable
from dataclasses import replace

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.services import audit, wiring
from rasure.store.analytics import ground
from rasure.store.ledger import sessions
from rasure.terms import Role

IDLE_S = 15 * 60
ABSOLUTE_S = 12 * 3600

Clock = Callable[[], float]

_FORCE_WIDE = (
    Principal("demo-analyst", "Avery Quill", Role.ANALYST, frozenset()),
    Principal("demo-gold", "Morgan Vale", Role.GOLD, frozenset()),
    Principal("demo-auditor", "Rowan Ledger", Role.AUDITOR, frozenset()),
    Principal("demo-partner", "Partner agency", Role.PARTNER, frozenset()),
)
_INSPECTORS = [
    "Ash",
    "Birch",
    "Cedar",
    "Elm",
    "Hazel",
    "Holly",
    "Juniper",
    "Laurel",
    "Linden",
    "Maple",
    "Myrtle",
    "Oak",
    "Poplar",
    "Rowan",
    "Willow",
    "Yew",
]


def demo_people() -> list[Principal]:
    """Return the invented people to pick from: an inspector for every area loaded, and one of each other role."""
    areas = ground.areas(wiring.store().analytics)
    people = list(_FORCE_WIDE)
    for index, area in enumerate(areas):
        name = f"Insp. {_INSPECTORS[index % len(_INSPECTORS)]}"
        people.append(Principal(f"demo-inspector-{area.code}", name, Role.INSPECTOR, frozenset({area.code})))
    if areas:
        own = frozenset({areas[0].code})
        people.append(Principal("demo-offender-manager", "Sgt Fern", Role.OFFENDER_MANAGER, own))
        people.append(Principal("demo-officer", "PC Sparrow", Role.OFFICER, own))
    return people


def begin(clock: Clock = time.time, ip: str | None = None) -> str:
    """Start a demo session as the analyst; return the cookie's secret."""
    store = wiring.store()
    now = clock()
    sessions.forget(store.ledger, created_before=now - 2 * ABSOLUTE_S)
    secret = sessions.create(store.ledger, _FORCE_WIDE[0], now)
    _note(secret, replace(_FORCE_WIDE[0], ip=ip), "started")
    return secret


def principal_of(secret: str, clock: Clock = time.time) -> Principal | None:
    """Return whose live session this is."""
    now = clock()
    return sessions.find(wiring.store().ledger, secret, created_after=now - ABSOLUTE_S, seen_after=now - IDLE_S)


def touch(secret: str, clock: Clock = time.time) -> None:
    sessions.touch(wiring.store().ledger, secret, clock())


def become(secret: str, person_id: str, ip: str | None = None) -> None:
    """Continue a demo session as another invented person."""
    chosen = next((person for person in demo_people() if person.id == person_id), None)
    before = principal_of(secret)
    if chosen and before:
        _note(secret, replace(chosen, ip=ip), "became another person", reference=f"was:{before.id}")
        sessions.switch(wiring.store().ledger, secret, chosen)


def _note(secret: str, principal: Principal, what: str, reference: str | None = None) -> None:
    """Record what happens to a session before it is of any use."""
    name = sessions.name_of(secret)
    audit.record(
        wiring.store(),
        replace(principal, session=name),
        Op.SIGN_IN,
        object=f"session:{name}",
        fields=[what],
        reference=reference,
    )
