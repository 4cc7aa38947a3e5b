"""Signed-in browsers. The cookie's value is never stored, only its digest."""

import hashlib
import json
import secrets
from dataclasses import dataclass

from rasure.access.identity import Principal
from rasure.store.ledger.database import Ledger
from rasure.terms import Role

#: Hexadecimal digits of a session's digest that name it to people: 48 bits.
ID_LENGTH = 12


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


@dataclass(frozen=True, slots=True)
class Held:
    """One session of the table, without its secret; times in seconds since 1970."""

    id: str
    principal: Principal
    created_at: float
    seen_at: float
    revoked_at: float | None


def held(ledger: Ledger) -> list[Held]:
    """Return every session in the table, newest first."""
    rows = ledger.rows(
        "select digest, person, name, role, lpas, created_at, seen_at, revoked_at from session order by created_at desc"
    )
    return [
        Held(digest[:ID_LENGTH], Principal(person, name, Role(role), frozenset(json.loads(lpas))), *times)
        for digest, person, name, role, lpas, *times in rows
    ]


def revoke(ledger: Ledger, id_or_person: str, now: float) -> int:
    """End the session with this public id, or every session of this person; return how many ended."""
    return ledger.run(
        "update session set revoked_at = ? where revoked_at is null and (substr(digest, 1, ?) = ? or person = ?)",
        [now, ID_LENGTH, id_or_person, id_or_person],
    )


def end(ledger: Ledger, secret: str, now: float) -> None:
    """End the session of this cookie."""
    ledger.run("update session set revoked_at = ? where digest = ? and revoked_at is null", [now, digest(secret)])


def end_kind(ledger: Ledger, now: float, *, invented: bool, prefix: str) -> None:
    """End every session of people whose id begins with `prefix`, or of all whose id does not."""
    ledger.run(
        "update session set revoked_at = ? where revoked_at is null and (substr(person, 1, ?) = ?) = ?",
        [now, len(prefix), prefix, invented],
    )


def touch(ledger: Ledger, secret: str, now: float) -> None:
    """Note that a person did something; at most once a minute, so that reading stays cheap."""
    ledger.run("update session set seen_at = ? where digest = ? and seen_at < ?", [now, digest(secret), now - 60])


def forget(ledger: Ledger, *, created_before: float) -> None:
    """Remove sessions long over."""
    ledger.run("delete from session where created_at < ?", [created_before])


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def name_of(secret: str) -> str:
    """Return what people and the audit log call a session: enough to tell sessions apart, too little to be one."""
    return digest(secret)[:ID_LENGTH]


def _listed(principal: Principal) -> str:
    return json.dumps(sorted(principal.lpas))
