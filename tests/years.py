"""Some years of invented offences in the two squares: a few busy places, the rest scattered, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from rasure.store.store import Store
from tests import extracts

#: (easting, northing, offences a year): three busy places in the west, side by side, and one in the east.
BUSY = ((470_000, 175_000, 60), (470_240, 175_000, 40), (470_120, 175_200, 30), (480_000, 175_000, 50))
SCATTERED = 120
FIRST_ON, LAST_ON = date(2023, 1, 10), date(2026, 3, 20)


def rows(*, first_on: date = FIRST_ON, last_on: date = LAST_ON, seed: int = 1) -> dict[str, list[dict[str, str]]]:
    """Return a drop's rows; the first and the last day have an offence."""
    rng = np.random.default_rng(seed)
    scattered = rng.uniform((466_000, 171_000), (484_000, 179_000), (SCATTERED, 2)).round(1)
    spots = [(east, north) for east, north, _ in BUSY] + [(float(east), float(north)) for east, north in scattered]
    days = (last_on - first_on).days
    times = [int(a_year * days / 365.25) for *_, a_year in BUSY] + [max(1, days // 400)] * SCATTERED
    placed = [(0, 0), (0, days), (3, days)]
    for spot, many in enumerate(times):
        placed += [(spot, int(day)) for day in rng.integers(0, days + 1, many)]
    return _drop(spots, [(spot, first_on + timedelta(days=day)) for spot, day in placed], f"{seed}-")


def load(store: Store, folder: Path, **changes: object) -> Store:
    """Load the squares and the years into a store, signed as synthetic so that a demo server serves them."""
    extracts.load_squares(store, folder)
    drop = extracts.drop(folder / "drop", **rows(**changes))  # type: ignore[arg-type]
    extracts.manifest(drop, signed=True)
    extracts.load(store, drop)
    return store


def _drop(
    spots: Sequence[tuple[float, float]], placed: Sequence[tuple[int, date]], mark: str
) -> dict[str, list[dict[str, str]]]:
    return {
        "locations": [
            {"location_id": f"L{mark}{n}", "easting": f"{east:.1f}", "northing": f"{north:.1f}", "street": f"Way {n}"}
            for n, (east, north) in enumerate(spots)
        ],
        "occurrences": [
            {
                "occurrence_id": f"O{mark}{n}",
                "location_id": f"L{mark}{spot}",
                "reported_at": f"{day} 14:00",
                "committed_from": f"{day} 13:00",
            }
            for n, (spot, day) in enumerate(placed)
        ],
        "offences": [
            {"offence_id": f"F{mark}{n}", "occurrence_id": f"O{mark}{n}", "ho_class": "5D", "ho_code": "005/01"}
            for n in range(len(placed))
        ],
    }
