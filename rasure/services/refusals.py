"""Combinations of settings and data that are never served (security.md section 8); there is no override."""

import ipaddress
from datetime import datetime, timedelta

from rasure.errors import Unsafe
from rasure.store.audit import AuditLog
from rasure.terms import StoreClass

#: A clock set back by no more than this is taken as a correction.
CLOCK_MAY_STAND_BEHIND = timedelta(minutes=5)


def refuse_unsafe(store_class: StoreClass, mode: str, host: str) -> None:
    """Raise `Unsafe` naming the rule when the store must not be served like this."""
    if mode == "demo" and not _is_loopback(host):
        raise Unsafe(f"R2: demo mode listens on this machine only, not on {host}. Unset RASURE_HOST.")
    if mode == "demo" and store_class is StoreClass.OPERATIONAL:
        raise Unsafe("R1: this store holds operational data, which demo mode never serves. Use an identity provider.")


def refuse_unsound_log(log: AuditLog, now: datetime) -> None:
    """Raise `Unsafe` when the audit log cannot be written or stands in the future."""
    if log.fault:
        raise Unsafe(f"R6: {log.fault} See `rasure audit verify`.")
    last = datetime.fromisoformat(log.head().t)
    if last - now > CLOCK_MAY_STAND_BEHIND:
        raise Unsafe(
            f"R9: this machine's clock says {now:%d %B %Y %H:%M} UTC, but the audit log has a record of"
            f" {last:%d %B %Y %H:%M}. Set the clock right."
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
