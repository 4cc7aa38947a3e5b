"""Are some kinds of day busier: seasons, bank holidays, payday weekends, school days, each against days like it?"""

import csv
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rasure.errors import InputRejected
from rasure.places.day_kinds import DayKind, Mask, Term, seasons, special_days
from rasure.places.days import Days
from rasure.places.rates import RateRatio, compare_rates
from rasure.store.store import Store

TERMS_FILE = "school_terms.csv"


@dataclass(frozen=True, slots=True)
class Terms:
    """School terms in force: first and last days of each, and whether all of them were checked by the force."""

    runs: tuple[Term, ...]
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Offences a day on one kind of day and on the days it is set against; `ratio` is None when either has no day."""

    name: str
    meaning: str
    against: str
    offences: int
    days: int
    other_offences: int
    other_days: int
    ratio: RateRatio | None

    @property
    def per_day(self) -> float:
        return self.offences / self.days if self.days else float("nan")

    @property
    def other_per_day(self) -> float:
        return self.other_offences / self.other_days if self.other_days else float("nan")


def compared(counts: NDArray[np.int64], days: Days, terms: Terms, *, only_seasons: bool) -> list[Comparison]:
    """Compare each kind of day with the others.

    `counts` has the offences of each of the `days` that data are held for; every day is exposure, with or without an
    offence. With `only_seasons` the day of an offence is not known, its month is.
    """
    kinds = seasons(days) if only_seasons else seasons(days) + special_days(days, terms.runs)
    return [_compared(kind, counts) for kind in kinds]


def terms(store: Store) -> Terms:
    """Return the school terms of the force's own table; none when the table is not there."""
    path = store.reference_folder / TERMS_FILE
    if not path.exists():
        return Terms((), is_checked=True)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        runs = tuple((date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])) for row in rows)
    except (KeyError, TypeError, ValueError) as error:
        raise InputRejected(f"{path} must give starts_on and ends_on as YYYY-MM-DD for every term. Mend it.") from error
    return Terms(runs, is_checked=all(row.get("verified") == "yes" for row in rows))


def _compared(kind: DayKind, counts: NDArray[np.int64]) -> Comparison:
    offences, days = _sum(counts, kind.is_in)
    other_offences, other_days = _sum(counts, kind.is_against)
    ratio = compare_rates(offences, days, other_offences, other_days) if days and other_days else None
    return Comparison(kind.name, kind.meaning, kind.against, offences, days, other_offences, other_days, ratio)


def _sum(counts: NDArray[np.int64], which: Mask) -> tuple[int, int]:
    return int(counts[which].sum()), int(which.sum())
