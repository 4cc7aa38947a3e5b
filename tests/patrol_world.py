"""Assigned days and visits put straight into a database, for tests of what is made of them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from rasure.store.analytics import op_days
from rasure.store.analytics.database import Database, Writer

MONDAY = date(2026, 3, 2)
HELD = {"row_key": "k", "row_hash": "h", "batch_id": 1}
#: Hot spots by area; West and East are the areas of `tests.makers.squares`.
SPOTS = {"W1": "West", "W2": "West", "E1": "East"}


def at(hours: float, day: date = MONDAY) -> datetime:
    """Return the instant (UTC) so many hours after midnight; in March clocks here show UTC."""
    return datetime.combine(day, datetime.min.time()) + timedelta(hours=hours)


def visit(
    spot: str = "W1",
    start_h: float = 9.0,
    minutes: float = 15.0,
    *,
    officer: str = "PC1",
    tasked: bool = True,
    active: float | None = None,
    flag: str | None = None,
    day: date = MONDAY,
    unseen_s: int | None = 10,
    lpa: str | None = None,
) -> dict[str, Any]:
    """Return a row of the table `visit`; `active` are the minutes of it still or on foot, all of them if not given."""
    begins = at(start_h, day)
    length_s, active_s = round(minutes * 60), round((minutes if active is None else active) * 60)
    category = "pass" if length_s < 120 else "valid" if active_s >= 600 else "short"
    return {
        "officer_id": officer,
        "hotspot_id": spot,
        "patrol_area_id": f"{spot}-1",
        "lpa": lpa or SPOTS[spot],
        "started_at": begins,
        "ended_at": begins + timedelta(seconds=length_s),
        "op_day": op_days.day_of(begins),
        "pings": max(1, length_s // 10),
        "source": "app" if tasked else "airwave",
        "still_s": 0,
        "foot_s": active_s,
        "vehicle_s": length_s - active_s,
        "unknown_s": 0,
        "unseen_before_s": unseen_s,
        "unseen_after_s": unseen_s,
        "category": category,
        "is_long": length_s > 1200,
        "flag": flag,
        "is_tasked": tasked,
        "rule_version": "test",
    }


def add(writer: Writer, table: str, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    if rows:
        writer.insert(table, pa.Table.from_pylist(rows))


def assign(writer: Writer, arms: dict[tuple[date, str], str], *, cap: int | None = 4) -> None:
    """Publish the hot spots and assign days to arms."""
    spots = [
        {"hotspot_id": spot, "set_id": "S", "version": 1, "name": f"{spot} Road", "lpa": lpa, "daily_cap": cap} | HELD
        for spot, lpa in SPOTS.items()
    ]
    add(writer, "hotspot", spots)
    days = [
        {"trial_id": "T", "op_day": day, "hotspot_id": spot, "block": "B", "arm": arm, "record_hash": "r"}
        | HELD
        | {"row_key": f"{day}{spot}"}
        for (day, spot), arm in arms.items()
    ]
    add(writer, "allocation", days)


def fill(database: Database, arms: dict[tuple[date, str], str], visits: Iterable[dict[str, Any]]) -> None:
    """Put hot spots, assigned days and visits in."""
    with database.transaction() as writer:
        assign(writer, arms)
        add(writer, "visit", visits)
        add(writer, "unit", [{"unit_id": "U1", "name": "West Neighbourhood", "lpa": "West"} | HELD])
        add(writer, "officer", [{"officer_id": f"PC{n}", "unit_id": "U1", "lpa": "West"} | HELD for n in range(1, 4)])
