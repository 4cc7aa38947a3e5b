"""The canonical statement against a slow oracle with exact geometry, and the increments against a full recompute."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import shapely

from rasure.patrol import ground
from rasure.places import grid, outline
from rasure.places.outline import Outline, Shift
from tests.patrol import oracle
from tests.patrol.oracle import Fix
from tests.patrol.places import Area, expected, found, worked_out

GAPS_S = (1, 5, 10, 10, 10, 30, 60, 119, 120, 121, 200, 299, 300, 301, 900)


def moved(cells: Sequence[int], shift: Shift) -> list[Area]:
    """Return cells as they are published when their outline was moved: polygons to the millimetre."""
    written = [outline.written(corners) for corners in outline.parts(Outline(tuple(cells), shift))]
    return [Area(polygon=shapely.from_wkt(text)) for text in written]


def drawn(rng: np.random.Generator, east: float, north: float) -> shapely.Polygon:
    """Return a star-shaped outline as a person might draw it, now and then with a yard left out."""
    corners = int(rng.integers(3, 14))
    angles = np.sort(rng.uniform(0.0, 2.0 * math.pi, size=corners))
    reach = rng.uniform(15.0, 180.0, size=corners)
    shape = shapely.Polygon(np.column_stack([east + reach * np.cos(angles), north + reach * np.sin(angles)]))
    yard = shapely.box(east - 30.0, north - 25.0, east + 30.0, north + 25.0)
    if shape.is_valid and shape.contains(yard):
        shape = shape.difference(yard)
    return shape if shape.is_valid and shape.area > 50.0 else shapely.box(east, north, east + 90.0, north + 40.0)


def hot_spots(rng: np.random.Generator) -> dict[str, list[Area]]:
    """Return hot spots of every kind, those of a group near enough for their margins to overlap."""
    spots: dict[str, list[Area]] = {}
    for group in range(8):
        east, north = 470_000.0 + 2_000.0 * group, 175_000.0
        cell = int(grid.cells_of([east], [north])[0])
        around = [int(near) for near in grid.neighbours([cell])[0]]
        turn = Shift(*rng.uniform(-140.0, 140.0, size=2), rng.uniform(-180.0, 180.0))
        spots[f"cells {group}"] = [Area(cell=cell), Area(cell=around[0])]
        spots[f"beside {group}"] = [Area(cell=around[3])]
        spots[f"turned {group}"] = moved([around[1], around[2]], turn)
        spots[f"drawn {group}"] = [Area(polygon=drawn(rng, east + 320.0, north + 40.0))]
    return spots


def track(rng: np.random.Generator, areas: Sequence[Area]) -> Iterator[Fix]:
    """Walk, stand and drive about a place, much of it within a decimetre of where it begins to count."""
    shape = shapely.union_all([shapely.Polygon(np.array(area.rings[0]) / 1000.0) for area in areas]).buffer(20.0)
    rim = shape.exterior if shape.geom_type == "Polygon" else shape.geoms[0].exterior
    second = int(rng.integers(0, 6 * 3600))
    east, north = shape.centroid.x, shape.centroid.y
    for _ in range(int(rng.integers(5, 60))):
        kind = rng.integers(0, 10)
        if kind < 4:
            on_rim = rim.interpolate(rng.uniform(0.0, rim.length))
            east, north = on_rim.x + rng.normal(0.0, 0.07), on_rim.y + rng.normal(0.0, 0.07)
        elif kind < 8:
            east, north = east + rng.normal(0.0, 12.0), north + rng.normal(0.0, 12.0)
        elif kind == 8:
            east, north = shape.centroid.x + rng.normal(0.0, 400.0), shape.centroid.y + rng.normal(0.0, 400.0)
        second += int(rng.choice(GAPS_S)) if rng.random() > 0.05 else 0
        fix = second, round(east * 10), round(north * 10)
        yield fix
        if rng.random() < 0.05:
            yield fix


@pytest.fixture(scope="module")
def thousand() -> tuple[dict[str, list[Area]], dict[str, list[Fix]]]:
    rng = np.random.default_rng(6)
    spots = hot_spots(rng)
    names = list(spots)
    tracks = {}
    for number in range(1000):
        fixes = list(track(rng, spots[names[int(rng.integers(len(names)))]]))
        tracks[f"PC{number}"] = [fixes[at] for at in rng.permutation(len(fixes))]
    return spots, tracks


def test_a_thousand_tracks_give_what_the_oracle_gives(
    thousand: tuple[dict[str, list[Area]], dict[str, list[Fix]]],
) -> None:
    spots, tracks = thousand
    near = {
        name: shapely.union_all([shapely.Polygon(np.array(a.rings[0]) / 1e3) for a in areas]).buffer(21.0).bounds
        for name, areas in spots.items()
    }
    said = {}
    for officer, fixes in tracks.items():
        east, north = np.array(fixes)[:, 1] / 10.0, np.array(fixes)[:, 2] / 10.0
        for name, (west, south, to_east, to_north) in near.items():
            if ((east >= west) & (east <= to_east) & (north >= south) & (north <= to_north)).any():
                said |= expected({name: spots[name]}, {officer: fixes})
    assert sum(map(len, said.values())) > 3_000
    assert {visit.category for listed in said.values() for visit in listed} == {"pass", "short", "valid"}
    assert found(worked_out(spots, tracks)) == said


def test_the_exact_test_agrees_with_shapely_and_with_the_plain_function(
    thousand: tuple[dict[str, list[Area]], dict[str, list[Fix]]],
) -> None:
    spots, tracks = thousand
    fixes = np.array([fix for listed in tracks.values() for fix in listed])
    east, north = fixes[:, 1] / 10.0, fixes[:, 2] / 10.0
    close = 0
    for areas in spots.values():
        for area in areas:
            polygon = shapely.Polygon(*(lambda rings: (rings[0], rings[1:]))([np.array(r) / 1e3 for r in area.rings]))
            distance = shapely.distance(polygon, shapely.points(east, north))
            near = np.flatnonzero(distance < 40.0)
            exact = np.array([oracle.is_inside([area.rings], *fixes[at, 1:].tolist()) for at in near])
            plain = ground.holds(ground.pieces([np.array(r) / 1e3 for r in area.rings]), east[near], north[near])
            assert (exact == (distance[near] <= 20.0 + 1e-9)).all()
            assert (exact == plain).all()
            close += int((np.abs(distance[near] - 20.0) < 0.1).sum())
    assert close > 3_000
