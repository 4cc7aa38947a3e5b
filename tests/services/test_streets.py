from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from rasure.errors import InputRejected
from rasure.ingest import basemap
from rasure.places.plane import Plane
from rasure.services import streets
from rasure.store.tiles import Tiles

#: Reading, on a tile's edge or not as it falls; lines in the national grid.
MIDDLE = Plane(-0.97, 51.455)


def metres_to_grid(x: float, y: float) -> tuple[float, float]:
    from rasure.geo import to_bng

    (e,), (n,) = to_bng([MIDDLE.degrees((x, y))[0]], [MIDDLE.degrees((x, y))[1]])
    return float(e), float(n)


@pytest.fixture
def tiles(tmp_path: Path) -> Tiles:
    """Return a basemap of a long street, a main road, and a pond with an island."""
    roads = gpd.GeoDataFrame(
        {"highway": ["residential", "primary"], "name": ["Larch Row", "Great Road"]},
        geometry=[
            shapely.LineString([metres_to_grid(-3_000, 40), metres_to_grid(3_000, 40)]),
            shapely.LineString([metres_to_grid(0, -900), metres_to_grid(0, 900)]),
        ],
        crs="EPSG:27700",
    )
    pond = shapely.box(*metres_to_grid(100, -200), *metres_to_grid(200, -100))
    island = shapely.box(*metres_to_grid(140, -160), *metres_to_grid(160, -140))
    water = gpd.GeoDataFrame({"natural": ["water"]}, geometry=[pond - island], crs="EPSG:27700")
    for name, frame in (("roads", roads), ("water", water)):
        frame.to_file(tmp_path / f"{name}.gpkg")
        basemap.load(tmp_path / f"{name}.gpkg", tmp_path / "basemap")
    return Tiles(tmp_path / "basemap")


def test_streets_and_water_of_a_box_lie_in_it_and_are_whole(tiles: Tiles) -> None:
    box = MIDDLE.box(300, 250)
    found = streets.within(tiles, box)
    lines: dict[str, list[shapely.LineString]] = {name: [] for name in ("Larch Row", "Great Road")}
    for street in found.streets:
        lines[street.name or ""].append(shapely.LineString([MIDDLE.metres(at) for at in street.line]))
    assert shapely.union_all(lines["Larch Row"]).length == pytest.approx(600, abs=4)
    assert shapely.union_all(lines["Great Road"]).length == pytest.approx(500, abs=4)
    assert [street.rank for street in found.streets][-1] == 2
    west, south, east, north = box
    for street in found.streets:
        assert all(
            west - 1e-6 <= lon <= east + 1e-6 and south - 1e-6 <= lat <= north + 1e-6 for lon, lat in street.line
        )
    pond = shapely.Polygon()
    for water in found.water:
        for ring in water.lines:
            pond = pond.symmetric_difference(shapely.Polygon([MIDDLE.metres(at) for at in ring]))
    assert pond.area == pytest.approx(100 * 100 - 20 * 20, rel=0.03)
    assert {name.text for name in found.names} == {"Larch Row", "Great Road"}
    assert "OpenStreetMap" in found.attribution


def test_as_geojson_it_holds_numbers_and_names_only(tiles: Tiles) -> None:
    features = streets.as_geojson(streets.within(tiles, MIDDLE.box(300, 250)))["features"]
    assert isinstance(features, list)
    assert {feature["properties"]["kind"] for feature in features} == {"street", "water", "name"}
    assert {feature["geometry"]["type"] for feature in features} == {"MultiLineString", "Polygon", "Point"}
    named = next(feature for feature in features if feature["properties"].get("text") == "Larch Row")
    assert abs(named["properties"]["turned"]) < 2


def test_without_a_basemap_there_is_plain_ground(tmp_path: Path) -> None:
    found = streets.within(Tiles(tmp_path), MIDDLE.box(300, 250))
    assert (found.streets, found.water, found.names, found.attribution) == ((), (), (), "")


@pytest.mark.parametrize("box", [(-2.0, 51.0, -1.0, 52.0), (1.0, 51.0, 0.0, 52.0), (float("nan"), 51.0, 0.0, 52.0)])
def test_a_box_that_is_none_or_too_large_is_refused(tiles: Tiles, box: streets.Box) -> None:
    with pytest.raises(InputRejected):
        streets.within(tiles, box)
