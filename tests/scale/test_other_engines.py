"""The canonical statement, unchanged, on another engine (`make test-scale`): the same visits, row for row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from rasure.store.analytics import visits
from rasure.store.analytics.database import Database
from tests.patrol.places import worked_out
from tests.patrol.test_visits_in_sql import hot_spots, track

GIVEN = ("incoming_track", "incoming_square", "incoming_edge")
OFFICERS = 200


@pytest.fixture(scope="module")
def filled() -> Iterator[Database]:
    rng = np.random.default_rng(11)
    spots = hot_spots(rng)
    names = list(spots)
    tracks = {f"PC{at:03}": list(track(rng, spots[names[int(rng.integers(len(names)))]])) for at in range(OFFICERS)}
    database = worked_out(spots, tracks)
    yield database
    database.close()


@pytest.fixture(scope="module")
def given(filled: Database, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[Any, ...]]]:
    """Write what the statement is given as Parquet, and return it with what DuckDB answers."""
    folder = tmp_path_factory.mktemp("given")
    with filled.transaction() as writer:
        writer.run(
            "create temp table incoming_track as select substr(officer_id, 3)::integer * 2"
            " + (hash(seen_at) % 50 = 0)::integer as track, (hash(seen_at) % 50 = 0)::integer as reason,"
            " 1 + (hash(seen_at) % 3 = 0)::integer as source, epoch_us(seen_at) // 1000000 as at_s, e_dm, n_dm,"
            " (e_dm // 100)::bigint * 16777216 + n_dm // 100 as square from ping"
        )
        writer.run("create temp table incoming_square as select * from patrol_square")
        writer.run("create temp table incoming_edge as select * from patrol_edge")
        for name in GIVEN:
            pq.write_table(writer.arrow(f"select * from {name}"), folder / f"{name}.parquet")
        return folder, sorted(writer.rows(visits.CANONICAL), key=repr)


@pytest.fixture
def clickhouse() -> Iterator[Any]:
    engine = pytest.importorskip("chdb.session", reason="chdb is not installed: make test-scale installs it")
    session = engine.Session()
    yield session
    session.close()


def test_clickhouse_gives_the_same_visits(clickhouse: Any, given: tuple[Path, list[tuple[Any, ...]]]) -> None:
    folder, expected = given
    for name in GIVEN:
        clickhouse.query(f"create table {name} engine = Memory as select * from file('{folder}/{name}.parquet')")
    clickhouse.query("set join_use_nulls = 1")
    found = clickhouse.query(visits.CANONICAL, "ArrowTable").to_pylist()
    assert len(expected) > 500
    assert sorted((tuple(row.values()) for row in found), key=repr) == expected
    assert {row["track"] % 2 for row in found} == {0, 1}


@pytest.mark.parametrize("dialect", ["duckdb", "clickhouse", "spark"])
def test_every_dialect_reads_the_text(dialect: str) -> None:
    sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed: make test-scale installs it")
    (parsed,) = sqlglot.parse(visits.CANONICAL, read=dialect)
    assert {table.name for table in parsed.find_all(sqlglot.exp.Table)} >= set(GIVEN)


def test_the_text_holds_no_clause_of_one_dialect() -> None:
    lowered = visits.CANONICAL.lower()
    for clause in ("qualify", "filter (", "group by all", " st_", "::", "//", "using (", "semi join", "interval", "$"):
        assert clause not in lowered, clause
