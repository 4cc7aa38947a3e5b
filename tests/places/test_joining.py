import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import grid
from rasure.places.joining import JOINED_COLUMNS, joined

AXIAL = st.tuples(st.integers(-4, 4), st.integers(-4, 4))
CHOSEN = st.lists(AXIAL, min_size=1, max_size=30, unique=True)


def cells_of(axial: list[tuple[int, int]]) -> np.ndarray:
    return grid.pack([q for q, _ in axial], [r for _, r in axial])


def hangs_together(cells: set[int]) -> bool:
    reached, edge = set(), {min(cells)}
    while edge:
        reached |= edge
        edge = {int(near) for near in grid.neighbours(list(edge)).ravel()} & cells - reached
    return reached == cells


@given(CHOSEN, st.none() | st.integers(1, 6), st.randoms(use_true_random=False))
def test_every_cell_is_in_one_hot_spot_that_hangs_together(axial, most_cells, random) -> None:
    cells = cells_of(axial)
    scores = np.asarray([random.randint(0, 3) for _ in axial], dtype=float)
    found = joined(cells, scores, most_cells=most_cells)
    assert sorted(found["cell"]) == sorted(cells)
    groups = [set(own) for _, own in found.groupby("hotspot")["cell"]]
    assert all(map(hangs_together, groups))
    assert most_cells is None or max(map(len, groups)) <= most_cells
    if most_cells is None:
        around = {cell: set(grid.neighbours([cell]).ravel().tolist()) for cell in cells.tolist()}
        assert not any(around[cell] & other for own in groups for cell in own for other in groups if other is not own)


@given(CHOSEN, st.none() | st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_cells_does_not_matter(axial, most_cells, random) -> None:
    rows = [(cell, random.randint(0, 3), random.choice("WE")) for cell in cells_of(axial).tolist()]
    shuffled = random.sample(rows, len(rows))
    cells, scores, areas = ([row[column] for row in rows] for column in range(3))
    again = ([row[column] for row in shuffled] for column in range(3))
    cells_again, scores_again, areas_again = again
    pd.testing.assert_frame_equal(
        joined(cells, scores, areas=areas, most_cells=most_cells),
        joined(cells_again, scores_again, areas=areas_again, most_cells=most_cells),
    )


@given(CHOSEN, st.randoms(use_true_random=False))
def test_cells_of_different_areas_never_join(axial, random) -> None:
    cells = cells_of(axial)
    areas = [random.choice("WE") for _ in axial]
    found = joined(cells, np.ones(cells.size), areas=areas)
    area = dict(zip(cells.tolist(), areas, strict=True))
    assert found.groupby("hotspot")["cell"].agg(lambda own: len({area[cell] for cell in own})).eq(1).all()


def test_a_hot_spot_with_a_limit_takes_its_best_neighbours_first() -> None:
    row = grid.pack([0, 1, 2, 3], [0, 0, 0, 0])
    found = joined(row, [1.0, 9.0, 2.0, 3.0], most_cells=2)
    assert found[["cell", "hotspot", "part"]].to_numpy().tolist() == [
        [row[1], 0, 0],
        [row[2], 0, 1],
        [row[3], 1, 0],
        [row[0], 2, 0],
    ]


def test_hot_spots_and_their_parts_are_in_order_of_score() -> None:
    apart = grid.pack([0, 10, 10], [0, 0, 1])
    found = joined(apart, [5.0, 1.0, 7.0])
    assert found["cell"].tolist() == [apart[2], apart[1], apart[0]]
    assert found["hotspot"].tolist() == [0, 0, 1]


def test_a_cell_without_a_score_comes_last() -> None:
    apart = grid.pack([0, 10], [0, 0])
    assert joined(apart, [np.nan, 0.0])["cell"].tolist() == [apart[1], apart[0]]


def test_no_cells_give_no_rows() -> None:
    found = joined([], [])
    assert (len(found), tuple(found.columns)) == (0, JOINED_COLUMNS)


@pytest.mark.parametrize(
    ("cells", "scores", "most", "said"),
    [([1, 1], [1, 2], None, "twice"), ([1], [1, 2], None, "differ in number"), ([1], [1], 0, "at least one cell")],
)
def test_what_cannot_be_joined_is_refused(cells, scores, most, said) -> None:
    with pytest.raises(InputRejected, match=said):
        joined(cells, scores, most_cells=most)
