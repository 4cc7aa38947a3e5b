"""Which run of hours holds most: of the week, of every day, and of each weekday, with how sure the share is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places.accuracy import Interval, wilson
from rasure.places.aoristic import WEEK_HOURS, peak_window

_TIE_PLACES = 9


@dataclass(frozen=True, slots=True)
class Shift:
    """A run of hours, the incidents' weight it holds, and its share of all weight with Wilson's interval.

    `weekday` is the one it starts on (Monday 0), None for a run that is worked every day.
    """

    weekday: int | None
    hour: int
    hours: int
    weight: float
    share: float
    interval: Interval

    @property
    def of_the_week(self) -> float:
        """Share of the week's hours it takes."""
        return self.hours * (7 if self.weekday is None else 1) / WEEK_HOURS


def best_of_week(weights: ArrayLike, hours: int, effective: float) -> Shift | None:
    """Find the run of `hours` with most weight, wrapping from Sunday to Monday; the earliest on a tie.

    Parameters
    ----------
    weights
        Shape (7, 24), Monday first.
    hours
        Length of the run, 1 to 24.
    effective
        Number of independent incidents the shares are worth, for the interval.

    Returns
    -------
    Shift or None
        None when there is no weight.
    """
    peak = peak_window(weights, hours)
    return None if peak is None else _shift(peak.weekday, peak.hour, hours, peak.weight, _sum(weights), effective)


def best_by_weekday(weights: ArrayLike, hours: int, effective: float) -> list[Shift]:
    """Find for each weekday the run that starts on it with most weight; empty when there is no weight."""
    runs, total = _runs(weights, hours), _sum(weights)
    if total <= 0:
        return []
    starts = np.round(runs, _TIE_PLACES).argmax(axis=1).tolist()
    return [_shift(day, hour, hours, runs[day, hour], total, effective) for day, hour in enumerate(starts)]


def best_every_day(weights: ArrayLike, hours: int, effective: float) -> Shift | None:
    """Find the run of clock hours that holds most when it is worked on all seven days."""
    runs, total = _runs(weights, hours).sum(axis=0), _sum(weights)
    if total <= 0:
        return None
    hour = int(np.round(runs, _TIE_PLACES).argmax())
    return _shift(None, hour, hours, runs[hour], total, effective)


def _runs(weights: ArrayLike, hours: int) -> NDArray[np.float64]:
    """Give the weight of the run that starts in each hour of the week, shape (7, 24)."""
    week = np.asarray(weights, dtype=np.float64)
    if week.shape != (7, 24) or not 1 <= hours <= 24:
        raise InputRejected("A shift takes 7 times 24 weights and between 1 and 24 hours.")
    flat = week.ravel()
    runs = np.lib.stride_tricks.sliding_window_view(np.r_[flat, flat[: hours - 1]], hours).sum(axis=1)
    return np.asarray(runs.reshape(7, 24))


def _shift(weekday: int | None, hour: int, hours: int, weight: float, total: float, effective: float) -> Shift:
    share = min(float(weight) / total, 1.0)
    return Shift(weekday, hour, hours, float(weight), share, wilson(share * effective, effective))


def _sum(weights: ArrayLike) -> float:
    return float(np.asarray(weights, dtype=np.float64).sum())
