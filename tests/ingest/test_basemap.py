from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from rasure.errors import InputRejected
from rasure.ingest import basemap
from rasure.ingest.basemap_classes import classed, theme_of
from rasure.store.tiles import Tiles

LINE = shapely.LineString([(471_000, 173_000), (473_000, 174_000)])


def lines(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [shapely.transform(LINE, lambda xy, up=n: xy + [0, 400 * up]) for n in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:27700")


def points(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    shapes = [shapely.Point(471_000 + 5_000 * n, 173_000) for n in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:27700")


def areas(**columns: list[object]) -> gpd.GeoDataFrame:
    frame = points(**columns)
    return frame.set_geometry(frame.buffer(300))


def saved(frame: gpd.GeoDataFrame, path: Path) -> Path:
    frame.to_file(path)
    return path


def drawn(folder: Path, theme: str, zoom: int) -> list[str]:
    found = pyogrio.read_dataframe(folder / f"{theme}.pmtiles", ZOOM_LEVEL=zoom)
    return sorted(found["name"].dropna().unique())


class TestThemeOf:
    @pytest.mark.parametrize(
        ("features", "name", "theme"),
        [
            (lines(highway=["primary"]), "a.gpkg", "roads"),
            (lines(fid_1=[1]), "network.geojson", "roads"),
            (lines(waterway=["river"]), "a.gpkg", "water"),
            (lines(name=["x"]), "river_thames.geojson", "water"),
            (lines(highway=["primary"]), "waterloo_roads.geojson", "roads"),
            (areas(kind=["river_area"]), "a.gpkg", "water"),
            (points(name=["x"], population=[5]), "a.gpkg", "places"),
        ],
    )
    def test_is_told_from_shapes_columns_and_name(self, features: gpd.GeoDataFrame, name: str, theme: str) -> None:
        assert theme_of(features, name) == theme

    @pytest.mark.parametrize("features", [areas(building=["yes"]), points(name=["Post box"], amenity=["post_box"])])
    def test_what_the_map_does_not_draw_is_refused(self, features: gpd.GeoDataFrame) -> None:
        with pytest.raises(InputRejected, match="does not say whether it holds roads, water or places"):
            theme_of(features, "other.geojson")


class TestClassed:
    @pytest.mark.parametrize(
        ("columns", "classes"),
        [
            (
                {"highway": ["motorway_link", "trunk", "secondary", "tertiary", "residential", "footway"]},
                [1, 2, 3, 4, 5, 6],
            ),
            ({"class_guess": ["motorway", "a_road", "b_road", "street"]}, [1, 2, 3, 5]),
            (
                {"class": ["A Road", "B Road", "Classified Unnumbered", "Unclassified", "Not Classified"]},
                [2, 3, 4, 5, 6],
            ),
            (
                {"ref": ["M4", "A33", "B3350", "A404(M)", None], "name": [None, None, None, None, "Elm Row"]},
                [1, 2, 3, 1, 5],
            ),
            ({"name": ["Elm Row", None]}, [5, 6]),
        ],
    )
    def test_roads_by_what_they_are_called_or_numbered(
        self, columns: dict[str, list[object]], classes: list[int]
    ) -> None:
        assert classed(lines(**columns), "roads", "x")["c"].tolist() == classes

    def test_places_by_their_people_else_by_their_kind(self) -> None:
        frame = points(name=list("abcd"), population=[200_000, 10_000, None, None], place=["", "", "town", "hamlet"])
        assert classed(frame, "places", "x")["c"].tolist() == [1, 3, 3, 5]

    def test_places_without_a_name_are_left_out(self) -> None:
        assert len(classed(points(name=["a", None]), "places", "x")) == 1

    def test_rivers_and_large_water_come_first(self) -> None:
        assert classed(lines(waterway=["river", "ditch"]), "water", "x")["c"].tolist() == [1, 3]
        assert classed(areas(natural=["water"]), "water", "x")["c"].tolist() == [1]

    def test_nothing_drawable_is_refused(self) -> None:
        with pytest.raises(InputRejected, match="nothing the map can draw as roads"):
            classed(points(name=["a"]), "roads", "x.gpkg")


class TestBuild:
    def test_far_views_hold_only_the_main_roads(self, tmp_path: Path) -> None:
        roads = lines(highway=["motorway", "primary", "residential", "footway"], name=["M", "A", "Street", "Path"])
        basemap.build([saved(roads, tmp_path / "r.gpkg")], tmp_path / "map")
        assert drawn(tmp_path / "map", "roads", 6) == ["M"]
        assert drawn(tmp_path / "map", "roads", 9) == ["A", "M"]
        assert drawn(tmp_path / "map", "roads", 12) == ["A", "M", "Street"]
        assert drawn(tmp_path / "map", "roads", 13) == ["A", "M", "Path", "Street"]

    def test_a_second_file_adds_and_the_same_again_does_not(self, tmp_path: Path) -> None:
        first = saved(lines(highway=["motorway"], name=["M"]), tmp_path / "one.gpkg")
        second = saved(lines(highway=["x", "motorway"], name=["old", "N"]).tail(1), tmp_path / "two.gpkg")
        assert basemap.load(first, tmp_path / "map")["accepted"] == 1
        assert basemap.load(second, tmp_path / "map")["accepted"] == 1
        assert drawn(tmp_path / "map", "roads", 8) == ["M", "N"]
        again = basemap.load(first, tmp_path / "map")
        assert (again["accepted"], again["duplicate"]) == (0, 1)
        assert again["read"] == again["accepted"] + again["rejected"] + again["duplicate"]

    def test_the_counts_add_up_when_some_are_not_drawn(self, tmp_path: Path) -> None:
        told = basemap.load(saved(points(name=["a", None], population=[1, 2]), tmp_path / "p.gpkg"), tmp_path / "map")
        assert (told["read"], told["accepted"], told["rejected"], told["duplicate"]) == (2, 1, 1, 0)
        assert told["batch"] is None

    def test_a_refused_file_leaves_the_map_as_it_was(self, tmp_path: Path) -> None:
        basemap.load(saved(lines(highway=["motorway"], name=["M"]), tmp_path / "one.gpkg"), tmp_path / "map")
        before = {path: path.read_bytes() for path in (tmp_path / "map").rglob("*") if path.is_file()}
        with pytest.raises(InputRejected):
            basemap.load(saved(areas(building=["yes"]), tmp_path / "b.gpkg"), tmp_path / "map")
        after = {path: path.read_bytes() for path in (tmp_path / "map").rglob("*") if path.is_file()}
        assert after == before

    def test_no_half_written_file_is_left(self, tmp_path: Path) -> None:
        basemap.load(saved(lines(highway=["motorway"], name=["M"]), tmp_path / "one.gpkg"), tmp_path / "map")
        assert [path.name for path in (tmp_path / "map").rglob("*") if path.name.startswith(".")] == []

    def test_openstreetmap_is_named_when_its_marks_are_there(self, tmp_path: Path) -> None:
        basemap.load(saved(lines(highway=["motorway"], name=["M"]), tmp_path / "one.gpkg"), tmp_path / "map")
        basemap.build(
            [saved(lines(ref=["M4"]), tmp_path / "two.gpkg")], tmp_path / "map", attribution="Contains OS data"
        )
        said = Tiles(tmp_path / "map").layers()["roads"].attribution
        assert said == "Contains OS data · © OpenStreetMap contributors"

    def test_the_theme_can_be_told(self, tmp_path: Path) -> None:
        told = basemap.build([saved(areas(blue=["yes"]), tmp_path / "b.gpkg")], tmp_path / "map", theme="water")
        assert told["themes"] == {"water": 1}
        with pytest.raises(InputRejected, match="no theme rail"):
            basemap.build([], tmp_path / "map", theme="rail")


@pytest.mark.real_data
def test_the_published_files_make_a_small_map(real_data: Path, tmp_path: Path) -> None:
    names = (
        *("osm_bucks_mk_roads.geojson.gz", "osm_reading_network.geojson"),
        *("osm_oxford_centre_roads.geojson", "river_thames.geojson"),
    )
    told = basemap.build([real_data / "basemap" / name for name in names], tmp_path)
    assert told["themes"]["water"] == 65
    assert told["themes"]["roads"] == 56_964 + 9_229 + 623
    assert told["bytes"]["roads"] < 5_000_000
    assert "M40" in drawn(tmp_path, "roads", 6)
    layer = Tiles(tmp_path).layers()["roads"]
    assert (layer.min_zoom, layer.max_zoom) == (5, 13)
