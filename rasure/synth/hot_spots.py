"""The hot spots of the trial: the cells where most happened before it, chosen as the product chooses them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places import eligibility, grid, institutions, ranking, selection
from rasure.synth.force import Force
from rasure.synth.frames import rows
from rasure.synth.ground import Ground, lpa_of

HOT_SPOTS = 34
PATROL_AREAS = 67
SET_ID, VERSION = "DEMO", 1
LEAST_PER_AREA = 2
_MOST_AREAS = 4
_APART_CELLS = 3


@dataclass(frozen=True, slots=True)
class HotSpots:
    """One row a patrol area: hotspot_id, name, lpa, patrol_area_id, patrol_area_name, cell, e_m, n_m, score."""

    areas: pd.DataFrame

    @property
    def ids(self) -> list[str]:
        """Return the hot spots in order."""
        return list(dict.fromkeys(self.areas["hotspot_id"]))


def hot_spots(force: Force, ground: Ground, past: pd.DataFrame) -> HotSpots:
    """Choose hot spots from in-scope offences before the trial.

    `past` has cell, dated_on, premises_id (empty where unknown) and street, one row an offence.
    """
    places = _places(past, force.trial_first_on)
    everything = selection.FirstN(len(places))
    eligible = selection.select_places(places, everything).chosen
    eligible = eligible.assign(lpa=lpa_of(ground.areas, *grid.centres(eligible["cell"].to_numpy())))
    eligible = eligible[eligible["lpa"] != ""].reset_index(drop=True)
    wanted = max(force.share_of(HOT_SPOTS), min(12, len(eligible)))
    grown = _grown(eligible, _seeds(eligible, wanted), round(wanted * PATROL_AREAS / HOT_SPOTS))
    return HotSpots(_named(grown, eligible, past))


def _places(past: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Score every cell and mark the hot institutions, their offences taken out."""
    cells, days = past["cell"].to_numpy(), past["dated_on"].to_numpy()
    flagged = institutions.flag_institutions(cells, past["premises_id"].to_numpy())
    kept = institutions.outside_institutions(cells, past["premises_id"].to_numpy(), flagged)
    harm = np.ones(int(kept.sum()))
    scores = ranking.decay_scores(cells[kept], days[kept], harm, as_of=as_of)
    active = eligibility.activity(cells[kept], days[kept], as_of=as_of)[["cell", "active_years"]]
    return scores.merge(active, on="cell", how="left").assign(institution=False)


def _apart(cell: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many steps on the lattice lie between a cell and others."""
    q, r = grid.unpack(others)
    own_q, own_r = grid.unpack(np.array([cell]))
    dq, dr = q - own_q[0], r - own_r[0]
    return np.asarray((np.abs(dq) + np.abs(dr) + np.abs(dq + dr)) // 2, dtype=np.int64)


def _seeds(eligible: pd.DataFrame, wanted: int) -> list[int]:
    """Take the best cells that keep a distance, first two of every policing area, then the best of all."""
    chosen: list[int] = []

    def take(candidates: pd.DataFrame, most: int) -> None:
        taken = 0
        for (cell,) in rows(candidates, "cell"):
            if taken >= most or len(chosen) >= wanted:
                return
            if not chosen or _apart(cell, np.array(chosen)).min() >= _APART_CELLS + 2:
                chosen.append(int(cell))
                taken += 1

    for lpa in sorted(eligible["lpa"].unique()):
        take(eligible[eligible["lpa"] == lpa], LEAST_PER_AREA)
    take(eligible, wanted)
    return chosen


def _grown(eligible: pd.DataFrame, seeds: list[int], wanted: int) -> dict[int, list[int]]:
    """Add to hot spots the best neighbouring cells, never close to another hot spot, until there are enough areas."""
    grown = {seed: [seed] for seed in seeds}
    count = len(seeds)
    for _ in range(_MOST_AREAS):
        for (cell,) in rows(eligible, "cell"):
            if count >= wanted:
                return grown
            touching = [s for s, own in grown.items() if cell not in own and _apart(cell, np.array(own)).min() == 1]
            others = [c for s, own in grown.items() if s not in touching for c in own]
            if len(touching) != 1 or len(grown[touching[0]]) >= _MOST_AREAS or cell in others:
                continue
            if not others or _apart(cell, np.array(others)).min() >= _APART_CELLS:
                grown[touching[0]].append(int(cell))
                count += 1
    return grown


def _named(grown: dict[int, list[int]], eligible: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Name each hot spot after the street most of its offences were in."""
    score = dict(rows(eligible, "cell", "score"))
    lpa = dict(rows(eligible, "cell", "lpa"))
    order = sorted(grown, key=lambda seed: (lpa[seed], -score[seed], seed))
    found = []
    used: set[str] = set()
    for number, seed in enumerate(order, start=1):
        inside = past[past["cell"].isin(grown[seed])]
        streets = (inside["street"] + ", " + inside["town"]).value_counts()
        ranked = [str(name) for name in streets.sort_index().sort_values(ascending=False, kind="stable").index]
        name = next((street for street in ranked if street not in used), f"Hot spot {number}")
        used.add(name)
        for part, cell in enumerate(grown[seed], start=1):
            e_m, n_m = grid.centres(np.array([cell]))
            found.append(
                (
                    f"HS{number:02d}",
                    name,
                    lpa[seed],
                    f"HS{number:02d}-{part}",
                    cell,
                    e_m[0],
                    n_m[0],
                    score[cell],
                )
            )
    columns = ["hotspot_id", "name", "lpa", "patrol_area_id", "cell", "e_m", "n_m", "score"]
    return pd.DataFrame(found, columns=columns)
