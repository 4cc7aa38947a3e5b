"""The organisation around the records: units, officers, training, operations, partners and problem-solving plans."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from rasure.synth.force import Force
from rasure.synth.frames import rows
from rasure.synth.records import Tables
from rasure.synth.words import people_names, street_stems

NEIGHBOURHOOD, RESPONSE, JOINT = "Neighbourhood", "Response", "Joint Operations Unit"
_PER_UNIT = {NEIGHBOURHOOD: 12, RESPONSE: 14, JOINT: 36}
_COURSES = ("Hot-spot patrol", "Stop and search", "Knife crime awareness", "Problem solving")
_AGENCIES = (
    "Council community safety",
    "Street Pastors group",
    "Youth service",
    "NHS trust",
    "Licensing board",
    "Housing association",
    "Probation service",
    "School partnership",
)
_FUNDERS = ("Home Office Grip fund", "Violence reduction partnership", "Force budget", "Community safety fund")
_RESPONSES = (
    ("pursue", "High-visibility patrols at the peak hours", "Police"),
    ("pursue", "Weapon sweeps of the open ground", "Police"),
    ("prevent", "Better lighting and clear sight lines", "Council community safety"),
    ("prevent", "Licensing visit and door staff training", "Licensing board"),
    ("protect", "Repeat victims offered a named contact", "Victim support service"),
    ("protect", "Door-locking and safe-exit scheme", "Housing association"),
    ("prepare", "Bleed-control kits placed and staff trained", "NHS trust"),
    ("prepare", "Contingency plan for event nights", "Council community safety"),
)


def organisation(force: Force, lpas: Sequence[str], areas: pd.DataFrame, premises: pd.DataFrame) -> Tables:
    """Return the organisation's files: units, officers, training, operations, partners, plans and their responses.

    `areas` are the patrol areas of the hot spots, `premises` the venues; both give plans their subjects.
    """
    units = _units(lpas)
    officers = _officers(force, units)
    plans = _plans(force, areas, premises)
    return {
        "units.csv": units,
        "officers.csv": officers,
        "training.csv": _training(force, officers),
        "operations.csv": _operations(force, lpas),
        "partners.csv": _partners(force, lpas),
        "plans.csv": plans,
        "plan_responses.csv": _responses(force, plans),
    }


def _units(lpas: Sequence[str]) -> pd.DataFrame:
    named = [(f"{lpa} {kind}", lpa) for lpa in lpas for kind in (NEIGHBOURHOOD, RESPONSE)] + [(JOINT, "")]
    return pd.DataFrame(
        {
            "unit_id": [f"UNIT{number:02d}" for number in range(1, len(named) + 1)],
            "name": [name for name, _ in named],
            "lpa": [lpa for _, lpa in named],
        }
    )


def _officers(force: Force, units: pd.DataFrame) -> pd.DataFrame:
    rng = force.rng("officers")
    sizes = [next(size for word, size in _PER_UNIT.items() if word in name) for name in units["name"]]
    unit = np.repeat(np.arange(len(units)), sizes)
    trained = _days(force, -rng.integers(20, 900, size=len(unit)))
    has = rng.random(len(unit)) < 0.9
    return pd.DataFrame(
        {
            "officer_id": [f"PC{number:04d}" for number in range(1001, 1001 + len(unit))],
            "unit_id": units["unit_id"].to_numpy(dtype=object)[unit],
            "lpa": units["lpa"].to_numpy(dtype=object)[unit],
            "trained_on": np.where(has, trained, ""),
            "refresher_due_on": np.where(has, _shifted(trained, 730), ""),
        }
    )


def _training(force: Force, officers: pd.DataFrame) -> pd.DataFrame:
    """Return completed courses; a refresher falls due two years after, for some within weeks or overdue."""
    rng = force.rng("training")
    officer = np.repeat(officers["officer_id"].to_numpy(dtype=object), len(_COURSES))
    course = np.tile(np.array(_COURSES, dtype=object), len(officers))
    done = rng.random(len(officer)) < 0.62
    completed = _days(force, -rng.integers(5, 900, size=len(officer)))
    found = pd.DataFrame({"officer_id": officer, "course": course, "completed_on": completed})[done]
    found = found.assign(refresher_due_on=_shifted(found["completed_on"].to_numpy(dtype=object), 730))
    found.insert(0, "training_id", [f"TRN{number:05d}" for number in range(1, len(found) + 1)])
    return found.reset_index(drop=True)


def _operations(force: Force, lpas: Sequence[str]) -> pd.DataFrame:
    rng = force.rng("operations")
    areas = [lpa for lpa in lpas for _ in range(2)] + ["", ""]
    size = len(areas)
    start = -rng.integers(10, 500, size=size)
    ends = start + rng.integers(60, 420, size=size)
    open_ended = rng.random(size) < 0.2
    return pd.DataFrame(
        {
            "operation_id": [f"OPN{number:03d}" for number in range(1, size + 1)],
            "name": [f"Operation {stem}" for stem in street_stems(rng, size)],
            "lpa": areas,
            "starts_on": _days(force, start),
            "ends_on": np.where(open_ended, "", _days(force, ends)),
            "funding_gbp": (rng.integers(4, 180, size=size) * 500).astype(str),
            "funder": np.array(_FUNDERS, dtype=object)[rng.integers(len(_FUNDERS), size=size)],
        }
    )


def _partners(force: Force, lpas: Sequence[str]) -> pd.DataFrame:
    rng = force.rng("partners")
    named = [(f"{lpa}: {agency}", lpa) for lpa in lpas for agency in _AGENCIES if rng.random() < 0.6]
    engaged = -rng.integers(40, 900, size=len(named))
    return pd.DataFrame(
        {
            "partner_id": [f"PTN{number:03d}" for number in range(1, len(named) + 1)],
            "name": [name for name, _ in named],
            "lpa": [lpa for _, lpa in named],
            "engaged_on": _days(force, engaged),
            "last_contact_on": _days(force, np.maximum(engaged, -rng.integers(1, 160, size=len(named)))),
        }
    )


def _plans(force: Force, areas: pd.DataFrame, premises: pd.DataFrame) -> pd.DataFrame:
    """Return plans for half the hot spots and for every prison and hospital: open, overdue and closed."""
    rng = force.rng("plans")
    spots = areas.drop_duplicates("hotspot_id")
    own = premises[premises["kind"].isin(["prison", "hospital"])]
    subjects = [
        (name, lpa, "place", key, f"Violence around {name}")
        for key, name, lpa in rows(spots[rng.random(len(spots)) < 0.6], "hotspot_id", "name", "lpa")
    ]
    subjects += [
        (name, lpa, "institution", key, f"Assaults at {name}")
        for key, name, lpa in rows(own, "premises_id", "name", "lpa")
    ]
    size = len(subjects)
    opened = -rng.integers(25, 420, size=size)
    state = rng.choice(["open", "overdue", "closed"], size=size, p=[0.5, 0.25, 0.25])
    due = np.where(state == "overdue", -rng.integers(1, 21, size=size), rng.integers(5, 80, size=size))
    closed = np.minimum(opened + rng.integers(20, 300, size=size), -1)
    family, given = people_names(rng, size)
    return pd.DataFrame(
        {
            "plan_id": [f"PLN{number:03d}" for number in range(1, size + 1)],
            "title": [title for *_, title in subjects],
            "lpa": [lpa for _, lpa, *_ in subjects],
            "subject_kind": [kind for _, _, kind, *_ in subjects],
            "subject_id": [key for *_, key, _ in subjects],
            "owner": [f"Sergeant {name}" for name in given + " " + family],
            "sponsor": [f"Inspector {name}" for name in people_names(rng, size)[0]],
            "problem": [
                f"Repeated violence at {name}; see the place's page for hours and offences." for name, *_ in subjects
            ],
            "objective": ["A fifth fewer offences with injury within six months of opening."] * size,
            "opened_on": _days(force, opened),
            "review_due_on": np.where(state == "closed", "", _days(force, due)),
            "closed_on": np.where(state == "closed", _days(force, closed), ""),
            "closure_reason": np.where(state == "closed", "Objective met for three months", ""),
        }
    )


def _responses(force: Force, plans: pd.DataFrame) -> pd.DataFrame:
    rng = force.rng("responses")
    found = []
    for plan_id, opened_on in rows(plans, "plan_id", "opened_on"):
        for number in np.sort(rng.permutation(len(_RESPONSES))[: rng.integers(2, 6)]):
            heading, response, lead = _RESPONSES[number]
            start = date.fromisoformat(opened_on) + timedelta(days=int(rng.integers(3, 40)))
            end = (start + timedelta(days=int(rng.integers(30, 240)))).isoformat() if rng.random() < 0.7 else ""
            cost = str(int(rng.integers(0, 24)) * 250)
            found.append((plan_id, heading, response, lead, start.isoformat(), end, cost))
    columns = ["plan_id", "heading", "response", "lead_agency", "starts_on", "ends_on", "cost_gbp"]
    responses = pd.DataFrame(found, columns=columns)
    responses.insert(0, "response_id", [f"RSP{number:04d}" for number in range(1, len(responses) + 1)])
    return responses


def _days(force: Force, offsets: np.ndarray) -> np.ndarray:
    """Write the days so many days after the last one."""
    days = np.datetime64(force.last_on, "D") + offsets.astype(np.int64) * np.timedelta64(1, "D")
    return np.datetime_as_string(days).astype(object)


def _shifted(days: np.ndarray, by_days: int) -> np.ndarray:
    moved = np.asarray(days.astype("datetime64[D]") + np.timedelta64(by_days, "D"), dtype="datetime64[D]")
    return np.datetime_as_string(moved).astype(object)
