"""The sets that were published for tasking: which there are, what one version holds, and its rows as they leave."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rasure.access.scope import Scope
from rasure.errors import NotFound
from rasure.ingest.force_contract import HOT_SPOTS
from rasure.places import outline
from rasure.places.outline import Outline
from rasure.services.drawing import Path, lonlat_paths
from rasure.store.analytics import tasking
from rasure.store.store import Store

#: Columns of a set as CSV: those `rasure load hot-spots` reads.
COLUMNS = tuple(column.name for column in HOT_SPOTS.columns)


@dataclass(frozen=True, slots=True)
class SetVersion:
    """One version of a set; counts are of what the reader may see. `rule` is empty for a set loaded from a file."""

    set_id: str
    version: int
    name: str
    created_at: datetime
    created_by: str
    rule: dict[str, Any]
    data_version: str
    note: str | None
    hot_spots: int
    patrol_areas: int


@dataclass(frozen=True, slots=True)
class HotSpot:
    """One hot spot of a published version. `paths` are its outlines in degrees, closed."""

    hotspot_id: str
    name: str
    lpa: str
    contact: str | None
    daily_cap: int | None
    tasks: tuple[str, ...]
    patrol_areas: int
    is_moved: bool
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class SetContents:
    """One published version with its hot spots, best first."""

    of: SetVersion
    hot_spots: tuple[HotSpot, ...]


def versions(store: Store, scope: Scope) -> list[SetVersion]:
    """Return every published version that holds anything of the scope, newest first."""
    return [
        SetVersion(**row | {"rule": json.loads(row["rule"]), "created_at": row["created_at"].replace(tzinfo=UTC)})
        for row in tasking.sets(store.analytics, scope)
    ]


def contents(store: Store, scope: Scope, set_id: str, version: int) -> SetContents:
    """Return one version with its hot spots in the order they were published."""
    found = [held for held in versions(store, scope) if (held.set_id, held.version) == (set_id, version)]
    if not found:
        raise NotFound(f"There is no version {version} of a set {set_id!r} in the areas you may see.")
    areas: dict[str, list[dict[str, Any]]] = {}
    for row in tasking.set_areas(store.analytics, scope, set_id, version):
        areas.setdefault(row["hotspot_id"], []).append(row)
    order = {own: place for place, own in enumerate(found[0].rule.get("order", ()))}
    listed = sorted(areas, key=lambda own: (order.get(own, len(order)), own))
    return SetContents(found[0], tuple(_hot_spot(areas[own]) for own in listed))


def csv_rows(store: Store, scope: Scope, set_id: str, version: int) -> list[dict[str, Any]]:
    """Return the patrol areas of one version as rows of `hot_spots.csv`, as far as the scope goes."""
    rows = tasking.set_areas(store.analytics, scope, set_id, version)
    found = contents(store, scope, set_id, version)
    place = {spot.hotspot_id: number for number, spot in enumerate(found.hot_spots)}
    return [
        row
        | {
            "set_id": set_id,
            "version": version,
            "set_name": found.of.name,
            "easting": f"{row['e_dm'] / 10:.1f}",
            "northing": f"{row['n_dm'] / 10:.1f}",
            "outline": outline.written(outline.read_back(row["outline_wkb"])) if row["outline_wkb"] else None,
        }
        for row in sorted(rows, key=lambda row: (place[row["hotspot_id"]], row["patrol_area_id"]))
    ]


def _hot_spot(areas: list[dict[str, Any]]) -> HotSpot:
    said = areas[0]
    drawn = [outline.read_back(area["outline_wkb"]) for area in areas if area["outline_wkb"]]
    cells = tuple(area["cell"] for area in areas if not area["outline_wkb"])
    rings = outline.rings(Outline(cells)) if cells else []
    return HotSpot(
        hotspot_id=said["hotspot_id"],
        name=said["name"],
        lpa=said["lpa"],
        contact=said["contact"],
        daily_cap=said["daily_cap"],
        tasks=tuple(task.strip() for task in (said["tasks"] or "").split("|") if task.strip()),
        patrol_areas=len(areas),
        is_moved=bool(drawn),
        paths=lonlat_paths([*rings, *drawn]),
    )
