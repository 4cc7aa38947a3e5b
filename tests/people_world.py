"""Two areas with people in them: who may be opened by whom is told by their identifiers.

`W` and `E` are the squares of tests/extracts.py. Every name is a canary: found where it must not be, it is a leak.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from rasure.access.identity import Principal
from rasure.services import sessions, wiring
from rasure.services.person_access import Why
from rasure.settings import settings
from rasure.store.store import Store
from rasure.terms import Role
from tests.extracts import IN_EAST, Row, drop, load, load_squares, manifest

#: The moment by which everything is told: 31 March 2026, 12:00 UTC.
NOON = 1_774_958_400.0
WEST_MAN, WEST_WOMAN, EAST_MAN, CHILD, VICTIM, BOTH = "P-W1", "P-W2", "P-E1", "P-K1", "P-V1", "P-B1"
CHILD_IN_EAST = "P-K2"
#: Family names, each in one place of the world only.
NAMES = {
    WEST_MAN: "Zwestmann",
    WEST_WOMAN: "Zwestfrau",
    EAST_MAN: "Zeastmann",
    CHILD: "Zkindwest",
    CHILD_IN_EAST: "Zkindeast",
    VICTIM: "Zvictimwest",
    BOTH: "Zbothwest",
}
BORN = {CHILD: "2010-05-04", CHILD_IN_EAST: "2011-06-07"}
WHY = Why("Investigation", "Robbery series by the station", "Op Thistle")

INSPECTOR = Principal("I-W", "Insp. West", Role.INSPECTOR, frozenset({"W"}), session="5e55", ip="10.0.0.7")
SECOND_INSPECTOR = Principal("I-W2", "Insp. Second", Role.INSPECTOR, frozenset({"W"}))
OTHER_INSPECTOR = Principal("I-E", "Insp. East", Role.INSPECTOR, frozenset({"E"}))
MANAGER = Principal("O-W", "Sgt West", Role.OFFENDER_MANAGER, frozenset({"W"}))
ANALYST = Principal("N-1", "Analyst", Role.ANALYST, frozenset())
AUDITOR = Principal("A-1", "Auditor", Role.AUDITOR, frozenset())
OFFICER = Principal("C-1", "Officer", Role.OFFICER, frozenset({"W"}))
PARTNER = Principal("T-1", "Partner", Role.PARTNER, frozenset({"W"}))
GOLD = Principal("G-1", "Gold", Role.GOLD, frozenset())
KEEPER = Principal("K-1", "Keeper", Role.ADMINISTRATOR, frozenset())


class Clock:
    """A clock that a test sets on."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def on(self, *, minutes: float = 0, hours: float = 0) -> None:
        self.at += minutes * 60 + hours * 3600


def roles(*rows: Sequence[str]) -> list[Row]:
    """Return rows of roles.csv from offence, person, role, category and, where there is any, evidence."""
    names = ("offence_id", "person_id", "role", "category", "evidence")
    return [
        {"role_id": f"R{number}", **dict(zip(names, row, strict=False))} for number, row in enumerate(rows, start=1)
    ]


def people_drop(folder: Path) -> Path:
    """Write the world's records: three offences in the west, two in the east."""
    offences = {"F1": "O1", "F2": "O1", "F3": "O2", "F4": "O3", "F5": "O3"}
    drop(
        folder,
        locations=[{}, {"location_id": "L2", "street": "Alder Way", **IN_EAST}],
        occurrences=[
            {"committed_from": "2026-03-03 21:00", "committed_to": "2026-03-03 22:00"},
            {"occurrence_id": "O2", "committed_from": "2026-02-01 02:00", "reported_at": "2026-02-01 03:00"},
            {"occurrence_id": "O3", "location_id": "L2", "committed_from": "2026-03-02 12:00"},
        ],
        offences=[{"offence_id": key, "occurrence_id": value} for key, value in offences.items()],
        people=[
            {
                "person_id": key,
                "family_name": name,
                "given_name": f"Given{key}",
                "born_on": BORN.get(key, "1987-12-29"),
                "gender": "Male",
            }
            for key, name in NAMES.items()
        ],
        roles=roles(
            ("F1", WEST_MAN, "offender", "convicted", "convicted"),
            ("F1", WEST_WOMAN, "suspect", "suspect", "intelligence"),
            ("F1", CHILD, "suspect", "suspect", "suspect"),
            ("F1", VICTIM, "victim", "victim"),
            ("F2", WEST_MAN, "suspect", "suspect", "suspect"),
            ("F2", WEST_WOMAN, "suspect", "suspect", "suspect"),
            ("F3", BOTH, "victim", "victim"),
            ("F3", WEST_MAN, "suspect", "suspect", "suspect"),
            ("F2", BOTH, "suspect", "suspect", "suspect"),
            ("F4", EAST_MAN, "offender", "suspect", "charged"),
            ("F4", WEST_MAN, "suspect", "suspect", "suspect"),
            ("F5", CHILD_IN_EAST, "suspect", "suspect", "suspect"),
            ("F5", EAST_MAN, "victim", "victim"),
        ),
        weapons=[{"weapon_id": f"W{key}", "offence_id": key} for key in offences],
        orders=[
            {
                "order_id": "B1",
                "person_id": WEST_MAN,
                "kind": "svro",
                "ends_on": "2027-01-19",
                "conditions": "Zconditions",
            },
            {
                "order_id": "B2",
                "person_id": EAST_MAN,
                "kind": "bail",
                "made_on": "2026-03-05",
                "conditions": "Zeastbail",
            },
        ],
        plans=[
            {"plan_id": "Z1", "title": "Zplan", "subject_kind": "person", "subject_id": WEST_MAN, "lpa": "W"},
            {"plan_id": "Z2", "subject_id": "L1", "lpa": "W"},
        ],
        plan_responses=[{"response_id": "Q1", "plan_id": "Z1", "response": "Zresponse"}],
    )
    manifest(folder, signed=True, extracted_at="2026-03-31T12:00:00Z")
    return folder


def fill(store: Store, folder: Path) -> Store:
    """Load the world into a store."""
    load_squares(store, folder / "ground")
    load(store, people_drop(folder / "drop"))
    return store


@contextmanager
def serving(root: Path, patch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Serve the store of a folder in this process, as a door would find it."""
    patch.setenv("RASURE_STORE", str(root))
    settings.cache_clear()
    try:
        yield wiring.store()
    finally:
        wiring.close()
        settings.cache_clear()


@contextmanager
def clocked(patch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Let sessions, openings and broken glass go by a clock of ours."""
    clock = Clock()
    patch.setattr(sessions, "clock", clock)
    yield clock
