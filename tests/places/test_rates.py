import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rasure.errors import InputRejected
from rasure.places.rates import compare_rates

COUNTS = st.integers(0, 60)
EXPOSURES = st.floats(0.1, 1000)


class TestCompareRates:
    def test_the_example_of_the_help_page_of_poisson_test(self) -> None:
        found = compare_rates(11, 800, 21, 3011)
        assert found.ratio == pytest.approx(1.9714880952)
        assert found.ci == pytest.approx((0.8584264034, 4.2772659437))
        assert found.p == pytest.approx(0.079668633033)

    def test_twelve_this_week_against_208_in_a_year_is_plain(self) -> None:
        assert compare_rates(12, 1, 208, 52).p == pytest.approx(0.001091775172)

    @given(COUNTS, EXPOSURES, COUNTS, EXPOSURES)
    def test_the_interval_agrees_with_scipys_for_the_share(self, k1, n1, k2, n2) -> None:
        found = compare_rates(k1, n1, k2, n2)
        if k1 + k2 and k2:
            share = stats.binomtest(k1, k1 + k2).proportion_ci(0.95, method="exact")
            assert found.ci[0] == pytest.approx(share.low / (1 - share.low) * n2 / n1, rel=1e-6)
            assert found.ci[1] == pytest.approx(share.high / (1 - share.high) * n2 / n1, rel=1e-6)

    @given(st.integers(1, 60), EXPOSURES, st.integers(1, 60), EXPOSURES)
    def test_swapping_the_counts_turns_the_ratio_upside_down(self, k1, n1, k2, n2) -> None:
        one, other = compare_rates(k1, n1, k2, n2), compare_rates(k2, n2, k1, n1)
        assert one.ratio == pytest.approx(1 / other.ratio)
        assert one.ci[0] == pytest.approx(1 / other.ci[1], rel=1e-6)
        assert one.p == pytest.approx(other.p, rel=1e-6)

    def test_without_a_second_event_there_is_no_ratio_and_no_upper_limit(self) -> None:
        found = compare_rates(3, 1, 0, 2)
        assert math.isnan(found.ratio)
        assert math.isnan(found.ci[1])
        assert found.ci[0] == pytest.approx(0.8264627100617882)

    def test_without_any_event_there_is_nothing_but_a_p_of_one(self) -> None:
        found = compare_rates(0, 1, 0, 1)
        assert math.isnan(found.ratio)
        assert found.p == 1.0

    @pytest.mark.parametrize(("k1", "k2", "shown"), [(20, 20, True), (19, 400, False), (400, 19, False)])
    def test_a_percentage_needs_twenty_on_both_sides(self, k1: int, k2: int, shown: bool) -> None:
        assert compare_rates(k1, 1, k2, 1).show_percent is shown

    def test_an_interval_that_holds_one_is_no_clear_change(self) -> None:
        assert not compare_rates(11, 800, 21, 3011).is_clear
        assert compare_rates(12, 1, 208, 52).is_clear
        assert not compare_rates(0, 1, 0, 1).is_clear

    @pytest.mark.parametrize(("k1", "n1", "level"), [(-1, 1, 0.95), (1, 0, 0.95), (1, math.nan, 0.95), (1, 1, 1.0)])
    def test_what_is_no_count_exposure_or_level_is_refused(self, k1, n1, level) -> None:
        with pytest.raises(InputRejected):
            compare_rates(k1, n1, 1, 1, level=level)
