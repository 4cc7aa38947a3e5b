"""The facts of a one-page briefing of a place: its record, its streets, the weapons, and what the page must carry."""

from dataclasses import dataclass
from datetime import datetime

from rasure.access.scope import Scope
from rasure.places.plane import Plane
from rasure.places.times import LONDON
from rasure.services import street_map, streets
from rasure.services.place_record import PlaceRecord
from rasure.services.street_map import StreetPicture
from rasure.services.streets import Streets
from rasure.store.analytics import points
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.store.tiles import Tiles
from rasure.terms import StoreClass

#: The map's frame on the page, millimetres, and how wide a letter of a street name is in it.
FRAME_MM = (94.0, 66.0)
_LETTER_MM = 1.05
#: Ground left round the hexagon and its hot spot, and the most the map reaches from its middle, metres.
_MARGIN_M, _MOST_M = 45.0, 650.0


@dataclass(frozen=True, slots=True)
class Weapons:
    """Offences by weapon, the most frequent first; how many had none, and how many do not say."""

    by_kind: tuple[tuple[str, int], ...]
    without: int
    not_said: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The map of the page: its middle in degrees, half its width and height in metres, and what lies in it."""

    plane: Plane
    half_width_m: float
    half_height_m: float
    streets: Streets


@dataclass(frozen=True, slots=True)
class BriefingFacts:
    """All a briefing says; the same facts make the same bytes. `prepared_at` is local time."""

    record: PlaceRecord
    picture: StreetPicture
    ground: Ground
    weapons: Weapons
    store_class: StoreClass
    marking: str
    prepared_for: str
    prepared_at: datetime
    export_code: str
    data_version: str


def assemble(
    store: Store,
    scope: Scope,
    record: PlaceRecord,
    *,
    marking: str,
    prepared_for: str,
    prepared_at: datetime,
    export_code: str,
) -> BriefingFacts:
    """Gather the facts of a place that was read under the same scope; `prepared_at` knows its zone."""
    picture = street_map.picture(store, scope, record)
    return BriefingFacts(
        record=record,
        picture=picture,
        ground=_ground(store, record, picture),
        weapons=_weapons(store, scope, record),
        store_class=store.store_class,
        marking=marking,
        prepared_for=prepared_for,
        prepared_at=prepared_at.astimezone(LONDON),
        export_code=export_code,
        data_version=store.version(),
    )


def _ground(store: Store, record: PlaceRecord, picture: StreetPicture) -> Ground:
    """Choose the box that holds the place and its patrol areas in the shape of the frame, and take its streets."""
    here = Plane(record.lon, record.lat)
    corners = [here.metres(at) for outline in (record.outline, *_outlines(picture)) for at in outline]
    near = [(x, y) for x, y in corners if abs(x) <= _MOST_M and abs(y) <= _MOST_M]
    west, east = min(x for x, _ in near), max(x for x, _ in near)
    south, north = min(y for _, y in near), max(y for _, y in near)
    plane = Plane(*here.degrees(((west + east) / 2, (south + north) / 2)))
    metres_per_mm = max(
        ((east - west) / 2 + _MARGIN_M) / (FRAME_MM[0] / 2), ((north - south) / 2 + _MARGIN_M) / (FRAME_MM[1] / 2)
    )
    half_width_m, half_height_m = metres_per_mm * FRAME_MM[0] / 2, metres_per_mm * FRAME_MM[1] / 2
    letter_m = _LETTER_MM * metres_per_mm
    found = streets.within(
        Tiles(store.paths.basemap), plane.box(half_width_m, half_height_m), letter_m=letter_m, line_m=2.2 * letter_m
    )
    return Ground(plane, half_width_m, half_height_m, found)


def _outlines(picture: StreetPicture) -> list[tuple[tuple[float, float], ...]]:
    return [area.outline for area in picture.patrol_areas]


def _weapons(store: Store, scope: Scope, record: PlaceRecord) -> Weapons:
    asked = record.question
    which = Filter(record.period, asked.lpa, asked.groups, asked.band, asked.with_weak)
    premises = record.apart.premises_id if record.apart else None
    is_default = record.apart.is_default_point if record.apart else False
    found = dict(
        points.weapons(
            store.analytics, scope, record.cell, which, apart_premises=premises or "", apart_default=is_default
        )
    )
    not_said, without = found.pop(None, 0), found.pop("none", 0)
    return Weapons(tuple((str(kind), n) for kind, n in found.items()), without, not_said)
