"""Dose by SQL: what the pure engine gives, for what a scope covers, and flagged visits only when restored."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.patrol import dose as pure
from rasure.services import desk
from rasure.store.analytics import dose, tasked
from rasure.store.analytics.database import Database
from rasure.store.analytics.days import Days
from rasure.terms import Role, Window
from tests.patrol_world import HELD, MONDAY, SPOTS, add, assign, at, fill, visit

NONE = dose.RESTORED.empty_table()
WEEK = Window(MONDAY, MONDAY + timedelta(days=6))
RULE: dict[str, Any] = {"pass_s": 120, "valid_s": 600, "unseen_s": 300}


def scope(*areas: str) -> Scope:
    if not areas:
        return desk.admit(Principal("a", "A", Role.ANALYST, frozenset()), Action.VIEW_PATROLS)
    return desk.admit(Principal("i", "I", Role.INSPECTOR, frozenset(areas)), Action.VIEW_PATROLS)


def drawn(seed: int, many: int = 150) -> tuple[dict[tuple[date, str], str], list[dict[str, Any]]]:
    """Draw a week of visits, on the quarter minute so that runs often touch, many by a crew, many at the day's edge."""
    rng = np.random.default_rng(seed)
    arms = {
        (MONDAY + timedelta(days=int(n)), spot): str(rng.choice(["patrol", "control"]))
        for n in range(7)
        for spot in SPOTS
        if rng.random() < 0.9
    }
    visits = [
        visit(
            str(rng.choice(list(SPOTS))),
            float(rng.integers(0, 24 * 12)) / 12,
            float(rng.integers(0, 100)) / 4,
            officer=f"PC{rng.integers(1, 5)}",
            tasked=bool(rng.random() < 0.6),
            active=float(rng.integers(0, 20)),
            day=MONDAY + timedelta(days=int(rng.integers(0, 7))),
            unseen_s=None if rng.random() < 0.2 else int(rng.integers(0, 500)),
        )
        for _ in range(many)
    ]
    for row in visits:
        row["foot_s"] = min(row["foot_s"], int((row["ended_at"] - row["started_at"]).total_seconds()))
    crews = [row | {"officer_id": f"{row['officer_id']}-{n}"} for row in visits[::3] for n in range(2)]
    return arms, [*visits, *crews]


def in_pure_words(visits: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(visits)
    return frame.assign(active_s=frame["foot_s"] + frame["still_s"], op_day=pd.to_datetime(frame["op_day"]))


@pytest.mark.parametrize("seed", range(6))
def test_sql_gives_what_the_pure_engine_gives(seed: int) -> None:
    arms, visits = drawn(seed)
    database = Database()
    fill(database, arms, visits)
    ours = dose.place_days(database, scope(), Days(WEEK), NONE, **RULE)
    assigned = ours[["op_day", "hotspot_id", "arm"]]
    known = in_pure_words(visits)
    expected = pure.place_days(assigned, known)
    wide = pure.place_days(assigned, pure.widened(known))
    assert len(ours) == len(arms)
    for name in expected.columns:
        if name not in assigned.columns:
            np.testing.assert_allclose(ours[name].astype(float), expected[name].astype(float), atol=1e-9, err_msg=name)
    np.testing.assert_allclose(ours["widest_minutes"], wide["patrol_minutes"], atol=1e-9)


class TestScope:
    def test_an_area_sees_its_own_places_and_visits(self) -> None:
        database = Database()
        fill(database, {(MONDAY, "W1"): "patrol", (MONDAY, "E1"): "patrol"}, [visit("W1"), visit("E1")])
        own = dose.place_days(database, scope("East"), Days(WEEK), NONE, **RULE)
        assert own["hotspot_id"].tolist() == ["E1"]
        assert dose.visits(database, scope("East"), Days(WEEK), NONE)["hotspot_id"].tolist() == ["E1"]
        assert dose.outputs(database, scope("East"), None, at(0), at(48)) == []
        assert dose.extent(database, scope("East")) == (MONDAY, MONDAY)

    def test_an_area_asked_for_outside_the_scope_is_empty(self) -> None:
        database = Database()
        fill(database, {(MONDAY, "W1"): "patrol"}, [visit("W1")])
        assert dose.place_days(database, scope("East"), Days(WEEK, "West"), NONE, **RULE).empty

    def test_a_track_is_read_only_around_a_visit_of_the_scope(self) -> None:
        database = Database()
        fill(database, {}, [visit("W1")])
        with database.transaction() as writer:
            ping = {"officer_id": "PC1", "e_dm": 1, "n_dm": 1, "source": "app", "cell": 1, "batch_id": 1}
            add(writer, "ping", [ping | {"seen_at": at(hour), "seq": n} for n, hour in enumerate((8.0, 9.1, 10.0))])
        asked = ("PC1", "W1", at(9), at(9.25))
        assert len(dose.track(database, scope("West"), *asked)) == 1
        assert dose.track(database, scope("East"), *asked).empty
        assert dose.track(database, scope("West"), "PC1", "W1", at(8), at(10)).empty


class TestFlagged:
    def counted(self, database: Database, *restored: tuple[float, float]) -> tuple[float, list[bool]]:
        rows = [("PC1", "W1", at(start), at(end)) for start, end in restored]
        held = pa.Table.from_pylist([dict(zip(dose.RESTORED.names, row, strict=True)) for row in rows], dose.RESTORED)
        days = dose.place_days(database, scope(), Days(WEEK), held, **RULE)
        seen = dose.visits(database, scope(), Days(WEEK), held)
        return float(days["patrol_minutes"].sum()), seen["is_counted"].tolist()

    def test_a_doubted_visit_is_shown_and_not_counted_until_it_is_restored(self) -> None:
        database = Database()
        fill(database, {(MONDAY, "W1"): "patrol"}, [visit("W1", 9, 15, flag="same_point"), visit("W1", 12, 5)])
        assert self.counted(database) == (5.0, [False, True])
        assert self.counted(database, (9, 9.25)) == (20.0, [True, True])

    def test_a_doubted_visit_that_has_grown_since_is_doubted_anew(self) -> None:
        database = Database()
        fill(database, {(MONDAY, "W1"): "patrol"}, [visit("W1", 9, 16, flag="same_point")])
        assert self.counted(database, (9, 9.25)) == (0.0, [False])


class TestWhatIsTasked:
    def marked(self, *patrols: dict[str, Any], source: str | None = "airwave", pings: tuple[str, ...] = ()) -> bool:
        database = Database()
        with database.transaction() as writer:
            assign(writer, {})
            add(writer, "visit", [visit("W1", 9, 10, tasked=False) | {"source": source}])
            common = {"is_tasked": True, "hotspot_id": "W1", "lpa": "West", "crew": '["PC9", "PC1"]'} | HELD
            rows = [
                common | {"patrol_id": "P", "officer_id": "PC9", "started_at": at(9), "ended_at": at(10)} | own
                for own in patrols
            ]
            add(writer, "patrol", rows)
            ping = {"officer_id": "PC1", "e_dm": 1, "n_dm": 1, "cell": 1, "batch_id": 1}
            add(writer, "ping", [ping | {"source": name, "seen_at": at(9.1), "seq": n} for n, name in enumerate(pings)])
            tasked.follow(writer)
        return bool(database.value("select is_tasked from visit"))

    def test_what_the_app_reported_is_tasked(self) -> None:
        assert self.marked(source="app")
        assert self.marked(source="app-2")
        assert not self.marked(source="apparatus")
        assert not self.marked()

    def test_of_several_devices_one_may_be_the_app(self) -> None:
        assert self.marked(source=None, pings=("airwave", "app"))
        assert not self.marked(source=None, pings=("airwave", "vehicle"))

    def test_a_record_of_a_crew_makes_the_visit_of_each_of_them_tasked(self) -> None:
        assert self.marked({})
        assert not self.marked({"crew": '["PC9"]'})
        assert self.marked({"crew": None, "officer_id": "PC1"})
        assert not self.marked({"is_tasked": False})
        assert not self.marked({"hotspot_id": "W2"})

    @pytest.mark.parametrize(("start", "end", "expected"), [(9.2, 9.5, True), (9.25, 9.5, False), (8.0, 8.97, True)])
    def test_the_record_has_to_overlap_two_minutes_to_either_side(
        self, start: float, end: float, expected: bool
    ) -> None:
        assert self.marked({"started_at": at(start), "ended_at": at(end)}) is expected

    def test_a_record_without_an_end_is_half_an_hour(self) -> None:
        assert self.marked({"started_at": at(8.55), "ended_at": None})
        assert not self.marked({"started_at": at(8.2), "ended_at": None})

    def test_a_visit_is_tasked_no_longer_when_its_record_is_gone(self) -> None:
        database = Database()
        with database.transaction() as writer:
            add(writer, "visit", [visit("W1", tasked=False) | {"is_tasked": True}])
            tasked.follow(writer, ["offence"])
            assert writer.value("select is_tasked from visit")
            tasked.follow(writer, ["patrol"])
            assert not writer.value("select is_tasked from visit")
