"""Two policing areas alike but for their words: every text of each bears its canary, so a text that strays is known.

Half the canaries are of places and organisations, half of people; victims and children have their own. A cell of the
grid is a canary too: nobody outside an area has any business with its hexagons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rasure.ingest import load_patrol_side
from rasure.places import grid
from rasure.store.store import Store
from tests import extracts

AS_OF = date(2026, 3, 31)
_WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}
#: Days before `AS_OF` on which each kind of spot has its offences: enough for a ranking, two years of them.
_AGES = (1, 3, 8, 15, 29, 40, 77, 130, 200, 290, 380, 400, 500, 690, 700)


@dataclass(frozen=True, slots=True)
class Canaries:
    """What marks an area: its code, and a word in every text of its places, its people, its victims, its children."""

    lpa: str
    place: str
    person: str
    victim: str
    child: str

    @property
    def words(self) -> tuple[str, ...]:
        return (self.place, self.person, self.victim, self.child)


WEST = Canaries("W", "Wqplaxe", "Wqpersx", "Wqvictx", "Wqchilx")
EAST = Canaries("E", "Eqplaxe", "Eqpersx", "Eqvictx", "Eqchilx")
BOTH = (WEST, EAST)
_MIDDLE = {"W": (470_000.0, 175_000.0), "E": (480_000.0, 175_000.0)}


def cells(which: Canaries) -> list[int]:
    """Return the hexagons of an area in which something happened."""
    east, north = _MIDDLE[which.lpa]
    points = [east + spot["dx"] for spot in _SPOTS.values()]
    return [int(cell) for cell in grid.cells_of(points, [north] * len(points))]


#: Kind of place and how far east of the middle it lies: a street, a prison with a hexagon of its own, a pub, a home.
_SPOTS: dict[str, dict[str, float]] = {"STREET": {"dx": 0.0}, "PRISON": {"dx": 2_000.0}, "PUB": {"dx": -1_500.0}}
_KINDS = {"STREET": {}, "PRISON": {"kind": "prison"}, "PUB": {"kind": "licensed_premises"}}


def build(store: Store, folder: Path) -> Store:
    """Load both areas into a store: records, people, organisation, a published set, patrols and a draw."""
    extracts.load_squares(store, folder)
    halves = [_records(which) for which in BOTH]
    whole = {kind: [row for half in halves for row in half[kind]] for kind in halves[0]}
    extracts.drop(folder / "drop", **whole)
    extracts.manifest(folder / "drop", signed=True)
    extracts.load(store, folder / "drop")
    files = {kind: extracts.patrol_file(folder / "sets", kind, rows) for kind, rows in _patrol_side().items()}
    extracts.manifest(folder / "sets", signed=True)
    load_patrol_side.load_hot_spots(store, files["hot-spots"])
    load_patrol_side.load_allocations(store, files["allocations"])
    load_patrol_side.load_patrols(store, files["patrols"])
    return store


def person_ids(which: Canaries) -> dict[str, str]:
    """Return the identifiers of an area's people by what they are; an identifier bears the canary of its person."""
    return {
        "carrier": f"P-{which.person}-1",
        "associate": f"P-{which.person}-2",
        "victim": f"P-{which.victim}-1",
        "child": f"P-{which.child}-1",
    }


def _records(which: Canaries) -> dict[str, list[dict[str, str]]]:
    east, north = _MIDDLE[which.lpa]
    place, lpa = which.place, which.lpa
    at = {"easting": "", "northing": f"{north:.1f}"}
    locations = [
        {
            **{"location_id": f"{lpa}-{name}", "street": f"{place} Row {name.title()}", "name": f"The {place} {name}"},
            **{"premises_id": "" if name == "STREET" else f"PRM-{place}-{name}"},
            **at,
            **_KINDS[name],
            "easting": f"{east + spot['dx']:.1f}",
        }
        for name, spot in _SPOTS.items()
    ]
    happened = [(name, age) for name in _SPOTS for age in _AGES]
    occurrences = [
        {"occurrence_id": f"OCC-{place}-{n}", "location_id": f"{lpa}-{name}", **_times(AS_OF - timedelta(days=age))}
        for n, (name, age) in enumerate(happened)
    ]
    offences = [
        {"offence_id": f"OFF-{place}-{n}", "occurrence_id": f"OCC-{place}-{n}", **_WOUNDING}
        for n in range(len(happened))
    ]
    who = person_ids(which)
    born = {"carrier": "1991-05-17", "associate": "1989-11-23", "victim": "1979-07-13", "child": "2011-02-03"}
    mark = {"carrier": which.person, "associate": which.person, "victim": which.victim, "child": which.child}
    people = [
        {
            "person_id": who[kind],
            "family_name": f"{mark[kind]}son",
            "given_name": f"{mark[kind]}a",
            "born_on": born[kind],
        }
        for kind in who
    ]
    return {
        "locations": locations,
        "occurrences": occurrences,
        "offences": offences,
        "people": people,
        "roles": _roles(which, who),
        "weapons": [{"weapon_id": f"{lpa}W{n}", "offence_id": f"OFF-{place}-{n}"} for n in range(45)],
        "injuries": [{"injury_id": f"{lpa}I1", "offence_id": f"OFF-{place}-0", "person_id": who["victim"]}],
        "outcomes": [{"outcome_id": f"{lpa}U1", "offence_id": f"OFF-{place}-0"}],
        "units": [{"unit_id": f"N-{place}", "name": f"{place} Response", "lpa": lpa}],
        "officers": [{"officer_id": f"C-{place}", "unit_id": f"N-{place}", "lpa": lpa}],
        "operations": [{"operation_id": f"X-{place}", "name": f"Operation {place}", "lpa": lpa}],
        "partners": [{"partner_id": f"Y-{place}", "name": f"{place} Council", "lpa": lpa}],
        "training": [{"training_id": f"T-{lpa}", "officer_id": f"C-{place}", "course": f"{place} course"}],
        "plans": [
            _plan(which, "place", f"H-{place}"),
            _plan(which, "institution", f"PRM-{place}-PRISON"),
            _plan(which, "person", who["carrier"]),
        ],
        "plan_responses": [{"response_id": f"Q-{lpa}", "plan_id": f"Z-{lpa}-place", "response": f"{place} lighting"}],
    }


def _roles(which: Canaries, who: Mapping[str, str]) -> list[dict[str, str]]:
    """Make one a carrier who meets the rule with an associate, one a victim again and again, one a child in two."""
    cast = [
        ("carrier", "offender", "convicted", "convicted", range(0, 30, 2)),
        ("associate", "suspect", "suspect", "charged", range(0, 12, 2)),
        ("victim", "victim", "victim", "", range(1, 45, 3)),
        ("child", "offender", "suspect", "charged", range(1, 9)),
    ]
    return [
        {
            **{"role_id": f"R-{which.lpa}-{kind}-{n}", "offence_id": f"OFF-{which.place}-{n}"},
            **{"person_id": who[kind], "role": role, "category": category, "evidence": evidence},
        }
        for kind, role, category, evidence, offences in cast
        for n in offences
    ]


def _plan(which: Canaries, kind: str, subject: str) -> dict[str, str]:
    mark = which.person if kind == "person" else which.place
    return {
        **{"plan_id": f"Z-{which.lpa}-{kind}", "title": f"{mark} plan", "lpa": which.lpa, "subject_kind": kind},
        **{"subject_id": subject, "owner": f"Sergeant {mark}", "sponsor": f"Inspector {mark}"},
        **{"problem": f"{mark} problem", "objective": f"{mark} objective", "review_due_on": "2026-02-01"},
    }


def _patrol_side() -> dict[str, list[dict[str, str]]]:
    areas, draws, patrols = [], [], []
    for which in BOTH:
        place, (east, north) = which.place, _MIDDLE[which.lpa]
        areas.append(
            {
                **{"set_id": "S", "version": "1", "set_name": "Winter", "hotspot_id": f"H-{place}"},
                **{"name": f"{place} hot spot", "lpa": which.lpa, "patrol_area_id": f"A-{place}"},
                **{"patrol_area_name": f"{place} part", "easting": f"{east:.1f}", "northing": f"{north:.1f}"},
                **{"contact": f"{place} contact", "daily_cap": "4", "tasks": f"{place} task"},
            }
        )
        for back in range(1, 15):
            day = AS_OF - timedelta(days=back)
            arm = "patrol" if back % 2 else "control"
            draws.append(
                {
                    **{"trial_id": "T1", "op_day": day.isoformat(), "hotspot_id": f"H-{place}", "arm": arm},
                    **{"block": f"{place} block", "record_hash": f"{back:064x}"},
                }
            )
            patrols.append(
                {
                    **{"patrol_id": f"PAT-{place}-{back}", "officer_id": f"C-{place}", "hotspot_id": f"H-{place}"},
                    **{"started_at": f"{day}T12:00:00Z", "ended_at": f"{day}T12:20:00Z", "tasked": "yes"},
                    **{"mode": "foot", "spoken_to": "2", "note": f"{place} note"},
                }
            )
    return {"hot-spots": areas, "allocations": draws, "patrols": patrols}


def _times(day: date) -> dict[str, str]:
    return {"reported_at": f"{day} 23:00", "committed_from": f"{day} 21:00", "committed_to": f"{day} 22:00"}
