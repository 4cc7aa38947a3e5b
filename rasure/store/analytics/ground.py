"""The ground: policing areas, their outlines, and the hexagons."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from rasure.store.analytics.database import Database
from rasure.store.statements import Statements
from rasure.terms import Area

_SQL = Statements.beside(__file__)

Bounds = tuple[float, float, float, float]


def areas(database: Database) -> list[Area]:
    """Return the policing areas, by name; empty before boundaries are loaded."""
    return [Area(code, name) for code, name, *_ in database.rows(_SQL["areas"])]


def area_outlines(database: Database) -> pd.DataFrame:
    """Return code, name, outline_wkb (EPSG:27700) of every area, by code."""
    return database.frame(_SQL["area_outlines"])


def outline(database: Database, kind: str = "lpa") -> str | None:
    """Return the outlines for drawing as GeoJSON text, or None before boundaries are loaded."""
    found = database.value(_SQL["outline"], {"kind": kind})
    return None if found is None else str(found)


def study_cells(database: Database, lpa: str | None = None) -> int:
    """Return the number of hexagons in the force or one area; 0 before boundaries are loaded."""
    return int(database.value(_SQL["study_cells"], {"any_lpa": lpa is None, "lpa": lpa or ""}))


def cells(database: Database, wanted: Sequence[int]) -> pd.DataFrame:
    """Return cell, lon, lat, lpa, name, street of the hexagons asked for, in no particular order."""
    incoming = pa.table({"cell": pa.array(wanted, pa.int64())})
    return database.frame_over(incoming, _SQL["cells"])


def area_cells(database: Database, lpa: str) -> NDArray[np.int64]:
    """Return the hexagons of one area, in no particular order."""
    return np.asarray(database.arrow(_SQL["area_cells"], {"lpa": lpa})["cell"].to_numpy(), dtype=np.int64)


def bounds(database: Database, lpa: str | None = None) -> Bounds | None:
    """Return west, south, east, north in degrees, or None when nothing has a place."""
    (found,) = database.rows(_SQL["bounds"], {"any_lpa": lpa is None, "lpa": lpa or ""})
    return None if found[0] is None else (found[0], found[1], found[2], found[3])
