import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.shrink import shrink_profile, shrink_rates

PRIOR = [0.1, 0.2, 0.3, 0.4]


class TestShrinkProfile:
    def test_ten_events_against_a_prior_of_fifty_worked_by_hand(self) -> None:
        assert shrink_profile([3, 0, 1, 6], PRIOR, 50) == pytest.approx([8 / 60, 10 / 60, 16 / 60, 26 / 60])

    def test_without_events_it_is_the_prior(self) -> None:
        assert shrink_profile([0, 0, 0, 0], PRIOR) == pytest.approx(PRIOR)

    def test_without_strength_it_is_the_plain_shares(self) -> None:
        assert shrink_profile([3, 0, 1, 6], PRIOR, 0) == pytest.approx([0.3, 0, 0.1, 0.6])

    def test_with_neither_it_is_undefined(self) -> None:
        assert np.isnan(shrink_profile([0, 0, 0, 0], PRIOR, 0)).all()

    @given(st.lists(st.integers(0, 99), min_size=4, max_size=4), st.floats(0.1, 500))
    def test_shares_add_up_to_one(self, counts: list[int], strength: float) -> None:
        assert shrink_profile(counts, PRIOR, strength).sum() == pytest.approx(1.0)

    @pytest.mark.parametrize("prior", [[0.5, 0.4, 0.0, 0.0], [1.0], [1.5, -0.5, 0, 0]])
    def test_a_prior_that_is_no_profile_is_refused(self, prior: list[float]) -> None:
        with pytest.raises(InputRejected):
            shrink_profile([1, 1, 1, 1], prior)


class TestShrinkRates:
    def test_three_areas_worked_by_hand(self) -> None:
        found = shrink_rates([1, 30, 5], [100, 100, 100])
        mean, between = 0.12, (0.11**2 + 0.18**2 + 0.07**2) / 3 - 0.0012
        assert found.prior_mean == pytest.approx(mean)
        assert found.prior_var == pytest.approx(between)
        assert found.rate[1] == pytest.approx(mean + 0.18 * between / (between + 0.0012))

    def test_areas_that_differ_no_more_than_chance_all_have_the_overall_rate(self) -> None:
        found = shrink_rates([10, 11, 9], [100, 100, 100])
        assert found.prior_var == 0
        assert found.rate == pytest.approx([0.1, 0.1, 0.1])

    def test_the_smaller_area_is_pulled_further(self) -> None:
        found = shrink_rates([40, 4, 100], [100, 10, 1000])
        assert found.rate[0] > found.rate[1] > found.prior_mean

    def test_no_events_at_all_give_rates_of_nought(self) -> None:
        assert shrink_rates([0, 0], [5, 6]).rate.tolist() == [0.0, 0.0]

    @pytest.mark.parametrize(("events", "exposure"), [([1], [0]), ([], []), ([1], [1, 2]), ([-1], [1])])
    def test_areas_that_cannot_have_a_rate_are_refused(self, events, exposure) -> None:
        with pytest.raises(InputRejected):
            shrink_rates(events, exposure)
