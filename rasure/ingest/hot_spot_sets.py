"""Hot-spot sets as they come in: what makes a row impossible, and the three tables a set becomes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rasure.ingest.grid_positions import GREAT_BRITAIN, metres, placed
from rasure.ingest.niche_places import Lpas
from rasure.ingest.received import KEY_SEPARATOR, Received
from rasure.store.analytics import held
from rasure.store.store import Store

#: A patrol area larger than this is no place an officer can walk in a quarter of an hour.
_MOST_M2 = 1_000_000.0
_OF_HOT_SPOT = ["name", "lpa", "contact", "daily_cap", "tasks"]

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made a set, by what rule (as JSON text), from which data version, and what they noted."""

    created_by: str
    rule: str
    data_version: str
    note: str | None = None


def check(file: Received) -> None:
    """Reject rows that contradict each other, and outlines that are none."""
    of_version, of_spot = ["set_id", "version"], ["set_id", "version", "hotspot_id"]
    _reject_disagreeing(file, of_version, ["set_name"], "One version of a set has one name.")
    _reject_disagreeing(file, of_spot, _OF_HOT_SPOT, "All rows of a hot spot must say the same of it.")
    said = "An outline is one WKT POLYGON without a crossing, in EPSG:27700 metres, of at most a square kilometre."
    file.reject(_is_no_outline(file.rows["outline"]), "outline", "not_an_outline", said)
    shapes = _shapes(file.rows["outline"])
    elsewhere = ~shapely.is_missing(shapes) & ~shapely.intersects_xy(shapes, *metres(file.rows))
    said = "The point must lie in the outline given for the patrol area."
    file.reject(elsewhere, ("easting", "northing"), "point_outside_outline", said)


def held_versions(store: Store, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows belong to a version of a set that is held."""
    versions = keys(rows, "set_id", "version")
    known = held.keys(store.analytics, "hotspot_set", versions)
    return np.asarray(versions.isin(known).to_numpy(dtype=bool))


def tables(rows: pd.DataFrame, lpas: Lpas, provenance: Provenance) -> Frames:
    """Shape accepted rows as patrol areas, hot spots and sets; where there is an outline, the cell only says where."""
    points = placed(*metres(rows))
    shapes = _shapes(rows["outline"])
    is_drawn = ~shapely.is_missing(shapes)
    lpa = lpas.recorded(rows["lpa"]).fillna(lpas.around(points["e_dm"], points["n_dm"])).fillna(rows["lpa"])
    areas = pd.DataFrame(
        {
            **rows[["patrol_area_id", "hotspot_id", "set_id", "version", "row_key", "row_hash"]],
            "lpa": lpa,
            "name": rows["patrol_area_name"],
            **points,
            "outline_wkb": pd.Series(shapely.to_wkb(shapes), index=rows.index, dtype=object),
        }
    )
    spots = rows.assign(lpa=lpa, row_key=keys(rows, "set_id", "version", "hotspot_id")).drop_duplicates("row_key")
    sets = rows.assign(row_key=keys(rows, "set_id", "version")).drop_duplicates("row_key")
    return {
        "patrol_area": areas if is_drawn.any() else areas.drop(columns="outline_wkb"),
        "hotspot": spots[["hotspot_id", "set_id", "version", *_OF_HOT_SPOT, "row_key", "row_hash"]],
        "hotspot_set": pd.DataFrame(
            {
                **sets[["set_id", "version", "row_key", "row_hash"]],
                "name": sets["set_name"],
                "created_at": pd.Timestamp.now("UTC").tz_localize(None),
                "created_by": provenance.created_by,
                "rule": provenance.rule,
                "data_version": provenance.data_version,
                "note": pd.array([provenance.note] * len(sets), dtype="str"),
            }
        ),
    }


def keys(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """Return the key that several columns make together."""
    key: pd.Series = rows[list(columns)].astype("str").agg(KEY_SEPARATOR.join, axis=1) if len(rows) else rows["row_key"]
    return key


def _reject_disagreeing(file: Received, key: list[str], columns: list[str], said: str) -> None:
    """Reject rows that say something else of their hot spot or set than its first row does."""
    written = file.texts[columns].agg(KEY_SEPARATOR.join, axis=1) if len(file.texts) else pd.Series([], dtype="str")
    first = written.groupby([file.texts[name] for name in key]).transform("first")
    file.reject((written != first).to_numpy(dtype=bool), columns, "contradicts_first_row", said)


def _is_no_outline(texts: pd.Series) -> NDArray[np.bool_]:
    shapes = _shapes(texts)
    fits = (
        (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON)
        & shapely.is_valid(shapes)
        & ~shapely.is_empty(shapes)
        & ~shapely.has_z(shapes)
        & (shapely.area(shapes) <= _MOST_M2)
        & shapely.within(shapes, shapely.box(*_GROUND))
    )
    return np.asarray(texts.notna().to_numpy(dtype=bool) & ~fits)


_GROUND = (GREAT_BRITAIN.west, GREAT_BRITAIN.south, GREAT_BRITAIN.east, GREAT_BRITAIN.north)


def _shapes(texts: pd.Series) -> NDArray[np.object_]:
    """Read outlines; none where there is none, or no such thing."""
    written = texts.astype(object).where(texts.notna(), None).to_numpy(dtype=object)
    return np.asarray(shapely.from_wkt(written, on_invalid="ignore"), dtype=object)
