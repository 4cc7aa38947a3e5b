import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.places.breaks import class_of, even_breaks


@pytest.mark.parametrize(
    ("highest", "breaks"),
    [
        (876.0, (150, 300, 450, 600, 750)),
        (9.2, (2, 4, 6, 8)),
        (1.0, (0.2, 0.4, 0.6, 0.8, 1.0)),
        (600.0, (150, 300, 450, 600)),
    ],
)
def test_steps_are_even_and_round(highest: float, breaks: tuple[float, ...]) -> None:
    assert even_breaks([highest, 0.1]) == pytest.approx(breaks)


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=30))
def test_never_more_than_six_classes_and_the_highest_is_used(values: list[float]) -> None:
    breaks = even_breaks(values)
    assert len(breaks) <= 5
    assert class_of(values, breaks).max() == len(breaks)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [np.nan]])
def test_nothing_to_part_has_no_breaks(values: list[float]) -> None:
    assert even_breaks(values) == ()
