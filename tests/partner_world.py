"""A small invented world for partner agencies: two areas, three whole quarters, known small numbers, and canaries."""

from pathlib import Path

from rasure.store.store import Store
from tests import extracts

#: A name and a street nobody has: anywhere in what a partner gets, they show that more than counts was read.
CANARY, CANARY_STREET = "Qwyxcanary", "Zyxwcanary Row"

_GBH = {"ho_class": "5D", "ho_code": "005/01"}
_HOMICIDE = {"ho_class": "1", "ho_code": "001/01"}
_ABH = {"ho_class": "8N", "ho_code": "008/06"}
_ASSAULT = {"ho_class": "105A", "ho_code": "105/01"}
#: Area, quarter of 2025 -> how many of which; the lower two count with a weapon only.
PLAN = {
    ("W", 1): ((_GBH, 7), (_HOMICIDE, 2), (_ABH, 3), (_ASSAULT, 2)),
    ("W", 2): ((_GBH, 6), (_ABH, 4), (_ASSAULT, 11)),
    ("W", 3): ((_GBH, 5), (_ABH, 6), (_ASSAULT, 8)),
    ("E", 1): ((_GBH, 57), (_ABH, 6), (_ASSAULT, 41)),
    ("E", 2): ((_GBH, 13), (_ASSAULT, 9)),
    ("E", 3): ((_GBH, 1), (_ABH, 1), (_ASSAULT, 7)),
}
#: Months and days of the last offence: late enough for the third quarter to be over, too early for the fourth.
LAST = "2025-11-15"


def build(store: Store, folder: Path) -> Store:
    """Load the two squares and the plan."""
    extracts.load_squares(store, folder / "areas")
    drop = extracts.drop(folder / "drop", **_rows())
    extracts.manifest(drop, signed=True)
    extracts.load(store, drop)
    return store


def one_more(store: Store, folder: Path, on: str, what: str = "late") -> Store:
    """Load one more injury with a weapon in the west, on a day."""
    place = {"location_id": f"L{what}", **extracts.IN_WEST}
    happened = {"occurrence_id": f"O{what}", "location_id": f"L{what}", "committed_from": f"{on} 10:00"}
    offence = {"offence_id": f"F{what}", "occurrence_id": f"O{what}", **_ABH}
    weapon = {"weapon_id": f"X{what}", "offence_id": f"F{what}"}
    drop = extracts.drop(folder / what, locations=[place], occurrences=[happened], offences=[offence], weapons=[weapon])
    extracts.load(store, drop)
    return store


def _rows() -> dict[str, list[dict[str, str]]]:
    locations = [
        {"location_id": "W", "street": CANARY_STREET, **extracts.IN_WEST},
        {"location_id": "E", "street": CANARY_STREET, **extracts.IN_EAST},
    ]
    occurrences, offences, weapons = [], [], []
    wanted = [
        (area, f"2025-{3 * quarter - 2 + number % 3:02}-{1 + number % 28:02}", what)
        for (area, quarter), counts in PLAN.items()
        for number, what in enumerate([one for one, n in counts for _ in range(n)])
    ]
    for number, (area, on, what) in enumerate([*wanted, ("W", LAST, _GBH)]):
        reported = {"reported_at": f"{on} 12:00", "committed_from": f"{on} 10:00"}
        occurrences.append({"occurrence_id": f"O{number}", "location_id": area, **reported})
        offences.append({"offence_id": f"F{number}", "occurrence_id": f"O{number}", **what})
        weapons.append({"weapon_id": f"X{number}", "offence_id": f"F{number}"})
    people = [{"person_id": "P1", "family_name": CANARY, "given_name": CANARY}]
    roles = [{"role_id": "R1", "offence_id": "F0", "person_id": "P1"}]
    return {
        "locations": locations,
        "occurrences": occurrences,
        "offences": offences,
        "weapons": weapons,
        "people": people,
        "roles": roles,
    }
