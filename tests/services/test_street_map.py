from datetime import date
from pathlib import Path

import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import NotAllowed
from rasure.geo import to_wgs84
from rasure.ingest import load_patrol_side
from rasure.places import grid, outline
from rasure.services import desk, place, street_map
from rasure.services.hot_spots import Question
from rasure.services.street_map import StreetPicture
from rasure.store.analytics import points
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.terms import Role, Window
from tests.extracts import drop, load, load_squares, patrol_file
from tests.makers import whole_force

AS_OF = date(2026, 3, 10)
CELL = int(grid.cells_of([470_000.0], [175_000.0])[0])
NEXT = int(grid.neighbours([CELL])[0, 0])
(E_M,), (N_M,) = grid.centres([CELL])


def position(e_m: float, n_m: float) -> dict[str, str]:
    return {"easting": f"{e_m:.1f}", "northing": f"{n_m:.1f}"}


def location(number: int, east_m: float, north_m: float, **said: str) -> dict[str, str]:
    """Return a location so far from the middle of the hexagon."""
    at = position(E_M + east_m, N_M + north_m)
    return {"location_id": f"L{number}", "kind": "street", "street": "Larch Row", **at, **said}


PLACES = [
    location(1, 0, 0),
    location(2, 20, 0, kind="licensed_premises", name="The Larch", premises_id="P1"),
    location(3, 40, 30, kind="dwelling", name="7 Larch Row"),
    location(4, 44, 33, kind="dwelling", name="The Old Forge", street=""),
    location(5, 10_000, 0),
]


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Return a store with six offences in one hexagon of the west (street, pub, two homes) and one in the east."""
    load_squares(store, tmp_path / "areas")
    where = ["L1", "L1", "L2", "L3", "L4", "L5"]
    occurrences = [
        {"occurrence_id": f"O{n}", "reported_at": f"2026-03-0{n + 1} 09:00", "location_id": at}
        for n, at in enumerate(where)
    ]
    offences = [
        {"offence_id": f"F{n}", "occurrence_id": f"O{n}", "ho_class": "5D", "ho_code": "005/01"}
        for n in range(len(where))
    ]
    load(store, drop(tmp_path / "in", locations=PLACES, occurrences=occurrences, offences=offences))
    return store


def picture(store: Store, scope: Scope | None = None) -> StreetPicture:
    held = scope or whole_force()
    return street_map.picture(store, held, place.place(store, held, Question(AS_OF), CELL))


def test_offences_stand_at_their_exact_points_with_what_and_when(filled: Store) -> None:
    most = picture(filled).points[0]
    lons, lats = to_wgs84([E_M], [N_M])
    assert (most.lon, most.lat) == pytest.approx((lons[0], lats[0]), abs=5e-6)
    assert (most.street, most.n, most.is_home, most.is_weak) == ("Larch Row", 2, False, False)
    (group,) = most.groups
    assert (group.n, group.first_on, group.last_on, group.is_month) == (2, date(2026, 3, 1), date(2026, 3, 2), False)


def test_every_offence_of_the_hexagon_is_on_the_map_once(filled: Store) -> None:
    record = place.place(filled, whole_force(), Question(AS_OF), CELL)
    assert record.standing is not None
    assert sum(point.n for point in picture(filled).points) == record.standing.n == 5


def test_homes_stand_in_a_square_of_fifty_metres_and_give_no_address(filled: Store) -> None:
    homes = [point for point in picture(filled).points if point.is_home]
    lons, lats = to_wgs84([E_M + 40, E_M + 44], [N_M + 30, N_M + 33])
    assert len(homes) == 1
    assert homes[0].n == 2
    assert homes[0].street == "Larch Row"
    assert all((homes[0].lon, homes[0].lat) != pytest.approx(at, abs=1e-5) for at in zip(lons, lats, strict=True))
    said = repr(picture(filled))
    assert "7 Larch" not in said
    assert "Old Forge" not in said


def test_the_patrol_areas_of_its_hot_spot_come_as_closed_hexagons_or_as_they_were_moved(
    filled: Store, tmp_path: Path
) -> None:
    (east,), (north,) = grid.centres([NEXT])
    here, beside, far = grid.corners([CELL])[0], grid.corners([NEXT])[0] + (30.0, -20.0), (E_M + 9_000, N_M)
    hot_spot = {"set_id": "S", "version": "1", "set_name": "Winter"}
    usual = {"hotspot_id": "H1", "name": "Larch Row", "lpa": "W"}
    elsewhere = {"hotspot_id": "H2", "name": "Alder Way", "lpa": "E"}
    rows = [
        {**hot_spot, **said, "patrol_area_id": f"A{n}", "patrol_area_name": f"Part {n}", **position(*at), **more}
        for n, (said, at, more) in enumerate(
            [
                (usual, (E_M, N_M), {}),
                (usual, (float(east), float(north)), {"outline": outline.written(beside)}),
                (elsewhere, far, {}),
            ]
        )
    ]
    load_patrol_side.load_hot_spots(filled, patrol_file(tmp_path, "hot-spots", rows))
    areas = picture(filled).patrol_areas
    assert [(area.name, area.cell) for area in areas] == [("Part 0", CELL), ("Part 1", NEXT)]
    for area, corners in zip(areas, (here, beside), strict=True):
        assert area.outline[0] == area.outline[-1]
        lons, lats = to_wgs84(corners[:, 0], corners[:, 1])
        assert sorted(at[0] for at in area.outline[:-1]) == pytest.approx(sorted(lons), abs=2e-7)
        assert sorted(at[1] for at in area.outline[:-1]) == pytest.approx(sorted(lats), abs=2e-7)


def test_without_a_basemap_the_map_says_so(filled: Store) -> None:
    found = picture(filled)
    assert (found.has_streets, found.basemap_version, found.attribution) == (False, "", "")


def inspector(lpa: str) -> Scope:
    return desk.admit(Principal("i", "I", Role.INSPECTOR, frozenset({lpa})), Action.VIEW_HOT_SPOTS)


def test_a_reader_of_another_area_gets_no_points(filled: Store) -> None:
    with pytest.raises(NotAllowed):
        picture(filled, inspector("E"))
    everything = Filter(Window(date(2020, 1, 1), AS_OF))
    assert points.offences(filled.analytics, inspector("E"), CELL, everything).empty
    assert points.offences(filled.analytics, inspector("W"), CELL, everything)["n"].sum() == 5
