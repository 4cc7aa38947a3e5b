"""A place's tables as plain rows: what the page prints and what its CSV files hold."""

from calendar import day_name

from rasure.places.aoristic import BLOCK_HOURS
from rasure.services.place_record import PlaceRecord

Row = dict[str, object]

EVENT_COLUMNS = ("dated_on", "when", "offence_group", "street", "weapon", "outcome")
QUARTER_COLUMNS = ("first_on", "last_on", "offences", "all_days_known", "rank_at_start", "judged")
HOUR_COLUMNS = ("weekday", "from_hour", "to_hour", "offences", "share_shrunk")


def events(record: PlaceRecord) -> list[Row]:
    """Return the latest offences, newest first."""
    return [
        {
            "dated_on": event.dated_on.isoformat(),
            "when": event.when,
            "offence_group": event.group,
            "street": event.street,
            "weapon": event.weapon,
            "outcome": event.outcome,
        }
        for event in record.recent
    ]


def quarters(record: PlaceRecord) -> list[Row]:
    """Return the quarters, oldest first; a rank only where the place was among the first."""
    return [
        {
            "first_on": quarter.window.first_on.isoformat(),
            "last_on": quarter.window.last_on.isoformat(),
            "offences": quarter.offences if quarter.known_days else None,
            "all_days_known": "yes" if quarter.is_whole else "no",
            "rank_at_start": quarter.rank,
            "judged": "yes" if quarter.is_judged else "no",
        }
        for quarter in record.since.quarters
    ]


def hours(record: PlaceRecord) -> list[Row]:
    """Return the three-hour blocks of the week, Monday first; none without clock times."""
    if record.hours is None:
        return []
    days, blocks = record.hours.weights.shape
    return [
        {
            "weekday": day_name[day],
            "from_hour": block * BLOCK_HOURS,
            "to_hour": (block + 1) * BLOCK_HOURS,
            "offences": round(float(record.hours.weights[day, block]), 2),
            "share_shrunk": round(float(record.hours.shares[day, block]), 5),
        }
        for day in range(days)
        for block in range(blocks)
    ]
