"""Visits kept up to date load by load: always what one load of everything gives, whatever the order and the repeats."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasure.places import grid
from rasure.store.analytics import op_days, visits
from rasure.store.analytics.database import Database
from tests.patrol.oracle import Fix
from tests.patrol.places import EVENING, LOADED, Area, expected, held, publish, send, worked_out

CELL = int(grid.cells_of([470_000.0], [175_000.0])[0])
EAST, NORTH = (int(round(float(at[0]) * 10)) for at in grid.centres([CELL]))
SPOTS = {"H1": [Area(cell=CELL)], "H2": [Area(polygon=shapely.box(470_300, 174_900, 470_400, 175_100))]}
INSIDE, OUTSIDE, OTHER = (EAST, NORTH), (EAST - 30_000, NORTH), (4_703_500, 1_750_000)
#: 06:00 on the next two mornings, British summer time.
MORNINGS = [int(op_days.starts_at(date(2026, 7, day)).timestamp()) - EVENING for day in (4, 5)]


class UndoneError(Exception):
    """Leaves a transaction so that the next example finds the database as it was."""


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    own = Database()
    with own.transaction() as writer:
        publish(writer, SPOTS)
        visits.follow(writer)
    yield own
    own.close()


def stays() -> st.SearchStrategy[list[Fix]]:
    """Walks about the mornings: steps of any length up to six minutes, inside, outside, or at the other place."""
    step = st.tuples(st.sampled_from([0, 10, 60, 119, 120, 121, 280, 300, 301, 360]), st.sampled_from("iiiioq"))
    where = {"i": INSIDE, "o": OUTSIDE, "q": OTHER}

    def laid(begin: int, steps: list[tuple[int, str]]) -> list[Fix]:
        at, fixes = begin, []
        for gap, kind in steps:
            at += gap
            fixes.append((at, *where[kind]))
        return fixes

    begins = st.sampled_from([morning + offset for morning in MORNINGS for offset in (-700, -300, -10, 0, 200)])
    return st.builds(laid, begins, st.lists(step, min_size=1, max_size=25))


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_batching_and_repetition_gives_what_one_load_gives(database: Database, data: st.DataObject) -> None:
    tracks = {
        officer: data.draw(st.lists(stays(), min_size=1, max_size=3).map(lambda own: sum(own, []))) for officer in "AB"
    }
    fixes = [(officer, fix) for officer, own in tracks.items() for fix in own]
    repeated = data.draw(st.lists(st.sampled_from(fixes), max_size=6))
    order = data.draw(st.permutations(fixes + repeated))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    said = expected(SPOTS, tracks)
    with pytest.raises(UndoneError), database.transaction() as writer:
        for batch, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(order)], strict=True), 2):
            loaded: dict[str, list[Fix]] = {}
            for officer, fix in order[first:last]:
                loaded.setdefault(officer, []).append(fix)
            send(writer, loaded, batch=batch, source=f"device {batch % 2}")
            visits.follow(writer)
        rows = writer.arrow("select * from visit order by all").to_pylist()
        writer.run("delete from visit")
        writer.run("delete from store_meta where key in ('visits_rule')")
        visits.follow(writer)
        assert writer.arrow("select * from visit order by all").to_pylist() == rows
        assert sum(map(len, said.values())) == len(rows)
        assert [row["op_day"] for row in rows] == [op_days.day_of(row["started_at"]) for row in rows]
        raise UndoneError


def stood(first_s: int, last_s: int, every_s: int = 60) -> list[Fix]:
    return [(second, *INSIDE) for second in range(first_s, last_s + 1, every_s)]


class TestTheEdgeOfADay:
    def test_a_stay_over_six_belongs_to_the_day_it_starts_in(self) -> None:
        database = worked_out(SPOTS, {"A": stood(MORNINGS[0] - 600, MORNINGS[0] + 600)})
        (row,) = held(database)
        assert row["op_day"] == date(2026, 7, 3)
        assert row["ended_at"] - row["started_at"] == timedelta(minutes=20)

    def test_midnight_cuts_nothing(self) -> None:
        midnight = int(datetime(2026, 7, 3, 23, tzinfo=UTC).timestamp()) - EVENING
        (row,) = held(worked_out(SPOTS, {"A": stood(midnight - 600, midnight + 1200)}))
        assert (row["op_day"], row["still_s"]) == (date(2026, 7, 3), 1800)

    def test_a_stay_of_two_days_is_one_visit_however_it_comes(self) -> None:
        long_stay = stood(0, 2 * 86_400, 300)
        whole = held(worked_out(SPOTS, {"A": long_stay}))
        assert [(row["op_day"], row["still_s"]) for row in whole] == [(date(2026, 7, 3), 2 * 86_400)]
        database = Database()
        for batch, part in enumerate((long_stay[400:], long_stay[:200], long_stay[200:400]), 1):
            with database.transaction() as writer:
                if batch == 1:
                    publish(writer, SPOTS)
                send(writer, {"A": part}, batch=batch)
                visits.follow(writer)
        assert held(database) == whole

    @pytest.mark.parametrize(
        ("night", "begin", "op_day"),
        [
            (date(2026, 3, 28), datetime(2026, 3, 29, 0, 50, tzinfo=UTC), date(2026, 3, 28)),
            (date(2026, 3, 29), datetime(2026, 3, 29, 4, 59, tzinfo=UTC), date(2026, 3, 28)),
            (date(2026, 3, 29), datetime(2026, 3, 29, 5, 0, tzinfo=UTC), date(2026, 3, 29)),
            (date(2026, 10, 24), datetime(2026, 10, 25, 0, 50, tzinfo=UTC), date(2026, 10, 24)),
            (date(2026, 10, 25), datetime(2026, 10, 25, 5, 59, tzinfo=UTC), date(2026, 10, 24)),
            (date(2026, 10, 25), datetime(2026, 10, 25, 6, 0, tzinfo=UTC), date(2026, 10, 25)),
        ],
    )
    def test_clock_changes_move_the_edge_and_stretch_no_stay(self, night: date, begin: datetime, op_day: date) -> None:
        first = int(begin.timestamp()) - EVENING
        (row,) = held(worked_out(SPOTS, {"A": stood(first, first + 1200)}))
        assert (row["op_day"], row["still_s"]) == (op_day, 1200)


class TestWhatBelongsTogether:
    def test_several_devices_are_one_officer(self) -> None:
        database = Database()
        with database.transaction() as writer:
            publish(writer, SPOTS)
            for source in ("phone", "radio", "car"):
                send(writer, {"A": stood(0, 900)}, source=source)
            send(writer, {"B": stood(0, 900)})
            visits.follow(writer)
        several, one = held(database, columns="officer_id, pings, still_s, source")
        assert (several["pings"], several["still_s"], several["source"]) == (16, 900, None)
        assert (one["pings"], one["still_s"], one["source"]) == (16, 900, "phone")

    def test_flagged_pings_make_visits_of_their_own(self) -> None:
        database = Database()
        with database.transaction() as writer:
            publish(writer, SPOTS)
            send(writer, {"A": stood(0, 900)})
            send(writer, {"A": [(second + 5, *OTHER) for second in range(0, 901, 60)]}, source="app-2")
            visits.follow(writer)
            assert {row[0] for row in writer.rows("select unknown_s from visit")} == {900}
            writer.run("update ping set flag = 'two devices' where source = 'app-2'")
            days = pa.table({"officer_id": ["A"], "op_day": [date(2026, 7, 3)]})
            visits.recompute(writer, days)
        rows = held(database, columns="hotspot_id, flag, still_s, category")
        assert [tuple(row.values()) for row in rows] == [
            ("H1", None, 900, "valid"),
            ("H2", "two devices", 900, "valid"),
        ]

    def test_a_patrol_area_is_named_by_where_most_pings_lay(self) -> None:
        spots = {"H": [Area(polygon=shapely.box(0, 0, 100, 100)), Area(polygon=shapely.box(100, 0, 200, 100))]}
        spots = {"H": [Area(polygon=shapely.transform(a.polygon, lambda at: at + 470_000)) for a in spots["H"]]}
        walk = [(60 * step, 4_700_100 + 180 * step, 4_700_500) for step in range(10)]
        database = worked_out(spots, {"A": walk, "B": [(t, 9_401_900 - e + 100, n) for t, e, n in walk]})
        assert held(database, columns="officer_id, patrol_area_id, pings") == [
            {"officer_id": "A", "patrol_area_id": "H-1", "pings": 10},
            {"officer_id": "B", "patrol_area_id": "H-2", "pings": 10},
        ]


class TestGroundThatChanges:
    def test_new_ground_counts_from_the_operational_day_it_is_published_on(self) -> None:
        database = Database()
        days = [0, 86_400, 2 * 86_400]
        track = [fix for day in days for fix in stood(day, day + 900)]
        published = datetime.fromtimestamp(EVENING + 86_400 + 3_600, UTC).replace(tzinfo=None)
        with database.transaction() as writer:
            publish(writer, {"H": [Area(cell=CELL)]}, created_at=published - timedelta(days=30))
            send(writer, {"A": track})
            visits.follow(writer)
            assert writer.value("select count(*) from visit") == 3
            publish(writer, {"H": [Area(polygon=shapely.box(0, 0, 9, 9))]}, batch=3, version=2, created_at=published)
            visits.follow(writer)
        assert held(database, columns="op_day") == [{"op_day": date(2026, 7, 3)}]

    def test_a_set_published_later_has_the_visits_of_earlier_days(self) -> None:
        late = Database()
        with late.transaction() as writer:
            send(writer, {"A": stood(0, 900)}, batch=1)
            visits.follow(writer)
            publish(writer, SPOTS, batch=2, created_at=LOADED)
            visits.follow(writer)
        assert held(late) == held(worked_out(SPOTS, {"A": stood(0, 900)}))

    def test_publishing_the_same_ground_again_works_nothing_out(self) -> None:
        database = worked_out(SPOTS, {"A": stood(0, 900)})
        with database.transaction() as writer:
            writer.run("update visit set pings = 1")
            publish(writer, SPOTS, batch=3, version=2)
            visits.follow(writer)
        assert held(database, columns="pings") == [{"pings": 1}]

    def test_another_rule_works_everything_out_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        database = worked_out(SPOTS, {"A": stood(0, 900)})
        monkeypatch.setattr(visits, "RULE_VERSION", "another")
        visits.ensure(database)
        assert held(database, columns="rule_version, still_s") == [{"rule_version": "another", "still_s": 900}]


def test_only_the_officers_and_days_of_a_load_are_worked_out_again() -> None:
    database = worked_out(SPOTS, {"A": stood(0, 900) + stood(86_400, 87_300), "B": stood(0, 900)})
    with database.transaction() as writer:
        writer.run("update visit set pings = 1")
        send(writer, {"A": stood(930, 960, 30)}, batch=3)
        visits.follow(writer)
    assert [tuple(row.values()) for row in held(database, columns="officer_id, op_day, pings")] == [
        ("A", date(2026, 7, 3), 18),
        ("A", date(2026, 7, 4), 1),
        ("B", date(2026, 7, 3), 1),
    ]
