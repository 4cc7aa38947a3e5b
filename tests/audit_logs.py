"""Audit logs as tests need them: a clock that a test moves, records, a log of so many."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rasure.store.audit import AuditLog

STORE_ID = "5a1c0f6e-0000-4000-8000-000000000001"
BLANK = dict.fromkeys(("lpa", "session", "device", "fields", "n", "reason", "reference", "recipient", "ip"))


class Days:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def said(op: str = "consultation", what: str = "person:P1", **values: Any) -> dict[str, Any]:
    return {**BLANK, "actor": "A7", "role": "analyst", "op": op, "object": what, **values}


def opened(root: Path, clock: Days | None = None, *, begun: bool = False, heads: Path | None = None) -> AuditLog:
    root.mkdir(exist_ok=True)
    return AuditLog(
        root / "audit",
        root / "the.key",
        STORE_ID,
        begun=begun,
        aside=root / "aside",
        heads=heads,
        clock=clock or Days(),
    )


def filled(root: Path, records: int = 12, days: int = 1) -> AuditLog:
    """Return a log of so many records on so many days, its first record among them."""
    clock = Days()
    log = opened(root, clock)
    for n in range(1, records):
        if n % max(1, records // days) == 0:
            clock.now += timedelta(days=1)
        log.append(said(what=f"person:P{n}", n=n))
    return log
