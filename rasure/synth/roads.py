"""Invented roads between towns: motorways past them, main roads to and through them."""

import numpy as np
import pandas as pd
import shapely

from rasure.synth.force import Force
from rasure.synth.frames import rows
from rasure.synth.settlements import hosts_only
from rasure.synth.warp import Warp, bent, resampled, smoothed
from rasure.synth.words import street_stems

_MOTORWAYS = ("M34", "M38", "M63")
"""Numbers no motorway of Great Britain carries."""

_MAIN_ROAD_PEOPLE = 9_000.0
_CITY_PEOPLE = 70_000.0


def country_roads(
    force: Force, places: pd.DataFrame, quarters: pd.DataFrame, outline: shapely.Geometry
) -> pd.DataFrame:
    """Return motorways, roads between towns and between their quarters.

    Columns: name, road_class (motorway, primary, secondary), shape in EPSG:27700.
    """
    rng = force.rng("roads")
    towns = hosts_only(places)
    found = _motorways(rng, towns, outline)
    pairs = _joined(towns)
    names = street_stems(rng, len(pairs))
    warp = Warp.drawn(rng, 3_600.0, 330.0)
    points = towns[["e_m", "n_m"]].to_numpy()
    people = towns["people"].to_numpy() / force.scale
    for (a, b), name in zip(pairs, names, strict=True):
        is_main = min(people[a], people[b]) >= _MAIN_ROAD_PEOPLE or max(people[a], people[b]) >= _CITY_PEOPLE
        named = f"Great {name} Road" if is_main else f"{name} Road"
        found.append((named, "primary" if is_main else "secondary", bent(points[[a, b]], warp, 220.0)))
    found += _ways_out(rng, towns[people >= _MAIN_ROAD_PEOPLE * 2], outline, warp)
    found += _between_quarters(rng, quarters, Warp.drawn(rng, 1_500.0, 60.0))
    shapes = shapely.transform([shapely.linestrings(path) for _, _, path in found], lambda points: np.round(points, 1))
    return pd.DataFrame({"name": [row[0] for row in found], "road_class": [row[1] for row in found], "shape": shapes})


def _between_quarters(
    rng: np.random.Generator, quarters: pd.DataFrame, warp: Warp
) -> list[tuple[str, str, np.ndarray]]:
    """Join the quarters of each town by roads that winding streets can hang on."""
    found = []
    for _, own in quarters.groupby("town", sort=False):
        points = own[["e_m", "n_m"]].to_numpy()
        pairs = _joined(own)
        for (a, b), stem in zip(pairs, street_stems(rng, len(pairs)), strict=True):
            found.append((f"{stem} Road", "secondary", bent(points[[a, b]], warp, 160.0)))
    return found


def _joined(spots: pd.DataFrame) -> list[tuple[int, int]]:
    """Join two spots when no third lies in the circle between them (Gabriel's graph)."""
    points = spots[["e_m", "n_m"]].to_numpy()
    squared = ((points[:, np.newaxis, :] - points[np.newaxis, :, :]) ** 2).sum(axis=-1)
    pairs = []
    for a in range(len(points)):
        for b in range(a + 1, len(points)):
            nearer = squared[a] + squared[b] < squared[a, b]
            nearer[[a, b]] = False
            if not nearer.any():
                pairs.append((a, b))
    return pairs


def _ways_out(
    rng: np.random.Generator, towns: pd.DataFrame, outline: shapely.Geometry, warp: Warp
) -> list[tuple[str, str, np.ndarray]]:
    """Lead main roads from towns near the edge of the force out of it."""
    middle = np.array(outline.centroid.coords[0])
    edge = shapely.boundary(outline)
    found = []
    for (e_m, n_m), stem in zip(rows(towns, "e_m", "n_m"), street_stems(rng, len(towns)), strict=True):
        here = np.array([e_m, n_m])
        if edge.distance(shapely.points(here)) > 16_000.0:
            continue
        away = (here - middle) / np.hypot(*(here - middle))
        found.append((f"Great {stem} Road", "primary", bent(np.vstack([here, here + away * 19_000.0]), warp, 220.0)))
    return found


def _motorways(
    rng: np.random.Generator, towns: pd.DataFrame, outline: shapely.Geometry
) -> list[tuple[str, str, np.ndarray]]:
    """Cross the force on long curves that keep outside every large town."""
    west, south, east, north = outline.bounds
    width, height = east - west, north - south
    ends = [
        ((west - 5e3, south + height * rng.uniform(0.1, 0.3)), (east + 5e3, south + height * rng.uniform(0.12, 0.3))),
        ((west + width * rng.uniform(0.1, 0.3), north + 5e3), (east + 5e3, south + height * rng.uniform(0.2, 0.35))),
        ((west + width * rng.uniform(0.3, 0.4), north + 5e3), (west + width * rng.uniform(0.3, 0.45), south - 6e3)),
    ]
    large = towns[towns["radius_m"] > 1_200.0]
    sway = Warp.drawn(rng, 17_000.0, 1_300.0)
    found = []
    for name, (start, end) in zip(_MOTORWAYS, ends, strict=True):
        path = bent(np.array([start, end]), sway, 500.0)
        for _ in range(40):
            path = smoothed(_outside(path, large), 4)
        path = smoothed(_outside(path, large), 2)
        found.append((name, "motorway", resampled(path, 300.0)))
    return found


def _outside(path: np.ndarray, towns: pd.DataFrame) -> np.ndarray:
    """Push the points of a path out of every built-up area."""
    moved = path.copy()
    for e_m, n_m, radius_m in rows(towns, "e_m", "n_m", "radius_m"):
        centre = np.array([e_m, n_m])
        away = moved - centre
        apart = np.hypot(away[:, 0], away[:, 1])
        inside = apart < 1.12 * radius_m
        moved[inside] = centre + away[inside] / np.maximum(apart[inside], 1.0)[:, np.newaxis] * (1.12 * radius_m)
    return moved
