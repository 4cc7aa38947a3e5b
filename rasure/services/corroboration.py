"""Does another way of looking agree with the ranking: clusters (Gi*), density, and a lattice laid elsewhere.

None of these ranks places. Each says something about the ranking of the same question.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.access.scope import Scope
from rasure.places import gistar, grid, stability
from rasure.places.breaks import round_breaks
from rasure.places.days import ages_days, as_days
from rasure.places.kde import BANDWIDTH_M, quartic_density
from rasure.services import hot_spots
from rasure.services.hot_spots import Question
from rasure.services.scoring import HALF_LIFE_DAYS
from rasure.store.analytics import evidence
from rasure.store.store import Store
from rasure.terms import Measure

HOT_Q = 0.05
"""Share of the hexagons called hot that may be so by chance."""

TOP = 50
MOVES = len(stability.THIRDS)

COLUMNS = ("rank", "cell", "place", "lpa", "offences", "survived", "moves", "with_neighbours", "z", "p", "q", "hot")
"""Columns of the leading places with what corroborates each, wherever they leave as CSV."""

_SEED = 1
_SHADES = 6
_M2_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Clusters:
    """Gi* of a selection, over all `tested` hexagons of the study area, zeros included.

    `cells` holds cell, n, around (n with its neighbours'), z, p, q, hot of those with an offence or called hot.
    Without `has_ground` no boundaries are loaded: the empty hexagons are unknown, and nothing can be called hot.
    """

    cells: pd.DataFrame
    tested: int
    has_ground: bool

    @property
    def hot(self) -> int:
        return int(self.cells["hot"].sum())

    def of(self, wanted: ArrayLike) -> pd.DataFrame:
        """Return the rows of the hexagons asked for, in their order; one without an offence has no figures."""
        return self.cells.set_index("cell").reindex(np.asarray(wanted, dtype=np.int64)).reset_index()


@dataclass(frozen=True, slots=True)
class Density:
    """Decayed offences per square kilometre at the centres of hexagons: cell, per_km2, those above the first break."""

    cells: pd.DataFrame
    breaks: tuple[float, ...]
    bandwidth_m: float
    half_life_days: int


@dataclass(frozen=True, slots=True)
class Stability:
    """`places` holds cell, rank, survived (of `MOVES`) for the leading places; `halves` the three half-cell moves."""

    places: pd.DataFrame
    halves: pd.DataFrame


def clusters(store: Store, scope: Scope, question: Question) -> Clusters:
    """Compare each hexagon and its neighbours with all sets of as many hexagons, by count (methods.md 1.5)."""
    counted = _counted(store, scope, question)
    cells, n = counted["cell"].to_numpy(np.int64), counted["n"].to_numpy(np.int64)
    around = neighbours(cells)
    found = gistar.gi_star(n, around, rng=np.random.default_rng(_SEED))
    found.insert(0, "cell", cells)
    found.insert(1, "n", n)
    found.insert(2, "around", n + np.where(around >= 0, n[around], 0).sum(axis=1))
    has_ground = bool(counted["in_area"].any())
    found["hot"] = (found["q"] <= HOT_Q) & has_ground
    shown = found[found["hot"] | (found["n"] > 0)].reset_index(drop=True)
    return Clusters(shown, len(found), has_ground)


def density(store: Store, scope: Scope, question: Question) -> Density:
    """Give the kernel density of the decayed offences, or harm, at the centres of the hexagons (methods.md 1.6)."""
    weighed = _weighed(store, scope, question)
    cells = _counted(store, scope, question)["cell"].to_numpy(np.int64)
    at = np.column_stack(grid.centres(cells))
    per_km2 = quartic_density(weighed.points_m, weighed.weights, at, bandwidth_m=BANDWIDTH_M) * _M2_PER_KM2
    breaks = round_breaks(per_km2, classes=_SHADES + 1)
    shown = per_km2 >= (breaks[0] if breaks else np.inf)
    found = pd.DataFrame({"cell": cells[shown], "per_km2": per_km2[shown]})
    return Density(found, breaks, BANDWIDTH_M, HALF_LIFE_DAYS)


def stable_places(store: Store, scope: Scope, question: Question, leading: ArrayLike) -> Stability:
    """Say of each leading place in how many lattices laid elsewhere it is still among as many leading places."""
    cells = np.asarray(leading, dtype=np.int64)
    weighed = _weighed(store, scope, question)
    east, north = weighed.points_m[:, 0], weighed.points_m[:, 1]

    def choose(moved: NDArray[np.int64]) -> NDArray[np.int64]:
        return stability.heaviest(moved, weighed.weights, cells.size)

    places = stability.shift_counts(east, north, choose, chosen=cells)
    places.insert(1, "rank", np.arange(1, cells.size + 1))
    return Stability(places, stability.shift_survival(east, north, choose, chosen=cells))


def as_rows(places: pd.DataFrame, stable: Stability, found: Clusters) -> list[dict[str, object]]:
    """Return the leading places, named, as plain rows of `COLUMNS`; what has no figure is None."""
    survived = dict(zip(stable.places["cell"], stable.places["survived"], strict=True))
    tested = found.of(places["cell"]).to_dict("records")
    rows: list[dict[str, object]] = []
    for place, test in zip(places.to_dict("records"), tested, strict=True):
        figures = {name: _figure(test[name]) for name in ("z", "p", "q")}
        rows.append(
            {
                "rank": int(place["rank"]),
                "cell": str(place["cell"]),
                "place": place["place"],
                "lpa": place["lpa"] if isinstance(place["lpa"], str) else None,
                "offences": int(place["n"]),
                "survived": int(survived[place["cell"]]),
                "moves": MOVES,
                "with_neighbours": int(test["around"]),
                **figures,
                "hot": bool(test["hot"]),
            }
        )
    return rows


def neighbours(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the neighbour table of these hexagons, kept for as long as the same hexagons are asked about.

    The hexagons themselves are the key, so a load of other outlines can never meet an old table.
    """
    return _neighbours(cells.tobytes())


@lru_cache(maxsize=4)
def _neighbours(cells: bytes) -> NDArray[np.int64]:
    table = gistar.grid_neighbours(np.frombuffer(cells, dtype=np.int64))
    table.flags.writeable = False
    return table


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Points of offences in metres, shape (n, 2), and what each weighs on the day asked for."""

    points_m: NDArray[np.float64]
    weights: NDArray[np.float64]


def _counted(store: Store, scope: Scope, question: Question) -> pd.DataFrame:
    """Count the offences of every hexagon, without those the ranking sets apart: cell, n, in_area."""
    which, _ = hot_spots.selection(store, scope, question)
    return evidence.cell_counts(store.analytics, scope, which, hot_spots.set_apart(store, scope, question))


def _weighed(store: Store, scope: Scope, question: Question) -> _Weighed:
    """Add up the decayed weight of each point, in the order of points and days."""
    which, _ = hot_spots.selection(store, scope, question)
    apart = hot_spots.set_apart(store, scope, question)
    rows = evidence.point_days(store.analytics, scope, which, question.measure, apart)
    ages = ages_days(as_days(rows["dated_on"].to_numpy()), question.as_of)
    weights = rows["mass"].to_numpy(np.float64) * np.exp2(-ages / HALF_LIFE_DAYS)
    points = rows[["cell", "e_dm", "n_dm"]].to_numpy(np.int64)
    starts = np.flatnonzero(np.r_[True, (points[1:] != points[:-1]).any(axis=1)]) if len(rows) else np.zeros(0, int)
    summed = np.add.reduceat(weights, starts) if len(rows) else weights
    return _Weighed(points[starts, 1:] / 10.0, summed)


def measure_words(measure: Measure) -> str:
    """Return what a density is a density of."""
    return {Measure.COUNT: "offences", Measure.HARM: "days of harm", Measure.SQRT_HARM: "roots of harm"}[measure]


def p_words(value: float) -> str:
    """Write a p or q to two figures, under 0.001 as <0.001."""
    return "<0.001" if value < 0.001 else f"{value:.2g}"


def _figure(value: float) -> float | None:
    """Return a figure to six significant digits, however far in the tail, or None."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
