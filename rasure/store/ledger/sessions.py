"""Signed-in browsers. The cookie's value is never stored, only its digest."""

import hashlib
import json
import secrets

from rasure.access.identity import Principal
from rasure.store.ledger.database import Ledger
from rasure.terms import Role


def create(ledger: Ledger, principal: Principal, now: float) -> str:
    """Start a session; return the secret for the browser's cookie."""
    secret = secrets.token_urlsafe(32)
    ledger.run(
        "insert into session values (?, ?, ?, ?, ?, ?, ?, null)",
        [digest(secret), principal.id, principal.name, principal.role, _listed(principal), now, now],
    )
    return secret


def switch(ledger: Ledger, secret: str, principal: Principal) -> None:
    """Make a live session another person's (demo mode: pick an invented person)."""
    ledger.run(
        "update session set person = ?, name = ?, role = ?, lpas = ? where digest = ? and revoked_at is null",
        [principal.id, principal.name, principal.role, _listed(principal), digest(secret)],
    )


def find(ledger: Ledger, secret: str, *, created_after: float, seen_after: float) -> Principal | None:
    """Return whose session this is, if it is live and recent enough."""
    rows = ledger.rows(
        "select person, name, role, lpas from session"
        " where digest = ? and revoked_at is null and created_at > ? and seen_at > ?",
        [digest(secret), created_after, seen_after],
    )
    if not rows:
        return None
    person, name, role, lpas = rows[0]
    return Principal(person, name, Role(role), frozenset(json.loads(lpas)), session=name_of(secret))


def touch(ledger: Ledger, secret: str, now: float) -> None:
    """Note that a person did something; at most once a minute, so that reading stays cheap."""
    ledger.run("update session set seen_at = ? where digest = ? and seen_at < ?", [now, digest(secret), now - 60])


def forget(ledger: Ledger, *, created_before: float) -> None:
    """Remove sessions long over."""
    ledger.run("delete from session where created_at < ?", [created_before])


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def name_of(secret: str) -> str:
    """Return what the audit log calls a session: enough of the digest to tell sessions apart, too little to be one."""
    return digest(secret)[:12]


def _listed(principal: Principal) -> str:
    return json.dumps(sorted(principal.lpas))
