"""Kinds of day – seasons, bank holidays, school days, payday weekends – and the days each is fairly set against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.places.days import Days, as_days

Mask = NDArray[np.bool_]
#: First and last school day of a term or half term.
Term = tuple[date, date]

SEASONS = ("Winter", "Spring", "Summer", "Autumn")
_SEASON_MONTHS = ("December to February", "March to May", "June to August", "September to November")
_FRIDAY, _SATURDAY = 4, 5


@dataclass(frozen=True, slots=True)
class DayKind:
    """A kind of day: which of the days given are of it, and which others it is set against."""

    name: str
    meaning: str
    against: str
    is_in: Mask
    is_against: Mask


def seasons(days: ArrayLike) -> list[DayKind]:
    """Part days into the four seasons of three whole months, each set against the other three."""
    index = (_month_of(as_days(days)) // 3) % 4
    return [
        DayKind(name, months, "other seasons", index == number, index != number)
        for number, (name, months) in enumerate(zip(SEASONS, _SEASON_MONTHS, strict=True))
    ]


def special_days(days: ArrayLike, terms: Sequence[Term] = ()) -> list[DayKind]:
    """Find bank holidays, payday weekends and school days among days.

    A payday weekend is the first Friday, Saturday and Sunday on or after the last weekday (Monday to Friday) of a
    month: if that is a Friday, it begins with it. A school day is a Monday to Friday in term that is no bank holiday;
    it is set against the other Mondays to Fridays between the first and the last term known. A kind that comes twice
    comes last with the days most like it.
    """
    known = as_days(days)
    weekday = _weekday(known)
    bank = np.isin(known, _bank_holidays(known))
    payday = np.isin(known, payday_weekends(known))
    weekend = weekday >= _FRIDAY
    working = (weekday < _SATURDAY) & ~bank & _between_terms(known, terms)
    in_term = _in_terms(known, terms)
    return [
        DayKind("Bank holidays", "in England", "all other days", bank, ~bank),
        DayKind("Payday weekends", "Friday to Sunday", "all other days", payday, ~payday),
        DayKind("Payday weekends", "Friday to Sunday", "other weekends", payday, weekend & ~payday),
        DayKind(
            "School days",
            "Monday to Friday in term",
            "weekdays out of term",
            working & in_term,
            working & ~in_term,
        ),
    ]


def payday_weekends(days: ArrayLike) -> Days:
    """Give the Fridays, Saturdays and Sundays of the payday weekends of every month the days touch, and one before."""
    known = as_days(days)
    if not known.size:
        return known
    months = np.arange(known.min().astype("datetime64[M]") - 1, known.max().astype("datetime64[M]") + 1)
    last = as_days((months + 1).astype("datetime64[D]") - 1)
    last_weekday = as_days(last - np.maximum(_weekday(last) - _FRIDAY, 0))
    friday = last_weekday + (_FRIDAY - _weekday(last_weekday))
    return as_days((friday[:, None] + np.arange(3)).ravel())


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Give the bank holidays of England, one-off ones included, and the days they fall on themselves."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def _bank_holidays(days: Days) -> Days:
    years = np.unique(days.astype("datetime64[Y]")).astype(np.int64) + 1970
    return np.array([day for year in years.tolist() for day in bank_holidays(year)], dtype="datetime64[D]")


def _in_terms(days: Days, terms: Iterable[Term]) -> Mask:
    inside = np.zeros(days.size, dtype=bool)
    for first_on, last_on in terms:
        inside |= (days >= np.datetime64(first_on)) & (days <= np.datetime64(last_on))
    return inside


def _between_terms(days: Days, terms: Sequence[Term]) -> Mask:
    if not terms:
        return np.zeros(days.size, dtype=bool)
    first_on, last_on = min(first for first, _ in terms), max(last for _, last in terms)
    return np.asarray((days >= np.datetime64(first_on)) & (days <= np.datetime64(last_on)))


def _month_of(days: Days) -> NDArray[np.int64]:
    """Give the month, 1 to 12."""
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1


def _weekday(days: Days) -> NDArray[np.int64]:
    """Give the weekday, Monday 0; 1 January 1970 was a Thursday."""
    return (days.astype(np.int64) + 3) % 7
