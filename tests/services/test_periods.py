"""Two periods of the same selection: counts by hand, exact intervals, no comparison across a break."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import OutOfArea
from rasure.places.rates import compare_rates
from rasure.services import periods
from rasure.services.hot_spots import Question
from rasure.store.store import Store
from rasure.terms import Role, Window
from tests import extracts
from tests.makers import EAST, crime, published, squares, whole_force

AS_OF = date(2026, 4, 1)
WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}


def _loaded(store: Store, folder: Path, ages: list[int], location: extracts.Row | None = None) -> Store:
    """Load one offence at each age in days before the day asked for, all at one location."""
    extracts.load_squares(store, folder)
    days = [AS_OF - timedelta(days=age) for age in ages]
    occurrences = [
        {"occurrence_id": f"O{n}", "reported_at": f"{day} 09:00", "committed_from": f"{day} 08:00"}
        for n, day in enumerate(days)
    ]
    offences = [{"offence_id": f"F{n}", "occurrence_id": f"O{n}", **WOUNDING} for n in range(len(days))]
    extracts.load(
        store, extracts.drop(folder / "drop", locations=[location or {}], occurrences=occurrences, offences=offences)
    )
    return store


def test_counts_and_windows_are_as_counted_by_hand(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, [1, 2, 28, 29, 30, 31, 56, 57, 400])
    found = periods.periods(store, whole_force(), Question(AS_OF), days=28)
    assert found.counts == (3, 4)
    assert found.now == Window(date(2026, 3, 4), date(2026, 3, 31))
    assert found.before == Window(date(2026, 2, 4), date(2026, 3, 3))
    assert found.whole == compare_rates(3, 28, 4, 28)
    assert found.places[["now", "before"]].to_numpy().tolist() == [[3, 4]]
    assert found.areas["area"].tolist() == ["West Square"]


def test_what_the_ranking_sets_apart_is_in_neither_period(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, [1, 2, 28, 29, 30, 31, 56], {"kind": "hospital", "premises_id": "PRM1"})
    asked = Question(AS_OF)
    assert periods.periods(store, whole_force(), asked, days=28).counts == (0, 0)
    left_in = replace(asked, institutions_apart=False)
    assert periods.periods(store, whole_force(), left_in, days=28).counts == (3, 4)


def test_an_area_outside_the_scope_is_refused(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, [1, 40])
    other = Scope(Role.INSPECTOR, Action.VIEW_HOT_SPOTS, frozenset({"East Square"}))
    with pytest.raises(OutOfArea):
        periods.periods(store, other, Question(AS_OF, lpa="West Square"), days=28)


def test_a_year_earlier_has_the_same_weekdays(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, [1, 364, 365, 391, 392, 900])
    found = periods.periods(store, whole_force(), Question(AS_OF), days=28, years_back=1)
    assert found.before.first_on.weekday() == found.now.first_on.weekday()
    assert (found.now.first_on - found.before.first_on).days == 364
    assert found.counts == (1, 3)


def test_q_allows_for_how_many_places_were_tested(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, [1] * 9 + [40, 56])
    found = periods.periods(store, whole_force(), Question(AS_OF), days=28)
    assert (found.places["q"] >= found.places["p"]).all()


def test_a_period_before_the_data_begin_is_refused_with_the_reason(store: Store, tmp_path: Path) -> None:
    _loaded(store, tmp_path, [1, 10, 20])
    found = periods.periods(store, whole_force(), Question(AS_OF), days=182)
    assert found.refusal
    assert "20 of the 182 days" in found.refusal
    assert found.places.empty


def test_it_never_compares_across_redrawn_map_points(store: Store, tmp_path: Path) -> None:
    from rasure.ingest import load_boundaries, load_police_uk

    load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
    for month in ("2021-06", "2022-02", "2024-03", "2024-09"):
        published(tmp_path / "in", month, "street", [crime(f"c{month}", month=month, at=EAST)])
    load_police_uk.load(store, tmp_path / "in")
    found = periods.periods(store, whole_force(), Question(date(2024, 10, 1)), days=364)
    assert found.refusal
    assert "change in how places were published" in found.refusal


@pytest.mark.parametrize("days", [28, 182])
def test_what_happens_later_changes_nothing(store: Store, tmp_path: Path, days: int) -> None:
    _loaded(store, tmp_path, [1, 2, 30, 200, 300, 400])
    as_of = AS_OF - timedelta(days=25)
    early = periods.periods(store, whole_force(), Question(as_of), days=days)
    assert early.now.last_on == as_of - timedelta(days=1)
    assert sum(early.counts) == {28: 1, 182: 3}[days]
