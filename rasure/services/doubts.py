"""Doubted visits: finding one again, and restoring it with a reason that is in the log before it counts."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from rasure.access.audit import POLICY
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, NotFound
from rasure.services import audit, desk, operational_day, patrols
from rasure.store.analytics import dose
from rasure.store.analytics.days import Days
from rasure.store.ledger import restorations
from rasure.store.ledger.restorations import Restored
from rasure.store.store import Store
from rasure.terms import Window

LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class VisitKey:
    """Which visit is meant: whose, where, from when to when (UTC)."""

    officer_id: str
    hotspot_id: str
    started_at: datetime
    ended_at: datetime

    @property
    def object(self) -> str:
        """How the log names it."""
        return f"visit:{self.officer_id}:{self.hotspot_id}:{self.started_at.isoformat()}"


def restore(store: Store, principal: Principal, key: VisitKey, reason: str) -> Restored:
    """Let a doubted visit count again, for a reason that is in the log before it does.

    Raises
    ------
    NotAllowed
        The role may not restore visits.
    InputRejected
        The reason is no reason, or the visit counts already.
    NotFound
        No such visit lies in the areas of the supervisor.
    Conflict
        The visit is the supervisor's own, or was restored before.
    """
    desk.admit(principal, Action.RESTORE_VISIT)
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise InputRejected(f"Give a reason of at least {LEAST_REASON} characters: what you know of this visit.")
    if key.officer_id == principal.id:
        raise Conflict("Nobody restores a visit of their own. Ask another supervisor.")
    visit = found(store, principal, key, Action.RESTORE_VISIT)
    if pd.isna(visit["flag"]):
        raise InputRejected("This visit is not doubted; it counts as it is.")
    with store.writing:
        if bool(visit["is_counted"]):
            raise Conflict("This visit was restored before. Load the page again.")
        said = POLICY[Action.RESTORE_VISIT]
        entry = audit.record(
            store, principal, said.op, object=key.object, fields=said.fields, n=1, reason=reason,
            reference=f"flag:{visit['flag']}",
        )  # fmt: skip
        made = Restored(
            *(key.officer_id, key.hotspot_id, key.started_at, key.ended_at, str(visit["flag"])),
            restored_at=datetime.now(UTC).isoformat(timespec="seconds"),
            restored_by=principal.id,
            reason=reason,
            record=entry.code,
        )
        if not restorations.keep(store.ledger, made):
            raise Conflict("This visit was restored before. Load the page again.")
    return made


def found(store: Store, principal: Principal, key: VisitKey, action: Action) -> pd.Series:
    """Return the visit as the reader may see it."""
    scope = desk.admit(principal, action)
    on = operational_day.op_day(key.started_at)
    seen = dose.visits(store.analytics, scope, Days(Window(on, on)), patrols.restored(store))
    mine = seen[
        (seen["officer_id"] == key.officer_id)
        & (seen["hotspot_id"] == key.hotspot_id)
        & (seen["started_at"] == key.started_at)
        & (seen["ended_at"] == key.ended_at)
    ]
    if mine.empty:
        raise NotFound("There is no such visit in your areas. Load the page again.")
    row: pd.Series = mine.iloc[0]
    return row
