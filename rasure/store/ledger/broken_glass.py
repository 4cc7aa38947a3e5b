"""Who looked outside their own areas, at what, why, until when, and which supervisors have taken note.

Moments are seconds since 1970.
"""

import json
from dataclasses import dataclass

from rasure.access.scope import Kind, Subject
from rasure.store.ledger.database import Ledger


@dataclass(frozen=True, slots=True)
class Glass:
    """One breaking of the glass: a whole area, or one person or place of it (`narrowed`)."""

    glass_id: int
    actor: str
    actor_name: str
    own_lpas: frozenset[str]
    lpa: str
    narrowed: Subject | None
    reason: str
    begun_at: float
    until_at: float
    ended_at: float | None
    seen_by: tuple[str, ...]

    def lasts(self, now: float) -> bool:
        return self.ended_at is None and self.begun_at <= now < self.until_at


_GLASS = (
    "select g.glass_id, actor, actor_name, own_lpas, lpa, kind, person_id, subject, reason, begun_at, until_at,"
    " ended_at, (select json_group_array(supervisor) from broken_glass_seen s where s.glass_id = g.glass_id)"
    " from broken_glass g"
)


def keep(ledger: Ledger, glass: Glass) -> int:
    """Keep a broken glass, which is in force from now on; return its id."""
    narrowed = glass.narrowed
    is_person = narrowed is not None and narrowed.kind is Kind.PERSON
    with ledger.transaction():
        ledger.run(
            "insert into broken_glass (actor, actor_name, own_lpas, lpa, kind, person_id, subject, reason, begun_at,"
            " until_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(glass.actor, glass.actor_name, json.dumps(sorted(glass.own_lpas)), glass.lpa),
                None if narrowed is None else narrowed.kind.value,
                narrowed.id if narrowed and is_person else None,
                narrowed.id if narrowed and not is_person else None,
                *(glass.reason, glass.begun_at, glass.until_at),
            ],
        )
        return int(ledger.value("select last_insert_rowid()"))


def live(ledger: Ledger, actor: str, now: float) -> list[Glass]:
    """Return what somebody has broken that is in force, the first to end first."""
    rows = ledger.rows(
        f"{_GLASS} where actor = ? and ended_at is null and begun_at <= ? and until_at > ? order by until_at",
        [actor, now, now],
    )
    return [_read(row) for row in rows]


def begun_since(ledger: Ledger, moment: float) -> list[Glass]:
    """Return every glass broken since, the latest first."""
    return [_read(row) for row in ledger.rows(f"{_GLASS} where begun_at > ? order by glass_id desc", [moment])]


def end(ledger: Ledger, actor: str, glass_id: int, now: float) -> int:
    """End what somebody has broken; return 1, or 0 when it was over or is another's."""
    return ledger.run(
        "update broken_glass set ended_at = ? where glass_id = ? and actor = ? and ended_at is null and until_at > ?",
        [now, glass_id, actor, now],
    )


def see(ledger: Ledger, glass_id: int, supervisor: str, now: float) -> None:
    """Keep that a supervisor has taken note; the first time stands."""
    ledger.run("insert or ignore into broken_glass_seen values (?, ?, ?)", [glass_id, supervisor, now])


def forget(ledger: Ledger, *, ended_before: float) -> None:
    """Remove what is long over: the audit log says so for longer."""
    ledger.run(
        "delete from broken_glass_seen where glass_id in (select glass_id from broken_glass where until_at < ?)",
        [ended_before],
    )
    ledger.run("delete from broken_glass where until_at < ?", [ended_before])


def _read(row: tuple[object, ...]) -> Glass:
    glass_id, actor, name, own, lpa, kind, person_id, subject, reason, begun_at, until_at, ended_at, seen = row
    narrowed = Subject(Kind(str(kind)), str(person_id or subject)) if kind else None
    return Glass(
        int(str(glass_id)),
        str(actor),
        str(name),
        frozenset(json.loads(str(own))),
        str(lpa),
        narrowed,
        str(reason),
        float(str(begun_at)),
        float(str(until_at)),
        None if ended_at is None else float(str(ended_at)),
        tuple(sorted(json.loads(str(seen)))),
    )
