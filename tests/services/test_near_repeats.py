"""A planted near-repeat series is found, chance is not, and published points are refused."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import near_repeats
from rasure.services.hot_spots import Question
from rasure.store.store import Store
from tests import extracts
from tests.makers import crime, published, squares, whole_force

AS_OF = date(2026, 4, 1)
WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}


HOSPITAL = {"location_id": "H", "kind": "hospital", "premises_id": "PRM1", "easting": "472500", "northing": "176500"}


def _loaded(store: Store, folder: Path, *, followed: int, at_hospital: int = 0) -> Store:
    """Load 120 offences anywhere, on any of 400 days; some are followed 60 m away within five days.

    At the hospital there is one every second day.
    """
    rng = np.random.default_rng(7)
    east, north = rng.uniform(466_000, 474_000, 120), rng.uniform(171_000, 179_000, 120)
    points = list(zip(east, north, rng.integers(10, 400, 120), strict=True))
    points += [(e + 60, n, age - int(rng.integers(1, 6))) for e, n, age in points[:followed]]
    locations = [
        {"location_id": f"L{i}", "street": f"Street {i}", "easting": f"{e:.1f}", "northing": f"{n:.1f}"}
        for i, (e, n, _) in enumerate(points)
    ]
    placed = [(f"L{i}", int(age)) for i, (_, _, age) in enumerate(points)]
    placed += [("H", 20 + 2 * i) for i in range(at_hospital)]
    occurrences = [
        {"occurrence_id": f"O{i}", "location_id": where, "reported_at": f"{AS_OF - timedelta(days=age)} 09:00"}
        | {"committed_from": f"{AS_OF - timedelta(days=age)} 08:00"}
        for i, (where, age) in enumerate(placed)
    ]
    offences = [{"offence_id": f"F{i}", "occurrence_id": f"O{i}", **WOUNDING} for i in range(len(placed))]
    rows = {"locations": [*locations, HOSPITAL], "occurrences": occurrences, "offences": offences}
    extracts.load_squares(store, folder)
    extracts.load(store, extracts.drop(folder / "drop", **rows))
    return store


def test_a_planted_series_is_found_in_its_band(store: Store, tmp_path: Path) -> None:
    found = near_repeats.near_repeats(_loaded(store, tmp_path, followed=12), whole_force(), Question(AS_OF))
    near = found.bands[(found.bands["from_m"] == 1) & (found.bands["from_days"] == 0)].iloc[0]
    assert found.used == 132
    assert near["observed"] >= 12
    assert near["ratio"] > 5
    assert near["q"] <= 0.05
    assert (found.bands["q"] <= 0.05).sum() == 1


def test_a_hospital_is_no_series_unless_it_is_left_in(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, followed=0, at_hospital=30)
    apart = near_repeats.near_repeats(store, whole_force(), Question(AS_OF))
    left_in = near_repeats.near_repeats(store, whole_force(), Question(AS_OF, institutions_apart=False))
    assert (apart.used, left_in.used) == (120, 150)
    same_place = (apart.bands["to_m"] == 1).to_numpy()
    assert apart.bands.loc[same_place, "observed"].sum() == 0
    assert left_in.bands.loc[same_place, "observed"].sum() == 30 * 29 // 2 - sum(
        1 for a in range(30) for b in range(a) if 2 * (a - b) >= 28
    )


def test_chance_alone_is_no_series(store: Store, tmp_path: Path) -> None:
    found = near_repeats.near_repeats(_loaded(store, tmp_path, followed=0), whole_force(), Question(AS_OF))
    assert not (found.bands["q"] <= 0.05).any()


def test_it_is_the_same_each_time_it_is_asked(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, followed=3)
    first, again = (near_repeats.near_repeats(store, whole_force(), Question(AS_OF)) for _ in range(2))
    assert first.bands.equals(again.bands)


def test_too_few_is_said_with_the_number(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, followed=0)
    found = near_repeats.near_repeats(store, whole_force(), Question(AS_OF, lookback_days=30))
    assert found.refusal
    assert f"Only {found.used} offences" in found.refusal


def test_published_points_are_refused_with_the_reason(store: Store, tmp_path: Path) -> None:
    load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
    rows = [crime(f"c{n}", month="2025-05", kind="Robbery") for n in range(60)]
    published(tmp_path / "in", "2025-05", "street", rows)
    load_police_uk.load(store, tmp_path / "in")
    found = near_repeats.near_repeats(store, whole_force(), Question(date(2025, 7, 1)))
    assert found.refusal
    assert "Published data cannot show near repeats" in found.refusal
