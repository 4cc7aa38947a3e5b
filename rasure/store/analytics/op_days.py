"""Operational days as spans of UTC, for statements that must not know of clock changes."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from rasure.places.times import DAY_START, LONDON


def starts_at(op_day: date) -> datetime:
    """Return when an operational day begins, UTC."""
    return datetime.combine(op_day, DAY_START, LONDON).astimezone(UTC)


def day_of(at: datetime) -> date:
    """Return the operational day of an instant; without a zone it is UTC."""
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    local = aware.astimezone(LONDON).replace(tzinfo=None)
    return (local - timedelta(hours=DAY_START.hour, minutes=DAY_START.minute)).date()


def spans(first_on: date, last_on: date) -> pa.Table:
    """Return op_day, from_s and until_s (UTC seconds since 1970, the end left out) of every day from first to last."""
    days = [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 2)]
    edges = [int(starts_at(day).timestamp()) for day in days]
    return pa.table(
        {
            "op_day": pa.array(days[:-1], pa.date32()),
            "from_s": pa.array(edges[:-1], pa.int64()),
            "until_s": pa.array(edges[1:], pa.int64()),
        }
    )
