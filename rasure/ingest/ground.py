"""Giving rows their area and hexagons their place, from whatever boundaries the store holds."""

import csv

import numpy as np
import pandas as pd
import pyarrow as pa

from rasure import geo
from rasure.ingest import boundaries
from rasure.ingest.boundaries import Areas
from rasure.places import grid
from rasure.store.analytics import ground as stored
from rasure.store.store import Store


def held_areas(store: Store) -> Areas | None:
    """Return the policing areas in force, or None before boundaries are loaded."""
    found = stored.area_outlines(store.analytics)
    if found.empty:
        return None
    return Areas.from_wkb(found["code"].tolist(), found["name"].tolist(), [bytes(wkb) for wkb in found["outline_wkb"]])


def with_areas(rows: pd.DataFrame, areas: Areas | None, *, with_outside: bool) -> pd.DataFrame:
    """Add `lpa` (and `outside_force`, empty when nothing can be said) from each row's position."""
    known = rows["e_dm"].notna().to_numpy()
    lpa = np.full(len(rows), None, dtype=object)
    if areas is not None:
        lpa[known] = boundaries.assign(areas, rows["e_dm"][known] / 10, rows["n_dm"][known] / 10)
    added = rows.assign(lpa=pd.array(lpa, dtype="string"))
    if with_outside:
        outside = np.fromiter((found is None for found in lpa), dtype=bool, count=len(lpa)) & known
        is_known = known if areas is not None else np.zeros(len(rows), dtype=bool)
        added["outside_force"] = pd.arrays.BooleanArray(outside, ~is_known)
    return added


def cells_of(cells: pa.ChunkedArray, towns: pd.DataFrame) -> pa.Table:
    """Return the hexagons that offences fell in, outside any study area as far as this load knows."""
    own = np.unique(cells.drop_null().to_numpy())
    e_m, n_m = grid.centres(own)
    lon, lat = geo.to_wgs84(e_m, n_m)
    return pa.table(
        {
            "cell": pa.array(own, pa.int64()),
            "e_m": e_m,
            "n_m": n_m,
            "lon": lon,
            "lat": lat,
            "name": pa.array(boundaries.nearest_name(e_m, n_m, towns), pa.string()),
            "in_force": pa.array(np.zeros(len(own), dtype=bool)),
        }
    )


def towns(store: Store) -> pd.DataFrame:
    """Return the towns that places are named after, as text."""
    with (store.reference_folder / "towns.csv").open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file)))
