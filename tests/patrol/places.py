"""Hot spots and pings put straight into a database, for tests of visits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from rasure.places import grid
from rasure.store.analytics import visits
from rasure.store.analytics.database import Database, Writer
from tests.patrol import oracle
from tests.patrol.oracle import Fix, Rings, Visit

#: A summer evening, UTC seconds.
EVENING = int(datetime(2026, 7, 3, 20, tzinfo=UTC).timestamp())
LOADED = datetime(2026, 11, 1)


@dataclass(frozen=True)
class Area:
    """A patrol area: a polygon in metres, or a cell when there is none."""

    polygon: shapely.Polygon | None = None
    cell: int | None = None

    @property
    def rings(self) -> Rings:
        if self.polygon is None:
            return [_whole(grid.corners([self.cell])[0])]
        return [_whole(shapely.get_coordinates(ring)[:-1]) for ring in (self.polygon.exterior, *self.polygon.interiors)]


def _whole(corners: Any) -> list[tuple[int, int]]:
    return [(int(e), int(n)) for e, n in np.rint(np.asarray(corners) * 1000.0)]


def publish(
    writer: Writer,
    spots: dict[str, Sequence[Area]],
    *,
    batch: int = 1,
    set_id: str = "S",
    version: int = 1,
    created_at: datetime = LOADED,
) -> None:
    held = {"row_hash": "h", "batch_id": batch, "set_id": set_id, "version": version}
    of_set = {"name": set_id, "created_at": created_at, "created_by": "test", "rule": "{}", "data_version": "0"}
    writer.insert("hotspot_set", pa.Table.from_pylist([held | of_set | {"row_key": f"{set_id}{version}"}]))
    for name, areas in spots.items():
        said = {"hotspot_id": name, "name": name, "lpa": "West", "row_key": f"{set_id}{version}{name}"}
        writer.insert("hotspot", pa.Table.from_pylist([held | said]))
        for number, area in enumerate(areas, 1):
            own = {
                "patrol_area_id": f"{name}-{number}",
                "row_key": f"{set_id}{version}{name}{number}",
                "cell": area.cell,
            }
            own |= {"outline_wkb": shapely.to_wkb(area.polygon) if area.polygon else None}
            row = pa.Table.from_pylist([held | said | own])
            typed = row.set_column(
                row.column_names.index("outline_wkb"), "outline_wkb", row["outline_wkb"].cast("binary")
            )
            writer.insert(
                "patrol_area", typed.set_column(typed.column_names.index("cell"), "cell", typed["cell"].cast("int64"))
            )


def send(writer: Writer, tracks: dict[str, Iterable[Fix]], *, batch: int = 2, source: str = "phone") -> None:
    """Put pings in; seconds count from `EVENING`."""
    rows = [(officer, EVENING + t, e, n) for officer, fixes in tracks.items() for t, e, n in fixes]
    officers, seconds, east, north = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = pa.table(
        {
            "officer_id": pa.array(officers, pa.string()),
            "seen_at": pa.array(np.array(seconds, dtype="datetime64[s]").astype("datetime64[us]")),
            "e_dm": pa.array(east, pa.int32()),
            "n_dm": pa.array(north, pa.int32()),
            "cell": grid.cells_of(np.array(east) / 10.0, np.array(north) / 10.0),
            "source": [source] * len(rows),
            "seq": list(range(len(rows))),
            "batch_id": [batch] * len(rows),
        }
    )
    writer.insert("ping", table)


def held(database: Database, *, columns: str = "*") -> list[dict[str, Any]]:
    return database.arrow(f"select {columns} from visit order by all").to_pylist()


def found(database: Database) -> dict[tuple[str, str], list[Visit]]:
    """Return the visits held, by officer and hot spot, in seconds from `EVENING`."""
    names = ", ".join(field.name for field in fields(Visit)[2:])
    rows = database.rows(
        f"select officer_id, hotspot_id, epoch(started_at)::bigint - {EVENING}, epoch(ended_at)::bigint - {EVENING},"
        f" {names} from visit order by started_at"
    )
    by_place: dict[tuple[str, str], list[Visit]] = {}
    for officer, hotspot, *values in rows:
        by_place.setdefault((officer, hotspot), []).append(Visit(*values))
    return by_place


def expected(spots: dict[str, Sequence[Area]], tracks: dict[str, Iterable[Fix]]) -> dict[tuple[str, str], list[Visit]]:
    """Return what the oracle says."""
    said = {}
    for officer, fixes in tracks.items():
        listed = list(fixes)
        for name, areas in spots.items():
            visited = oracle.visits(listed, [area.rings for area in areas])
            if visited:
                said[officer, name] = visited
    return said


def worked_out(spots: dict[str, Sequence[Area]], tracks: dict[str, Iterable[Fix]]) -> Database:
    database = Database()
    with database.transaction() as writer:
        publish(writer, spots)
        send(writer, tracks)
        visits.follow(writer)
    return database
