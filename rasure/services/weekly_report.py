"""The weekly summary on paper: its words, whose copy it is, and where the audit log stood when the week ended.

The log's head goes onto the paper because a log that loses its tail can only be told from one that never had it by a
head kept elsewhere (security.md). The head of the week's end is used: the log grows with every look, and the same week
of the same data must give the same page, byte for byte.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rasure.access.scope import Scope
from rasure.services.weekly import Asked, Week
from rasure.services.weekly_counts import WEEK
from rasure.services.weekly_page import page
from rasure.settings import settings
from rasure.store.analytics.op_days import starts_at
from rasure.store.audit_records import Head, parsed
from rasure.store.store import Store


def facts(store: Store, scope: Scope, week: Week, *, prepared_for: str, trace: str) -> dict[str, Any]:
    """Return everything the paper says, as plain values.

    Parameters
    ----------
    prepared_for
        Whose copy it is: printed across and under the page.
    trace
        What else tells this copy from another; empty for the scheduled one, whose record in the log has its name.
    """
    head = log_head(store, week.asked)
    return page(week) | {
        "marking": settings().marking,
        "store_class": store.store_class.value,
        "areas": "whole force" if scope.lpas is None else " and ".join(sorted(week.names.values())) or "no area",
        "prepared_for": prepared_for,
        "trace": trace,
        "log": _said(head, asked=week.asked),
        "head": asdict(head) if head else None,
    }


def log_head(store: Store, asked: Asked) -> Head | None:
    """Return where the audit log stood when a week ended, or its first record where the log is younger."""
    until = starts_at(asked.week_on + WEEK)
    first = None
    for _, lines in store.audit.lines(last_on=until.date()):
        for line in reversed(lines):
            record = parsed(line)
            first = record
            if _at(record.t) < until:
                return Head(store.audit.store_id, record.seq, record.mac, record.t)
    if first is None or first.seq != 1:
        first = _first(store)
    return Head(store.audit.store_id, first.seq, first.mac, first.t) if first else None


def _first(store: Store) -> Any:
    found = None
    for _, lines in store.audit.lines():
        found = lines[0] if lines else found
    return parsed(found) if found else None


def _said(head: Head | None, *, asked: Asked) -> str:
    if head is None:
        return "The audit log has no record yet."
    when = "at the end of the week" if _at(head.t) < starts_at(asked.week_on + WEEK) else "at its first record"
    return f"Audit log {when}: record {head.seq:,}, {head.mac}"


def _at(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
