from pathlib import Path
from typing import Any

import pytest
import shapely

from rasure.ingest import load_patrol_side
from rasure.places import grid
from rasure.store import store as stores
from rasure.store.store import Store
from tests.extracts import load_squares, patrol_file


def area(number: int = 1, **said: str) -> dict[str, str]:
    usual = {"set_id": "S", "version": "1", "set_name": "Winter", "hotspot_id": "H1", "name": "Larch Row", "lpa": "W"}
    place = {"patrol_area_name": f"Part {number}", "easting": str(470_000 + 300 * number), "northing": "175000"}
    return {**usual, **place, "patrol_area_id": f"A{number}", "daily_cap": "4", **said}


def patrol(**said: str) -> dict[str, str]:
    usual = {"patrol_id": "P1", "officer_id": "C1", "hotspot_id": "H1", "started_at": "2026-03-03T22:00:00Z"}
    return {**usual, "ended_at": "2026-03-03T22:15:00Z", "tasked": "yes", "mode": "foot", **said}


def draw(**said: str) -> dict[str, str]:
    usual = {"trial_id": "T1", "op_day": "2026-03-03", "hotspot_id": "H1", "block": "1", "arm": "patrol"}
    return {**usual, "record_hash": "ab12", **said}


def reasons(store: Store) -> list[tuple[Any, ...]]:
    return store.analytics.rows("select line, reason from reject order by batch_id, line")


class TestHotSpots:
    def test_a_set_its_hot_spots_and_their_areas_are_told_apart(self, store: Store, tmp_path: Path) -> None:
        rows = [area(1), area(2), area(3, hotspot_id="H2", name="Alder Way", lpa="East Square")]
        load_squares(store, tmp_path / "areas")
        found = load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", rows))
        assert found.accepted == 3
        held = store.analytics.counts()
        assert (held["hotspot_set"], held["hotspot"], held["patrol_area"]) == (1, 2, 3)
        spots = store.analytics.rows("select hotspot_id, name, lpa, daily_cap from hotspot order by 1")
        assert spots == [("H1", "Larch Row", "W", 4), ("H2", "Alder Way", "E", 4)]

    def test_a_published_version_never_changes(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1)]))
        changed = [area(1, patrol_area_name="Other"), area(2)]
        found = load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", changed, "again.csv"))
        assert (found.accepted, found.rejected) == (0, 2)
        assert reasons(store) == [(2, "may_not_change"), (3, "may_not_change")]

    def test_a_new_version_stands_beside_the_old(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1)]))
        newer = [area(1, version="2", name="Larch Row north")]
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", newer, "again.csv"))
        assert store.analytics.rows("select version, name from hotspot order by 1") == [
            (1, "Larch Row"),
            (2, "Larch Row north"),
        ]

    def test_rows_of_one_hot_spot_must_agree(self, store: Store, tmp_path: Path) -> None:
        rows = [area(1), area(2, contact="PC Sparrow"), area(3, set_name="Summer")]
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", rows))
        assert reasons(store) == [(3, "contradicts_first_row"), (4, "contradicts_first_row")]

    def test_a_place_that_cannot_be_is_rejected(self, store: Store, tmp_path: Path) -> None:
        rows = [area(1, easting="0", northing="0"), area(2, daily_cap="-1")]
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", rows))
        assert {reason for _, reason in reasons(store)} == {"position_zero", "out_of_range"}


BLOCK = "POLYGON ((470200 174900, 470400 174900, 470400 175100, 470200 175100, 470200 174900))"


class TestDrawnOutlines:
    def test_an_outline_stands_in_for_the_hexagon(self, store: Store, tmp_path: Path) -> None:
        rows = [area(1, outline=BLOCK), area(2)]
        assert load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", rows)).accepted == 2
        held = store.analytics.rows("select cell, outline_wkb from patrol_area order by patrol_area_id")
        assert shapely.from_wkb(bytes(held[0][1])).area == 40_000
        assert held[1][1] is None
        assert [cell for cell, _ in held] == grid.cells_of([470_300, 470_600], [175_000, 175_000]).tolist()

    def test_a_file_without_the_column_is_the_same_as_one_where_it_is_empty(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1)]))
        whole = (tmp_path / "hot_spots.csv").read_text(encoding="utf-8")
        assert whole.splitlines()[0].endswith(",outline")
        lacking = tmp_path / "lacking.csv"
        lacking.write_text("\n".join(line.rpartition(",")[0] for line in whole.splitlines()), encoding="utf-8")
        found = load_patrol_side.load_hot_spots(store, lacking)
        assert (found.accepted, found.duplicate, found.rejected) == (0, 1, 0)

    def test_another_outline_is_a_change(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1)]))
        drawn = patrol_file(tmp_path, "hot-spots", [area(1, outline=BLOCK)], "drawn.csv")
        assert load_patrol_side.load_hot_spots(store, drawn).rejected == 1
        assert reasons(store) == [(2, "may_not_change")]

    @pytest.mark.parametrize(
        ("outline", "reason"),
        [
            ("here", "not_an_outline"),
            ("POINT (470300 175000)", "not_an_outline"),
            ("POLYGON EMPTY", "not_an_outline"),
            ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", "not_an_outline"),
            ("POLYGON ((470000 174000, 472000 174000, 472000 176000, 470000 176000, 470000 174000))", "not_an_outline"),
            ("POLYGON ((-1 51, -0.9 51, -0.9 51.1, -1 51))", "not_an_outline"),
            (BLOCK.replace("470", "471"), "point_outside_outline"),
        ],
    )
    def test_what_is_no_outline_is_rejected(self, store: Store, tmp_path: Path, outline: str, reason: str) -> None:
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1, outline=outline)]))
        assert reasons(store) == [(2, reason)]


class TestPatrols:
    def test_a_patrol_lies_in_the_area_of_its_hot_spot(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1)]))
        load_patrol_side.load_patrols(store, patrol_file(tmp_path, "patrols", [patrol(crew="C1|C2", spoken_to="3")]))
        held = store.analytics.rows("select lpa, is_tasked, crew->>1, spoken_to from patrol")
        assert held == [("W", True, "C2", 3)]

    def test_a_corrected_patrol_replaces_its_predecessor(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_patrols(store, patrol_file(tmp_path, "patrols", [patrol()]))
        found = load_patrol_side.load_patrols(
            store, patrol_file(tmp_path, "patrols", [patrol(mode="stopped")], "b.csv")
        )
        assert found.revised == 1
        assert store.analytics.rows("select mode from patrol") == [("stopped",)]
        assert store.analytics.rows("select content->>'mode' from superseded") == [("foot",)]

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ({"ended_at": "2026-03-03T21:00:00Z"}, "ends_before_it_starts"),
            ({"mode": "horse"}, "unknown_value"),
            ({"spoken_to": "99999999"}, "out_of_range"),
            ({"spoken_to": "-1"}, "out_of_range"),
            ({"started_at": "2026-03-03 22:00"}, "impossible_time"),
        ],
    )
    def test_what_cannot_be_is_rejected(self, store: Store, tmp_path: Path, said: dict[str, str], reason: str) -> None:
        load_patrol_side.load_patrols(store, patrol_file(tmp_path, "patrols", [patrol(**said)]))
        assert reasons(store) == [(2, reason)]


class TestAllocations:
    def test_a_draw_is_kept(self, store: Store, tmp_path: Path) -> None:
        path = patrol_file(tmp_path, "allocations", [draw(), draw(hotspot_id="H2", arm="control")])
        assert load_patrol_side.load_allocations(store, path).accepted == 2
        assert load_patrol_side.load_allocations(store, path).duplicate == 2

    def test_a_draw_never_changes(self, store: Store, tmp_path: Path) -> None:
        load_patrol_side.load_allocations(store, patrol_file(tmp_path, "allocations", [draw()]))
        load_patrol_side.load_allocations(store, patrol_file(tmp_path, "allocations", [draw(arm="control")], "b.csv"))
        assert reasons(store) == [(2, "may_not_change")]
        assert store.analytics.rows("select arm from allocation") == [("patrol",)]


def test_a_rebuilt_store_has_equal_counts(store: Store, tmp_path: Path) -> None:
    load_patrol_side.load_hot_spots(store, patrol_file(tmp_path, "hot-spots", [area(1), area(2)]))
    load_patrol_side.load_patrols(store, patrol_file(tmp_path, "patrols", [patrol()]))
    load_patrol_side.load_allocations(store, patrol_file(tmp_path, "allocations", [draw()]))
    counts = store.analytics.counts()
    assert stores.rebuild(store) == counts
