"""Assigned days and visits put straight into a database, for tests of what is made of them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.services import desk, patrols
from rasure.services.patrols import Asked
from rasure.store.analytics import op_days
from rasure.store.analytics.database import Database, Writer
from rasure.store.store import Store
from rasure.terms import Role, Window

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
TWO_DAYS = Asked(Window(MONDAY, TUESDAY))
ANALYST = Principal("a", "A", Role.ANALYST, frozenset())
WEST = Principal("i", "I", Role.INSPECTOR, frozenset({"West"}))
EAST = Principal("e", "E", Role.INSPECTOR, frozenset({"East"}))
AUDITOR = Principal("u", "U", Role.AUDITOR, frozenset())
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


#: Two days of three hot spots, and what was seen there: a crew, other police, a passing, a doubted visit.
ARMS = {
    (MONDAY, "W1"): "patrol",
    (MONDAY, "W2"): "control",
    (MONDAY, "E1"): "patrol",
    (TUESDAY, "W1"): "control",
    (TUESDAY, "W2"): "patrol",
    (TUESDAY, "E1"): "patrol",
}
VISITS = [
    visit("W1", 9, 15),
    visit("W1", 9.05, 15, officer="PC2"),
    visit("W2", 11, 6, officer="PC3", tasked=False),
    visit("E1", 12, 8),
    visit("E1", 13, 1, tasked=False),
    visit("W2", 10, 20, day=TUESDAY),
    visit("W1", 14, 1, day=TUESDAY, tasked=False),
    visit("E1", 20, 21, day=TUESDAY, flag="same_point"),
]


def scope(principal: Principal = ANALYST, action: Action = Action.VIEW_PATROLS) -> Scope:
    return desk.admit(principal, action)


def picture(store: Store, asked: Asked = TWO_DAYS, principal: Principal = ANALYST, **more: Any) -> patrols.Picture:
    """Return the picture of days as of the Wednesday morning after them, unless told."""
    return patrols.picture(store, scope(principal), asked, now=more.pop("now", at(9, TUESDAY + timedelta(days=1))))
