"""What was opened with a reason, until when, and what a second person was asked to approve.

Moments are seconds since 1970.
"""

from dataclasses import dataclass

from rasure.access.scope import Kind, Subject
from rasure.store.ledger.database import Ledger


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of one subject by one person, while it lasts."""

    subject: Subject
    reason: str
    reference: str
    opened_at: float
    until_at: float
    is_child_approved: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What a second person is asked to approve; `is_approved` is None until somebody has answered."""

    request_id: int
    actor: str
    actor_name: str
    person_id: str
    reason: str
    reference: str
    asked_at: float
    answered_by: str | None
    answered_at: float | None
    is_approved: bool | None


_REQUEST = (
    "select request_id, actor, actor_name, person_id, reason, reference, asked_at, answered_by, answered_at,"
    " is_approved from opening_request"
)


def keep(ledger: Ledger, actor: str, opening: Opening) -> None:
    """Keep an opening; from now on it is in force."""
    person_id, other = _ids(opening.subject)
    ledger.run(
        "insert into opening (actor, kind, person_id, subject, reason, reference, opened_at, until_at,"
        " is_child_approved) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(actor, opening.subject.kind.value, person_id, other, opening.reason, opening.reference),
            *(opening.opened_at, opening.until_at, int(opening.is_child_approved)),
        ],
    )


def live(ledger: Ledger, actor: str, subject: Subject, now: float) -> Opening | None:
    """Return the opening of a subject that is in force for somebody, the one that lasts longest."""
    person_id, other = _ids(subject)
    rows = ledger.rows(
        "select reason, reference, opened_at, until_at, is_child_approved from opening"
        " where actor = ? and kind = ? and person_id is ? and subject is ? and opened_at <= ? and until_at > ?"
        " order by until_at desc limit 1",
        [actor, subject.kind.value, person_id, other, now, now],
    )
    if not rows:
        return None
    reason, reference, opened_at, until_at, approved = rows[0]
    return Opening(subject, reason, reference, opened_at, until_at, bool(approved))


def all_live(ledger: Ledger, actor: str, kind: Kind, now: float) -> list[Opening]:
    """Return what somebody has open of a kind, the first to close first."""
    rows = ledger.rows(
        "select coalesce(person_id, subject), reason, reference, opened_at, until_at, is_child_approved from opening"
        " where actor = ? and kind = ? and opened_at <= ? and until_at > ? order by until_at",
        [actor, kind.value, now, now],
    )
    return [
        Opening(Subject(kind, found), reason, reference, opened_at, until_at, bool(approved))
        for found, reason, reference, opened_at, until_at, approved in rows
    ]


def close(ledger: Ledger, actor: str, subject: Subject, now: float) -> int:
    """End what somebody has open of a subject; return how many openings ended."""
    person_id, other = _ids(subject)
    return ledger.run(
        "update opening set until_at = ? where actor = ? and kind = ? and person_id is ? and subject is ?"
        " and until_at > ?",
        [now, actor, subject.kind.value, person_id, other, now],
    )


def forget(ledger: Ledger, *, ended_before: float) -> None:
    """Remove openings long over: the audit log says who opened what, and for longer."""
    ledger.run("delete from opening where until_at < ?", [ended_before])
    ledger.run("delete from opening_request where asked_at < ?", [ended_before])


def ask(ledger: Ledger, actor: str, name: str, person_id: str, reason: str, reference: str, now: float) -> None:
    """Keep a request, in place of one of the same person that nobody has answered."""
    with ledger.transaction():
        ledger.run(
            "delete from opening_request where actor = ? and person_id = ? and answered_at is null", [actor, person_id]
        )
        ledger.run(
            "insert into opening_request (actor, actor_name, person_id, reason, reference, asked_at)"
            " values (?, ?, ?, ?, ?, ?)",
            [actor, name, person_id, reason, reference, now],
        )


def requests(ledger: Ledger, *, asked_after: float) -> list[Request]:
    """Return requests nobody has answered, oldest first."""
    rows = ledger.rows(f"{_REQUEST} where answered_at is null and asked_at > ? order by request_id", [asked_after])
    return [_request(row) for row in rows]


def request_of(ledger: Ledger, actor: str, person_id: str, *, asked_after: float) -> Request | None:
    """Return somebody's latest request for a person that has not been used."""
    rows = ledger.rows(
        f"{_REQUEST} where actor = ? and person_id = ? and used_at is null and asked_at > ?"
        " order by request_id desc limit 1",
        [actor, person_id, asked_after],
    )
    return _request(rows[0]) if rows else None


def request(ledger: Ledger, request_id: int) -> Request | None:
    rows = ledger.rows(f"{_REQUEST} where request_id = ?", [request_id])
    return _request(rows[0]) if rows else None


def answer(ledger: Ledger, request_id: int, by: str, now: float, *, is_approved: bool) -> int:
    """Answer a request that nobody has answered; return 1, or 0 when somebody has."""
    return ledger.run(
        "update opening_request set answered_by = ?, answered_at = ?, is_approved = ?"
        " where request_id = ? and answered_at is null",
        [by, now, int(is_approved), request_id],
    )


def use(ledger: Ledger, request_id: int, now: float) -> int:
    """Use an approval up; return 1, or 0 when it was used before."""
    return ledger.run(
        "update opening_request set used_at = ? where request_id = ? and is_approved = 1 and used_at is null",
        [now, request_id],
    )


def _request(row: tuple[object, ...]) -> Request:
    *rest, approved = row
    return Request(*rest, None if approved is None else bool(approved))  # type: ignore[arg-type, call-arg]


def _ids(subject: Subject) -> tuple[str | None, str | None]:
    """Return a subject as the table holds it: people by `person_id`, so that an erasure finds them."""
    return (subject.id, None) if subject.kind is Kind.PERSON else (None, subject.id)
