"""Small numbers withheld: the rule, the public cases, and an attack by integer programme on what is published."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from rasure.checks.run import compared, run_case
from rasure.errors import InputRejected
from rasure.people.suppression import Suppressed, suppress
from tests.conftest import REAL

PUBLIC = REAL.parent / "oracles" / "people.json"
#: Mostly small counts, so that tables with many withheld cells come up.
COUNTS = st.one_of(st.integers(0, 8), st.integers(0, 60))
TABLES = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(st.lists(COUNTS, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
)


def ranges(published: Suppressed, threshold: int, *, knows_the_rule: bool = True) -> list[tuple[int, int]]:
    """Return the smallest and largest value each withheld cell can have, from nothing but the published table.

    Every total shown is an equation. An attacker who knows the rule also knows why a grand total is missing: with two
    or more withheld cells all of them are 1, or all are the largest that is withheld.
    """
    body = [row[:-1] for row in published[:-1]]
    hidden = [(r, c) for r, row in enumerate(body) for c, count in enumerate(row) if count is None]
    if not hidden:
        return []
    lines: list[tuple[set[tuple[int, int]], int | None]] = [
        *(({(r, c) for c in range(len(body[0]))}, published[r][-1]) for r in range(len(body))),
        *(({(r, c) for r in range(len(body))}, published[-1][c]) for c in range(len(body[0]))),
        (set(product(range(len(body)), range(len(body[0])))), published[-1][-1]),
    ]
    rows, sums = [], []
    for line, total in lines:
        if total is not None:
            rows.append([float(cell in line) for cell in hidden])
            sums.append(float(total - sum(body[r][c] or 0 for r, c in line)))
    cases = [(rows, sums)]
    if knows_the_rule and published[-1][-1] is None and len(hidden) >= 2:
        every = [1.0] * len(hidden)
        cases = [([*rows, every], [*sums, float(low * len(hidden))]) for low in (1, threshold - 1)]
    return [_range(index, len(hidden), cases, threshold) for index in range(len(hidden))]


def _range(
    index: int, size: int, cases: list[tuple[list[list[float]], list[float]]], threshold: int
) -> tuple[int, int]:
    found = []
    for (rows, sums), sign in product(cases, (1, -1)):
        aim = np.zeros(size)
        aim[index] = sign
        constraints = [LinearConstraint(np.array(rows), sums, sums)] if rows else []
        solved = milp(aim, integrality=np.ones(size), bounds=Bounds(1, threshold - 1), constraints=constraints)
        if solved.success:
            found.append(round(solved.x[index]))
    return min(found), max(found)


class TestAttack:
    """No withheld cell of 400 tables is left with one value, whatever the equations of the table say."""

    def test_no_withheld_cell_can_be_worked_out(self) -> None:
        rng = np.random.default_rng(31)
        attacked = 0
        for _ in range(400):
            shape = rng.integers(1, 7, size=2)
            table = rng.negative_binomial(1.2, rng.uniform(0.05, 0.35), size=shape)
            threshold = int(rng.choice([3, 5, 5, 5, 10]))
            for low, high in ranges(suppress(table.tolist(), threshold), threshold):
                attacked += 1
                assert low < high, table
        assert attacked > 1000

    def test_the_attack_breaks_a_table_with_small_cells_blanked_and_totals_left(self) -> None:
        assert ranges(((None, 10, 13), (10, 10, 20), (13, 20, 33)), 5) == [(3, 3)]

    def test_the_attack_breaks_a_grand_total_that_leaves_one_way(self) -> None:
        published = ((None, 10, None), (10, None, None), (None, None, 22))
        assert ranges(published, 5, knows_the_rule=False) == [(1, 1), (1, 1)]

    def test_a_missing_grand_total_leaves_the_smallest_and_the_largest(self) -> None:
        assert ranges(suppress([[1, 10], [10, 1]]), 5) == [(1, 4), (1, 4)]


@given(TABLES, st.integers(3, 12))
def test_every_cell_that_is_shown_is_as_it_was_and_every_small_one_is_withheld(
    table: list[list[int]], threshold: int
) -> None:
    published = suppress(table, threshold)
    assert [len(row) for row in published] == [len(table[0]) + 1] * (len(table) + 1)
    for r, row in enumerate(table):
        for c, count in enumerate(row):
            assert published[r][c] == (None if 1 <= count < threshold else count)


@given(TABLES)
def test_totals_are_those_of_the_table_and_only_over_lines_that_are_whole(table: list[list[int]]) -> None:
    published = suppress(table)
    lines = [*zip(published[:-1], map(sum, table), strict=True)]
    for row, total in lines:
        assert row[-1] == (None if None in row[:-1] else total)
    for column, counts in zip(zip(*published, strict=True), zip(*table, strict=True), strict=False):
        assert column[-1] == (None if None in column[:-1] else sum(counts))
    assert published[-1][-1] in (None, sum(map(sum, table)))


@given(TABLES)
def test_the_grand_total_is_shown_only_where_it_leaves_a_choice(table: list[list[int]]) -> None:
    hidden = [count for row in table for count in row if 1 <= count <= 4]
    ways = len(hidden) >= 2 and len(hidden) < sum(hidden) < 4 * len(hidden)
    assert (suppress(table)[-1][-1] is not None) == (not hidden or ways)


@given(TABLES)
def test_turning_a_table_turns_what_is_published(table: list[list[int]]) -> None:
    turned = [list(column) for column in zip(*table, strict=True)]
    assert suppress(turned) == tuple(zip(*suppress(table), strict=True))


@pytest.mark.parametrize(
    ("table", "threshold"), [([], 5), ([[]], 5), ([[1, 2], [3]], 5), ([[-1]], 5), ([[1]], 2), ([[1]], 0)]
)
def test_what_is_no_table_of_counts_is_refused(table: list[list[int]], threshold: int) -> None:
    with pytest.raises(InputRejected):
        suppress(table, threshold)


class TestOperation:
    @pytest.mark.parametrize(
        ("inputs", "error"),
        [
            ({"cells": []}, "no_cells"),
            ({"cells": [[1, 2], [3]]}, "unequal_lengths"),
            ({"cells": [[1.5]]}, "bad_cells"),
            ({"cells": [[-1]]}, "bad_cells"),
            ({"cells": [["3"]]}, "bad_cells"),
            ({"cells": [[9]], "threshold": 2}, "bad_threshold"),
            ({}, "missing_cells"),
        ],
    )
    def test_what_it_cannot_suppress_it_names(self, inputs: dict[str, object], error: str) -> None:
        found = run_case({"id": "x", "op": "suppress.table", "inputs": inputs})
        assert found["result"] == {"error": error}

    def test_five_is_the_threshold_where_none_is_given(self) -> None:
        found = run_case({"id": "x", "op": "suppress.table", "inputs": {"cells": [[4, 5]]}})
        assert found["result"] == {"table": [[None, 5, None], [None, 5, None]]}

    @pytest.mark.real_data
    def test_every_public_case_is_met(self) -> None:
        if not PUBLIC.is_file():
            pytest.skip("the public cases are not beside this copy of the project")
        cases = [c for c in json.loads(PUBLIC.read_text(encoding="utf-8"))["cases"] if c["op"] == "suppress.table"]
        assert len(cases) >= 3
        assert [case["id"] for case in cases if not compared(case, run_case(case))["ok"]] == []
