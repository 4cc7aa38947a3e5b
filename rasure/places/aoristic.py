"""Which hours of the week carry the weight of incidents whose time is known only as a span."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places.times import LONDON

WEEK_HOURS = 168
BLOCK_HOURS = 3

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_QUARTER = 900 * _SECOND

Micros = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HoursOfWeek:
    """Weight by weekday (Monday 0) and local hour, shape (7, 24), and how many incidents of each kind."""

    weights: NDArray[np.float64]
    point: int
    spread: int
    uniform: int
    reversed: int

    @property
    def total(self) -> int:
        """Number of incidents, which the weights add up to."""
        return self.point + self.spread + self.uniform + self.reversed


@dataclass(frozen=True, slots=True)
class PeakWindow:
    """A run of hours of the week, wrapping from Sunday to Monday, and the share of all weight it holds."""

    weekday: int
    hour: int
    hours: int
    weight: float
    share: float


def hours_of_week(starts_at: pd.DatetimeIndex, ends_at: pd.DatetimeIndex, *, zone: ZoneInfo = LONDON) -> HoursOfWeek:
    """Spread each incident over the hours of the week by the elapsed time it covers.

    Parameters
    ----------
    starts_at, ends_at
        UTC instants; the end may be missing. `times.instants` makes them from wall-clock times.
    zone
        Whose hours they fall in: an hour that clocks skip gets nothing, one that occurs twice gets both.

    Returns
    -------
    HoursOfWeek
        `point`: no end, or an end equal to the start. `reversed`: an end before the start, weighed at the
        start and to be listed as a data fault. `uniform`: 168 hours or more, 1/168 everywhere. Zeros for no
        incidents; the order of incidents does not matter.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18.
    """
    start, end = _micros(starts_at), _micros(ends_at.where(ends_at.notna(), starts_at))
    if start.size != end.size:
        raise InputRejected("Starts and ends differ in number.")
    if starts_at.hasnans:
        raise InputRejected("An incident has no start; leave it out and count it.")
    order = np.lexsort((end, start))
    start, end = start[order], end[order]
    span = end - start
    uniform = span >= WEEK_HOURS * _HOUR
    spread = (span > 0) & ~uniform
    weights = _at_start(start[span <= 0], zone) + _spread(start[spread], end[spread], zone)
    weights += uniform.sum() / WEEK_HOURS
    return HoursOfWeek(
        weights=weights.reshape(7, 24),
        point=int((span == 0).sum()),
        spread=int(spread.sum()),
        uniform=int(uniform.sum()),
        reversed=int((span < 0).sum()),
    )


def weights_in(
    starts_at: pd.DatetimeIndex, ends_at: pd.DatetimeIndex, hours: Collection[int], *, zone: ZoneInfo = LONDON
) -> NDArray[np.float64]:
    """Give the weight of each incident in some hours of the week (Monday 00:00 is 0), by the rule of `hours_of_week`.

    One weight an incident, in the order given; over all 168 hours each is 1.
    """
    start, end = _micros(starts_at), _micros(ends_at.where(ends_at.notna(), starts_at))
    wanted = np.zeros(WEEK_HOURS)
    wanted[list(hours)] = 1.0
    span = end - start
    found = np.full(start.size, wanted.sum() / WEEK_HOURS)
    found[span <= 0] = wanted[_hour_of_week(start[span <= 0], zone)]
    spread = np.flatnonzero((span > 0) & (span < WEEK_HOURS * _HOUR))
    found[spread] = 0.0
    for rows, hour, part in _steps(start[spread], end[spread], zone):
        found[spread[rows]] += part * wanted[hour]
    return found


def peak_window(weights: ArrayLike, hours: int) -> PeakWindow | None:
    """Find the run of consecutive hours with most weight; the earliest in the week on a tie.

    `weights` has shape (7, 24), Monday first. None when there is no weight at all.
    """
    week = np.asarray(weights, dtype=np.float64).ravel()
    if week.size != WEEK_HOURS or not 1 <= hours <= WEEK_HOURS:
        raise InputRejected("A peak window takes 7 times 24 weights and between 1 and 168 hours.")
    total = float(week.sum())
    if total <= 0:
        return None
    sums = np.round(np.lib.stride_tricks.sliding_window_view(np.r_[week, week[: hours - 1]], hours).sum(1), 9)
    first = int(np.argmax(sums))
    weight = float(np.r_[week, week][first : first + hours].sum())
    return PeakWindow(first // 24, first % 24, hours, weight, weight / total)


def blocks(weights: ArrayLike) -> NDArray[np.float64]:
    """Add weights of shape (7, 24) up to three-hour blocks, shape (7, 8)."""
    week = np.asarray(weights, dtype=np.float64)
    if week.shape != (7, 24):
        raise InputRejected("Hours of the week have 7 rows of 24.")
    return np.asarray(week.reshape(7, 24 // BLOCK_HOURS, BLOCK_HOURS).sum(axis=2))


def _at_start(start: Micros, zone: ZoneInfo) -> NDArray[np.float64]:
    return np.bincount(_hour_of_week(start, zone), minlength=WEEK_HOURS).astype(np.float64)


def _spread(start: Micros, end: Micros, zone: ZoneInfo) -> NDArray[np.float64]:
    weights = np.zeros(WEEK_HOURS)
    for _rows, hour, part in _steps(start, end, zone):
        weights += np.bincount(hour, part, minlength=WEEK_HOURS)
    return weights


def _steps(start: Micros, end: Micros, zone: ZoneInfo) -> Iterator[tuple[Micros, Micros, NDArray[np.float64]]]:
    """Walk all spans forward together, one slot that no local hour divides at a time.

    Yields which spans are in the slot, the hour of the week of each, and the share of the span that lies in it.
    """
    slot = _HOUR if _whole_hours(start, zone) else _QUARTER
    rows = np.arange(start.size)
    begin, whole = start.copy(), (end - start).astype(np.float64)
    while begin.size:
        stop = np.minimum((begin // slot + 1) * slot, end)
        yield rows, _hour_of_week(begin, zone), (stop - begin) / whole
        going = stop < end
        rows, begin, end, whole = rows[going], stop[going], end[going], whole[going]


def _hour_of_week(instant: Micros, zone: ZoneInfo) -> NDArray[np.int64]:
    local = pd.DatetimeIndex(instant.view("datetime64[us]")).tz_localize("UTC").tz_convert(zone)
    return local.day_of_week.to_numpy().astype(np.int64) * 24 + local.hour.to_numpy().astype(np.int64)


def _whole_hours(start: Micros, zone: ZoneInfo) -> bool:
    """Say whether the zone's hours begin on UTC hours, a week around every start included."""
    if start.size == 0:
        return True
    ends = np.concatenate([start, start + WEEK_HOURS * _HOUR]) // _HOUR * _HOUR
    local = pd.DatetimeIndex(np.unique(ends).view("datetime64[us]")).tz_localize("UTC").tz_convert(zone)
    return not (local.minute.to_numpy().any() or local.second.to_numpy().any())


def _micros(instants_at: pd.DatetimeIndex) -> Micros:
    if instants_at.tz is None:
        raise InputRejected("Give instants with a zone; a wall-clock time alone does not say how long passed.")
    utc = instants_at.tz_convert("UTC").tz_localize(None)
    return utc.to_numpy().astype("datetime64[us]").view(np.int64)
