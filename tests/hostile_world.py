"""A small force in which every text of every file is hostile: each column of each file holds each string once."""

from pathlib import Path

from rasure.ingest import load_patrol_side
from rasure.ingest.contract import Column
from rasure.ingest.force_contract import DROP, HOT_SPOTS, PATROL_SIDE
from rasure.ingest.niche_contract import ID_CHARS, FileContract
from rasure.places import grid
from rasure.store.store import Store
from tests import extracts
from tests.hostile_strings import EVERY

WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}
KINDS = ("street", "licensed_premises", "prison", "school")
#: Offences at each place, one a year and more, so that a place may be chosen.
TIMES = ("2024-05-10 22:30", "2025-06-11 21:15", "2025-11-12 23:45", "2026-02-13 22:00")
SHORT = [text for text in EVERY if len(text) <= ID_CHARS]


def texts_of(contract: FileContract) -> list[Column]:
    """Return the columns of free text: the others are identifiers, areas and what has a form."""
    return [one for one in contract.columns if one.kind == "text" and one.most_chars > ID_CHARS and one.name != "lpa"]


def where(number: int) -> dict[str, str]:
    """Return a point of the West Square, in a hexagon of its own."""
    return {"easting": f"{466_000 + 300 * (number % 27)}.0", "northing": f"{171_000 + 400 * (number // 27)}.0"}


def cell(number: int) -> int:
    at = where(number)
    return int(grid.cells_of([float(at["easting"])], [float(at["northing"])])[0])


def planted(contract: FileContract, number: int) -> dict[str, str]:
    """Return the texts of one row; over all rows every column holds every string."""
    return {column.name: EVERY[(number + 7 * place) % len(EVERY)] for place, column in enumerate(texts_of(contract))}


def build(store: Store, folder: Path) -> Store:
    """Load the squares, a drop of every file, hot spots and patrols; nothing of it is refused but what should be."""
    extracts.load_squares(store, folder)
    loaded = extracts.load(store, _drop(folder / "drop"))
    assert loaded.rejected == len(EVERY)
    numbers = range(len(EVERY))
    areas = [
        planted(HOT_SPOTS, n)
        | {"set_id": "S", "version": "1", "set_name": EVERY[1], "hotspot_id": f"H{n}", "patrol_area_id": f"A{n}"}
        | {"lpa": "W", "daily_cap": "4", "outline": "", **where(n)}
        for n in numbers
    ]
    named = [
        areas[n] | {"set_id": text, "set_name": text, "hotspot_id": f"N{n}", "patrol_area_id": f"N{n}"}
        for n, text in enumerate(SHORT)
    ]
    patrols = PATROL_SIDE["patrols"]
    tours = [
        planted(patrols, n)
        | {"patrol_id": f"P{n}", "officer_id": "officers0", "hotspot_id": f"H{n}", "started_at": "2026-03-03T22:00:00Z"}
        for n in numbers
    ]
    sets = extracts.patrol_file(folder / "sets", "hot-spots", [*areas, *named])
    walked = extracts.patrol_file(folder / "sets", "patrols", tours)
    extracts.manifest(folder / "sets", signed=True)
    assert load_patrol_side.load_hot_spots(store, sets).rejected == 0
    assert load_patrol_side.load_patrols(store, walked).rejected == 0
    return store


def _drop(folder: Path) -> Path:
    files: dict[str, list[dict[str, str]]] = {}
    for contract in DROP:
        key = contract.key[0]
        files[contract.kind] = [
            planted(contract, n) | {key: f"{contract.kind}{n}"} | _beside(contract.kind, n) for n in range(len(EVERY))
        ]
    files["occurrences"] = [
        {"occurrence_id": f"O{n}-{k}", "location_id": f"locations{n}"}
        | {"reported_at": at, "committed_from": at, "committed_to": at}
        for n in range(len(EVERY))
        for k, at in enumerate(TIMES)
    ]
    files["offences"] = [
        planted(_contract("offences"), n) | {"offence_id": f"F{n}-{k}", "occurrence_id": f"O{n}-{k}", **WOUNDING}
        for n in range(len(EVERY))
        for k in range(len(TIMES))
    ]
    bad = [{"training_id": f"bad{n}", "officer_id": "officers0", "completed_on": EVERY[n]} for n in range(len(EVERY))]
    files["training"] += bad
    extracts.drop(folder, **files)
    extracts.manifest(folder, signed=True)
    return folder


def _beside(kind: str, number: int) -> dict[str, str]:
    """Return what a row says beside its texts: whose and where it is."""
    offence = {"offence_id": f"F{number}-0"}
    return {
        "locations": {"kind": KINDS[number % 4], "premises_id": f"PRM{number}" if number % 4 else "", **where(number)},
        "roles": {**offence, "person_id": f"people{number}"},
        "weapons": offence,
        "injuries": offence,
        "outcomes": offence,
        "orders": {"person_id": f"people{number}"},
        "officers": {"unit_id": "units0"},
        "training": {"officer_id": "officers0"},
        "plans": {"subject_kind": "institution" if number % 4 else "place", "subject_id": f"PRM{number}"},
        "plan_responses": {"plan_id": "plans0"},
    }.get(kind, {})


def _contract(kind: str) -> FileContract:
    return next(contract for contract in DROP if contract.kind == kind)
