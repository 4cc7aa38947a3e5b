"""Outlines and points in degrees, for maps. The projection is loaded when the first outline is drawn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Lonlat = tuple[float, float]
Path = tuple[Lonlat, ...]


def lonlat_paths(rings_m: Sequence[NDArray[np.float64]]) -> tuple[Path, ...]:
    """Return rings of EPSG:27700 metres, shape (n, 2), as closed paths of lon and lat to about a centimetre."""
    if not rings_m:
        return ()
    lengths = np.cumsum([len(ring) for ring in rings_m])[:-1]
    found = []
    for part in np.split(lonlat(np.concatenate(rings_m)), lengths):
        points = [(float(lon), float(lat)) for lon, lat in part]
        found.append(tuple(points if points[0] == points[-1] else [*points, points[0]]))
    return tuple(found)


def lonlat(points_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points of EPSG:27700 metres, shape (n, 2), as lon and lat."""
    from rasure import geo

    return np.asarray(np.stack(geo.to_wgs84(points_m[:, 0], points_m[:, 1]), axis=-1).round(7), dtype=np.float64)
