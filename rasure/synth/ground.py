"""The ground of a synthetic force: towns, areas, streets, roads and water, all from the seed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from rasure.synth import areas, roads, settlements, streets, water
from rasure.synth.force import Force, Reference


@dataclass(frozen=True, slots=True)
class Ground:
    """Frames in EPSG:27700 metres; see the module that makes each for its columns."""

    places: pd.DataFrame
    areas: pd.DataFrame
    quarters: pd.DataFrame
    segments: pd.DataFrame
    roads: pd.DataFrame
    waters: pd.DataFrame


def lay(force: Force, reference: Reference) -> Ground:
    """Make the ground of a force."""
    places = settlements.settlements(force, reference)
    outlines = areas.policing_areas(force, places)
    outline = shapely.union_all(outlines["outline"].to_numpy())
    quarters = settlements.quarters(force, places)
    country = roads.country_roads(force, places, quarters, outline)
    found = streets.segments(force, places, quarters)
    found = _clear_of(found, country)
    found = found.assign(lpa=lpa_of(outlines, found["e_m"].to_numpy(), found["n_m"].to_numpy()))
    found = found[found["lpa"] != ""].reset_index(drop=True)
    return Ground(places, outlines, quarters, found, country, water.waters(force, places, outline))


def lpa_of(outlines: pd.DataFrame, e_m: np.ndarray, n_m: np.ndarray) -> np.ndarray:
    """Name the policing area of each point; an empty word outside the force."""
    tree = shapely.STRtree(shapely.points(e_m, n_m))
    area, point = tree.query(outlines["outline"].to_numpy(), predicate="contains")
    names = np.array([*outlines["lpa"], ""], dtype=object)
    found = np.full(len(e_m), len(outlines))
    found[point] = area
    return np.asarray(names[found], dtype=object)


def _clear_of(segments: pd.DataFrame, country: pd.DataFrame) -> pd.DataFrame:
    """Leave out small streets that would run along a main road."""
    middles = shapely.points(segments["e_m"].to_numpy(), segments["n_m"].to_numpy())
    near = shapely.STRtree(middles).query(country["shape"].to_numpy(), predicate="dwithin", distance=32.0)[1]
    beside = np.zeros(len(segments), dtype=bool)
    beside[near] = True
    keep = ~beside | (segments["road_class"] != "residential").to_numpy()
    return segments[keep].reset_index(drop=True)
