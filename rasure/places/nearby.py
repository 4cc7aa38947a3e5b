"""From national-grid metres to degrees close to a point whose degrees are known, without a projection library."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

_A_M, _E2 = 6_378_137.0, 0.006_694_379_990_14
"""Semi-major axis and squared eccentricity of WGS84."""

_MERIDIAN_LON = -2.0


def degrees_near(
    lon: float, lat: float, east_m: ArrayLike, north_m: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the longitude and latitude of points that many grid metres east and north of (`lon`, `lat`).

    Grid north leans from true north by the convergence `(lon + 2°)·sin lat`; a degree is measured on the WGS84
    ellipsoid. Within 500 m it is right to 0.3 m over Great Britain, the scale of the grid left out.
    """
    east, north = np.asarray(east_m, dtype=np.float64), np.asarray(north_m, dtype=np.float64)
    lean = math.radians(lon - _MERIDIAN_LON) * math.sin(math.radians(lat))
    true_east = east * math.cos(lean) + north * math.sin(lean)
    true_north = north * math.cos(lean) - east * math.sin(lean)
    per_lon_m, per_lat_m = metres_per_degree(lat)
    return lon + true_east / per_lon_m, lat + true_north / per_lat_m


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Give the length of a degree of longitude and of a degree of latitude at a latitude, on the WGS84 ellipsoid."""
    phi = math.radians(lat)
    bend = 1.0 - _E2 * math.sin(phi) ** 2
    per_lon_m = math.radians(1.0) * _A_M * math.cos(phi) / math.sqrt(bend)
    return per_lon_m, math.radians(1.0) * _A_M * (1.0 - _E2) / bend**1.5
