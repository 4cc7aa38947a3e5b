import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.compare import compare_windows, mcnemar, replaces_baseline


def sign_flip_by_hand(differences: list[int]) -> float:
    sums = [abs(sum(s * d for s, d in zip(signs, differences, strict=True))) for signs in flips(differences)]
    return sum(total >= abs(sum(differences)) for total in sums) / len(sums)


def flips(differences: list[int]) -> list[tuple[int, ...]]:
    return list(itertools.product((1, -1), repeat=len(differences)))


class TestCompareWindows:
    def test_the_t_interval_over_eight_windows(self) -> None:
        paired = compare_windows([13, 11, 14, 9, 12, 10, 15, 12], [10] * 8)
        assert paired.mean_diff == 2
        assert paired.ci == pytest.approx((0.327958157, 3.672041843))

    @given(st.lists(st.integers(-9, 9), min_size=1, max_size=9))
    def test_p_is_the_share_of_every_sign_flip(self, differences: list[int]) -> None:
        paired = compare_windows(differences, [0] * len(differences))
        assert paired.p == pytest.approx(sign_flip_by_hand(differences))

    def test_swapping_the_methods_turns_the_difference_round(self) -> None:
        one, other = compare_windows([5, 1, 4], [2, 2, 2]), compare_windows([2, 2, 2], [5, 1, 4])
        assert one.mean_diff == -other.mean_diff
        assert one.p == other.p

    def test_one_window_has_no_interval(self) -> None:
        assert all(math.isnan(limit) for limit in compare_windows([3], [1]).ci)

    def test_many_windows_use_random_flips_with_a_seed(self) -> None:
        hits = np.random.default_rng(1).poisson(5, 24)
        one = compare_windows(hits, hits[::-1] - 1, rng=np.random.default_rng(7)).p
        assert one == compare_windows(hits, hits[::-1] - 1, rng=np.random.default_rng(7)).p
        assert 1 / 10_000 <= one <= 1

    def test_many_windows_without_a_generator_are_refused(self) -> None:
        with pytest.raises(InputRejected):
            compare_windows([1] * 21, [0] * 21)

    @pytest.mark.parametrize(("a", "b"), [([], []), ([1], [1, 2]), ([math.nan], [1])])
    def test_windows_that_do_not_pair_are_refused(self, a, b) -> None:
        with pytest.raises(InputRejected):
            compare_windows(a, b)


class TestMcnemar:
    def test_twelve_against_five_by_binomial_coefficients(self) -> None:
        tail = sum(math.comb(17, k) for k in range(6)) / 2**17
        assert mcnemar(12, 5) == pytest.approx(2 * tail)

    def test_no_disagreement_is_no_evidence(self) -> None:
        assert mcnemar(0, 0) == 1.0

    def test_a_negative_number_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            mcnemar(-1, 2)


class TestReplacesBaseline:
    def test_a_steady_gain_of_five_in_a_hundred_over_eight_windows_does(self) -> None:
        assert replaces_baseline([15, 16, 15, 14, 15, 16, 15, 14], [10] * 8, [100] * 8)

    def test_seven_windows_are_too_few(self) -> None:
        assert not replaces_baseline([15, 16, 15, 14, 15, 16, 15], [10] * 7, [100] * 7)

    def test_a_gain_under_two_in_a_hundred_leaves_the_simpler_method(self) -> None:
        assert not replaces_baseline([11] * 8, [10] * 8, [100] * 8)

    def test_an_interval_that_holds_nought_leaves_the_simpler_method(self) -> None:
        assert not replaces_baseline([40, 0, 40, 0, 30, 0, 30, 0], [10] * 8, [100] * 8)
