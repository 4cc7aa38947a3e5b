"""The tables of the Patrols page as plain rows, the same on the page and in a file."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from rasure.services import patrol_words
from rasure.services.patrols import Picture, Share, Summary

Row = dict[str, object]

#: Columns of every table of place-days added up; the first names what they are added up for.
SUMMARY_COLUMNS = (
    *("patrol_days", "complied_days", "compliance", "compliance_low", "compliance_high"),
    *("minutes_a_patrol_day", "widest_minutes_a_patrol_day", "planned_minutes", "capped_days"),
    *("control_days", "contaminated_days", "contamination", "contamination_low", "contamination_high"),
    *("contaminated_tasked_days", "minutes_a_control_day", "tasked_minutes", "untasked_minutes", "officer_minutes"),
)
DAY_COLUMNS = (
    *("op_day", "hotspot_id", "name", "lpa", "arm", "patrol_minutes", "widest_minutes", "officer_minutes"),
    *("tasked_minutes", "untasked_minutes", "visits", "pass_throughs", "tasked_visits", "valid_visits"),
    *("tasked_valid_visits", "is_capped"),
)


def summed(found: Summary) -> Row:
    """Return a summary as one row of `SUMMARY_COLUMNS`."""
    whole = found.delivered
    row: Row = {
        "patrol_days": whole.patrol_days,
        "complied_days": whole.complied_days,
        "minutes_a_patrol_day": _rounded(whole.patrol_minutes),
        "widest_minutes_a_patrol_day": _rounded(found.widest_minutes),
        "planned_minutes": found.planned_minutes,
        "capped_days": found.capped_days,
        "control_days": whole.control_days,
        "contaminated_days": whole.contaminated_days,
        "contaminated_tasked_days": whole.contaminated_tasked_days,
        "minutes_a_control_day": _rounded(whole.control_minutes),
        "tasked_minutes": _rounded(found.tasked_minutes),
        "untasked_minutes": _rounded(found.untasked_minutes),
        "officer_minutes": _rounded(found.officer_minutes),
    }
    return row | _share("compliance", found.compliance) | _share("contamination", found.contamination)


def by(key: str, rows: Iterable[tuple[object, Summary]], names: dict[str, str] | None = None) -> list[Row]:
    """Return summaries as rows, each beginning with what it is of; `names` says what a hot spot is called."""
    found = []
    for value, summary in rows:
        head: Row = {key: value.isoformat() if isinstance(value, date) else value}
        found.append(head | ({"name": names.get(str(value))} if names else {}) | summed(summary))
    return found


def days(found: pd.DataFrame) -> list[Row]:
    """Return every place-day, minutes to two places."""
    rows: list[Row] = found[list(DAY_COLUMNS)].to_dict("records")  # type: ignore[assignment]
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def flagged(picture: Picture, *, with_officers: bool) -> list[Row]:
    """Return doubted visits, the latest first; who it was only for those who supervise them."""
    rows = []
    for visit in picture.flagged.iloc[::-1].to_dict("records"):
        head: Row = {"officer_id": visit["officer_id"]} if with_officers else {}
        length_s = (visit["ended_at"] - visit["started_at"]).total_seconds()
        rows.append(
            head
            | {
                "place": picture.names.get(visit["hotspot_id"], visit["hotspot_id"]),
                "from": patrol_words.moment(visit["started_at"].to_pydatetime()),
                "minutes": round(length_s / 60, 1),
                "reason": patrol_words.doubt(str(visit["flag"])),
                "state": "restored, counted" if visit["is_counted"] else "shown, not counted",
            }
        )
    return rows


def _share(name: str, found: Share) -> Row:
    value = found.value
    if value is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    low, high = found.interval
    return {name: round(value, 4), f"{name}_low": round(low, 4), f"{name}_high": round(high, 4)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return round(value, 2) if isinstance(value, float) else value
