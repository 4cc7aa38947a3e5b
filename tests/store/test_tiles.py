import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

from rasure.errors import Unavailable
from rasure.store.tiles import Tiles


def tiles_file(
    path: Path, tiles: dict[tuple[int, int, int], bytes], *, packed: bool = True, kind: TileType = TileType.MVT
) -> Path:
    """Write a PMTiles file aside and rename it into place, as the basemap is built."""
    aside = path.with_suffix(".writing")
    with write(aside) as writer:
        for address in sorted(tiles, key=lambda zxy: zxy_to_tileid(*zxy)):
            body = gzip.compress(tiles[address]) if packed else tiles[address]
            writer.write_tile(zxy_to_tileid(*address), body)
        header = {
            "tile_type": kind,
            "tile_compression": Compression.GZIP if packed else Compression.NONE,
            **{"min_lon_e7": -17_000_000, "min_lat_e7": 513_000_000},
            **{"max_lon_e7": -4_000_000, "max_lat_e7": 522_000_000},
            **{"center_zoom": 5, "center_lon_e7": -10_000_000, "center_lat_e7": 517_000_000},
        }
        writer.finalize(header, {"attribution": "© those who drew it"})
    aside.replace(path)
    return path


class TestTiles:
    def test_gives_the_tile_at_an_address_and_none_elsewhere(self, tmp_path: Path) -> None:
        tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"one", (6, 31, 21): b"two"})
        tiles = Tiles(tmp_path)
        assert gzip.decompress(tiles.tile("roads", 6, 31, 21) or b"") == b"two"
        assert tiles.tile("roads", 6, 30, 21) is None

    def test_says_what_a_style_needs_of_each_layer(self, tmp_path: Path) -> None:
        tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"one", (6, 31, 21): b"two"})
        layer = Tiles(tmp_path).layers()["roads"]
        assert (layer.min_zoom, layer.max_zoom) == (5, 6)
        assert layer.bounds == (-1.7, 51.3, -0.4, 52.2)
        assert layer.attribution == "© those who drew it"

    def test_tiles_kept_plain_are_packed_on_the_way_out(self, tmp_path: Path) -> None:
        tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"one"}, packed=False)
        assert gzip.decompress(Tiles(tmp_path).tile("roads", 5, 15, 10) or b"") == b"one"

    def test_a_file_replaced_is_read_anew_and_says_so(self, tmp_path: Path) -> None:
        path = tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"old"})
        tiles = Tiles(tmp_path)
        before = tiles.layers()["roads"].version
        assert gzip.decompress(tiles.tile("roads", 5, 15, 10) or b"") == b"old"
        tiles_file(path, {(5, 15, 10): b"newer"})
        assert gzip.decompress(tiles.tile("roads", 5, 15, 10) or b"") == b"newer"
        assert tiles.layers()["roads"].version != before

    @pytest.mark.parametrize("name", ["..", "../secret", "a/b", "", "roads.pmtiles", "nothing"])
    def test_a_name_that_is_no_layer_gives_nothing(self, tmp_path: Path, name: str) -> None:
        tiles_file(tmp_path / "secret.pmtiles", {(0, 0, 0): b"secret"})
        folder = tmp_path / "basemap"
        folder.mkdir()
        assert Tiles(folder).tile(name, 0, 0, 0) is None
        assert not Tiles(folder).has(name)

    @pytest.mark.parametrize("address", [(-1, 0, 0), (5, 32, 0), (5, 0, -1), (99, 0, 0)])
    def test_an_address_off_the_world_gives_nothing(self, tmp_path: Path, address: tuple[int, int, int]) -> None:
        tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"one"})
        assert Tiles(tmp_path).tile("roads", *address) is None

    def test_one_broken_file_does_not_take_the_others_along(self, tmp_path: Path) -> None:
        tiles_file(tmp_path / "roads.pmtiles", {(5, 15, 10): b"one"})
        (tmp_path / "water.pmtiles").write_bytes(b"PMTiles but no more")
        tiles = Tiles(tmp_path)
        assert list(tiles.layers()) == ["roads"]
        with pytest.raises(Unavailable, match=r"water.pmtiles cannot be read"):
            tiles.tile("water", 5, 15, 10)

    def test_pictures_are_not_vector_tiles(self, tmp_path: Path) -> None:
        tiles_file(tmp_path / "photo.pmtiles", {(5, 15, 10): b"png"}, kind=TileType.PNG)
        with pytest.raises(Unavailable, match="does not hold vector tiles"):
            Tiles(tmp_path).tile("photo", 5, 15, 10)

    def test_no_folder_is_no_basemap(self, tmp_path: Path) -> None:
        assert Tiles(tmp_path / "nowhere").layers() == {}

    def test_many_threads_read_what_one_would_while_the_file_changes(self, tmp_path: Path) -> None:
        addresses = [(8, x, y) for x in range(120, 130) for y in range(80, 90)]
        path = tiles_file(tmp_path / "roads.pmtiles", {a: str(a).encode() for a in addresses})
        tiles = Tiles(tmp_path)

        def read(address: tuple[int, int, int]) -> bool:
            return gzip.decompress(tiles.tile("roads", *address) or b"") == str(address).encode()

        with ThreadPoolExecutor(8) as pool:
            first = pool.map(read, addresses * 3)
            tiles_file(path, {a: str(a).encode() for a in addresses})
            second = pool.map(read, addresses * 3)
            assert all([*first, *second])
