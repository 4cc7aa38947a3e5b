"""What the store holds past its review or retention period: counts by class, for a human who decides.

Nothing is deleted here. Periods are the force's own table (`review_periods.csv`); which group an offence falls under is
`retention_groups.csv`; every row of both says whether anybody confirmed it.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.store.analytics import retention as counts
from rasure.store.ledger import erasures, list_decisions
from rasure.store.store import Store

_STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_NO_GROUP = "no role in an offence held"
_RECORD, _WORKING = "record", "working data"


@dataclass(frozen=True, slots=True)
class Line:
    """One class of data: how much is held, how much of it is past its period (None: no period is set), the oldest."""

    subject: str
    group: str
    held: int
    past: int | None
    oldest_on: date | None
    review_after_days: int | None
    keep: str
    verified: bool


def overdue(store: Store, scope: Scope, as_of: date) -> tuple[Line, ...]:
    """Count every class of data in the store against its period as of a day.

    A person falls under the strictest group of the offences they have a role in, and is past when their latest role is;
    an offence is past by its own date. Offences of no listed group fall under the last group with a period.
    """
    table = _rows(store.reference_folder, "review_periods.csv")
    return (*_records(store, scope, as_of, table), *_working(store, as_of, table))


def periods(store: Store) -> tuple[Line, ...]:
    """Return the periods the force has set, without counting anything."""
    return tuple(_line(row["subject"], row, {}) for row in _rows(store.reference_folder, "review_periods.csv"))


def _records(store: Store, scope: Scope, as_of: date, table: list[dict[str, str]]) -> Iterable[Line]:
    own = [period for period in table if period["subject"] == _RECORD]
    rest = max((number for number, period in enumerate(own, 1) if _days(period) is not None), default=1)
    cutoffs = pd.DataFrame(
        {
            "strictness": range(1, len(own) + 1),
            "grp": [period["group"] for period in own],
            "cutoff_on": [_cutoff(as_of, _days(period)) for period in own],
        }
    )
    named = {period["group"]: number for number, period in enumerate(own, 1)}
    groups = pd.DataFrame(_rows(store.reference_folder, "retention_groups.csv"))
    if unknown := set(groups["group"]) - set(named):
        raise InputRejected(f"retention_groups.csv names {min(unknown)!r}, which review_periods.csv does not. Add it.")
    groups["strictness"] = groups["group"].map(named)
    for what in ("people", "offences"):
        found = counts.by_group(store.analytics, scope, what, groups, cutoffs, rest=rest)
        rows: list[Any] = found.to_dict("records")
        held = {row["grp"]: row for row in rows}
        yield from (_line(what, period, held.get(period["group"], {})) for period in own)
    orphans = counts.people_without_role(store.analytics)
    yield Line("people", _NO_GROUP, orphans, None, None, None, "nothing here needs them: ask why they are sent", False)


def _working(store: Store, as_of: date, table: list[dict[str, str]]) -> Iterable[Line]:
    """Count what is no record of a crime: positions, history, rejects, files, backups."""
    for period in table:
        if period["subject"] != _WORKING:
            continue
        cutoff_on = _cutoff(as_of, _days(period))
        yield _line(_WORKING, period, _held(store, period["group"], cutoff_on))


def _held(store: Store, group: str, cutoff_on: date | None) -> Mapping[str, Any]:
    paths = store.paths
    days: Iterable[date]
    match group:
        case "officer positions":
            return counts.working(store.analytics, "positions", cutoff_on)
        case "earlier versions of rows":
            return counts.working(store.analytics, "earlier_versions", cutoff_on)
        case "rejected rows":
            return counts.working(store.analytics, "rejected_rows", cutoff_on)
        case "archived drops":
            days = _dated(paths.archive)
        case "refused drops":
            days = _dated(paths.refused)
        case "files set aside":
            days = _dated(paths.aside)
        case "days of the audit log":
            days = _dated(paths.audit)
        case "decisions on people lists":
            days = list_decisions.decided_on(store.ledger)
        case "backups":
            days = [datetime.fromisoformat(backup.made_at).date() for backup in erasures.backups(store.ledger)]
        case _:
            raise InputRejected(
                f"review_periods.csv names {group!r}, which is no class of data of a store. Correct it."
            )
    held = sorted(days)
    past = sum(day < cutoff_on for day in held) if cutoff_on else 0
    return {"held": len(held), "past": past, "oldest_on": held[0] if held else None}


def _line(subject: str, period: Mapping[str, str], found: Mapping[str, Any]) -> Line:
    days = _days(period)
    oldest = found.get("oldest_on")
    return Line(
        subject=subject,
        group=period["group"],
        held=int(found.get("held", 0)),
        past=None if days is None else int(found.get("past", 0)),
        oldest_on=None if oldest is None or pd.isna(oldest) else pd.Timestamp(oldest).date(),
        review_after_days=days,
        keep=period["keep"],
        verified=period["verified"] == "yes",
    )


def _dated(folder: Path) -> list[date]:
    """Return the day of everything in a folder, by the stamp in its name, else by when it was written."""
    return [_day_of(path) for path in folder.iterdir()] if folder.exists() else []


def _day_of(path: Path) -> date:
    stamped = _STAMP.search(path.name)
    if stamped:
        try:
            return date(*map(int, stamped.groups()))
        except ValueError:
            pass
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _days(period: Mapping[str, str]) -> int | None:
    text = period["review_after_days"]
    if text and not text.isdigit():
        raise InputRejected(f"review_periods.csv: {text!r} is not a number of days. Correct it, or leave it empty.")
    return int(text) if text else None


def _cutoff(as_of: date, days: int | None) -> date | None:
    return None if days is None else as_of - timedelta(days=days)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    try:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise InputRejected(f"The reference table {error.filename} cannot be read: put the file back.") from error
