import gzip
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, all_tiles

from rasure.errors import Unavailable
from rasure.ingest import basemap_bands
from rasure.store import vector_tile

LINE = shapely.LineString([(-1.3, 51.7), (-1.28, 51.705), (-1.27, 51.70)])
LAKE = shapely.box(-1.295, 51.701, -1.285, 51.704) - shapely.box(-1.292, 51.702, -1.288, 51.703)


@pytest.fixture
def tiles(tmp_path: Path) -> dict[tuple[int, int, int], bytes]:
    """Return the tiles GDAL makes of one named road and a lake with an island, as the basemap is built."""
    frame = gpd.GeoDataFrame({"c": [3, 1], "name": ["Larch Row", None]}, geometry=[LINE, LAKE], crs="EPSG:4326")
    basemap_bands.write(frame, "roads", tmp_path / "roads.pmtiles", attribution="")
    with (tmp_path / "roads.pmtiles").open("rb") as file:
        return dict(all_tiles(MmapSource(file)))


def degrees(address: tuple[int, int, int], at: tuple[float, float]) -> tuple[float, float]:
    import math

    z, x, y = address
    n = 2**z
    lon = (x + at[0]) / n * 360 - 180
    return lon, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + at[1]) / n))))


def test_lines_and_areas_come_back_where_they_were(tiles: dict[tuple[int, int, int], bytes]) -> None:
    lines, lakes = [], []
    for address, packed in tiles.items():
        if address[0] != 13:
            continue
        for feature in vector_tile.features(packed, "roads"):
            parts = [[degrees(address, at) for at in part] for part in feature.parts]
            assert feature.tags["c"] == (1 if feature.is_area else 3)
            assert feature.tags.get("name") == (None if feature.is_area else "Larch Row")
            if feature.is_area:
                assert all(part[0] == part[-1] for part in parts)
                lakes.append(shapely.Polygon(parts[0], parts[1:]))
            else:
                lines += [shapely.LineString(part) for part in parts]
    metre = 1 / 70_000
    assert shapely.hausdorff_distance(shapely.union_all(lines), LINE) < 2 * metre
    assert shapely.union_all(lakes).symmetric_difference(LAKE).area < 0.02 * LAKE.area


def test_another_layer_has_nothing(tiles: dict[tuple[int, int, int], bytes]) -> None:
    assert all(vector_tile.features(packed, "water") == [] for packed in tiles.values())


@given(st.binary(max_size=200))
def test_what_is_no_tile_is_refused_or_empty_and_never_anything_else(body: bytes) -> None:
    for packed in (body, gzip.compress(body)):
        try:
            assert isinstance(vector_tile.features(packed, "roads"), list)
        except Unavailable as error:
            assert "Load the basemap again" in error.message


@given(st.data())
def test_a_damaged_tile_is_refused_or_drawn_and_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = _one_tile(tmp_path_factory)
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    for body in (damaged, whole[:at]):
        try:
            vector_tile.features(gzip.compress(body), "roads")
        except Unavailable:
            continue


_made: list[bytes] = []


def _one_tile(folders: pytest.TempPathFactory) -> bytes:
    if not _made:
        path = folders.mktemp("tile") / "roads.pmtiles"
        frame = gpd.GeoDataFrame({"c": [3], "name": ["Larch Row"]}, geometry=[LINE], crs="EPSG:4326")
        basemap_bands.write(frame, "roads", path, attribution="")
        with path.open("rb") as file:
            _made.append(
                gzip.decompress(next(tile for address, tile in all_tiles(MmapSource(file)) if address[0] == 13))
            )
    return _made[0]
