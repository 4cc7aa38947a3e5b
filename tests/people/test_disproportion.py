"""Disproportion: published examples, the interval's meaning, and no figure where numbers are small."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.people.disproportion import MIN_COUNT, disproportion


def test_the_published_rate_example() -> None:
    """Tuberculosis and breast cancer, as in epitools: 1.86, 1.03 to 3.35."""
    found = disproportion(41, 28_010, 15, 19_017)
    assert found.ratio == pytest.approx(1.8557586576)
    assert found.ci == pytest.approx((1.0272259976, 3.3525633144))


def test_a_risk_is_known_better_than_a_rate() -> None:
    rate, risk = (disproportion(30, 1200, 60, 4800, kind=kind) for kind in ("rate", "risk"))
    assert rate.ratio == risk.ratio == 2
    assert risk.ci == pytest.approx((1.2962495845, 3.085825483))
    assert rate.ci[0] is not None
    assert risk.ci[0] is not None
    assert rate.ci[0] < risk.ci[0]


@pytest.mark.parametrize(("a", "b"), [(9, 50), (50, 9), (0, 50), (0, 0)])
def test_a_small_count_gives_no_figure(a: int, b: int) -> None:
    found = disproportion(a, 1000, b, 1000)
    assert (found.ratio, found.ci, found.suppressed) == (None, (None, None), True)
    assert MIN_COUNT == 10


def test_nought_has_no_ratio_whatever_is_allowed() -> None:
    assert disproportion(0, 100, 20, 100, min_count=0).suppressed


@given(st.integers(10, 500), st.integers(10, 500), st.integers(500, 9000), st.integers(500, 9000))
def test_turning_it_round_turns_the_interval_round(a: int, b: int, n_a: int, n_b: int) -> None:
    here, there = disproportion(a, n_a, b, n_b), disproportion(b, n_b, a, n_a)
    assert here.ratio is not None
    assert there.ratio is not None
    assert math.isclose(here.ratio * there.ratio, 1.0)
    assert here.ci[0] is not None
    assert there.ci[1] is not None
    assert math.isclose(here.ci[0] * there.ci[1], 1.0)


@pytest.mark.parametrize(
    ("a", "n_a", "kind"), [(-1, 10, "rate"), (5, 0, "rate"), (11, 10, "risk")], ids=["negative", "nobody", "too many"]
)
def test_what_cannot_be_is_refused(a: int, n_a: int, kind: str) -> None:
    with pytest.raises(InputRejected):
        disproportion(a, n_a, 20, 100, kind=kind)  # type: ignore[arg-type]
