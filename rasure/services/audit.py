"""Writing the audit log: every door calls one of these before it shows, changes or hands out anything.

`record` is the whole interface; `consulted` and `disclosed` fill in what the policy says about an action. Each raises
`Unavailable` when the record cannot be put on disk, and then nothing may be shown.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any

from rasure.access.audit import POLICY, Op
from rasure.access.identity import Principal
from rasure.access.roles import FORCE_WIDE, Action
from rasure.errors import Unavailable
from rasure.services import wiring
from rasure.store.audit_records import Entry
from rasure.store.store import Store

_log = logging.getLogger(__name__)
_NOTHING = dict.fromkeys(
    ("lpa", "session", "device", "fields", "n", "reason", "reference", "recipient"),
)


def record(
    store: Store,
    principal: Principal,
    op: Op,
    *,
    object: str,  # noqa: A002
    fields: Sequence[str] | None = None,
    n: int | None = None,
    reason: str | None = None,
    reference: str | None = None,
    recipient: str | None = None,
    device: str | None = None,
) -> Entry:
    """Put one record on disk and return it; its `code` is what an export carries.

    Parameters
    ----------
    object
        What it is about, as `type:id` – an identifier, never a name, so that erasing a person breaks no record.
    n
        How many rows were shown, taken or changed.
    reason, reference
        Why, in the person's own words, and the operation, crime or request it belongs to.
    recipient
        Who receives what leaves, when that is not the actor.
    """
    return store.audit.append(
        {
            "actor": principal.id,
            "role": principal.role.value,
            "lpa": None if principal.role in FORCE_WIDE else sorted(principal.lpas),
            "session": principal.session,
            "device": device,
            "op": op.value,
            "object": object,
            "fields": None if fields is None else list(fields),
            "n": n,
            "reason": reason,
            "reference": reference,
            "recipient": recipient,
            "ip": principal.ip,
        }
    )


def consulted(
    store: Store,
    principal: Principal,
    action: Action,
    question: Any,
    n: int,
    reason: str | None = None,
    recipient: str | None = None,
) -> Entry:
    """Record that a list was read: how long it was, and the digest of what was asked."""
    said = POLICY[action]
    what = f"{action.value}:{question_digest(question)}"
    return record(store, principal, said.op, object=what, fields=said.fields, n=n, reason=reason, recipient=recipient)


def disclosed(
    store: Store,
    principal: Principal,
    action: Action,
    *,
    name: str,
    question: Any,
    n: int,
    reason: str | None = None,
    recipient: str | None = None,
) -> Entry:
    """Record that rows leave as a file, before they do; the file carries the code of the record."""
    return record(
        store,
        principal,
        Op.DISCLOSURE,
        object=f"export:{name}",
        fields=POLICY[action].fields,
        n=n,
        reason=reason,
        reference=f"question:{question_digest(question)}",
        recipient=recipient,
    )


def denied(principal: Principal, what: str) -> None:
    """Record a refusal; the refusal stands also where it cannot be recorded."""
    store = wiring.serving()
    if store is None:
        return
    try:
        record(store, principal, Op.DENIED, object=what)
    except Unavailable as error:
        _log.error("a refusal of %s to %s could not be recorded: %s", what, principal.id, error.message)


def turned_away(person_id: str, ip: str | None) -> None:
    """Record that somebody proved who they are and has no role; they are turned away all the same."""
    try:
        entry = {"actor": person_id, "role": "none", "op": Op.DENIED.value, "object": "sign-in:no-role", "ip": ip}
        wiring.store().audit.append(_NOTHING | entry)
    except Unavailable as error:
        _log.error("turning %s away could not be recorded: %s", person_id, error.message)


def question_digest(question: Any) -> str:
    """Return a short digest of a question, the same for the same question on any day."""
    text = json.dumps(question, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
