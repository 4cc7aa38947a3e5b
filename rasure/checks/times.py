"""Check our sums: operational days, hours of the week, and small numbers pulled to what is known."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pandas as pd

from rasure.checks.reading import BadInput, Inputs, Operation, items, moment, same_length
from rasure.places import aoristic, shrink
from rasure.places import times as clock


def operational(inputs: Inputs) -> dict[str, object]:
    """Give the operational day, weekday, hour and band of each time."""
    zone = inputs.zone("tz")
    at = _instants([moment(item, "times") for item in inputs.items("times")], zone)
    local = at.tz_convert(zone).tz_localize(None)
    rows = clock.operational_days(local, day_start=_day_start(inputs))
    rows["op_date"] = rows["op_date"].dt.strftime("%Y-%m-%d")
    return {"rows": rows.to_dict("records")}


def hours_of_week(inputs: Inputs) -> dict[str, object]:
    """Spread incidents over the hours of the week."""
    zone = inputs.zone("tz")
    spans = [items(event, "events") for event in inputs.items("events")]
    if any(len(span) != 2 for span in spans):
        raise BadInput("bad_events")
    starts = _instants([moment(start, "events") for start, _ in spans], zone)
    ends = _instants([None if end is None else moment(end, "events") for _, end in spans], zone)
    found = aoristic.hours_of_week(starts, ends, zone=zone)
    return {
        "nonzero": [
            [weekday, hour, found.weights[weekday, hour]]
            for weekday, hour in zip(*found.weights.nonzero(), strict=True)
        ],
        "counts": {
            "point": found.point,
            "spread": found.spread,
            "uniform": found.uniform,
            "reversed": found.reversed,
        },
        "total": float(found.weights.sum()),
    }


def profile(inputs: Inputs) -> dict[str, object]:
    """Shrink a profile towards a prior one."""
    counts, prior = inputs.numbers("counts", low=0.0), inputs.numbers("prior", low=0.0)
    same_length(counts, prior)
    if abs(prior.sum() - 1.0) > 1e-6:
        raise BadInput("bad_prior")
    return {"p": shrink.shrink_profile(counts, prior, inputs.number("strength", shrink.STRENGTH, low=0.0))}


def rates(inputs: Inputs) -> dict[str, object]:
    """Shrink area rates towards the rate of all."""
    events, exposure = inputs.numbers("events", low=0.0), inputs.numbers("exposure", low=0.0)
    same_length(events, exposure)
    if not events.size:
        raise BadInput("no_areas")
    if (exposure <= 0).any():
        raise BadInput("bad_exposure")
    found = shrink.shrink_rates(events, exposure)
    return {"rate": found.rate, "prior_mean": found.prior_mean, "prior_var": found.prior_var}


OPERATIONS: dict[str, Operation] = {
    "opday": operational,
    "aoristic": hours_of_week,
    "shrink.profile": profile,
    "shrink.rate": rates,
}


def _instants(moments: Sequence[datetime | None], zone: ZoneInfo) -> pd.DatetimeIndex:
    """Give UTC instants; a time without a zone is a wall-clock time of `zone`."""
    naive = [at if at is not None and at.tzinfo is None else None for at in moments]
    aware = [
        at.astimezone(UTC).replace(tzinfo=None) if at is not None and at.tzinfo is not None else None for at in moments
    ]
    local = clock.instants(pd.DatetimeIndex(naive, dtype="datetime64[us]"), zone)
    given = pd.DatetimeIndex(aware, dtype="datetime64[us]").tz_localize("UTC")
    return local.where(local.notna(), given)


def _day_start(inputs: Inputs) -> time:
    try:
        start = time.fromisoformat(inputs.text("day_start", "06:00"))
    except ValueError as fault:
        raise BadInput("bad_day_start") from fault
    if start.tzinfo is not None:
        raise BadInput("bad_day_start")
    return start
