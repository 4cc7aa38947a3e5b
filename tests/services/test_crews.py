"""What supervisors are told of officers: who improved, and whose records never name an outcome; nobody on little."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rasure.access.roles import Action
from rasure.ingest import load_boundaries
from rasure.services import crews, patrol_words
from rasure.services.patrols import Asked
from rasure.store.store import Store
from rasure.terms import Window
from tests.makers import squares
from tests.patrol_world import ARMS, MONDAY, VISITS, WEST, add, at, fill, picture, scope, visit


@pytest.fixture
def store(store: Store, tmp_path: Path) -> Store:
    load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
    return store


class TestFeedback:
    def found(self, store: Store, now_valid: int, before_valid: int, each: int = 10) -> crews.Feedback:
        later = MONDAY + timedelta(days=7)
        visits = [
            visit("W1", 8 + n, 15 if n < valid else 5, day=day)
            for day, valid in ((later, now_valid), (MONDAY, before_valid))
            for n in range(each)
        ]
        fill(store.analytics, {(MONDAY, "W1"): "patrol"}, visits)
        asked = Asked(Window(later, later + timedelta(days=6)))
        return crews.feedback(store, scope(WEST, Action.VIEW_CREWS), asked)

    def test_nobody_is_named_on_few_visits(self, store: Store) -> None:
        found = self.found(store, 9, 1, each=9)
        assert found.least == 10
        assert (len(found.everyone), found.compared, len(found.top), len(found.improved)) == (1, 0, 0, 0)

    def test_who_improved_is_named_with_both_counts(self, store: Store) -> None:
        found = self.found(store, 8, 3)
        assert found.top[["officer_id", "valid", "tasked"]].values.tolist() == [["PC1", 8, 10]]
        assert found.improved[["valid", "valid_before"]].values.tolist() == [[8, 3]]

    def test_who_did_not_improve_is_not_named_for_it(self, store: Store) -> None:
        assert self.found(store, 3, 8).improved.empty


class TestRecordsWithoutAnOutcome:
    def found(self, store: Store, *patrols_of: dict[str, Any]) -> crews.Feedback:
        plain = {
            **{
                "officer_id": "PC1",
                "hotspot_id": "W1",
                "lpa": "West",
                "is_tasked": True,
                "spoken_to": 0,
                "searched": 0,
            },
            **{"arrested": 0, "tasks_done": None, "row_key": "k", "row_hash": "h", "batch_id": 1},
        }
        rows = [
            plain | patrol | {"patrol_id": f"{number}-{n}", "started_at": at(8 + n / 2, patrol.get("day", MONDAY))}
            for number, patrol in enumerate(patrols_of)
            for n in range(patrol.get("n", 10))
        ]
        with store.analytics.transaction() as writer:
            add(writer, "patrol", [{name: row[name] for name in row.keys() - {"n", "day"}} for row in rows])
        return crews.feedback(store, scope(WEST, Action.VIEW_CREWS), Asked(Window(MONDAY, MONDAY)))

    def test_who_never_records_one_is_named_with_the_count_and_nobody_else(self, store: Store) -> None:
        found = self.found(
            *(store, {}),
            *({"officer_id": "PC2", "n": 9}, {"officer_id": "PC3", "spoken_to": 1, "n": 1}, {"officer_id": "PC3"}),
            *({"officer_id": "PC4", "n": 10, "tasks_done": '["walked"]'}, {"officer_id": "PC5", "lpa": "East"}),
            *({"officer_id": "PC6", "is_tasked": False}, {"officer_id": "PC7", "spoken_to": None, "n": 11}),
        )
        own = found.without_outcome
        assert own[["officer_id", "patrols", "with_outcome"]].values.tolist() == [["PC1", 10, 0], ["PC7", 11, 0]]
        assert found.recorded["officer_id"].tolist() == ["PC1", "PC2", "PC3", "PC4", "PC7"]
        assert patrol_words.without_outcome(found).startswith("2 of 4 officers with at least 10 patrol records")

    def test_records_of_before_the_period_count_and_those_after_it_do_not(self, store: Store) -> None:
        before, after = MONDAY - timedelta(days=30), MONDAY + timedelta(days=1)
        found = self.found(
            *(store, {}),
            *({"spoken_to": 1, "n": 1, "day": before}, {"officer_id": "PC2"}),
            *({"officer_id": "PC2", "spoken_to": 1, "n": 1, "day": after},),
        )
        assert found.without_outcome["officer_id"].tolist() == ["PC2"]

    def test_too_few_records_say_nothing(self, store: Store) -> None:
        found = self.found(store, {"n": 9})
        assert found.without_outcome.empty
        assert patrol_words.without_outcome(found).startswith("Nobody has recorded 10 tasked patrols yet")

    def test_their_minutes_count_like_any_other(self, store: Store) -> None:
        fill(store.analytics, ARMS, VISITS)
        before = picture(store).whole
        assert len(self.found(store, {}).without_outcome) == 1
        assert picture(store).whole == before
