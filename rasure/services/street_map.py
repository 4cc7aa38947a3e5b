"""One hexagon at the scale of its streets: the points offences are recorded at, and the patrol areas that hold it."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.places import grid, outline
from rasure.places.nearby import degrees_near
from rasure.places.plane import Plane
from rasure.services import streets
from rasure.services.drawing import lonlat_paths
from rasure.services.place_record import PlaceRecord
from rasure.services.streets import Box
from rasure.store.analytics import points as points_reads
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.store.tiles import Tiles

#: How far east and north of the hexagon streets are drawn, in metres: room to look around without asking again.
AROUND_M = (1_000.0, 600.0)


@dataclass(frozen=True, slots=True)
class PointGroup:
    """Offences of one group at a point, with the first and the last day; `is_month` when days are not known."""

    name: str
    n: int
    first_on: date
    last_on: date
    is_month: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A point offences are recorded at. Homes come by squares of 50 metres; a weak one is a default of the source."""

    lon: float
    lat: float
    street: str | None
    n: int
    is_home: bool
    is_weak: bool
    groups: tuple[PointGroup, ...]


@dataclass(frozen=True, slots=True)
class PatrolArea:
    """A patrol area of the published hot spot: its hexagon, or the outline it was moved to; closed."""

    cell: int
    name: str
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class StreetPicture:
    """What the street map shows beside the record: points by number of offences, the most first, and patrol areas."""

    points: tuple[Point, ...]
    patrol_areas: tuple[PatrolArea, ...]
    box: Box
    basemap_version: str
    has_streets: bool
    """Whether the basemap holds any street here; it may be loaded and end elsewhere."""
    attribution: str


def picture(store: Store, scope: Scope, record: PlaceRecord) -> StreetPicture:
    """Return the points and patrol areas of a place under the selection of its record."""
    asked = record.question
    which = Filter(record.period, asked.lpa, asked.groups, asked.band, asked.with_weak)
    found = points_reads.offences(store.analytics, scope, record.cell, which)
    tiles = Tiles(store.paths.basemap)
    box = Plane(record.lon, record.lat).box(*AROUND_M)
    around = streets.within(tiles, box)
    return StreetPicture(
        points=tuple(sorted(_points(found, record), key=lambda point: (-point.n, point.lon, point.lat))),
        patrol_areas=_patrol_areas(store, scope, record),
        box=box,
        basemap_version="-".join(layer.version for layer in tiles.layers().values()),
        has_streets=bool(around.streets),
        attribution=around.attribution,
    )


def _patrol_areas(store: Store, scope: Scope, record: PlaceRecord) -> tuple[PatrolArea, ...]:
    tasked = record.tasked
    if tasked is None:
        return ()
    found = points_reads.patrol_areas(store.analytics, scope, tasked.set_id, tasked.version, tasked.hotspot_id)
    rings = [
        outline.read_back(bytes(wkb)) if isinstance(wkb, bytes | bytearray) else grid.corners([cell])[0]
        for cell, wkb in zip(found["cell"], found["outline_wkb"], strict=True)
    ]
    paths = lonlat_paths(rings)
    return tuple(
        PatrolArea(int(cell), str(name), path)
        for cell, name, path in zip(found["cell"], found["name"], paths, strict=True)
    )


def _points(found: pd.DataFrame, record: PlaceRecord) -> list[Point]:
    """Return a point for every position, from rows in the order of their positions."""
    points = []
    rows: list[dict[str, Any]] = found.to_dict("records")  # type: ignore[assignment]
    for (e_dm, n_dm, is_home), at_point in groupby(rows, key=itemgetter("e_dm", "n_dm", "is_home")):
        at = list(at_point)
        lon, lat = degrees_near(record.lon, record.lat, e_dm / 10 - record.e_m, n_dm / 10 - record.n_m)
        named = sorted({row["street"] for row in at if isinstance(row["street"], str)})
        points.append(
            Point(
                lon=round(float(lon), 6),
                lat=round(float(lat), 6),
                street=" / ".join(named) or None,
                n=sum(int(row["n"]) for row in at),
                is_home=bool(is_home),
                is_weak=all(row["is_weak"] for row in at),
                groups=_groups(at),
            )
        )
    return points


def _groups(rows: list[dict[str, Any]]) -> tuple[PointGroup, ...]:
    """Return the offence groups of one point, whatever street each row names, the most frequent first."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["offence_group"], []).append(row)
    groups = [
        PointGroup(
            name,
            sum(int(row["n"]) for row in parts),
            min(pd.Timestamp(row["first_on"]) for row in parts).date(),
            max(pd.Timestamp(row["last_on"]) for row in parts).date(),
            any(row["month_only"] for row in parts),
        )
        for name, parts in by_name.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.n, group.name)))
