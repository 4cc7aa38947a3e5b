import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.places import street_names

BOX = (-200.0, -150.0, 200.0, 150.0)
LETTER_M, LINE_M = 5.0, 11.0
points = st.tuples(st.floats(-250, 250), st.floats(-200, 200))
streets = st.lists(
    st.tuples(st.text("abcde", min_size=1, max_size=12), st.integers(1, 6), st.lists(points, min_size=2, max_size=5)),
    max_size=12,
)


def placed(*drawn: tuple[str, int, list[tuple[float, float]]]) -> list[street_names.Name]:
    return street_names.placed(drawn, BOX, letter_m=LETTER_M, line_m=LINE_M)


def ends(name: street_names.Name) -> list[tuple[float, float]]:
    half = LETTER_M * len(name.text) / 2
    dx, dy = math.cos(math.radians(name.turned_degrees)), math.sin(math.radians(name.turned_degrees))
    return [(name.at[0] + side * half * dx, name.at[1] + side * half * dy) for side in (-1, 1)]


@given(streets)
def test_names_stay_inside_upright_apart_and_come_once(drawn: list[tuple[str, int, list[tuple[float, float]]]]) -> None:
    names = placed(*drawn)
    assert len({name.text for name in names}) == len(names)
    for name in names:
        assert -90 < name.turned_degrees <= 90
        assert all(abs(x) <= 200 and abs(y) <= 150 for x, y in ends(name))
    for number, name in enumerate(names):
        for other in names[:number]:
            assert math.dist(name.at, other.at) >= LINE_M


def test_a_straight_street_is_named_at_its_middle_along_its_line() -> None:
    (name,) = placed(("Larch Row", 5, [(-100.0, 0.0), (100.0, 0.0)]))
    assert (name.text, name.turned_degrees) == ("Larch Row", 0)
    assert name.at == pytest.approx((0, 0))


def test_a_street_drawn_from_the_right_still_reads_from_the_left() -> None:
    (name,) = placed(("Larch Row", 5, [(100.0, 0.0), (-100.0, 0.0)]))
    assert name.turned_degrees == 0


def test_a_street_too_short_or_too_crooked_for_its_name_goes_without() -> None:
    assert placed(("A very long name indeed", 5, [(0.0, 0.0), (60.0, 0.0)])) == []
    crooked = [(12.0 * n, 20.0 * (n % 2)) for n in range(8)]
    assert placed(("Crooked Lane", 5, crooked)) == []


def test_where_two_names_do_not_fit_the_main_road_keeps_its_own() -> None:
    line = [(-90.0, 0.0), (-20.0, 0.0)]
    names = placed(("Small Street", 5, line), ("Great Road", 2, line))
    assert [name.text for name in names] == ["Great Road"]
