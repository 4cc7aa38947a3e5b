"""Facts about the store itself: its identity and its class."""

import uuid

from rasure.store.ledger.database import Ledger
from rasure.terms import StoreClass


def store_id(ledger: Ledger) -> str:
    """Return the store's identity, made when the store was."""
    ledger.run("insert or ignore into meta values ('store_id', ?)", [str(uuid.uuid4())])
    return str(ledger.value("select value from meta where key = 'store_id'"))


def audit_began(ledger: Ledger) -> bool:
    """Tell whether this store has had an audit log: one that is gone now was removed."""
    return ledger.value("select value from meta where key = 'audit_began'") is not None


def begin_audit(ledger: Ledger, at: str) -> None:
    """Remember that the audit log has begun."""
    ledger.run("insert or ignore into meta values ('audit_began', ?)", [at])


def store_class(ledger: Ledger) -> StoreClass:
    """Return the class; a store that lost its mark counts as operational."""
    held = ledger.value("select value from meta where key = 'store_class'")
    return StoreClass(held) if held in set(StoreClass) else StoreClass.OPERATIONAL


def begin_class(ledger: Ledger) -> None:
    """Mark a store that has just been made: nothing real is in it yet."""
    ledger.run("insert or ignore into meta values ('store_class', ?)", [StoreClass.SYNTHETIC])


def raise_class(ledger: Ledger, incoming: StoreClass) -> StoreClass:
    """Move the class right if what comes in stands further right; there is no way back."""
    raised = store_class(ledger).joined_with(incoming)
    ledger.run(
        "insert into meta values ('store_class', ?) on conflict (key) do update set value = excluded.value", [raised]
    )
    return raised
