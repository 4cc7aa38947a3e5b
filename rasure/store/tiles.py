"""Reading the basemap's vector tiles out of the PMTiles files in a folder, from any thread, while they are replaced."""

import gzip
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType

from rasure.errors import Unavailable

_log = logging.getLogger(__name__)
_DEEPEST_ZOOM = 24


@dataclass(frozen=True, slots=True)
class Layer:
    """One theme of the basemap: what the style needs to ask for its tiles."""

    name: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    attribution: str
    version: str
    """Changes whenever the file does, so that a browser may keep what it has for as long as it likes."""


@dataclass(frozen=True, slots=True)
class _Open:
    stamp: tuple[int, int, int]
    reader: Any
    header: Mapping[str, Any]
    layer: Layer


class Tiles:
    """The tiles of one folder: a layer is a file `NAME.pmtiles`; a file replaced by renaming is opened anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._open: dict[str, _Open] = {}
        self._lock = Lock()

    def layers(self) -> dict[str, Layer]:
        """Return every readable layer by name: a map without its roads is better than no map."""
        found = {}
        for path in sorted(self.folder.glob("*.pmtiles")):
            try:
                opened = self._opened(path.stem)
            except Unavailable as error:
                _log.warning(error.message)
                continue
            if opened is not None:
                found[path.stem] = opened.layer
        return found

    def tile(self, layer: str, z: int, x: int, y: int) -> bytes | None:
        """Return one tile as gzipped vector tile, or None when there is none at that address or no such layer."""
        opened = self._opened(layer)
        if opened is None or not 0 <= z <= _DEEPEST_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
            return None
        found: bytes | None = opened.reader.get(z, x, y)
        if found is None or opened.header["tile_compression"] == Compression.GZIP:
            return found
        return gzip.compress(found, mtime=0)

    def has(self, layer: str) -> bool:
        return self._opened(layer) is not None

    def _opened(self, name: str) -> _Open | None:
        if not name.isidentifier():
            return None
        path = self.folder / f"{name}.pmtiles"
        try:
            status = path.stat()
        except OSError:
            return None
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        with self._lock:
            held = self._open.get(name)
            if held is None or held.stamp != stamp:
                held = self._open[name] = _read(path, name, stamp)
            return held


def _read(path: Path, name: str, stamp: tuple[int, int, int]) -> _Open:
    """Map the file; the mapping outlives the handle and any later replacement of the file."""
    try:
        with path.open("rb") as file:
            reader = Reader(MmapSource(file))
        header = reader.header()
        said = reader.metadata()
    except Exception as error:
        raise Unavailable(
            f"The basemap file {path.name} cannot be read ({error}). Load the basemap again or remove the file."
        ) from error
    if header["tile_type"] != TileType.MVT or header["tile_compression"] not in (Compression.GZIP, Compression.NONE):
        raise Unavailable(f"The basemap file {path.name} does not hold vector tiles. Load the basemap again.")
    degrees = [header[edge] / 1e7 for edge in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
    layer = Layer(
        name=name,
        min_zoom=header["min_zoom"],
        max_zoom=header["max_zoom"],
        bounds=(degrees[0], degrees[1], degrees[2], degrees[3]),
        attribution=str(said.get("attribution") or ""),
        version=format(hash(stamp) & 0xFFFFFFFF, "08x"),
    )
    return _Open(stamp, reader, header, layer)
