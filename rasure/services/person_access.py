"""Opening what is about people: a reason first, a record in the log before anything is returned, thirty minutes.

The order is the guarantee: who may, whether it is there for them, whether somebody else must agree, the log, and only
then the opening by which `desk.opened` makes a scope. A log that cannot be written opens nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rasure.access.audit import POLICY, Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Kind, Scope, Subject
from rasure.errors import ApprovalNeeded, Conflict, InputRejected, NotAllowed, NotFound
from rasure.places.times import LONDON
from rasure.services import audit, desk, sessions
from rasure.services.sessions import Clock
from rasure.settings import settings
from rasure.store.analytics import person as reads
from rasure.store.ledger import openings
from rasure.store.ledger.openings import Opening as Opening
from rasure.store.ledger.openings import Request as Request
from rasure.store.store import Store

#: The short list; what was meant is said in the person's own words beside it.
REASONS = (
    "Offender management",
    "Investigation",
    "Safeguarding",
    "Problem solving",
    "Tasking or briefing",
    "Complaint or disclosure",
    "Other",
)
MOST_CHARS = 500
#: How long an approval, or a request without an answer, stands: a shift.
APPROVAL_S = 12 * 3600
#: How far back the people of a place are told, days.
LINKED_DAYS = 2 * 365
_KEPT_S = 28 * 24 * 3600
_NOT_THERE = {
    Kind.PERSON: "No person of that identifier is recorded in your areas. Check the identifier.",
    Kind.PLACE: "No such place lies in your areas. Choose one from the Hot spots page.",
    Kind.OFFENCE: "No offence of that identifier is recorded in your areas. Check the identifier.",
}


@dataclass(frozen=True, slots=True)
class Why:
    """Why something about people is opened: one of `REASONS`, own words, and the operation, crime or request."""

    reason: str = ""
    detail: str = ""
    reference: str = ""

    @property
    def said(self) -> str:
        return ": ".join(part for part in (self.reason, self.detail.strip()) if part)


def open_subject(store: Store, principal: Principal, subject: Subject, why: Why, clock: Clock | None = None) -> Opening:
    """Open a person's record, or who is recorded at a place or in an offence, and return until when it is open.

    Raises
    ------
    InputRejected
        No reason or no reference is given, and one is required.
    NotFound
        It is not there, or not in the areas of whoever asks: the answer is the same.
    ApprovalNeeded
        The person is under 18 and nobody else has approved opening the record.
    Unavailable
        The log cannot be written; nothing was opened.
    """
    scope = desk.admit(principal, desk.action_of(subject), subject, clock)
    _refuse_empty(why)
    is_child = _found(store, principal, scope, subject, clock)
    approval = _approval(store, principal, subject, clock) if is_child else None
    now = sessions.now(clock)
    n = 1 if subject.kind is Kind.PERSON else reads.linked_count(store.analytics, scope, subject, since(clock))
    _write(store, principal, subject, why, n, approval)
    if approval and not openings.use(store.ledger, approval.request_id, now):
        raise Conflict("That approval has been used. Ask again.")
    until = now + settings().opening_min * 60
    opening = Opening(subject, why.said, why.reference.strip(), now, until, approval is not None)
    with store.ledger.transaction():
        openings.forget(store.ledger, ended_before=now - _KEPT_S)
        openings.keep(store.ledger, principal.id, opening)
    return opening


def standing(store: Store, principal: Principal, subject: Subject, clock: Clock | None = None) -> Opening | None:
    """Return the principal's own opening of a subject, if one is in force."""
    desk.admit(principal, desk.action_of(subject), subject, clock)
    return openings.live(store.ledger, principal.id, subject, sessions.now(clock))


def still_open(store: Store, principal: Principal, clock: Clock | None = None) -> list[Opening]:
    """Return the people whose records are open to the principal now, the first to close first."""
    return openings.all_live(store.ledger, principal.id, Kind.PERSON, sessions.now(clock))


def close(store: Store, principal: Principal, subject: Subject, clock: Clock | None = None) -> None:
    """Close what the principal has open, before its time."""
    openings.close(store.ledger, principal.id, subject, sessions.now(clock))


def ask(store: Store, principal: Principal, subject: Subject, why: Why, clock: Clock | None = None) -> None:
    """Ask a second person to approve opening the record of somebody under 18."""
    scope = desk.admit(principal, Action.OPEN_PERSON, subject, clock)
    _refuse_empty(why)
    if not _found(store, principal, scope, subject, clock):
        raise Conflict("That record needs nobody's approval. Open it.")
    said = {"fields": ["approval asked"], "reason": why.said, "reference": why.reference.strip()}
    audit.record(store, principal, Op.ADMIN, object=str(subject), **said)  # type: ignore[arg-type]
    given = (subject.id, why.said, why.reference.strip())
    openings.ask(store.ledger, principal.id, principal.name, *given, sessions.now(clock))


def asked(store: Store, principal: Principal, person_id: str, clock: Clock | None = None) -> Request | None:
    """Return the principal's own latest request for a person, answered or not, while it stands."""
    return openings.request_of(store.ledger, principal.id, person_id, asked_after=sessions.now(clock) - APPROVAL_S)


def to_answer(store: Store, principal: Principal, clock: Clock | None = None) -> list[Request]:
    """Return the requests the principal may answer: not their own, and only of people recorded in their areas."""
    scope = desk.admit(principal, Action.APPROVE_OPENING)
    waiting = openings.requests(store.ledger, asked_after=sessions.now(clock) - APPROVAL_S)
    return [
        request
        for request in waiting
        if request.actor != principal.id and _is_theirs(store, scope, request, today(clock))
    ]


def answer(
    store: Store, principal: Principal, request_id: int, *, is_approved: bool, clock: Clock | None = None
) -> None:
    """Approve or refuse a request, in the log first.

    Raises
    ------
    NotAllowed
        It is the principal's own.
    Conflict
        It is gone, of nobody recorded in the principal's areas, or somebody else has answered it.
    """
    scope = desk.admit(principal, Action.APPROVE_OPENING)
    request = openings.request(store.ledger, request_id)
    if request is None or request.answered_at is not None or not _is_theirs(store, scope, request, today(clock)):
        raise Conflict("That request has been answered, or is gone. Load the page again.")
    if request.actor == principal.id:
        raise NotAllowed("Nobody approves their own request. Another inspector must.")
    audit.record(
        store,
        principal,
        Op.ADMIN,
        object=f"{Kind.PERSON.value}:{request.person_id}",
        fields=["opening approved" if is_approved else "opening refused"],
        reason=request.reason,
        reference=request.reference,
        recipient=request.actor,
    )
    if not openings.answer(store.ledger, request_id, principal.id, sessions.now(clock), is_approved=is_approved):
        raise Conflict("Somebody else has answered that request just now.")


def today(clock: Clock | None = None) -> date:
    """Return the day in London by which ages are told."""
    return datetime.fromtimestamp(sessions.now(clock), UTC).astimezone(LONDON).date()


def since(clock: Clock | None = None) -> date:
    """Return the first day whose offences link people to a place."""
    return today(clock) - timedelta(days=LINKED_DAYS)


def _refuse_empty(why: Why) -> None:
    if len(why.said) > MOST_CHARS or len(why.reference) > MOST_CHARS:
        raise InputRejected(f"Reason and reference hold at most {MOST_CHARS} characters each.")
    if why.reason and why.reason not in REASONS:
        raise InputRejected(f"{why.reason!r} is not one of the reasons. Choose one from the list.")
    if not settings().reason_required:
        return
    if not why.reason or not why.detail.strip():
        raise InputRejected("Choose a reason and say in your own words what you need this for.")
    if not why.reference.strip():
        raise InputRejected("Give the operation, crime or request number this is for.")


def _found(store: Store, principal: Principal, scope: Scope, subject: Subject, clock: Clock | None) -> bool:
    """Tell whether the subject is somebody under 18; refuse what is not there for this reader.

    A refusal is logged by the identifier only when it is one: what somebody types may be a name.
    """
    found = reads.standing(store.analytics, scope, subject, today(clock))
    if found is None:
        known = reads.is_known(store.analytics, subject)
        audit.denied(principal, str(subject) if known else f"{subject.kind.value}:unknown")
        raise NotFound(_NOT_THERE[subject.kind])
    return found


def _is_theirs(store: Store, scope: Scope, request: Request, day: date) -> bool:
    """Tell whether the person of a request is there for who would answer it: nobody approves a record unseen."""
    return reads.standing(store.analytics, scope, Subject(Kind.PERSON, request.person_id), day) is not None


def _approval(store: Store, principal: Principal, subject: Subject, clock: Clock | None) -> Request:
    request = asked(store, principal, subject.id, clock)
    if request is None or not request.is_approved:
        raise ApprovalNeeded(
            "This is the record of somebody under 18. It opens once a second person has approved it: an inspector"
            " other than you."
        )
    return request


def _write(store: Store, principal: Principal, subject: Subject, why: Why, n: int, approval: Request | None) -> None:
    """Put the opening into the log; a person by the identifier, the people of something by that."""
    action = desk.action_of(subject)
    said = POLICY[action]
    audit.record(
        store,
        principal,
        said.op,
        object=str(subject) if subject.kind is Kind.PERSON else f"people-of:{subject}",
        fields=[*said.fields, f"approved by {approval.answered_by}"] if approval else said.fields,
        n=n,
        reason=why.said or None,
        reference=why.reference.strip() or None,
    )
