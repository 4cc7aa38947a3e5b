import pytest

from rasure import words


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "one day"),
        (31, "31 days"),
        (182, "six months"),
        (365, "one year"),
        (366, "one year"),
        (700, "23 months"),
        (730, "two years"),
        (1461, "four years"),
        (0, "no days"),
    ],
)
def test_a_span_is_written_in_the_largest_unit_that_fits(days: int, said: str) -> None:
    assert words.span(days) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "first"), (9, "ninth"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (22, "22nd")]
    + [(23, "23rd"), (111, "111th"), (1003, "1,003rd")],
)
def test_an_order_is_written_as_people_say_it(value: int, said: str) -> None:
    assert words.ordinal(value) == said


def test_a_tiny_share_is_not_written_as_none() -> None:
    assert words.share(1, 100_000) == "under 0.01 %"
    assert words.share(0, 100_000) == "0.00 %"
