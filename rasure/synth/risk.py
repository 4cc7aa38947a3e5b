"""How offences fall on segments: few places hold most, more so the law of crime concentration says, and slowly move.

Weisburd (2015): about half of crime on 4-6 % of street segments, a quarter on 1-2 %, much the same from year to year.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places import grid
from rasure.synth.clocks import SETTINGS
from rasure.synth.force import LOOKBACK_DAYS, Force
from rasure.synth.ground import Ground
from rasure.synth.offence_plan import OffencePlan
from rasure.synth.settlements import hosts_only

TOP_SHARE = 0.49
"""Planted: share of in-scope offences expected in the top 5 % of the cells that have any."""

YEARS = 4
CEILING = 0.997
"""Share of segments below the level at which risk saturates."""

QUIET_BELOW_PEOPLE = 15_000.0
"""Smaller towns and villages have less trouble even for their size."""

DRIFT_SD = 0.32
DRIFT_KEPT = 0.75
TURNOVER = 0.05
"""Planted: share of cells whose trouble begins or ends within the four years."""

#: Which premises draw the offences of a setting, and how many of them happen there rather than in the street.
AT_PREMISES = {
    "night": ({"licensed_premises": 1.0}, 0.42),
    "street": ({"station": 2.0, "park": 0.5, "shop": 0.3}, 0.12),
    "school": ({"school": 1.0, "park": 0.6, "station": 2.0}, 0.55),
    "home": ({}, 0.0),
    "shop": ({"shop": 1.0}, 0.94),
    "inside": ({"prison": 5.0, "hospital": 1.6}, 1.0),
}

Weights = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Risk:
    """Chances of each segment by setting, of each premises by setting, and what time does to them (cells by year)."""

    of_segments: Weights
    of_premises: Weights
    drift: NDArray[np.float64]
    gamma: float


def risk(force: Force, ground: Ground, premises: pd.DataFrame, plan: OffencePlan) -> Risk:
    """Weigh every segment and every premises, so concentrated that the planted share comes out."""
    rng = force.rng("risk")
    plain = _plain(rng, ground, premises, force.scale)
    cells = grid.cells_of(ground.segments["e_m"], ground.segments["n_m"])
    known, cell = np.unique(cells, return_inverse=True)
    expected = dict(zip(SETTINGS, plan.expected(in_scope_only=True), strict=True))
    gamma = _calibrated(plain, premises, cell, expected)
    of_segments = {name: _steepened(weights, gamma) for name, weights in plain.items()}
    of_premises = {name: _premises_weights(premises, of_segments[name], name) for name in SETTINGS}
    return Risk(of_segments, of_premises, _drift(rng, len(known))[cell], gamma)


def _plain(rng: np.random.Generator, ground: Ground, premises: pd.DataFrame, scale: float) -> Weights:
    """Weigh segments by how central, how busy and how troubled they are."""
    segments, size = ground.segments, len(ground.segments)
    centre, people = _centrality(ground)
    busy = (people / people.max()) ** 0.9
    town = np.minimum(1.0, people / scale / QUIET_BELOW_PEOPLE) ** 0.75
    quarter = ground.quarters.loc[segments["quarter"].to_numpy()]
    parade = np.exp(
        -np.hypot(
            segments["e_m"].to_numpy() - quarter["e_m"].to_numpy(),
            segments["n_m"].to_numpy() - quarter["n_m"].to_numpy(),
        )
        / 170.0
    )
    troubled = np.exp(rng.normal(0.0, 0.65, size=len(ground.quarters)))[segments["quarter"].to_numpy()]
    drinking = _counted(premises, "licensed_premises", size)
    noise = {name: np.exp(rng.normal(0.0, 0.85, size=size)) for name in ("night", "street", "school", "home")}
    street = (0.05 + 0.55 * parade * troubled + 9.0 * busy * np.exp(-centre / 420.0)) * noise["street"]
    plain = {
        "night": busy * (0.02 + np.exp(-centre / 300.0)) * (0.12 + drinking) * noise["night"],
        "street": street * np.where(segments["road_class"] == "tertiary", 1.6, 1.0) * np.sqrt(troubled),
        "school": 0.06 * street + 0.3 * _counted(premises, "school", size) * noise["school"],
        "home": troubled * noise["home"],
        "shop": 0.01 * street + _counted(premises, "shop", size),
        "inside": np.full(size, 1.0),
    }
    return {name: weights * town for name, weights in plain.items()}


def _centrality(ground: Ground) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each segment's metres to the centre of its town, and the people of the town."""
    towns = hosts_only(ground.places).set_index("name").loc[ground.segments["town"].to_numpy()]
    apart = np.hypot(
        ground.segments["e_m"].to_numpy() - towns["e_m"].to_numpy(),
        ground.segments["n_m"].to_numpy() - towns["n_m"].to_numpy(),
    )
    return apart, towns["people"].to_numpy(dtype=np.float64)


def _counted(premises: pd.DataFrame, kind: str, size: int) -> NDArray[np.float64]:
    own = premises[premises["kind"] == kind]
    counted = np.bincount(own["segment"].to_numpy(), weights=own["pull"].to_numpy(dtype=np.float64), minlength=size)
    return np.asarray(counted, dtype=np.float64)


def _premises_weights(premises: pd.DataFrame, of_segments: NDArray[np.float64], setting: str) -> NDArray[np.float64]:
    kinds, _ = AT_PREMISES[setting]
    factor = premises["kind"].map(kinds).fillna(0.0).to_numpy(dtype=np.float64)
    around = of_segments[premises["segment"].to_numpy()]
    own = premises["pull"].to_numpy() if setting not in ("shop", "inside") else 0.5 + 0.5 * premises["pull"].to_numpy()
    return np.asarray(factor * np.sqrt(own) * np.sqrt(around / around.mean()))


def _calibrated(plain: Weights, premises: pd.DataFrame, cell: NDArray[np.int64], expected: dict[str, float]) -> float:
    """Find the power of the weights at which the top 5 % of the cells with any hold the planted share."""
    low, high = 0.4, 3.5
    for _ in range(16):
        gamma = (low + high) / 2.0
        counts = np.zeros(int(cell.max()) + 1)
        for name, weights in plain.items():
            powered = _steepened(weights, gamma)
            _, at_premises = AT_PREMISES[name]
            own = powered / powered.sum() * expected[name] * (1.0 - at_premises)
            if at_premises:
                share = _premises_weights(premises, powered, name)
                own += np.bincount(premises["segment"], share / share.sum(), len(own)) * expected[name] * at_premises
            counts += np.bincount(cell, own)
        low, high = (gamma, high) if _top_share(counts) < TOP_SHARE else (low, gamma)
    return gamma


def _steepened(weights: NDArray[np.float64], gamma: float) -> NDArray[np.float64]:
    """Raise weights to a power and bend the highest back: no street grows without limit."""
    powered = weights**gamma
    return np.asarray(1.0 / (1.0 / powered + 1.0 / np.quantile(powered, CEILING)))


def _top_share(expected: NDArray[np.float64]) -> float:
    """Return the share of the top 5 % of cells with any offence, given each cell's expected number."""
    with_any = (1.0 - np.exp(-expected)).sum()
    descending = np.sort(expected)[::-1]
    return float(descending[: max(1, round(0.05 * with_any))].sum() / descending.sum())


def _drift(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """Return what each year does to each cell: most stay, some begin, some end."""
    log = rng.normal(0.0, DRIFT_SD, size=size)
    years = [log]
    for _ in range(YEARS - 1):
        log = DRIFT_KEPT * log + rng.normal(0.0, DRIFT_SD * np.sqrt(1 - DRIFT_KEPT**2), size=size)
        years.append(log)
    drift = np.exp(np.column_stack(years))
    turns = np.flatnonzero(rng.random(size) < TURNOVER)
    first = rng.integers(1, YEARS, size=len(turns))
    begins = rng.random(len(turns)) < 0.5
    before = np.arange(YEARS) < first[:, np.newaxis]
    drift[turns] *= np.where(before == begins[:, np.newaxis], 0.12, 1.0)
    return np.asarray(drift)


def year_of(minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which quarter of the four years each minute falls in."""
    return np.asarray(np.minimum(minutes // 1440 * YEARS // LOOKBACK_DAYS, YEARS - 1), dtype=np.int64)
