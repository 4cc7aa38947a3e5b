"""Where an officer was around one visit: positions on the ground, read only after the look is in the log."""

import math
from dataclasses import dataclass

import pandas as pd

from rasure.access.audit import POLICY
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.places.plane import Plane
from rasure.services import audit, desk, doubts
from rasure.services.doubts import VisitKey
from rasure.store.analytics import dose, ground
from rasure.store.store import Store

Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Track:
    """Positions from five minutes before a visit to five minutes after it, and the ground it was at.

    `points`: seen_at (UTC), lon, lat, accuracy_m, source, flag. `ground`: patrol_area_id, name, lon, lat a hexagon.
    """

    key: VisitKey
    points: pd.DataFrame
    ground: pd.DataFrame


def track(store: Store, principal: Principal, key: VisitKey) -> Track:
    """Return the track of one visit.

    Raises
    ------
    NotAllowed
        The role may not see where an officer was.
    NotFound
        No such visit lies in the areas of the reader.
    """
    scope = desk.admit(principal, Action.VIEW_TRACK)
    doubts.found(store, principal, key, Action.VIEW_TRACK)
    said = POLICY[Action.VIEW_TRACK]
    audit.record(store, principal, said.op, object=key.object, fields=said.fields)
    seen = dose.track(store.analytics, scope, key.officer_id, key.hotspot_id, key.started_at, key.ended_at)
    areas = dose.ground(store.analytics, scope, key.hotspot_id)
    placed = areas.merge(ground.cells(store.analytics, areas["cell"].dropna().astype(int).tolist())[_PLACED], on="cell")
    if placed.empty:
        return Track(key, seen.iloc[:0].assign(lon=0.0, lat=0.0), placed)
    first = placed.iloc[0]
    at = [_degrees(first, e_m, n_m) for e_m, n_m in zip(seen["e_m"], seen["n_m"], strict=True)]
    points = seen.assign(lon=[lon for lon, _ in at], lat=[lat for _, lat in at])
    return Track(key, points, placed[["patrol_area_id", "name", "lon", "lat"]])


_PLACED = ["cell", "lon", "lat"]


def _degrees(centre: pd.Series, e_m: float, n_m: float) -> Lonlat:
    """Return where a position on the national grid lies, from one a few kilometres away of which both are known.

    Grid north lies (lon + 2) sin(lat) degrees clockwise of true north; the rest is a plane.
    """
    turn = math.radians((centre["lon"] + 2.0) * math.sin(math.radians(centre["lat"])))
    east, north = e_m - centre["e_m"], n_m - centre["n_m"]
    true = east * math.cos(turn) + north * math.sin(turn), north * math.cos(turn) - east * math.sin(turn)
    return Plane(float(centre["lon"]), float(centre["lat"])).degrees(true)
