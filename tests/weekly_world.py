"""Three years and more of weeks in two squares, each count chosen: an ordinary week, a surge, a week without violence.

A quarter of the offences of every week is reported ten days late, and what was not reported by the last Sunday is not
there: the newest weeks look low to whoever compares them with whole ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from rasure.store.store import Store
from tests import extracts

FIRST_WEEK, LAST_WEEK = date(2022, 11, 28), date(2026, 3, 23)
#: An ordinary week, the week nothing happened, and the newest, in which the west surged.
ORDINARY, EMPTY, SURGE = date(2026, 1, 12), date(2026, 2, 16), LAST_WEEK
KNOWN_ON = LAST_WEEK + timedelta(days=6)
LATE_DAYS = 10
MEANS = {"W": 12.0, "E": 8.0}
SURGED = 40
#: Grievous bodily harm with intent, and common assault with a blade seen.
CODES = (("5D", "005/01"), ("8N", "008/06"))


@dataclass(frozen=True, slots=True)
class Happened:
    """One offence: its area, local moments, and Home Office class and code."""

    lpa: str
    at: datetime
    reported: datetime
    code: tuple[str, str]


def happened(seed: int = 5) -> list[Happened]:
    """Return every offence that was reported by the last Sunday."""
    return [one for one in _all(np.random.default_rng(seed)) if operational_day(one.reported) <= KNOWN_ON]


def operational_day(at: datetime) -> date:
    return (at - timedelta(hours=6)).date()


def _all(rng: np.random.Generator) -> Iterator[Happened]:
    for number in range((LAST_WEEK - FIRST_WEEK).days // 7 + 1):
        monday = FIRST_WEEK + timedelta(weeks=number)
        for lpa, mean in MEANS.items():
            n = SURGED if (monday, lpa) == (SURGE, "W") else 0 if monday == EMPTY else int(rng.poisson(mean))
            for offence in range(max(n, 1) if monday == FIRST_WEEK else n):
                # The first falls into the last half hour of the week, on the next calendar Monday.
                minutes = 7 * 24 * 60 - 30 if offence == 0 and monday < LAST_WEEK else int(rng.integers(0, 5 * 24 * 60))
                at = datetime.combine(monday, time(6)) + timedelta(minutes=minutes)
                late = timedelta(days=LATE_DAYS) if rng.random() < 0.25 else timedelta(minutes=20)
                yield Happened(lpa, at, at + late, CODES[offence % len(CODES)])


def load(store: Store, folder: Path, rows: list[Happened]) -> Store:
    """Load the squares and the offences, signed as synthetic so that a demo server serves them."""
    extracts.load_squares(store, folder)
    places = {"W": extracts.IN_WEST, "E": extracts.IN_EAST}
    drop = extracts.drop(
        folder / "drop",
        locations=[{"location_id": f"L-{lpa}", "street": f"Larch Row {lpa}", **at} for lpa, at in places.items()],
        occurrences=[
            {
                "occurrence_id": f"O{number}",
                "reported_at": f"{one.reported:%Y-%m-%d %H:%M}",
                "committed_from": f"{one.at:%Y-%m-%d %H:%M}",
                "location_id": f"L-{one.lpa}",
            }
            for number, one in enumerate(rows)
        ],
        offences=[
            {"offence_id": f"F{number}", "occurrence_id": f"O{number}", "ho_class": one.code[0], "ho_code": one.code[1]}
            for number, one in enumerate(rows)
        ],
    )
    extracts.manifest(drop, signed=True)
    extracts.load(store, drop)
    return store
