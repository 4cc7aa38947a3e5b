import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from rasure.errors import InputRejected
from rasure.ingest import geofiles

SQUARE = [[-0.95, 51.45], [-0.93, 51.45], [-0.93, 51.46], [-0.95, 51.46], [-0.95, 51.45]]
BOW_TIE = [[-0.95, 51.45], [-0.93, 51.46], [-0.93, 51.45], [-0.95, 51.46], [-0.95, 51.45]]


def geojson(path: Path, *shapes: dict[str, Any] | None) -> Path:
    features = [{"type": "Feature", "properties": {"name": f"Area {n}"}, "geometry": s} for n, s in enumerate(shapes)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def polygon(ring: list[list[float]] = SQUARE) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def frame(crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["A"]}, geometry=[shapely.Polygon(SQUARE)], crs="EPSG:4326").to_crs(crs)


class TestReadAreas:
    def test_gives_metres_of_the_national_grid(self, tmp_path: Path) -> None:
        areas = geofiles.read_areas(geojson(tmp_path / "a.geojson", polygon()))
        assert areas.crs.to_epsg() == 27700
        assert areas.area.sum() == pytest.approx(1391 * 1112, rel=0.01)

    @pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:3857", "EPSG:4326", "EPSG:32630"])
    @pytest.mark.parametrize("name", ["a.gpkg", "a.shp"])
    def test_any_projection_lands_in_the_same_place(self, tmp_path: Path, crs: str, name: str) -> None:
        frame(crs).to_file(tmp_path / name)
        (west, south, _, _) = geofiles.read_areas(tmp_path / name).total_bounds
        expected = frame("EPSG:27700").total_bounds
        assert (west, south) == pytest.approx(tuple(expected[:2]), abs=3)

    def test_reads_gzip_and_a_zipped_shapefile(self, tmp_path: Path) -> None:
        plain = geojson(tmp_path / "a.geojson", polygon())
        packed = tmp_path / "a.geojson.gz"
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        frame("EPSG:27700").to_file(tmp_path / "s.shp")
        with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
            for part in ("shp", "shx", "dbf", "prj"):
                archive.write(tmp_path / f"s.{part}", f"inner/s.{part}")
        assert len(geofiles.read_areas(packed)) == len(geofiles.read_areas(tmp_path / "s.zip")) == 1

    def test_mends_an_outline_that_crosses_itself(self, tmp_path: Path) -> None:
        areas = geofiles.read_areas(geojson(tmp_path / "a.geojson", polygon(BOW_TIE)))
        assert areas.geometry.is_valid.all()
        assert areas.geom_type.tolist() == ["MultiPolygon"]

    def test_an_outline_without_area_is_refused_by_number(self, tmp_path: Path) -> None:
        flat = polygon([[-0.95, 51.45], [-0.93, 51.46], [-0.95, 51.45]])
        with pytest.raises(InputRejected, match="Feature 2 of a.geojson has no area"):
            geofiles.read_areas(geojson(tmp_path / "a.geojson", polygon(), flat))

    @pytest.mark.parametrize(
        ("shape", "said"),
        [
            ({"type": "Point", "coordinates": [-0.95, 51.45]}, "points where areas are needed"),
            ({"type": "LineString", "coordinates": SQUARE}, "lines where areas are needed"),
        ],
    )
    def test_points_and_lines_are_refused(self, tmp_path: Path, shape: dict[str, Any], said: str) -> None:
        with pytest.raises(InputRejected, match=said):
            geofiles.read_areas(geojson(tmp_path / "a.geojson", shape))


class TestReadLayer:
    def test_leaves_out_features_without_a_shape(self, tmp_path: Path) -> None:
        assert len(geofiles.read_layer(geojson(tmp_path / "a.geojson", polygon(), None))) == 1

    def test_bad_files_are_refused_in_one_sentence_each(self, tmp_path: Path) -> None:
        whole = geojson(tmp_path / "whole.geojson", polygon()).read_bytes()
        contents: dict[str, tuple[bytes, str]] = {
            "empty.geojson": (b"", "is empty"),
            "none.geojson": (b'{"type":"FeatureCollection","features":[]}', "holds no shapes"),
            "shapeless.geojson": (geojson(tmp_path / "n.geojson", None).read_bytes(), "holds no shapes"),
            "cut.geojson": (whole[:-40], "cannot be read as GeoJSON"),
            "other.json": (b'{"hello": 1}', "cannot be read as GeoJSON"),
            "notes.txt": (b"dear all", "is not a map file"),
            "cut.geojson.gz": (gzip.compress(whole)[:-30], "cannot be read"),
            "fake.gz": (b"plain", "cannot be read"),
            "fake.zip": (b"PK nothing", "cannot be read"),
            "fake.gpkg": (b"SQLite format 3\x00" + b"x" * 500, "cannot be read as GPKG"),
        }
        for name, (content, said) in contents.items():
            path = tmp_path / name
            path.write_bytes(content)
            with pytest.raises(InputRejected, match=said) as refused:
                geofiles.read_layer(path)
            assert "\n" not in refused.value.message, name
            assert str(tmp_path) not in refused.value.message, name

    def test_a_missing_file_and_a_folder_are_told_apart(self, tmp_path: Path) -> None:
        with pytest.raises(InputRejected, match="There is no file"):
            geofiles.read_layer(tmp_path / "nowhere.geojson")
        with pytest.raises(InputRejected, match="is a folder"):
            geofiles.read_layer(tmp_path)

    def test_a_shapefile_must_say_its_coordinate_system(self, tmp_path: Path) -> None:
        frame("EPSG:27700").to_file(tmp_path / "s.shp")
        (tmp_path / "s.prj").unlink()
        with pytest.raises(InputRejected, match=r"coordinate system it is in. Add its .prj"):
            geofiles.read_layer(tmp_path / "s.shp")

    def test_a_shapefile_must_have_its_companions(self, tmp_path: Path) -> None:
        frame("EPSG:27700").to_file(tmp_path / "s.shp")
        (tmp_path / "s.dbf").unlink()
        with pytest.raises(InputRejected, match=r"lacks its .dbf file"):
            geofiles.read_layer(tmp_path / "s.shp")

    def test_metres_passed_off_as_degrees_are_refused(self, tmp_path: Path) -> None:
        metres = polygon([[471000, 173000], [472000, 173000], [472000, 174000], [471000, 173000]])
        with pytest.raises(InputRejected, match="says it is in degrees"):
            geofiles.read_layer(geojson(tmp_path / "a.geojson", metres))

    def test_swapped_longitude_and_latitude_are_refused(self, tmp_path: Path) -> None:
        swapped = polygon([[lat, lon] for lon, lat in SQUARE])
        with pytest.raises(InputRejected, match="longitude comes before latitude"):
            geofiles.read_layer(geojson(tmp_path / "a.geojson", swapped))

    def test_several_layers_are_the_users_to_choose_from(self, tmp_path: Path) -> None:
        path = tmp_path / "two.gpkg"
        frame("EPSG:27700").to_file(path, layer="areas")
        frame("EPSG:27700").to_file(path, layer="beats")
        with pytest.raises(InputRejected, match=r"several layers \(areas, beats\)"):
            geofiles.read_layer(path)
        assert len(geofiles.read_layer(path, layer="beats")) == 1

    def test_a_file_that_tells_the_reader_to_run_something_is_refused(self, tmp_path: Path) -> None:
        """GDAL opens such a file as a pipeline when the driver is left to be guessed."""
        target = geojson(tmp_path / "target.geojson", polygon())
        told = {
            "type": "gdal_streamed_alg",
            "command_line": f"gdal vector pipeline ! read {target} ! write --of stream streamed_dataset",
        }
        (tmp_path / "told.geojson").write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(InputRejected, match="cannot be read as GeoJSON"):
            geofiles.read_layer(tmp_path / "told.geojson")


@pytest.mark.real_data
def test_reads_every_published_boundary_file(real_data: Path) -> None:
    counts = {
        path.name: len(geofiles.read_areas(path)) for path in sorted((real_data / "boundaries").glob("*.geojson"))
    }
    assert counts["lpa_12.geojson"] == 12
    assert counts["lsoa_2011.geojson"] == 1415
    assert min(counts.values()) >= 1
