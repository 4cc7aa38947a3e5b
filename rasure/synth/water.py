"""Invented rivers and lakes: one river through the whole force, past half a dozen towns, and its tributaries."""

import numpy as np
import pandas as pd
import shapely

from rasure.synth.force import Force
from rasure.synth.settlements import hosts_only
from rasure.synth.warp import Warp, resampled, smoothed
from rasure.synth.words import river_names

_TRIBUTARIES = 9
_LAKES = 26


def waters(force: Force, places: pd.DataFrame, outline: shapely.Geometry) -> pd.DataFrame:
    """Return rivers and lakes: name, waterway (river, stream or lake), shape in EPSG:27700."""
    rng = force.rng("water")
    meander = Warp.drawn(rng, 1_900.0, 260.0)
    names = river_names(rng, _TRIBUTARIES + 1)
    main = _bent(_main_course(rng, hosts_only(places), outline), meander)
    rows = [(names[0], "river", shapely.linestrings(main))]
    for name in names[1:]:
        course = _bent(_tributary(rng, main), meander)
        rows.append((name, "river" if rng.random() < 0.4 else "stream", shapely.linestrings(course)))
    near = outline.buffer(2_500.0)
    courses = [(name, kind, shapely.intersection(line, near)) for name, kind, line in rows]
    broad = [(names[0], "river", shapely.intersection(shapely.linestrings(main).buffer(24.0, quad_segs=2), near))]
    waters = pd.DataFrame(courses + broad + _lakes(rng, main), columns=["name", "waterway", "shape"])
    return waters.assign(shape=shapely.transform(waters["shape"].to_numpy(), lambda points: np.round(points, 1)))


def _main_course(rng: np.random.Generator, towns: pd.DataFrame, outline: shapely.Geometry) -> np.ndarray:
    """Pass beside the centres of some large towns from north-west to south-east, as the towns stand on the river."""
    west, south, east, north = outline.bounds
    large = towns.head(24)
    down = (large["e_m"] - west) / (east - west) + (north - large["n_m"]) / (north - south)
    large = large.assign(down=down).sort_values("down", ignore_index=True)
    chosen = [0.25, 0.4, 0.52, 0.64, 0.76, 0.9]
    stops = large.iloc[[int(share * (len(large) - 1)) for share in chosen]]
    beside = rng.uniform(500.0, 900.0, size=len(stops))
    angle = rng.uniform(0.0, 2.0 * np.pi, size=len(stops))
    points = np.column_stack([stops["e_m"] + beside * np.cos(angle), stops["n_m"] + beside * np.sin(angle)])
    source = (west - 4_000.0, south + (north - south) * rng.uniform(0.45, 0.8))
    mouth = (east + 6_000.0, south + (north - south) * rng.uniform(0.1, 0.3))
    return np.vstack([source, points, mouth])


def _tributary(rng: np.random.Generator, main: np.ndarray) -> np.ndarray:
    """Run from high ground down to the main river, bending the way it flows."""
    joins = int(rng.uniform(0.12, 0.9) * len(main))
    flow = main[min(joins + 20, len(main) - 1)] - main[max(joins - 20, 0)]
    along = np.arctan2(flow[1], flow[0])
    upward = along + np.pi + rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.3)
    reach = rng.uniform(9_000.0, 26_000.0)
    turn = rng.uniform(-0.5, 0.5)
    middle = main[joins] + 0.5 * reach * np.array([np.cos(upward), np.sin(upward)])
    far = middle + 0.5 * reach * np.array([np.cos(upward + turn), np.sin(upward + turn)])
    return np.vstack([far, middle, main[joins]])


def _bent(course: np.ndarray, meander: Warp) -> np.ndarray:
    fine = smoothed(resampled(course, 900.0), 14)
    fine = resampled(fine, 120.0)
    ease = np.minimum(1.0, np.arange(len(fine))[::-1] / 12.0)[:, np.newaxis]
    return smoothed(np.asarray(fine + meander.shift(fine) * ease), 3)


def _lakes(rng: np.random.Generator, main: np.ndarray) -> list[tuple[str, str, shapely.Geometry]]:
    """Lay old gravel pits along the river."""
    lakes = []
    for spot in main[rng.integers(len(main) // 8, len(main), size=_LAKES)]:
        centre = spot + rng.uniform(250.0, 900.0) * np.array(_unit(rng))
        angles = np.linspace(0.0, 2.0 * np.pi, 26)[:-1]
        size = rng.uniform(90.0, 300.0)
        waves = 0.25 * np.sin(2 * angles + rng.uniform(0, 6)) + 0.12 * np.sin(5 * angles + rng.uniform(0, 6))
        radii = size * (1.0 + waves)
        ring = centre + np.column_stack([radii * np.cos(angles) * 1.4, radii * np.sin(angles)])
        lakes.append(("", "lake", shapely.polygons(ring)))
    return lakes


def _unit(rng: np.random.Generator) -> tuple[float, float]:
    angle = rng.uniform(0.0, 2.0 * np.pi)
    return float(np.cos(angle)), float(np.sin(angle))
