"""The ground of every hot spot ever published, as squares and pieces of edge that a position is set against in SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasure.patrol import ground
from rasure.places import grid
from rasure.store.analytics.database import Writer
from rasure.store.analytics.op_days import day_of, starts_at
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

ALWAYS_S = 1 << 40
_MM = 1000.0
_EAST = 1 << 24

#: Corners of one patrol area in whole millimetres, ring by ring.
Rings = list[NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Version:
    """The ground of a hot spot as one publication has it: patrol areas by id, and from when it counts."""

    from_s: int
    lpa: str
    areas: dict[str, Rings]

    @property
    def digest(self) -> str:
        said = blake2b(self.lpa.encode(), digest_size=12)
        for name, rings in sorted(self.areas.items()):
            said.update(f"|{name}".encode())
            for ring in rings:
                said.update(b"/" + ring.tobytes())
        return said.hexdigest()


@dataclass(frozen=True, slots=True)
class _Tables:
    """Rows that are to be written, a piece a patrol area."""

    ground: list[dict[str, Any]] = field(default_factory=list)
    squares: list[pa.Table] = field(default_factory=list)
    edges: list[pa.Table] = field(default_factory=list)

    def add(self, area: int, said: dict[str, Any], versions: Sequence[_Version]) -> int:
        """Add the ground of one hot spot, its patrol areas numbered on from `area`; return the last number."""
        ends = [version.from_s for version in versions[1:]] + [ALWAYS_S]
        for version, until_s in zip(versions, ends, strict=True):
            span = {"from_s": version.from_s, "until_s": until_s}
            for area_id, rings in sorted(version.areas.items()):
                area += 1
                self.ground.append(said | span | {"area": area, "patrol_area_id": area_id, "lpa": version.lpa})
                self._add_shape(rings, {"area": area, "place": said["place"]} | span)
        return area

    def _add_shape(self, rings: Rings, said: dict[str, int]) -> None:
        outline = ground.pieces(rings)
        squares = ground.squares(outline / _MM)
        packed = squares.east * _EAST + squares.north
        listed = {"square": packed, "is_edge": squares.is_edge.astype(np.int32)}
        self.squares.append(pa.table(listed | {name: np.full(len(packed), value) for name, value in said.items()}))
        square, piece = squares.edges.T
        corners = dict(zip(("e_mm", "n_mm", "along_e_mm", "along_n_mm"), outline[piece].T, strict=True))
        self.edges.append(pa.table({"square": packed[square], "area": np.full(len(piece), said["area"])} | corners))


def follow(writer: Writer) -> list[int]:
    """Bring the ground up to date with the sets that were published; return the places that are new or changed.

    A hot spot published again with other ground has the new one from the operational day of that publication, and the
    first one on all days before: what officers did there before anybody published it is of interest too.
    """
    held: dict[str, tuple[int, str]] = {
        name: (place, digest) for name, place, digest in writer.rows(_SQL["held_ground"])
    }
    area = int(writer.value(_SQL["last_area"]))
    changed, tables = [], _Tables()
    for name, versions in _published(writer).items():
        digest = blake2b("".join(f"{v.from_s}:{v.digest}" for v in versions).encode(), digest_size=12).hexdigest()
        place, before = held.get(name, (len(held) + 1, ""))
        if digest != before:
            held[name] = (place, digest)
            changed.append(place)
            area = tables.add(area, {"place": place, "hotspot_id": name, "digest": digest}, versions)
    if changed:
        for table in ("patrol_edge", "patrol_square", "patrol_ground"):
            writer.run(_SQL[f"forget_{table}"], {"places": changed})
        writer.insert("patrol_ground", pa.Table.from_pylist(tables.ground))
        writer.insert("patrol_square", pa.concat_tables(tables.squares))
        writer.insert("patrol_edge", pa.concat_tables(tables.edges))
    return changed


def _published(writer: Writer) -> dict[str, list[_Version]]:
    """Return the versions of the ground of each hot spot, oldest first, each with other ground than the one before."""
    found: dict[str, list[_Version]] = {}
    rows: list[dict[str, Any]] = writer.arrow(_SQL["published"]).to_pylist()
    for name, areas in _grouped(rows):
        versions = found.setdefault(name, [])
        at: datetime = areas[0]["created_at"]
        from_s = int(starts_at(day_of(at)).timestamp()) if versions else 0
        version = _Version(from_s, areas[0]["lpa"], {area["patrol_area_id"]: _rings(area) for area in areas})
        if versions and versions[-1].digest == version.digest:
            continue
        if versions and versions[-1].from_s >= from_s:
            version = _Version(versions.pop().from_s, version.lpa, version.areas)
        versions.append(version)
    return found


def _grouped(rows: Iterable[dict[str, Any]]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Part rows where the hot spot or its publication changes."""
    groups: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["hotspot_id"], row["set_id"], row["version"]), []).append(row)
    for (name, _, _), group in groups.items():
        yield name, group


def _rings(area: dict[str, Any]) -> Rings:
    """Return the outline that was drawn, or the corners of the cell, in whole millimetres."""
    drawn = area["outline_wkb"]
    rings = ground.rings_of(drawn) if drawn else [grid.corners([area["cell"]])[0]]
    return [np.rint(ring * _MM) for ring in rings]
