"""Visits as rows for the command line: who was where, from when to when, as the dose counts it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rasure.access.audit import Op
from rasure.access.roles import Action
from rasure.errors import InputRejected
from rasure.services import audit, desk
from rasure.store.analytics import visits
from rasure.store.store import Store

#: Columns of the visits wherever they leave as CSV.
COLUMNS = (
    *("op_day", "officer_id", "hotspot_id", "patrol_area_id", "lpa", "started_at", "ended_at", "minutes", "category"),
    *("is_long", "still_minutes", "foot_minutes", "vehicle_minutes", "unknown_minutes", "pings", "source"),
    *("unseen_before_s", "unseen_after_s", "flag", "rule_version"),
)
_MODES = ("still", "foot", "vehicle", "unknown")


def rows(store: Store, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the visits of the operational days `from` to `to`, in time order; that they leave is recorded first.

    Times are UTC. Whoever is at the command line keeps the store and can read its files.
    """
    operator = desk.operator()
    scope = desk.admit(operator, Action.KEEP_STORE)
    first_on, last_on = (_day(str(arguments[name])) for name in ("from", "to"))
    if last_on < first_on:
        raise InputRejected(f"{first_on} is after {last_on}. Name the first day with --from and the last with --to.")
    found = visits.between(store.analytics, scope, first_on, last_on).astype(object)
    listed = [_row(row) for row in found.where(found.notna(), None).to_dict("records")]
    audit.record(
        store,
        operator,
        Op.DISCLOSURE,
        object="export:visits",
        fields=("officer", "place", "times"),
        n=len(listed),
        reference=f"question:{audit.question_digest(dict(arguments))}",
    )
    return listed


def _row(visit: Mapping[Any, Any]) -> dict[str, Any]:
    said = {str(name): value for name, value in visit.items()}
    said |= {name: f"{visit[name].isoformat()}Z" for name in ("started_at", "ended_at")}
    said |= {name: None if visit[name] is None else int(visit[name]) for name in ("unseen_before_s", "unseen_after_s")}
    minutes = {f"{mode}_minutes": int(visit[f"{mode}_s"]) / 60.0 for mode in _MODES}
    length_s = (visit["ended_at"] - visit["started_at"]).total_seconds()
    said |= minutes | {"op_day": visit["op_day"].date().isoformat(), "minutes": length_s / 60.0}
    return {name: said[name] for name in COLUMNS}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRejected(f"{text!r} is not a day. Write it as 2026-03-01.") from error
