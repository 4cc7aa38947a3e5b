"""On weeks in which nothing changed the alert stays about as quiet as its level says, also where weeks vary more."""

import pytest

from bench.alerts import null_rate


@pytest.mark.parametrize(("dispersion", "most"), [(1.0, 0.010), (1.5, 0.018), (2.5, 0.025)])
def test_few_ordinary_weeks_are_flagged(dispersion: float, most: float) -> None:
    found = null_rate(21, 25.0, dispersion, weeks=2_000)
    assert 0.001 <= found.high <= most
    assert found.low <= most


def test_a_count_with_no_room_below_it_is_never_called_low() -> None:
    assert null_rate(21, 2.0, 1.5, weeks=300).low == 0.0
