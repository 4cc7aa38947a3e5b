"""Looking outside one's own areas: a reason, some hours, a record before it takes effect, and supervisors are told.

`desk` reads what is in force when it makes a scope; nothing here does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rasure.access.audit import POLICY, Op
from rasure.access.identity import Principal
from rasure.access.roles import FORCE_WIDE, Action
from rasure.access.scope import Subject
from rasure.errors import Conflict, InputRejected, NotFound
from rasure.services import audit, desk, sessions
from rasure.services.sessions import Clock
from rasure.settings import settings
from rasure.store.analytics import ground
from rasure.store.ledger import broken_glass
from rasure.store.ledger.broken_glass import Glass as Glass
from rasure.store.store import Store

LEAST_CHARS, MOST_CHARS = 10, 500
#: How long supervisors are asked to take note, and the auditor's page lists it, days.
TOLD_DAYS = 28
_KEPT_DAYS = 92
_DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Notice:
    """What a supervisor or the auditor is told of one broken glass; areas by name."""

    glass: Glass
    own_areas: tuple[str, ...]
    area: str
    lasts: bool


def begin(
    store: Store,
    principal: Principal,
    lpa: str,
    reason: str,
    *,
    narrowed: Subject | None = None,
    clock: Clock | None = None,
) -> Glass:
    """Let the principal look at another area, or at one person or place of it, from now for some hours.

    Raises
    ------
    InputRejected
        The reason says too little.
    Conflict
        The area is theirs already, or the glass is broken for it.
    NotFound
        There is no such area.
    Unavailable
        The log cannot be written; nothing took effect.
    """
    desk.admit(principal, Action.BREAK_GLASS)
    said = reason.strip()
    if not LEAST_CHARS <= len(said) <= MOST_CHARS:
        raise InputRejected(f"Say in {LEAST_CHARS} to {MOST_CHARS} characters why you need to look outside your areas.")
    if lpa not in _names(store):
        raise NotFound("There is no such area. Choose one from the list.")
    now = sessions.now(clock)
    if lpa in principal.lpas or any(
        (one.lpa, one.narrowed) == (lpa, narrowed) for one in live(store, principal, clock)
    ):
        raise Conflict("You can look there already.")
    what = f"broken-glass:{lpa}" + (f"/{narrowed}" if narrowed else "")
    audit.record(store, principal, POLICY[Action.BREAK_GLASS].op, object=what, fields=["begun"], reason=said)
    until = now + settings().broken_glass_h * 3600
    glass = Glass(0, principal.id, principal.name, principal.lpas, lpa, narrowed, said, now, until, None, ())
    broken_glass.forget(store.ledger, ended_before=now - _KEPT_DAYS * _DAY_S)
    broken_glass.keep(store.ledger, glass)
    return live(store, principal, clock)[-1]


def live(store: Store, principal: Principal, clock: Clock | None = None) -> list[Glass]:
    """Return what the principal has broken that is in force; somebody who sees the whole force breaks nothing."""
    if principal.role in FORCE_WIDE:
        return []
    return broken_glass.live(store.ledger, principal.id, sessions.now(clock))


def end(store: Store, principal: Principal, glass_id: int, clock: Clock | None = None) -> None:
    """End it by hand; that stands also where it cannot be logged, so the ledger comes first."""
    found = next((one for one in live(store, principal, clock) if one.glass_id == glass_id), None)
    if found is None or not broken_glass.end(store.ledger, principal.id, glass_id, sessions.now(clock)):
        return
    audit.record(store, principal, Op.ADMIN, object=f"broken-glass:{found.lpa}", fields=["ended"])


def to_acknowledge(store: Store, principal: Principal, clock: Clock | None = None) -> list[Notice]:
    """Return what a supervisor of either area has not yet taken note of; nobody supervises themselves."""
    desk.admit(principal, Action.BE_TOLD)
    return [
        notice
        for notice in _notices(store, clock)
        if notice.glass.actor != principal.id
        and principal.lpas & (notice.glass.own_lpas | {notice.glass.lpa})
        and principal.id not in notice.glass.seen_by
    ]


def acknowledge(store: Store, principal: Principal, glass_id: int, clock: Clock | None = None) -> None:
    """Take note of a broken glass, in the log first."""
    if glass_id not in {notice.glass.glass_id for notice in to_acknowledge(store, principal, clock)}:
        raise Conflict("That notice is not for you, or you have taken note of it.")
    audit.record(store, principal, Op.ADMIN, object=f"broken-glass:{glass_id}", fields=["taken note of"])
    broken_glass.see(store.ledger, glass_id, principal.id, sessions.now(clock))


def listed(store: Store, principal: Principal, clock: Clock | None = None) -> list[Notice]:
    """Return every broken glass of the last weeks for the auditor, the latest first; reading it is recorded."""
    desk.admit(principal, Action.VIEW_AUDIT)
    found = _notices(store, clock)
    audit.consulted(store, principal, Action.VIEW_AUDIT, {"broken glass": TOLD_DAYS}, len(found))
    return found


def _notices(store: Store, clock: Clock | None) -> list[Notice]:
    now, names = sessions.now(clock), _names(store)
    return [
        Notice(
            glass,
            tuple(names.get(code, code) for code in sorted(glass.own_lpas)),
            names.get(glass.lpa, glass.lpa),
            glass.lasts(now),
        )
        for glass in broken_glass.begun_since(store.ledger, now - TOLD_DAYS * _DAY_S)
    ]


def _names(store: Store) -> Mapping[str, str]:
    return {area.code: area.name for area in ground.areas(store.analytics)}
