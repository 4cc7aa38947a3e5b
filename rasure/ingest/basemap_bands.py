"""Writing one theme of the basemap as one PMTiles file, with fewer classes the further out the view."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio
from pmtiles.reader import MmapSource, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write as open_writer

#: For each theme, runs of zoom levels and the last class drawn in them; classes run from 1, the most important.
BANDS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "roads": ((5, 6, 1), (7, 9, 2), (10, 10, 4), (11, 12, 5), (13, 13, 6)),
    "water": ((5, 9, 1), (10, 11, 2), (12, 13, 3)),
    "places": ((5, 7, 2), (8, 9, 3), (10, 10, 4), (11, 13, 5)),
}


def write(features: gpd.GeoDataFrame, theme: str, path: Path, *, attribution: str) -> int:
    """Write the features (class in column `c`, any CRS) and return the bytes written; the file appears whole."""
    degrees = features.to_crs("EPSG:4326")
    aside = path.with_name(f".{path.name}.writing")
    tiles: dict[int, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (first, last, least) in enumerate(BANDS[theme]):
            shown = degrees[degrees["c"] <= least]
            if not shown.empty:
                tiles |= _tiles_of(shown, theme, Path(folder) / f"{number}.pmtiles", (first, last))
    _assemble(tiles, theme, aside, bounds=list(degrees.total_bounds), attribution=attribution)
    aside.replace(path)
    return path.stat().st_size


def _tiles_of(features: gpd.GeoDataFrame, theme: str, path: Path, zooms: tuple[int, int]) -> dict[int, bytes]:
    options = {"MINZOOM": str(zooms[0]), "MAXZOOM": str(zooms[1]), "NAME": theme}
    pyogrio.write_dataframe(features, path, driver="PMTiles", layer=theme, dataset_options=options)
    with path.open("rb") as file:
        return {zxy_to_tileid(*address): tile for address, tile in all_tiles(MmapSource(file))}


def _assemble(tiles: dict[int, bytes], theme: str, path: Path, *, bounds: Sequence[float], attribution: str) -> None:
    west, south, east, north = (int(edge * 1e7) for edge in bounds)
    bands = BANDS[theme]
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": bands[0][0],
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
        "min_zoom": bands[0][0],
        "max_zoom": bands[-1][1],
    }
    layer = {"id": theme, "minzoom": bands[0][0], "maxzoom": bands[-1][1], "fields": {"c": "Number", "name": "String"}}
    with open_writer(path) as writer:
        for tile_id in sorted(tiles):
            writer.write_tile(tile_id, tiles[tile_id])
        writer.finalize(header, {"name": theme, "attribution": attribution, "vector_layers": [layer]})
