"""WGS84 and the British National Grid: one transformer each way, in batches."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

#: A generous box around Great Britain, degrees.
GREAT_BRITAIN = {"lon": (-9.0, 2.1), "lat": (49.5, 61.0)}

Floats = NDArray[np.float64]


def to_bng(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Convert WGS84 degrees to EPSG:27700 metres; not-a-number stays so."""
    return _transform("EPSG:4326", "EPSG:27700", lon, lat)


def to_wgs84(e_m: ArrayLike, n_m: ArrayLike) -> tuple[Floats, Floats]:
    """Convert EPSG:27700 metres to WGS84 degrees; not-a-number stays so."""
    return _transform("EPSG:27700", "EPSG:4326", e_m, n_m)


def in_great_britain(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which positions lie in a generous box around Great Britain; not-a-number does not."""
    lons, lats = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    west, east = GREAT_BRITAIN["lon"]
    south, north = GREAT_BRITAIN["lat"]
    return (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transform(source: str, target: str, first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    known = np.isfinite(x) & np.isfinite(y)
    out_x, out_y = np.full(x.shape, np.nan), np.full(y.shape, np.nan)
    out_x[known], out_y[known] = _transformer(source, target).transform(x[known], y[known])
    return out_x, out_y
