"""When offences happen: the hour of the week of each setting, the season, the slow trend."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from rasure.synth.frames import drawn

SETTINGS = ("night", "street", "school", "home", "shop", "inside")

_TREND_A_YEAR = -0.015
_SUMMER = 0.14
_SUMMER_PEAK_DAY = 196

#: Hour of the day (from 00) and day of the week (from Monday) weights of each setting; the night's hours before six
#: belong to the evening they follow.
_HOURS = {
    "night": (
        1.9,
        1.8,
        1.4,
        0.8,
        0.25,
        0.05,
        0,
        0,
        0,
        0.02,
        0.04,
        0.06,
        0.1,
        0.14,
        0.16,
        0.2,
        0.26,
        0.34,
        0.42,
        0.5,
        0.7,
    )
    + (1.0, 1.4, 1.8),
    "street": (0.4, 0.25, 0.16, 0.1, 0.06, 0.07, 0.12, 0.28, 0.5, 0.62, 0.78, 0.9, 1.0, 1.0, 1.05, 1.25, 1.3, 1.25)
    + (1.1, 1.0, 0.92, 0.85, 0.75, 0.58),
    "school": (0, 0, 0, 0, 0, 0, 0, 0.2, 0.9, 0.3, 0.3, 0.4, 0.9, 0.7, 0.6, 2.4, 2.5, 1.4, 0.8, 0.6, 0.5, 0.3, 0.1, 0),
    "home": (1.0, 0.8, 0.55, 0.35, 0.22, 0.18, 0.22, 0.45, 0.6, 0.65, 0.7, 0.75, 0.8, 0.8, 0.8, 0.9, 0.95, 1.05)
    + (1.1, 1.15, 1.2, 1.25, 1.25, 1.15),
    "shop": (0.1, 0.06, 0.04, 0.04, 0.03, 0.05, 0.15, 0.35, 0.6, 0.8, 1.0, 1.1, 1.15, 1.15, 1.15, 1.2, 1.2, 1.15, 1.0)
    + (0.8, 0.6, 0.45, 0.3, 0.2),
    "inside": (0.4, 0.35, 0.3, 0.25, 0.25, 0.25, 0.3, 0.5, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.95, 0.9, 0.85)
    + (0.75, 0.65, 0.55, 0.45),
}
_DAYS = {
    "night": (0.28, 0.28, 0.36, 0.52, 1.7, 2.0, 0.5),
    "street": (0.95, 0.95, 0.95, 1.0, 1.12, 1.15, 0.9),
    "school": (1.0, 1.0, 1.0, 1.0, 1.0, 0.25, 0.15),
    "home": (0.93, 0.9, 0.9, 0.92, 1.0, 1.2, 1.25),
    "shop": (1.0, 1.0, 1.0, 1.05, 1.1, 1.15, 0.75),
    "inside": (1.0, 1.0, 1.0, 1.0, 1.0, 0.95, 0.95),
}


def week_profile(setting: str) -> NDArray[np.float64]:
    """Return the weight of each hour of the week, shape (7, 24), Monday first; they add up to 1."""
    hours, days = np.array(_HOURS[setting]), np.array(_DAYS[setting])
    profile = np.outer(days, hours)
    if setting in ("night", "home"):
        profile[:, :6] = np.outer(np.roll(days, 1), hours[:6])
    return np.asarray(profile / profile.sum())


def day_weights(setting: str, first_on: date, days: int) -> NDArray[np.float64]:
    """Return the weight of each day: trend, season, school holidays and day of the week."""
    day = np.datetime64(first_on, "D") + np.arange(days)
    of_year = (day - day.astype("datetime64[Y]")).astype(int)
    month = day.astype("datetime64[M]").astype(int) % 12 + 1
    season = 1.0 + _SUMMER * np.cos(2.0 * np.pi * (of_year - _SUMMER_PEAK_DAY) / 365.25)
    if setting == "night":
        season = season + 0.18 * (month == 12)
    if setting == "school":
        season = np.where(month == 8, 0.4, 1.0)
    trend = (1.0 + _TREND_A_YEAR) ** (np.arange(days) / 365.25)
    weekday = (day.astype(int) + 3) % 7
    return np.asarray(season * trend * week_profile(setting).sum(axis=1)[weekday])


def drawn_minutes(
    rng: np.random.Generator, settings: NDArray[np.object_], first_on: date, days: int
) -> NDArray[np.int64]:
    """Draw when each event happens, in minutes of local wall time since the first midnight."""
    minutes = np.zeros(len(settings), dtype=np.int64)
    for setting in SETTINGS:
        own = np.flatnonzero(settings == setting)
        day = drawn(rng, day_weights(setting, first_on, days), len(own))
        minutes[own] = day * 1440 + drawn_time_of_day(rng, setting, weekday_of(first_on, day))
    return minutes


def drawn_time_of_day(rng: np.random.Generator, setting: str, weekday: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw the minute of the day of events in one setting, given their day of the week."""
    reached = np.cumsum(week_profile(setting), axis=1)
    u = rng.random(len(weekday)) * reached[weekday, -1]
    hour = (reached[weekday] <= u[:, np.newaxis]).sum(axis=1)
    return np.asarray(np.minimum(hour, 23) * 60 + rng.integers(0, 60, size=len(weekday)), dtype=np.int64)


def weekday_of(first_on: date, day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the day of the week of days counted from the first, Monday = 0."""
    return np.asarray((day + first_on.weekday()) % 7, dtype=np.int64)
