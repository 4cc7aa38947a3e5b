"""Measure the engine beside the libraries an analyst would reach for, in one run on the same data.

A million invented incidents over four years on 140,000 hexagons: rank them, test every hexagon for a cluster, and
draw their density. Each figure is the median of five; where both sides work out the same statistic, the largest
difference is printed. Run it alone with `python -m bench.engine`.
"""

import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from esda.getisord import G_Local
from libpysal.weights import Queen
from scipy.stats import gaussian_kde

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.places import gistar, grid, ranking
from rasure.places.kde import quartic_density
from rasure.services import desk
from rasure.services.scoring import HALF_LIFE_DAYS
from rasure.store.analytics import evidence, offences
from rasure.store.analytics.database import Database
from rasure.store.analytics.offences import Filter
from rasure.terms import Window

INCIDENTS, WIDTH_M, HEIGHT_M = 1_000_000, 80_000, 88_000
LOOKBACK_DAYS = 1461
AS_OF = date(2026, 1, 1)
RUNS = 5
#: What a Gaussian density over all pairs can be waited for.
KDE_INCIDENTS, KDE_CELLS = 20_000, 10_000

_SEED = 1


@dataclass(frozen=True, slots=True)
class Ground:
    """The data of the run: hexagons, incidents in metres with their day, and both sides' own form of them.

    `touching` has its corners rounded to the millimetre, because libpysal finds neighbours by equal corners.
    """

    cells: np.ndarray
    points_m: np.ndarray
    days: np.ndarray
    database: Database
    hexagons: gpd.GeoDataFrame
    touching: gpd.GeoDataFrame
    incidents: gpd.GeoDataFrame


def measure() -> None:
    """Print ours beside theirs, and how many times faster ours was."""
    ground = _ground()
    print(f"{len(ground.days):,} incidents, {ground.cells.size:,} hexagons, medians of {RUNS} runs", flush=True)
    scope = desk.admit(desk.operator(), Action.VIEW_HOT_SPOTS)
    assign, ours_cells = _timed(lambda: grid.cells_of(*ground.points_m.T))
    joined_s, joined = _timed(lambda: gpd.sjoin(ground.incidents, ground.hexagons, predicate="within"))
    theirs_cells = joined["cell"].groupby(level=0).first().reindex(range(len(ground.days)))
    differ = f"{int((theirs_cells != ours_cells).sum())} points differ"
    _say("hexagon of each point", assign, joined_s, "geopandas.sjoin", differ)
    rank, ours = _timed(lambda: _ranked(ground.database, scope))
    theirs_s, theirs = _timed(lambda: _ranked_by_pandas(joined))
    apart = np.abs(ours.set_index("cell")["score"] - theirs["score"]).max()
    _say("decayed score, ranked", rank, theirs_s, "pandas groupby", f"largest difference {apart:.1e}")
    _say("both together", assign + rank, joined_s + theirs_s, "geopandas and pandas")
    counts = _counts(ground.database, scope)["n"].to_numpy()
    near, around = _timed(lambda: gistar.grid_neighbours(ground.cells))
    queen_s, weights = _timed(lambda: _queen(ground.touching))
    _say("neighbours", near, queen_s, "libpysal Queen")
    gi_s, gi = _timed(lambda: gistar.gi_star(counts, around))
    esda_s, z = _timed(lambda: _esda(counts, weights))
    apart = float(np.abs(gi["z"].to_numpy() - z).max())
    _say("Gi*, ours with exact p and q", gi_s, esda_s, "esda, analytic", f"largest difference in z {apart:.1e}")
    _say(
        "rank and Gi*, all of it", assign + rank + near + gi_s, joined_s + theirs_s + queen_s + esda_s, "all of theirs"
    )
    _density(ground)
    ground.database.close()


def _density(ground: Ground) -> None:
    """Time the quartic density against scipy's Gaussian one, another statistic, and check ours against all pairs."""
    centres = np.column_stack(grid.centres(ground.cells))
    few, at = ground.points_m[:KDE_INCIDENTS], centres[:: ground.cells.size // KDE_CELLS][:KDE_CELLS]
    ours_s, ours = _timed(lambda: quartic_density(few, np.ones(len(few)), at))
    theirs_s, _ = _timed(lambda: gaussian_kde(few.T, bw_method=0.01)(at.T))
    some = slice(0, 200)
    apart = np.hypot(*(at[some, None, :] - few[None, :, :]).transpose(2, 0, 1))
    plain = np.where(apart < 300.0, (1 - (apart / 300.0) ** 2) ** 2, 0.0).sum(axis=1) * 3 / (np.pi * 300.0**2)
    off = np.abs(ours[some] - plain).max() / plain.max()
    what = f"density, {KDE_INCIDENTS:,} on {KDE_CELLS:,}"
    _say(what, ours_s, theirs_s, "scipy gaussian_kde", f"largest difference from all pairs {off:.1e}")
    whole_s, _ = _timed(lambda: quartic_density(ground.points_m, np.ones(len(ground.points_m)), centres))
    print(f"density, {len(ground.days):,} on {ground.cells.size:,}: ours {whole_s:.2f} s", flush=True)


def _ground() -> Ground:
    """Make the run's data: streets of unlike busyness, each incident within 40 m of its street's point."""
    rng = np.random.default_rng(_SEED)
    cells = np.sort(grid.cells_in_box(0, 0, WIDTH_M, HEIGHT_M))
    streets = rng.uniform((500, 500), (WIDTH_M - 500, HEIGHT_M - 500), (60_000, 2))
    busy = rng.pareto(1.2, len(streets)) + 0.05
    points = streets[rng.choice(len(streets), INCIDENTS, p=busy / busy.sum())] + rng.normal(0, 40, (INCIDENTS, 2))
    points = np.round(points, 1)
    days = np.datetime64(AS_OF, "D") - rng.integers(1, LOOKBACK_DAYS + 1, INCIDENTS)
    hexagons, touching = (
        gpd.GeoDataFrame({"cell": cells}, geometry=shapely.polygons(corners), crs=27700)
        for corners in (grid.corners(cells), np.round(grid.corners(cells), 3))
    )
    incidents = gpd.GeoDataFrame({"day": days}, geometry=gpd.points_from_xy(*points.T), crs=27700)
    return Ground(cells, points, days, _database(cells, points, days), hexagons, touching, incidents)


def _database(cells: np.ndarray, points_m: np.ndarray, days: np.ndarray) -> Database:
    """Return a store's analytics as a load leaves them: incidents in time order, their hexagon worked out."""
    database, order = Database(), np.argsort(days, kind="stable")
    east, north = grid.centres(cells)
    whole = len(days)
    held = {
        "dated_on": pa.array(days[order]),
        "cell": grid.cells_of(*points_m.T)[order],
        "outside_force": np.zeros(whole, dtype=bool),
        "lpa": pa.array(["A"] * whole),
        "offence_group": pa.array(["violence"] * whole),
        "grade": pa.array(["exact"] * whole),
        "precision": pa.array(["exact"] * whole),
        "harm_days": np.full(whole, 10.0),
        "e_dm": np.rint(points_m[order, 0] * 10).astype(np.int32),
        "n_dm": np.rint(points_m[order, 1] * 10).astype(np.int32),
        "source": pa.array(["niche"] * whole),
    }
    ground = {
        **{"cell": cells, "e_m": east, "n_m": north, "lon": east, "lat": north},
        "lpa": pa.array(["A"] * cells.size),
        "in_force": np.ones(cells.size, dtype=bool),
        "batch_id": np.ones(cells.size, dtype=np.int32),
    }
    with database.transaction() as writer:
        writer.insert("cell", pa.table(ground))
        writer.insert("counted", pa.table(held))
    return database


def _which() -> Filter:
    return Filter(Window(AS_OF - timedelta(days=LOOKBACK_DAYS), AS_OF - timedelta(days=1)))


def _ranked(database: Database, scope: Scope) -> pd.DataFrame:
    window = _which().window
    weights = ranking.day_weights(window.first_on, window.last_on, as_of=AS_OF, half_life_days=HALF_LIFE_DAYS)
    return ranking.ordered(ranking.from_sums(offences.cell_sums(database, scope, _which(), weights)))


def _counts(database: Database, scope: Scope) -> pd.DataFrame:
    return evidence.cell_counts(database, scope, _which())


def _ranked_by_pandas(joined: pd.DataFrame) -> pd.DataFrame:
    ages = (pd.Timestamp(AS_OF) - joined["day"]).dt.days
    weighed = joined.assign(score=0.5 ** (ages / HALF_LIFE_DAYS), harm=10.0 * 0.5 ** (ages / HALF_LIFE_DAYS))
    summed = weighed.groupby("cell").agg(
        n=("score", "size"), score=("score", "sum"), harm=("harm", "sum"), last_on=("day", "max")
    )
    return summed.sort_values(["score", "harm", "last_on"], ascending=False)


def _queen(hexagons: gpd.GeoDataFrame) -> Queen:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Queen.from_dataframe(hexagons, use_index=False, silence_warnings=True)


def _esda(counts: np.ndarray, weights: Queen) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = G_Local(counts.astype(float), weights, transform="B", star=True, permutations=0)
    return np.asarray(found.Zs)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median of some runs in seconds, and what the last one gave."""
    took, found = [], None
    for _ in range(RUNS):
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    return statistics.median(took), found


def _say(what: str, ours_s: float, theirs_s: float, whose: str, agreement: str = "") -> None:
    said = f"{what}: ours {_seconds(ours_s)}, {whose} {_seconds(theirs_s)}, {theirs_s / ours_s:.0f} times"
    print(f"{said}; {agreement}" if agreement else said, flush=True)


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"


if __name__ == "__main__":
    measure()
