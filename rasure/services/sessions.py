"""Who is signed in, for how long, and the invented people of the demo mode."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.errors import NotAllowed, NotFound, Unavailable
from rasure.services import audit, wiring
from rasure.settings import settings
from rasure.store.analytics import ground
from rasure.store.ledger import sessions
from rasure.store.store import Store
from rasure.terms import Role

_log = logging.getLogger(__name__)
IDLE_S = 15 * 60
ABSOLUTE_S = 12 * 3600

Clock = Callable[[], float]
#: What every limit of sign-in and session is measured by; tests put another in its place.
clock: Clock = time.time


def now(other: Clock | None = None) -> float:
    """Return the time, seconds since 1970."""
    return (other or clock)()


#: What the ids of invented people begin with.
_INVENTED = "demo-"
_FORCE_WIDE = (
    Principal("demo-analyst", "Avery Quill", Role.ANALYST, frozenset()),
    Principal("demo-gold", "Morgan Vale", Role.GOLD, frozenset()),
    Principal("demo-auditor", "Rowan Ledger", Role.AUDITOR, frozenset()),
)
#: A council or a community safety partnership seldom keeps to one policing area.
_PARTNERS_AREAS = 2
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
#: Nobody approves what they asked for themselves, so every area has a second inspector, who covers two.
_RELIEF = ["Plover", "Dunlin", "Heron", "Linnet", "Siskin", "Avocet", "Pipit", "Wagtail"]
_RELIEF_AREAS = 2


def demo_people() -> list[Principal]:
    """Return the invented people to pick from: an inspector for every area loaded, one who relieves those of two areas,
    and one of each other role.
    """
    areas = ground.areas(wiring.store().analytics)
    shared = frozenset(area.code for area in areas[:_PARTNERS_AREAS])
    people = [*_FORCE_WIDE, Principal("demo-partner", "Partner agency", Role.PARTNER, shared)]
    codes = [area.code for area in areas]
    people += [*inspectors(codes), *relief(codes)]
    if areas:
        own = frozenset({areas[0].code})
        people.append(Principal("demo-offender-manager", "Sgt Fern", Role.OFFENDER_MANAGER, own))
        people.append(Principal("demo-officer", "PC Sparrow", Role.OFFICER, own))
    return people


def inspectors(codes: Sequence[str]) -> list[Principal]:
    """Return the demo's inspectors: one for each area, in the order of these codes."""
    return [
        Principal(
            f"demo-inspector-{code}",
            f"Insp. {_INSPECTORS[index % len(_INSPECTORS)]}",
            Role.INSPECTOR,
            frozenset({code}),
        )
        for index, code in enumerate(codes)
    ]


def relief(codes: Sequence[str]) -> list[Principal]:
    """Return the demo's second inspectors: one for each two areas, in the order of these codes."""
    return [
        Principal(
            f"demo-relief-inspector-{codes[first]}",
            f"Insp. {_RELIEF[first // _RELIEF_AREAS % len(_RELIEF)]}",
            Role.INSPECTOR,
            frozenset(codes[first : first + _RELIEF_AREAS]),
        )
        for first in range(0, len(codes), _RELIEF_AREAS)
    ]


def begin(principal: Principal | None = None, clock: Clock | None = None, ip: str | None = None) -> str:
    """Start a session, in demo mode as the analyst; return the cookie's secret, which is new each time."""
    store = wiring.store()
    at = now(clock)
    person = principal or _FORCE_WIDE[0]
    sessions.forget(store.ledger, created_before=at - 2 * ABSOLUTE_S)
    secret = sessions.create(store.ledger, person, at)
    _note(secret, replace(person, ip=ip), "started")
    return secret


def principal_of(secret: str, clock: Clock | None = None) -> Principal | None:
    """Return whose live session this is."""
    at = now(clock)
    return sessions.find(wiring.store().ledger, secret, created_after=at - ABSOLUTE_S, seen_after=at - IDLE_S)


def touch(secret: str, clock: Clock | None = None) -> None:
    sessions.touch(wiring.store().ledger, secret, now(clock))


def end(secret: str, clock: Clock | None = None, ip: str | None = None) -> None:
    """Sign out: from now on the cookie opens nothing, whoever holds a copy; that stands also where it is not logged."""
    person = principal_of(secret, clock)
    sessions.end(wiring.store().ledger, secret, now(clock))
    if person:
        try:
            _note(secret, replace(person, ip=ip), "ended")
        except Unavailable as error:
            _log.error("the end of a session could not be recorded: %s", error.message)


def end_those_of_other_modes() -> None:
    """End, at the start, sessions of the demo's invented people where people sign in, and of people in the demo."""
    ledger = wiring.store().ledger
    sessions.end_kind(ledger, now(), invented=settings().mode != "demo", prefix=_INVENTED)


def name_of(secret: str) -> str:
    """Return the name of a session that may be shown and logged."""
    return sessions.name_of(secret)


def listed(store: Store, clock: Clock | None = None) -> list[dict[str, object]]:
    """Return the live sessions, newest first, as plain data."""
    at = now(clock)
    return [
        {
            "id": found.id,
            "person": found.principal.id,
            "name": found.principal.name,
            "role": found.principal.role,
            "lpas": sorted(found.principal.lpas),
            "signed_in_at": _written(found.created_at),
            "last_active_at": _written(found.seen_at),
        }
        for found in sessions.held(store.ledger)
        if found.revoked_at is None and found.created_at > at - ABSOLUTE_S and found.seen_at > at - IDLE_S
    ]


def revoke(store: Store, id_or_person: str, clock: Clock | None = None) -> int:
    """End one session by its id, or all sessions of a person; return how many ended.

    Raises
    ------
    NotFound
        No session that is not over already has this id or belongs to this person.
    """
    ended = sessions.revoke(store.ledger, id_or_person, now(clock))
    if not ended:
        raise NotFound(
            f"No session {id_or_person!r} is open, and no person of that id has one. See: rasure session list"
        )
    return ended


def become(secret: str, person_id: str, ip: str | None = None) -> None:
    """Continue a demo session as another invented person."""
    if settings().mode != "demo":
        raise NotAllowed("Only the demo lets a reader be somebody else.")
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


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
