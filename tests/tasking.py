"""A small force with places busy enough to be chosen, for tests of drafts, published sets and their pages."""

from collections.abc import Mapping
from pathlib import Path

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.places import grid
from rasure.places.selection import FirstN
from rasure.services import desk, drafts, hot_spots
from rasure.services.drafts import Draft, Rule
from rasure.services.hot_spots import Question
from rasure.store.store import Store
from rasure.terms import Role
from tests.extracts import drop, load, load_squares, manifest

ANALYST = Principal("demo-analyst", "Analyst", Role.ANALYST, frozenset())


def cell(q: int, r: int) -> int:
    """Return a cell so many steps from one in the middle of the West Square."""
    middle = int(grid.cells_of([470_000.0], [175_000.0])[0])
    (own_q,), (own_r,) = grid.unpack([middle])
    return int(grid.pack([own_q + q], [own_r + r])[0])


#: Two that touch, one alone close by, one alone in the east; and one with too few offences.
FIRST, BESIDE, NEAR, EAST = cell(0, 0), cell(1, 0), cell(-1, 2), cell(42, 0)
QUIET = cell(5, 5)
COUNTS = {FIRST: 14, BESIDE: 9, NEAR: 8, EAST: 11, QUIET: 3}
#: How far from the middle of its cell every offence lies: inside, and within reach of a nudge.
OFF_CENTRE_M = (90.0, 20.0)


def busy_drop(folder: Path, counts: Mapping[int, int] = COUNTS, mark: str = "", premises: str = "") -> Path:
    """Write a signed drop of so many offences in each cell, at one point, over three years before March 2026."""
    locations, occurrences, offences = [], [], []
    for number, (where, n) in enumerate(counts.items()):
        (east,), (north,) = grid.centres([where])
        at = {"easting": f"{east + OFF_CENTRE_M[0]:.1f}", "northing": f"{north + OFF_CENTRE_M[1]:.1f}"}
        place = f"L{mark}{number}"
        locations.append({"location_id": place, "street": f"Street {number}", "premises_id": premises, **at})
        for k in range(n):
            own = f"{mark}{number}-{k}"
            day = f"{2026 - k % 3}-0{1 + k % 2}-{10 + k % 15:02}"
            times = {"reported_at": f"{day} 23:00", "committed_from": f"{day} 21:00", "committed_to": f"{day} 21:00"}
            occurrences.append({"occurrence_id": f"O{own}", "location_id": place, **times})
            wounding = {"ho_class": "5D", "ho_code": "005/01"}
            offences.append({"offence_id": f"F{own}", "occurrence_id": f"O{own}", **wounding})
    made = drop(folder, locations=locations, occurrences=occurrences, offences=offences)
    manifest(made, signed=True)
    return made


def busy_store(store: Store, folder: Path) -> Store:
    """Fill a store with the two squares and the busy places; a demo server may hold it."""
    load_squares(store, folder / "areas")
    assert load(store, busy_drop(folder / "drop")).rejected == 0
    return store


def publisher() -> Scope:
    return desk.admit(ANALYST, Action.PUBLISH_SET)


def first_draft(store: Store, n: int = 4, most_cells: int | None = None) -> Draft:
    """Return the draft of the first places of everything held."""
    as_of = hot_spots.latest_as_of(store, publisher())
    assert as_of is not None
    return drafts.draft(store, publisher(), Question(as_of), Rule(FirstN(n), most_cells))
