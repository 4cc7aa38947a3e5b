"""A small invented world for the pages of one place: what happens in it is given here, so every answer is known."""

from datetime import date
from pathlib import Path

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.ingest import load_patrol_side
from rasure.places import grid
from rasure.services import desk
from rasure.store.store import Store
from rasure.terms import Role
from tests import extracts

AS_OF = date(2026, 3, 31)
#: Nobody's name; if it is anywhere on a page or in a file, a name was read.
CANARY = "Qwyxcanary"

WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}
#: In the hexagon of `LARCH`: street, pub, home and a school where nothing happens. Elsewhere: a prison, and the east.
LOCATIONS = [
    {"location_id": "LARCH"},
    {"location_id": "PUB", "kind": "licensed_premises", "premises_id": "PRM1", "name": "The Larch Arms"},
    {"location_id": "HOME", "kind": "dwelling", "name": "12 Larch Row", "premises_id": "PRM2"},
    {"location_id": "SCHOOL", "kind": "school", "premises_id": "PRM3", "name": "Larch School"},
    {
        "location_id": "PRISON",
        "kind": "prison",
        "premises_id": "PRM4",
        "name": "HM Prison Alder",
        "easting": "472000.0",
    },
    {"location_id": "YARD", "easting": "472020.0", "street": "Alder Way"},
    {"location_id": "QUIET", "easting": "473500.0", "street": "Quiet Lane"},
    {"location_id": "EAST", "street": "Mill Lane", **extracts.IN_EAST},
]
#: Offence number -> where and when (local time): four in the year before last at Larch Row, eight in the last.
OFFENCES: list[tuple[str, str]] = [
    ("EAST", "2023-01-05 09:00"),
    *(("LARCH", f"2024-0{month}-15 22:30") for month in (4, 6, 8)),
    ("LARCH", "2025-02-15 22:30"),
    *(("LARCH", f"2025-{month:02}-15 22:30") for month in (4, 6, 8, 10)),
    ("PUB", "2025-12-27 22:30"),
    ("PUB", "2026-01-10 23:10"),
    ("HOME", "2026-02-14 20:00"),
    ("LARCH", "2026-03-07 21:15"),
    *(("PRISON", f"2025-1{month}-03 12:00") for month in (0, 1, 2)),
    *(("PRISON", f"2026-0{month}-03 12:00") for month in (1, 2, 3)),
    ("YARD", "2026-02-20 18:00"),
    ("QUIET", "2026-01-02 03:00"),
    ("EAST", "2026-02-01 10:00"),
    ("EAST", "2026-02-02 10:00"),
]
AT_LARCH = [number for number, (where, _) in enumerate(OFFENCES) if where in ("LARCH", "PUB", "HOME")]
LARCH, YARD, QUIET, EAST = (
    int(cell) for cell in grid.cells_of([470_000.0, 472_000.0, 473_500.0, 480_000.0], [175_000.0] * 4)
)


#: The patrol area of the one hot spot of the published set.
AREA = {
    **{"set_id": "S", "version": "1", "set_name": "Winter", "hotspot_id": "H1", "name": "Larch Row", "lpa": "W"},
    **{"patrol_area_id": "A1", "patrol_area_name": "Part 1", **extracts.IN_WEST},
    **{"contact": "Inspector’s office", "daily_cap": "4", "tasks": "walk it|speak to door staff"},
}


def build(store: Store, folder: Path) -> Store:
    """Load the squares, the signed drop of the records, a published set with a plan, and two patrols."""
    extracts.load_squares(store, folder)
    extracts.load(store, _drop(folder / "drop"))
    patrols = [
        {"patrol_id": "P1", "started_at": "2026-03-03T22:00:00Z", "mode": "foot"},
        {"patrol_id": "P2", "started_at": "2026-03-29T22:00:00Z", "mode": "drove_through"},
    ]
    rows = [{"officer_id": "C1", "hotspot_id": "H1", "tasked": "yes", **one} for one in patrols]
    sets, recorded = (
        extracts.patrol_file(folder / "sets", "hot-spots", [AREA]),
        extracts.patrol_file(folder / "sets", "patrols", rows),
    )
    extracts.manifest(folder / "sets", signed=True)
    load_patrol_side.load_hot_spots(store, sets)
    load_patrol_side.load_patrols(store, recorded)
    return store


def _drop(folder: Path) -> Path:
    """Write the records: six victims at Larch Row beside a witness, one suspect in the east, all with one name."""
    at, last = [f"F{n}" for n in AT_LARCH], f"F{AT_LARCH[-1]}"
    victims = [{"role_id": f"V{n}", "offence_id": at[n], "person_id": f"P{n}", "role": "victim"} for n in range(6)]
    witness = {"role_id": "W1", "offence_id": at[0], "person_id": "P6", "role": "witness", "category": "witness"}
    suspect = {"role_id": "E1", "offence_id": f"F{len(OFFENCES) - 1}", "person_id": "P8"}
    plan = {"subject_id": "H1", "owner": "Sergeant Fern", "review_due_on": "2026-03-01"}
    when = [{"committed_from": at, "committed_to": at, "reported_at": at} for _, at in OFFENCES]
    extracts.drop(
        folder,
        locations=LOCATIONS,
        occurrences=[
            {"occurrence_id": f"O{n}", "location_id": where, **when[n]} for n, (where, _) in enumerate(OFFENCES)
        ],
        offences=[{"offence_id": f"F{n}", "occurrence_id": f"O{n}", **WOUNDING} for n in range(len(OFFENCES))],
        people=[{"person_id": f"P{n}", "family_name": CANARY, "given_name": CANARY} for n in range(9)],
        roles=[*victims, witness, suspect],
        weapons=[{"offence_id": last, "weapon": "blunt_instrument"}],
        outcomes=[{"offence_id": last, "outcome": "charged", "outcome_on": "2026-03-20"}],
        plans=[plan],
        plan_responses=[{}],
    )
    extracts.manifest(folder, signed=True)
    return folder


def scope_of(role: Role, *lpas: str) -> Scope:
    return desk.admit(Principal("p", "P", role, frozenset(lpas)), Action.VIEW_HOT_SPOTS)
