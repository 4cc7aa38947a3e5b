"""What the records system holds of when: ranges, whole days, nothing at all, ends before beginnings, late reports."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places.times import LONDON
from rasure.synth.force import Force

LATE_RECORDED = 420
"""Planted at full size: occurrences reported 60 to 400 days after they happened."""

REVERSED = 180
"""Planted at full size: occurrences whose end lies before their beginning."""

MISSING = 3_600
"""Planted at full size: occurrences without any committed time."""

WHOLE_DAY = 1_500
"""Planted at full size: occurrences known to the day only, midnight to midnight."""

_RANGE_SHARE = 0.3
_LONG_SHARE = 0.05


Minutes = NDArray[np.datetime64]
_MINUTE = np.timedelta64(1, "m")
_DAY = np.timedelta64(1440, "m")
_NONE = np.datetime64("NaT", "m")


@dataclass(frozen=True, slots=True)
class Times:
    """Local wall times of each event to the minute (NaT where not recorded), and the rows each fault was planted in."""

    committed_from: Minutes
    committed_to: Minutes
    reported_at: Minutes
    planted: dict[str, NDArray[np.int64]]


def extracted_at(force: Force) -> np.datetime64:
    """Return when the extract was made: four in the morning, London time, after the last day."""
    return np.datetime64(force.last_on, "m") + np.timedelta64(28 * 60, "m")


def recorded_times(force: Force, events: pd.DataFrame) -> Times:
    """Say what was recorded of each event's time; those of planted carriers are exact."""
    rng = force.rng("times")
    size = len(events)
    happened = np.datetime64(force.first_on, "m") + events["minute"].to_numpy() * _MINUTE
    start, end = _ranges(rng, happened, events)
    latest = extracted_at(force) - 180 * _MINUTE
    start, end = np.minimum(_existing(start), latest), np.minimum(_existing(end), latest)
    planted = _chosen(force, rng, events)
    reported = _reported(force, rng, end, planted["late_recorded"])
    swapped = planted["reversed"]
    end[swapped] = start[swapped] - rng.integers(5, 600, size=len(swapped)) * _MINUTE
    whole = planted["whole_day"]
    start[whole] = start[whole].astype("datetime64[D]").astype("datetime64[m]")
    end[whole] = start[whole] + _DAY
    reported[whole] = np.maximum(reported[whole], end[whole])
    only_from = (events["carrier"].to_numpy() < 0) & (start == end) & (rng.random(size) < 0.25)
    end[only_from] = _NONE
    start[planted["missing_times"]] = end[planted["missing_times"]] = _NONE
    return Times(start, end, reported, planted)


def _ranges(rng: np.random.Generator, happened: Minutes, events: pd.DataFrame) -> tuple[Minutes, Minutes]:
    """Widen some times to a range the event lies in: hours mostly, days for what was found later."""
    size = len(happened)
    free = events["carrier"].to_numpy() < 0
    is_home = (events["setting"] == "home").to_numpy()
    long = free & (rng.random(size) < np.where(is_home, 2.0, 1.0) * _LONG_SHARE)
    short = free & ~long & (rng.random(size) < _RANGE_SHARE)
    hours = np.select([long, short], [rng.uniform(12.0, 90.0, size=size), rng.gamma(1.4, 1.6, size=size) + 0.2], 0.0)
    before = np.rint(hours * rng.random(size) * 12.0).astype(np.int64) * 5
    start = happened - before * _MINUTE
    return start, start + np.rint(hours * 12.0).astype(np.int64) * 5 * _MINUTE


def _existing(local: Minutes) -> Minutes:
    """Move wall times that the spring change skips an hour on."""
    twice = np.zeros(len(local), dtype=bool)
    placed = pd.DatetimeIndex(local.astype("datetime64[s]")).tz_localize(LONDON, nonexistent="NaT", ambiguous=twice)
    skipped = np.isnat(placed.tz_localize(None).to_numpy())
    return np.asarray(np.where(skipped, local + 60 * _MINUTE, local))


def _chosen(force: Force, rng: np.random.Generator, events: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Draw disjoint rows for each fault, never the last days' (a whole day must be over) nor a planted carrier's."""
    latest = events["minute"].max() - 4 * 1440
    free = np.flatnonzero((events["carrier"] < 0).to_numpy() & (events["minute"] < latest).to_numpy())
    order = rng.permutation(free)
    planted, taken = {}, 0
    for name, wanted in (
        ("reversed", REVERSED),
        ("missing_times", MISSING),
        ("whole_day", WHOLE_DAY),
        ("late_recorded", LATE_RECORDED),
    ):
        size = force.share_of(wanted)
        planted[name] = np.sort(order[taken : taken + size])
        taken += size
    early = events["minute"].to_numpy()[planted["late_recorded"]] < events["minute"].max() - 62 * 1440
    planted["late_recorded"] = planted["late_recorded"][early]
    return planted


def _reported(force: Force, rng: np.random.Generator, end: Minutes, late: NDArray[np.int64]) -> Minutes:
    size = len(end)
    spans = np.array([0.7, 9.0, 110.0, 400.0])[rng.choice(4, size=size, p=(0.6, 0.27, 0.115, 0.015))]
    hours = rng.exponential(spans)
    hours = np.where(hours > 59 * 24, rng.uniform(0.0, 48.0, size=size), hours)
    hours[late] = rng.uniform(60.5, 400.0, size=len(late)) * 24
    delays = np.ceil(hours * 60.0).astype(np.int64) * _MINUTE
    return np.asarray(np.minimum(end + delays, extracted_at(force) - 30 * _MINUTE))
