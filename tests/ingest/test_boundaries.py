import csv
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from rasure import geo
from rasure.errors import InputRejected
from rasure.ingest import boundaries, geofiles
from rasure.places import grid
from rasure.settings import PROJECT

#: Two squares of one kilometre that share the edge at easting 471000, and one apart.
SQUARES = {
    "A": shapely.box(470_000, 173_000, 471_000, 174_000),
    "B": shapely.box(471_000, 173_000, 472_000, 174_000),
    "C": shapely.box(480_000, 180_000, 481_000, 181_000),
}


def features(**columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(SQUARES.values()), crs="EPSG:27700")


def areas() -> boundaries.Areas:
    return boundaries.from_frame(features(name=["North", "South", "Far"], code=["A", "B", "C"]))


def town(name: str, e_m: float, n_m: float, population: str = "", kind: str = "") -> dict[str, str]:
    lon, lat = geo.to_wgs84([e_m], [n_m])
    return {"name": name, "lon": str(lon[0]), "lat": str(lat[0]), "population": population, "class": kind}


class TestFromFrame:
    def test_takes_the_code_that_belongs_to_the_name_and_says_so(self) -> None:
        found = boundaries.from_frame(features(LAD_NAME=["n", "s", "f"], LAD_CD=["2", "1", "3"], OTHER=[1, 1, 1]))
        assert found.codes == ("1", "2", "3")
        assert found.names == ("s", "n", "f")
        assert found.taken == "names from column LAD_NAME, codes from column LAD_CD"

    def test_an_lpa_column_goes_before_any_other_name(self) -> None:
        assert boundaries.from_frame(features(name=["x", "y", "z"], lpa=["P", "Q", "R"])).names == ("P", "Q", "R")

    def test_a_name_without_a_code_is_its_own_code(self) -> None:
        assert boundaries.from_frame(features(lpa_11=["P", "Q", "R"])).codes == ("P", "Q", "R")

    def test_features_with_one_code_become_one_area(self) -> None:
        found = boundaries.from_frame(features(lpa=["P", "P", "R"]))
        assert found.codes == ("P", "R")
        assert found.outlines[0].area == pytest.approx(2e6)

    def test_the_columns_can_be_told(self) -> None:
        found = boundaries.from_frame(features(name=["x", "y", "z"], ref=[3.0, 2.0, 1.0]), name="name", code="ref")
        assert found.codes == ("1", "2", "3")

    def test_an_unknown_column_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(InputRejected, match="no column colour. The file has: name"):
            boundaries.from_frame(features(name=["x", "y", "z"]), name="colour")

    def test_no_name_column_is_refused(self) -> None:
        with pytest.raises(InputRejected, match="No column says what the areas are called"):
            boundaries.from_frame(features(size=[1, 2, 3]))

    def test_a_blank_name_is_refused_by_number(self) -> None:
        with pytest.raises(InputRejected, match="Feature 2 has nothing in column name"):
            boundaries.from_frame(features(name=["x", " ", None]))

    def test_one_code_for_two_names_is_refused(self) -> None:
        with pytest.raises(InputRejected, match="Code 1 stands for both x and y"):
            boundaries.from_frame(features(name=["x", "y", "z"], code=["1", "1", "2"]))

    def test_survives_the_way_through_wkb(self) -> None:
        held = areas()
        again = boundaries.Areas.from_wkb(held.codes[::-1], held.names[::-1], [o.wkb for o in held.outlines[::-1]])
        assert (again.codes, again.names) == (held.codes, held.names)
        assert all(one.equals(other) for one, other in zip(again.outlines, held.outlines, strict=True))


class TestAssign:
    def test_gives_each_point_its_area_or_none(self) -> None:
        found = boundaries.assign(areas(), [470_500, 471_500, 480_500, 475_000], [173_500, 173_500, 180_500, 175_000])
        assert found.tolist() == ["A", "B", "C", None]

    def test_a_shared_edge_belongs_to_the_lowest_code_in_any_order(self) -> None:
        edge = ([471_000.0], [173_500.0])
        swapped = boundaries.from_frame(
            gpd.GeoDataFrame({"name": ["z", "y"], "code": ["B", "A"]}, geometry=[SQUARES["A"], SQUARES["B"]])
        )
        assert boundaries.assign(areas(), *edge).tolist() == ["A"]
        assert boundaries.assign(swapped, *edge).tolist() == ["A"]

    def test_an_unknown_position_lies_nowhere(self) -> None:
        assert boundaries.assign(areas(), [np.nan, 470_500], [173_500, np.nan]).tolist() == [None, None]

    def test_no_points_give_no_codes(self) -> None:
        assert boundaries.assign(areas(), [], []).tolist() == []


class TestStudyCells:
    def test_holds_exactly_the_cells_whose_centre_lies_inside(self) -> None:
        cells = boundaries.study_cells(areas(), grid.SIDE_M)
        every = grid.cells_in_box(469_000, 172_000, 482_000, 182_000)
        e_m, n_m = grid.centres(every)
        inside = [
            any(shape.covers(shapely.Point(e, n)) for shape in SQUARES.values()) for e, n in zip(e_m, n_m, strict=True)
        ]
        assert cells["cell"].tolist() == every[inside].tolist()
        assert list(cells.columns) == ["cell", "e_m", "n_m", "lon", "lat", "lpa"]

    def test_a_smaller_hexagon_gives_more_cells(self) -> None:
        few, many = (len(boundaries.study_cells(areas(), side_m)) for side_m in (139.0, 69.5))
        assert many == pytest.approx(4 * few, rel=0.1)

    def test_positions_are_those_of_the_centres(self) -> None:
        cells = boundaries.study_cells(areas(), grid.SIDE_M)
        e_m, n_m = geo.to_bng(cells["lon"], cells["lat"])
        assert np.hypot(e_m - cells["e_m"], n_m - cells["n_m"]).max() < 0.01


class TestOutlineGeojson:
    def test_is_in_degrees_with_code_and_name(self) -> None:
        drawn = json.loads(boundaries.outline_geojson(areas()))
        assert [feature["properties"] for feature in drawn["features"]] == [
            {"code": "A", "name": "North"},
            {"code": "B", "name": "South"},
            {"code": "C", "name": "Far"},
        ]
        lon, lat = drawn["features"][0]["geometry"]["coordinates"][0][0]
        assert (round(lon, 1), round(lat, 1)) == (-1.0, 51.5)

    def test_fits_the_size_asked_for(self) -> None:
        rough = shapely.Point(475_000, 175_000).buffer(5_000, quad_segs=5_000)
        one = boundaries.Areas(("A",), ("A",), (rough,))
        assert len(boundaries.outline_geojson(one, limit_bytes=1_500)) <= 1_500


class TestNearestName:
    TOWNS = pd.DataFrame(
        [
            town("Big", 470_000, 170_000, "300000", "large town"),
            town("Edge", 474_500, 170_000, "", "suburb"),
            town("Village", 480_000, 170_000, "2000", "village"),
        ]
    )

    @pytest.mark.parametrize(
        ("e_m", "n_m", "name"),
        [
            (470_100, 170_100, "Big town centre"),
            (470_400, 170_440, "Big, 600 m north-east of the centre"),
            (470_000, 166_900, "Big, 3.1 km south of the centre"),
            (474_600, 170_000, "Edge centre"),
            (474_500, 169_400, "Edge, 600 m south of the centre"),
            (481_500, 170_000, "1.5 km east of Village"),
            (470_000, 190_000, "20 km north of Big"),
        ],
    )
    def test_reads_as_a_person_would_say_it(self, e_m: float, n_m: float, name: str) -> None:
        assert boundaries.nearest_name([e_m], [n_m], self.TOWNS).tolist() == [name]

    def test_the_order_of_the_towns_changes_nothing(self) -> None:
        rng = np.random.default_rng(7)
        e_m, n_m = rng.uniform(465_000, 485_000, 500), rng.uniform(165_000, 175_000, 500)
        forward = boundaries.nearest_name(e_m, n_m, self.TOWNS)
        assert forward.tolist() == boundaries.nearest_name(e_m, n_m, self.TOWNS[::-1]).tolist()

    def test_without_towns_the_grid_position_is_the_name(self) -> None:
        named = boundaries.nearest_name([470_000.0], [170_000.0], self.TOWNS.head(0))
        assert named.tolist() == ["Easting 470,000, northing 170,000"]


def test_the_reference_towns_are_told_apart_and_lie_in_the_thames_valley() -> None:
    with (PROJECT / "data" / "reference" / "towns.csv").open(encoding="utf-8", newline="") as file:
        towns = list(csv.DictReader(file))
    assert len({row["name"] for row in towns}) == len(towns) >= 60
    assert all(-1.8 < float(row["lon"]) < -0.4 and 51.3 < float(row["lat"]) < 52.25 for row in towns)
    assert all(row["source"] and row["verified"] in ("yes", "no") for row in towns)
    assert {row["rank"] for row in towns} == {"1", "2", "3", "4", "5"}


@pytest.mark.real_data
class TestTheThamesValley:
    def test_has_about_114_000_hexagons(self, real_data: Path) -> None:
        held = boundaries.from_frame(geofiles.read_areas(real_data / "boundaries" / "lpa_12.geojson"))
        cells = boundaries.study_cells(held, grid.SIDE_M)
        assert len(cells) == pytest.approx(114_400, rel=0.005)
        assert cells["cell"].is_unique
        assert cells["lpa"].nunique() == 12
        assert cells["lpa"].value_counts()["Slough"] == pytest.approx(650, rel=0.02)

    def test_outlines_stay_small(self, real_data: Path) -> None:
        held = boundaries.from_frame(geofiles.read_areas(real_data / "boundaries" / "lpa_12.geojson"))
        assert len(boundaries.outline_geojson(held).encode()) < 500_000

    def test_small_areas_become_their_policing_areas(self, real_data: Path) -> None:
        small = boundaries.from_frame(geofiles.read_areas(real_data / "boundaries" / "lsoa_2011.geojson"))
        large = boundaries.from_frame(geofiles.read_areas(real_data / "boundaries" / "lpa_12.geojson"))
        assert small.codes == large.codes
