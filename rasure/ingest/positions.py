"""Positions that cannot be: half given, zero, swapped, or outside Great Britain."""

import numpy as np
from numpy.typing import NDArray

from rasure import geo
from rasure.ingest.contract import Typed
from rasure.ingest.dialect import Fault


def position_faults(rows: Typed, lon: str, lat: str) -> tuple[NDArray[np.bool_], list[Fault]]:
    """Return which rows have an impossible WGS84 position, and the fault of each; no position is no fault."""
    lons = rows.values[lon].to_numpy().astype(float)
    lats = rows.values[lat].to_numpy().astype(float)
    has_lon, has_lat = np.isfinite(lons), np.isfinite(lats)
    both = has_lon & has_lat
    zero = both & (lons == 0) & (lats == 0)
    inside = geo.in_great_britain(lons, lats)
    swapped = both & ~inside & geo.in_great_britain(lats, lons)
    outside = both & ~inside & ~swapped & ~zero
    faults = []
    for mask, reason, explanation in (
        (has_lon ^ has_lat, "half_a_position", "Only one of longitude and latitude is given."),
        (zero, "position_zero", "The position is (0, 0), which stands for not known: leave both empty instead."),
        (swapped, "position_swapped", "Longitude and latitude are swapped."),
        (outside, "position_outside", "The position lies outside Great Britain."),
    ):
        for i in np.flatnonzero(mask):
            value = f"{rows.texts[lon][int(i)].as_py()}, {rows.texts[lat][int(i)].as_py()}"
            faults.append(Fault(int(rows.lines[i]), f"{lon}, {lat}", value, reason, explanation))
    return (has_lon ^ has_lat) | zero | swapped | outside, faults
