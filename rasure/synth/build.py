"""The whole synthetic force, from ground to pings: start reading here."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places import grid
from rasure.synth import ground as grounds
from rasure.synth import locations, maps, orders, organisation, persons, records, trial
from rasure.synth.allocation import TRIAL_ID, Allocation, allocate
from rasure.synth.carriers import Pattern, carrier_events, patterns
from rasure.synth.events import events as drawn_events
from rasure.synth.faults import Planted, plant
from rasure.synth.force import Force, Reference
from rasure.synth.ground import Ground
from rasure.synth.hot_spots import HotSpots, hot_spots
from rasure.synth.locations import Located
from rasure.synth.offence_plan import OffencePlan, offence_plan
from rasure.synth.persons import Cast
from rasure.synth.premises import premises
from rasure.synth.records import Tables
from rasure.synth.risk import risk
from rasure.synth.times import Times, recorded_times
from rasure.synth.tracks import Tracks, hot_spot_file, patrol_records, tracks
from rasure.synth.visits import Shifts, visits

Progress = Callable[[int, int, str], None]
STEPS = ("streets", "offences", "hot spots", "people and records", "patrols", "maps")


@dataclass(frozen=True, slots=True)
class Scene:
    """What happened: the ground, its premises, every offence with its place, the hot spots and their patrol days."""

    ground: Ground
    premises: pd.DataFrame
    plan: OffencePlan
    patterns: list[Pattern]
    events: pd.DataFrame
    located: Located
    spots: HotSpots
    allocation: Allocation
    prevented: int
    gamma: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written down of it: the files of a drop with their planted faults, and who is in them."""

    planted: Planted
    cast: Cast
    times: Times
    owner: NDArray[np.int64]
    wrong_area: list[str]
    organisation: Tables


@dataclass(frozen=True, slots=True)
class Patrolled:
    """The patrol side: what really was, pings, and the patrol side's own files."""

    visits: pd.DataFrame
    tracks: Tracks
    files: Tables


@dataclass(frozen=True, slots=True)
class SyntheticForce:
    """Everything about one synthetic force; `write.py` puts it on disk."""

    force: Force
    scene: Scene
    recorded: Recorded
    patrolled: Patrolled
    maps: dict[str, str]


def generate(force: Force, reference: Reference, progress: Progress = lambda *_: None) -> SyntheticForce:
    """Make a force: the same force and reference tables give the same result, to the last byte.

    Parameters
    ----------
    force
        Seed, scenario, last day, days of patrols and size.
    reference
        Towns, policing areas, offence classes and how many of each, as text frames.
    progress
        Called with steps done, how many there are, and what comes next.
    """
    progress(0, len(STEPS), STEPS[0])
    ground = grounds.lay(force, reference)
    progress(1, len(STEPS), STEPS[1])
    scene = happened(force, reference, ground, progress)
    progress(3, len(STEPS), STEPS[3])
    recorded = _recorded(force, scene)
    progress(4, len(STEPS), STEPS[4])
    patrolled = _patrolled(force, scene, recorded.organisation)
    progress(5, len(STEPS), STEPS[5])
    return SyntheticForce(force, scene, recorded, patrolled, maps.map_files(ground))


def happened(force: Force, reference: Reference, ground: Ground, progress: Progress = lambda *_: None) -> Scene:
    """Let offences happen, choose the hot spots from those before the trial, and let patrols prevent some after."""
    venues = premises(force, ground)
    plan = offence_plan(force, reference)
    chances = risk(force, ground, venues, plan)
    planted = patterns(force)
    events = drawn_events(force, ground, venues, plan, chances).assign(carrier=-1, evidence="")
    events = pd.concat([events, carrier_events(force, plan, chances, planted)], ignore_index=True)
    events = events.sort_values(["minute", "segment", "kind"], kind="stable", ignore_index=True)
    towns = np.sort(ground.segments["town"].unique())
    events["town"] = np.searchsorted(towns, ground.segments["town"].to_numpy())[events["segment"].to_numpy()]
    events["is_violent"] = plan.kinds["is_violent"].to_numpy(dtype=bool)[events["kind"].to_numpy()]
    events["in_scope"] = plan.kinds["in_scope"].to_numpy(dtype=bool)[events["kind"].to_numpy()]
    located = locations.located(force, ground, venues, events)
    cells = _cells(located)
    progress(2, len(STEPS), STEPS[2])
    spots = hot_spots(force, ground, _past(force, events, located, cells))
    allocation = allocate(force, spots.areas)
    gone = trial.prevented(force, spots, allocation.days, events, cells)
    kept = events[~gone].reset_index(drop=True)
    at = Located(located.locations, located.of_event[~gone], located.default_town, located.default_location_ids)
    return Scene(ground, venues, plan, planted, kept, at, spots, allocation, int(gone.sum()), chances.gamma)


def _cells(located: Located) -> NDArray[np.int64]:
    """Return the cell each event is recorded in, -1 for one without a place."""
    e_m = located.locations["e_m"].to_numpy()[located.of_event]
    n_m = located.locations["n_m"].to_numpy()[located.of_event]
    cells = np.full(len(e_m), -1, dtype=np.int64)
    known = np.isfinite(e_m)
    cells[known] = grid.cells_of(e_m[known], n_m[known])
    return cells


def _past(force: Force, events: pd.DataFrame, located: Located, cells: NDArray[np.int64]) -> pd.DataFrame:
    """Return what counted before the trial, as the ranking of places wants it."""
    own = located.locations.take(located.of_event)
    dated_on = np.datetime64(force.first_on, "D") + (events["minute"].to_numpy() // 1440) * np.timedelta64(1, "D")
    past = pd.DataFrame(
        {
            "cell": cells,
            "dated_on": dated_on.astype("datetime64[s]"),
            **{name: own[name].to_numpy(dtype=object) for name in ("premises_id", "street", "town")},
        }
    )
    before = dated_on < np.datetime64(force.trial_first_on, "D")
    counted = before & events["in_scope"].to_numpy(dtype=bool) & (cells >= 0)
    counting: pd.DataFrame = past.loc[counted].reset_index(drop=True)
    return counting


def _recorded(force: Force, scene: Scene) -> Recorded:
    """Write it down as a records system would, and spoil what is spoilt."""
    events, kinds = scene.events, scene.plan.kinds
    owner = records.occurrence_of(force, events, kinds)
    times = recorded_times(force, events)
    cast = persons.cast(force, events, kinds, scene.patterns)
    occurrences, occurrence, wrong = records.occurrences(force, events, owner, scene.located, times)
    offences = records.offences(events, occurrence, kinds)
    ids = offences["offence_id"].to_numpy(dtype=object)
    roles = records.roles(cast, ids)
    tables = {
        "locations.csv": records.location_texts(scene.located),
        "occurrences.csv": occurrences,
        "people.csv": cast.people,
        "offences.csv": offences,
        "roles.csv": roles,
        "weapons.csv": records.weapons(force, events, kinds, roles, ids),
        "injuries.csv": records.injuries(force, events, kinds, roles, ids),
        "outcomes.csv": records.outcomes(force, times, owner, roles, ids),
    }
    own = offences[(events["carrier"] >= 0).to_numpy()]
    protected = {*cast.carrier_person_ids, *own["offence_id"], *own["occurrence_id"]}
    planted = plant(force, tables, protected)
    lpas = scene.ground.areas["lpa"].tolist()
    staff = organisation.organisation(force, lpas, scene.spots.areas, scene.premises)
    bound = orders.bound(force, scene.patterns, cast.carrier_person_ids, _latest_areas(events, occurrences, occurrence))
    staff |= {
        "orders.csv": bound.orders,
        "plans.csv": pd.concat([staff["plans.csv"], bound.plans], ignore_index=True),
        "plan_responses.csv": pd.concat([staff["plan_responses.csv"], bound.responses], ignore_index=True),
    }
    return Recorded(planted, cast, times, owner, wrong, staff)


def _latest_areas(events: pd.DataFrame, occurrences: pd.DataFrame, occurrence: NDArray[np.int64]) -> list[str]:
    """Return the recorded area of the latest event of each planted carrier."""
    own = events["carrier"] >= 0
    area = occurrences["lpa"].to_numpy(dtype=object)[occurrence]
    told = events.assign(area=area)[own].sort_values("minute")
    return told.groupby("carrier")["area"].last().sort_index().tolist()


def _patrolled(force: Force, scene: Scene, staff: Tables) -> Patrolled:
    officer_ids = staff["officers.csv"]["officer_id"].to_numpy(dtype=object)
    made = visits(force, scene.spots, scene.allocation.days, Shifts.of(staff["units.csv"], staff["officers.csv"]))
    days = scene.allocation.days
    files = {
        "hot_spots.csv": hot_spot_file(scene.spots),
        "allocations.csv": days.assign(op_day=days["op_day"].astype(str)),
        "patrols.csv": patrol_records(force, scene.spots, made, officer_ids),
    }
    files["allocations.csv"].insert(0, "trial_id", TRIAL_ID)
    return Patrolled(made, tracks(force, scene.spots, made, officer_ids), files)
