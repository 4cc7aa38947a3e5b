"""A small world of people for tests: carriers in two areas, a child, somebody at risk, a victim, and near misses."""

from datetime import date, timedelta
from pathlib import Path

from rasure.store.store import Store
from tests.extracts import IN_EAST, IN_WEST, Row, drop, load, load_squares

AS_OF = date(2026, 3, 1)
#: A carrier in both areas; a child in the west; a carrier of the east; suspicion only; at heightened risk and a victim
#: too; a victim.
PAT, CHILD, FAR, CLARE, SUE, VIC = "PAT", "CHILD", "FAR", "CLARE", "SUE", "VIC"

#: Person, days before, square, offence (class, code), role, evidence.
BLADE, BURGLARY, GBH, COMMON = ("10D", "008/26"), ("28E", "028/03"), ("5D", "005/01"), ("105A", "105/01")
Said = tuple[str, int, str, tuple[str, str], str, str]

HISTORY: tuple[Said, ...] = (
    (PAT, 10, "W", BLADE, "offender", "charged"),
    (PAT, 400, "E", BLADE, "offender", "convicted"),
    (PAT, 30, "W", GBH, "suspect", "suspect"),
    (PAT, 5, "W", BLADE, "suspect", "searched_nothing_found"),
    (CHILD, 20, "W", BLADE, "offender", "caution"),
    (CHILD, 200, "W", BLADE, "offender", "weapon_recovered"),
    (FAR, 40, "E", BLADE, "offender", "charged"),
    (FAR, 365, "E", BLADE, "offender", "charged"),
    (FAR, 700, "E", BLADE, "offender", "charged"),
    (CLARE, 15, "W", BLADE, "suspect", "charged"),
    (CLARE, 60, "W", BLADE, "offender", "charged"),
    (CLARE, 90, "W", BLADE, "suspect", "intelligence"),
    (SUE, 50, "W", GBH, "offender", "charged"),
    (SUE, 150, "W", GBH, "offender", "convicted"),
    (SUE, 250, "W", GBH, "offender", "caution"),
    (SUE, 70, "W", GBH, "victim", ""),
    (SUE, 7, "W", BURGLARY, "offender", "charged"),
    (VIC, 60, "W", GBH, "victim", ""),
    (VIC, 160, "W", GBH, "victim", ""),
    (VIC, 600, "W", GBH, "victim", ""),
)
_BORN = {CHILD: "2010-05-05", VIC: ""}


def build(store: Store, folder: Path, history: tuple[Said, ...] = HISTORY) -> Store:
    """Load the world into a store with the two squares as its areas."""
    load_squares(store, folder)
    load(store, extract(folder / "drop", history))
    return store


def extract(folder: Path, history: tuple[Said, ...], *, first: int = 1) -> Path:
    """Write a drop of some histories, numbered from `first`, so that drops can follow each other."""
    people = sorted({said[0] for said in history})
    rows: dict[str, list[Row]] = {
        "people": [
            {
                "person_id": person,
                "family_name": f"Canary-{person.capitalize()}",
                "given_name": "Una",
                "born_on": _BORN.get(person, "1990-05-05"),
                "gender": "Female",
                "self_defined_ethnicity": "White - Irish",
                "officer_defined_ethnicity": "White",
            }
            for person in people
        ],
        "locations": [{"location_id": "LW", **IN_WEST}, {"location_id": "LE", **IN_EAST}],
        "occurrences": [],
        "offences": [],
        "roles": [],
    }
    for number, (person, age_days, square, (ho_class, ho_code), role, evidence) in enumerate(history, first):
        on = AS_OF - timedelta(days=age_days)
        rows["occurrences"].append(
            {
                "occurrence_id": f"O{number}",
                "reported_at": f"{on + timedelta(days=1)} 09:00",
                "committed_from": f"{on} 20:00",
                "committed_to": f"{on} 20:30",
                "location_id": f"L{square}",
            }
        )
        rows["offences"].append(
            {"offence_id": f"F{number}", "occurrence_id": f"O{number}", "ho_class": ho_class, "ho_code": ho_code}
        )
        category = {"victim": "victim"}.get(role, "convicted" if evidence == "convicted" else "suspect")
        rows["roles"].append(
            {
                "role_id": f"R{number}",
                "offence_id": f"F{number}",
                "person_id": person,
                "role": role,
                "category": category,
                "evidence": evidence,
            }
        )
    return drop(folder, **rows)
