"""Doubted visits that a supervisor has restored, each with the reason and the record of the log."""

from dataclasses import dataclass
from datetime import datetime

from rasure.store.ledger.database import Ledger


@dataclass(frozen=True, slots=True)
class Restored:
    """One visit that counts again: whose, where and when (UTC), why it was doubted, and who restored it why."""

    officer_id: str
    hotspot_id: str
    started_at: datetime
    ended_at: datetime
    flag: str
    restored_at: str
    restored_by: str
    reason: str
    record: str


def keep(ledger: Ledger, one: Restored) -> bool:
    """Keep a restoration; return whether it is new. The first to restore a visit is the one who answers for it."""
    added = ledger.run(
        "insert or ignore into restored_visit values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(one.officer_id, one.hotspot_id, one.started_at.isoformat(), one.ended_at.isoformat()),
            *(one.flag, one.restored_at, one.restored_by, one.reason, one.record),
        ],
    )
    return added == 1


def kept(ledger: Ledger) -> list[Restored]:
    """Return every restoration, in order of the visits."""
    rows = ledger.rows(
        "select officer_id, hotspot_id, started_at, ended_at, flag, restored_at, restored_by, reason, record"
        " from restored_visit order by started_at, hotspot_id, officer_id"
    )
    return [
        Restored(officer, spot, datetime.fromisoformat(start), datetime.fromisoformat(end), *said)
        for officer, spot, start, end, *said in rows
    ]
