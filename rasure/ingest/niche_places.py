"""Where the records system says things happened: cell, policing area, and how far the point can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rasure.ingest import boundaries
from rasure.ingest.boundaries import Areas
from rasure.ingest.grid_positions import metres, placed
from rasure.ingest.niche_contract import INSTITUTIONS
from rasure.terms import Grade

#: A point further than this from the area recorded for it contradicts the record.
SUSPECT_M = 2000.0
#: One exact point recorded for so many different streets is where the geocoder puts what it cannot find.
DEFAULT_POINT_STREETS = 5


@dataclass(frozen=True, slots=True)
class Lpas:
    """The policing areas in force, by code or name in any case; without boundaries, areas are taken as recorded."""

    areas: Areas | None
    codes: Mapping[str, str]

    @classmethod
    def of(cls, areas: Areas | None) -> "Lpas":
        if areas is None:
            return cls(None, {})
        named = {name.casefold(): code for code, name in zip(areas.codes, areas.names, strict=True)}
        return cls(areas, named | {code.casefold(): code for code in areas.codes})

    def recorded(self, texts: pd.Series) -> pd.Series:
        """Return the code of each area as recorded, missing where it is not one in force."""
        if self.areas is None:
            return texts.astype("str")
        return texts.str.casefold().map(dict(self.codes)).astype("str")

    def unknown(self, texts: pd.Series) -> int:
        """Return how many rows name an area that is not in force."""
        return int((texts.notna() & self.recorded(texts).isna()).sum())

    def around(self, e_dm: pd.Series, n_dm: pd.Series) -> pd.Series:
        """Return the code of the area each point lies in, missing where there is none."""
        found = np.full(len(e_dm), None, dtype=object)
        known = e_dm.notna().to_numpy(dtype=bool)
        if self.areas is not None:
            found[known] = boundaries.assign(self.areas, *_points(e_dm[known], n_dm[known]))
        return pd.Series(found, index=e_dm.index, dtype="str")

    def far_from(self, codes: pd.Series, e_dm: pd.Series, n_dm: pd.Series) -> NDArray[np.bool_]:
        """Say which points lie more than 2 km outside the area of that code."""
        far = np.zeros(len(codes), dtype=bool)
        if self.areas is None:
            return far
        judged = np.flatnonzero((codes.notna() & e_dm.notna()).to_numpy(dtype=bool))
        outlines = np.asarray(self.areas.outlines, dtype=object)
        shapely.prepare(outlines)
        own = outlines[pd.Index(self.areas.codes).get_indexer(pd.Index(codes.iloc[judged]))]
        points = shapely.points(*_points(e_dm.iloc[judged], n_dm.iloc[judged]))
        outside = np.flatnonzero(~shapely.intersects(own, points))
        far[judged[outside]] = shapely.distance(own[outside], points[outside]) > SUSPECT_M
        return far


def located(rows: pd.DataFrame, lpas: Lpas) -> pd.DataFrame:
    """Shape received locations as rows of the location table; `grade` is for `graded` to say."""
    points = placed(*metres(rows)).set_axis(rows.index)
    return pd.DataFrame(
        {
            "location_id": rows["location_id"],
            "name": rows["name"],
            "kind": rows["kind"],
            "is_institution": rows["kind"].isin(INSTITUTIONS),
            "is_public": rows["is_public"],
            "e_dm": points["e_dm"],
            "n_dm": points["n_dm"],
            "cell": points["cell"],
            "lpa": lpas.recorded(rows["lpa"]).fillna(lpas.around(points["e_dm"], points["n_dm"])),
            "grade": Grade.NONE.value,
            "premises_id": rows["premises_id"],
            "street": rows["street"],
            "town": rows["town"],
            "precision": rows["precision"],
            "lpa_recorded": rows["lpa"],
            "row_key": rows["row_key"],
            "row_hash": rows["row_hash"],
        }
    )


def graded(locations: pd.DataFrame, lpas: Lpas) -> pd.DataFrame:
    """Grade locations; every location at the points concerned must be among them, or default points go unseen."""
    placed_at = locations["e_dm"].notna().to_numpy(dtype=bool)
    far = lpas.far_from(lpas.recorded(locations["lpa_recorded"]), locations["e_dm"], locations["n_dm"])
    precision = locations["precision"]
    grade = np.select(
        [~placed_at, is_default_point(locations) | (precision == "centroid"), far | (precision == "unknown")],
        [Grade.NONE.value, Grade.CENTROID.value, Grade.SUSPECT.value],
        precision,
    )
    return locations.assign(grade=pd.array(grade, dtype="str"))


def is_default_point(locations: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which locations share their exact point with so many other streets that it is nobody's address."""
    called = locations["street"].fillna(locations["name"]).fillna(locations["location_id"]).str.casefold()
    known = locations["e_dm"].notna()
    streets = called[known].groupby([locations["e_dm"][known], locations["n_dm"][known]]).transform("nunique")
    return (streets.reindex(locations.index).fillna(0) >= DEFAULT_POINT_STREETS).to_numpy(dtype=bool)


def _points(e_dm: pd.Series, n_dm: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return e_dm.to_numpy(dtype=float) / 10, n_dm.to_numpy(dtype=float) / 10
