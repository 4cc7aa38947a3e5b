"""Every scoped read there is, against a filter in plain Python: what a scope lets through is what is there at all.

The list of reads is taken from the SQL files. For a random question each is asked twice: under a scope, of the whole
force; and without limits, of a force out of which everything of other areas was taken beforehand. The answers are equal
or something crossed the line.
"""

import math
import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rasure.store.analytics.database import Database
from rasure.store.statements import Statement
from tests.matrix import random_force
from tests.matrix.random_force import AREAS, CELLS, HOT_SPOTS, LOCATIONS, OFFENCES, PEOPLE, only, stored, whole
from tests.store.test_sql import BLOCKS

ALL: dict[str, Statement] = {f"{file}.{block.name}": block for file, block in BLOCKS if "$lpas" in block.sql}
EXAMPLES = 5_000
SCOPES = [frozenset(some) for size in range(len(AREAS) + 1) for some in combinations(AREAS, size)]

_days = st.dates(date(2023, 12, 1), date(2026, 5, 1))
_bools = st.booleans()
#: What is bound to a parameter of a read, by its name.
PARAMETERS: dict[str, st.SearchStrategy[Any]] = {
    "lpa": st.sampled_from(AREAS),
    "groups": st.lists(st.sampled_from(["homicide", "grievous bodily harm", "robbery"]), max_size=2),
    "band": st.sampled_from(["day", "night"]),
    "cell": st.integers(0, CELLS - 1),
    "most": st.just(10_000),
    "least": st.integers(1, 4),
    "least_dates": st.integers(1, 3),
    "kinds": st.just(["knife_possession", "knife_enabled"]),
    "qualifying": st.just(["convicted", "caution", "charged", "weapon_recovered"]),
    "blade_classes": st.just(["abh_s47"]),
    "weapon_classes": st.just(["abh_s47"]),
    "version": st.integers(1, 2),
    "measure": st.sampled_from(["count", "harm", "sqrt_harm"]),
    "subject_kind": st.sampled_from(["place", "person", "institution"]),
    "since": st.datetimes(datetime(2024, 1, 1), datetime(2025, 6, 1)),
    "first_at": st.datetimes(datetime(2024, 1, 1), datetime(2025, 6, 1)),
    "until_at": st.datetimes(datetime(2024, 6, 1), datetime(2026, 6, 1)),
    "started_at": st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1)),
    "ended_at": st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1)),
    "pass_s": st.just(120),
    "valid_s": st.just(600),
    "unseen_s": st.sampled_from([0, 300]),
    "set_id": st.sampled_from(["S1", "S2"]),
    "hotspot_id": st.integers(0, HOT_SPOTS - 1).map("H{}".format),
    "person_id": st.integers(0, PEOPLE - 1).map("P{}".format),
    "days": st.sampled_from([[], [date(2024, 1, 1) + timedelta(days=n) for n in range(900)]]),
    "person_ids": st.lists(st.integers(0, PEOPLE - 1).map("P{}".format), max_size=PEOPLE),
    "location_id": st.integers(0, LOCATIONS - 1).map("L{}".format),
    "offence_id": st.integers(0, OFFENCES - 1).map("F{}".format),
    "opened_person": st.integers(0, PEOPLE - 1).map("P{}".format),
    "opened_offence": st.integers(0, OFFENCES - 1).map("F{}".format),
    "opened_place": st.integers(0, CELLS - 1).map(str),
    "rest": st.just("the others"),
    "apart_premises": st.sampled_from(["", "PRM1", "PRM2"]),
    "subjects": st.lists(st.integers(0, PEOPLE - 1).map("P{}".format), max_size=4),
}
_ANY_ID = st.one_of(*(PARAMETERS[name] for name in ("person_id", "offence_id", "hotspot_id", "opened_place")))
#: The columns of `incoming` are named in the comment of a read that joins something it is given.
_GIVEN = re.compile(r"`incoming`:? \(?((?:\w+, )*\w+)\)")
#: Reads left out: kept by whoever keeps the store for the whole force, over two tables they are given.
KEEPERS = {"retention.people", "retention.offences"}
#: Reads that cross the line on purpose, and why; what of another area they may say is tested where they are used.
CROSSES = {
    "people.done_records": "an event elsewhere counts towards the rule, and is said by date and kind alone",
    "people.suffered_records": "an event elsewhere counts towards the rule, and is said by date and kind alone",
    "people.done": "the rule is the same everywhere: all somebody did counts, once something of it was in the area",
    "people.suffered": "as of what somebody did: all counts, once something of it was in the area",
    "place.visits": "whether any tracks are loaded at all, which is no record",
    "dose.recorded": "the unit of an officer who came to the area from elsewhere is named; the record is in the area",
    "dose.visits": "the unit of an officer who came to the area from elsewhere is named; the visit is in the area",
    "people.also": "whether somebody is in need of safeguarding does not end at a border: a yes or no",
}


READS = {name: block for name, block in ALL.items() if name not in {*KEEPERS, *CROSSES}}


@cache
def _whole() -> tuple[dict[str, random_force.Rows], Database]:
    force = whole(np.random.default_rng(20_261_122))
    database = stored(force)
    return random_force.counting(force, database), database


@cache
def _reduced(areas: frozenset[str]) -> Database:
    return stored(only(_whole()[0], areas))


def _bound(name: str) -> st.SearchStrategy[Any]:
    """Return what may be bound to a parameter; one with a name nobody foresaw must be added above."""
    if name in PARAMETERS:
        return PARAMETERS[name]
    if name == "id" or name.endswith("_id"):
        return _ANY_ID
    if name.startswith(("any_", "sees_", "apart_point", "apart_default", "weak", "is_")):
        return _bools
    if name.endswith("_on") or name in ("today", "as_of"):
        return _days
    if name.endswith("_dm"):
        return st.integers(0, 90)
    raise AssertionError(f"${name} is a parameter this test does not know: say in PARAMETERS what may be bound to it")


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, frozenset[str], dict[str, Any]]:
    """Draw a read, a scope, and what is bound to its other parameters."""
    name = draw(st.sampled_from(sorted(READS)))
    return name, draw(st.sampled_from(SCOPES)), {one: draw(_bound(one)) for one in _names(name)}


def _names(read: str) -> list[str]:
    return sorted(set(re.findall(r"\$(\w+)", READS[read].sql)) - {"lpas", "all_lpas"})


def asked(database: Database, name: str, bound: dict[str, Any], areas: frozenset[str] | None) -> Counter[Any]:
    """Return the rows a read gives, as a bag; a sum of fractions is compared to nine figures."""
    scope = {"all_lpas": areas is None, "lpas": sorted(areas or ())}
    sql = READS[name].sql
    if "incoming" in sql:
        rows = database.frame_over(_incoming(name), sql, bound | scope).itertuples(index=False, name=None)
    else:
        rows = iter(database.rows(sql, bound | scope))
    return Counter(tuple(map(_plain, row)) for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float(f"{value:.9g}")
    if isinstance(value, dict):
        return tuple((key, _plain(one)) for key, one in sorted(value.items()))
    return tuple(map(_plain, value)) if isinstance(value, list | np.ndarray) else str(value)


@cache
def _incoming(name: str) -> pa.Table:
    """Return what a read is given to join: values that its own tables hold."""
    (columns,) = _GIVEN.findall(READS[name].comment)
    size = 800
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(size)]
    starts = [1_704_100_000 + 86_400 * n for n in range(size)]
    given_ = {
        "dated_on": (days, pa.date32()),
        "weight": (list(range(1, size + 1)), pa.int64()),
        "block": ([1] * size, pa.int64()),
        "cell": ([n % 5 for n in range(size)], pa.int64()),
        "premises": ([1 + n % 3 for n in range(size)], pa.int32()),
        "week_on": ([date(2024, 1, 1) + timedelta(weeks=n) for n in range(size)], pa.date32()),
        "known_until": ([datetime(2024, 1, 20) + timedelta(weeks=n) for n in range(size)], pa.timestamp("us")),
        "since_s": (starts, pa.int64()),
        "until_s": ([at + 3_600 for at in starts], pa.int64()),
        "id": ([f"P{n % 5}" for n in range(size)], pa.string()),
        "person_id": ([f"P{n % 5}" for n in range(size)], pa.string()),
        "offence_id": ([f"F{n % 40}" for n in range(size)], pa.string()),
        "hotspot_id": ([f"H{n % HOT_SPOTS}" for n in range(size)], pa.string()),
        "officer_id": ([f"C{n % 5}" for n in range(size)], pa.string()),
        "started_at": ([datetime(2024, 1, 1) + timedelta(days=n) for n in range(size)], pa.timestamp("us")),
        "ended_at": ([datetime(2024, 1, 2) + timedelta(days=n) for n in range(size)], pa.timestamp("us")),
        "subject_id": ([f"{'PH'[n % 2]}{n % HOT_SPOTS}" for n in range(size)], pa.string()),
    }
    return pa.table({column: pa.array(*given_[column]) for column in columns.split(", ")})


@pytest.fixture(scope="module", autouse=True)
def _force() -> None:
    """Make the force and its reductions before any question is asked of them."""
    for areas in SCOPES:
        _reduced(areas)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
@given(questions())
def test_a_scope_lets_through_what_is_there_when_all_else_is_gone(
    question: tuple[str, frozenset[str], dict[str, Any]],
) -> None:
    name, areas, bound = question
    assert asked(_whole()[1], name, bound, areas) == asked(_reduced(areas), name, bound, None), name


def test_every_exception_is_still_a_read() -> None:
    assert {*KEEPERS, *CROSSES} <= set(ALL)


def test_most_reads_have_something_to_leak() -> None:
    """Wide open, a read that never returns a row of another area proves nothing by not returning one."""
    silent = {name for name in READS if not _differs(name)}
    assert len(silent) <= len(READS) // 4, sorted(silent)


class _SeenError(Exception):
    """A read answered differently: there is no need to ask it more."""


def _differs(name: str) -> bool:
    """Say whether the whole force and no area at all answer differently to some question of this read."""

    @settings(
        max_examples=40,
        derandomize=True,
        report_multiple_bugs=False,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.fixed_dictionaries({one: _bound(one) for one in _names(name)}))
    def look(bound: dict[str, Any]) -> None:
        if asked(_whole()[1], name, bound, None) != asked(_whole()[1], name, bound, frozenset()):
            raise _SeenError

    try:
        look()
    except _SeenError:
        return True
    return False
