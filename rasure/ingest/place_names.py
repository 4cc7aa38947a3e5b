"""What to call a place nobody has named: "Reading town centre", "1.2 km north-east of Twyford".

A point is named after the town whose pull is strongest: distance divided by the radius a town of that size usually
covers. So a suburb names its own streets, a city names what lies between its suburbs, a village its surroundings.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure import geo

CENTRE_M = 400.0

_PEOPLE_PER_KM2 = 4000.0
_LEAST_RADIUS_M = 500.0
_UNKNOWN_POPULATION = 6000.0
_CHUNK = 16_384
_BEARINGS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_CENTRES = {"city": "city centre", "large town": "town centre", "town": "town centre"}


def nearest_name(e_m: ArrayLike, n_m: ArrayLike, towns: pd.DataFrame) -> NDArray[np.object_]:
    """Name each point (EPSG:27700 metres) after a town; `towns` holds name, lon, lat, population, class as text."""
    east, north = np.asarray(e_m, dtype=np.float64), np.asarray(n_m, dtype=np.float64)
    if towns.empty or not east.size:
        return np.array([_by_grid(x, y) for x, y in zip(east, north, strict=True)], dtype=object)
    known = _measured(towns)
    radius_m = known["radius_m"].to_numpy()
    names = known["name"].to_numpy(dtype=object)
    centres = known["centre"].to_numpy(dtype=object)
    named = np.empty(len(east), dtype=object)
    for start in range(0, len(east), _CHUNK):
        part = slice(start, start + _CHUNK)
        east_of = east[part, np.newaxis] - known["e_m"].to_numpy()
        north_of = north[part, np.newaxis] - known["n_m"].to_numpy()
        apart_m = np.hypot(east_of, north_of)
        town = np.argmin(apart_m / (radius_m + _LEAST_RADIUS_M), axis=1)
        row = np.arange(len(town))
        bearing = _octant(east_of[row, town], north_of[row, town])
        named[part] = [
            _words(names[t], centres[t], distance, radius_m[t], _BEARINGS[b])
            for t, distance, b in zip(town, apart_m[row, town], bearing, strict=True)
        ]
    return named


def _measured(towns: pd.DataFrame) -> pd.DataFrame:
    """Return the towns in a settled order (largest first), with their place in metres and their usual radius."""
    e_m, n_m = geo.to_bng(towns["lon"].astype(float), towns["lat"].astype(float))
    people = pd.to_numeric(towns["population"], errors="coerce").fillna(0.0)
    kind = towns["class"] if "class" in towns else pd.Series("", index=towns.index)
    counted = people.where(people > 0, _UNKNOWN_POPULATION)
    measured = pd.DataFrame(
        {
            "name": towns["name"].astype(str),
            "e_m": e_m,
            "n_m": n_m,
            "people": counted,
            "radius_m": np.sqrt(counted / _PEOPLE_PER_KM2 / np.pi) * 1000.0,
            "centre": kind.map(_CENTRES).fillna("centre"),
        }
    )
    return measured.sort_values(["people", "name"], ascending=[False, True], kind="stable", ignore_index=True)


def _octant(east_of: NDArray[np.float64], north_of: NDArray[np.float64]) -> NDArray[np.int64]:
    degrees = np.degrees(np.arctan2(east_of, north_of))
    return np.rint(degrees / 45.0).astype(np.int64) % len(_BEARINGS)


def _words(name: str, centre: str, distance_m: float, radius_m: float, bearing: str) -> str:
    if distance_m < CENTRE_M:
        return f"{name} {centre}"
    if distance_m <= radius_m:
        return f"{name}, {_distance(distance_m)} {bearing} of the centre"
    return f"{_distance(distance_m)} {bearing} of {name}"


def _distance(distance_m: float) -> str:
    if distance_m < 950.0:
        return f"{round(distance_m / 100.0) * 100} m"
    if distance_m < 9950.0:
        return f"{distance_m / 1000.0:.1f} km".replace(".0 km", " km")
    return f"{distance_m / 1000.0:.0f} km"


def _by_grid(e_m: float, n_m: float) -> str:
    """Name a point by its grid position when no town is known."""
    return f"Easting {e_m:,.0f}, northing {n_m:,.0f}"
