import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.kde import quartic_density, quartic_kernel


class TestQuarticDensity:
    def test_the_closed_form_of_one_event(self) -> None:
        density = quartic_density([[0, 0]], [1], [[0, 0], [150, 0], [300, 0], [400, 0]], bandwidth_m=300)
        top = 3 / (math.pi * 300**2)
        assert density.tolist() == pytest.approx([top, top * 0.75**2, 0, 0])

    def test_one_event_adds_up_to_one_over_the_plane(self) -> None:
        steps = np.arange(-300.0, 300.0, 5.0) + 2.5
        at = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        assert quartic_density([[0, 0]], [1], at).sum() * 25 == pytest.approx(1.0, abs=1e-3)

    def test_a_weight_of_two_is_two_events(self) -> None:
        once = quartic_density([[10, 0], [10, 0]], [1, 1], [[0, 0]])
        assert quartic_density([[10, 0]], [2], [[0, 0]]) == pytest.approx(once)

    @given(st.permutations(range(30)))
    def test_the_order_of_events_changes_not_one_bit(self, order) -> None:
        rng = np.random.default_rng(1)
        points, weights, at = rng.uniform(0, 500, (30, 2)), rng.uniform(0, 1, 30), rng.uniform(0, 500, (9, 2))
        mixed = quartic_density(points[list(order)], weights[list(order)], at)
        assert np.array_equal(mixed, quartic_density(points, weights, at))

    def test_it_agrees_with_the_plain_double_sum(self) -> None:
        rng = np.random.default_rng(4)
        points, weights, at = rng.uniform(0, 900, (80, 2)), rng.uniform(0, 1, 80), rng.uniform(0, 900, (25, 2))
        apart = np.hypot(*(at[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
        plain = np.where(apart < 200, (1 - (apart / 200) ** 2) ** 2, 0) @ weights * 3 / (math.pi * 200**2)
        assert np.allclose(quartic_density(points, weights, at, bandwidth_m=200), plain, rtol=1e-12)

    def test_no_events_give_zeros(self) -> None:
        assert quartic_density([], [], [[0, 0]]).tolist() == [0.0]

    @pytest.mark.parametrize("bandwidth_m", [0, -1, math.nan])
    def test_a_bandwidth_that_is_not_positive_is_refused(self, bandwidth_m: float) -> None:
        with pytest.raises(InputRejected):
            quartic_density([[0, 0]], [1], [[0, 0]], bandwidth_m=bandwidth_m)

    def test_a_weight_too_few_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            quartic_density([[0, 0], [1, 1]], [1], [[0, 0]])


class TestQuarticKernel:
    def test_times_the_weights_it_is_the_density(self) -> None:
        rng = np.random.default_rng(4)
        points, weights, at = rng.uniform(0, 900, (80, 2)), rng.uniform(0, 1, 80), rng.uniform(0, 900, (25, 2))
        found = quartic_kernel(points, at, bandwidth_m=200) @ weights
        assert np.allclose(found, quartic_density(points, weights, at, bandwidth_m=200), rtol=1e-12)

    def test_points_without_weight_change_not_one_bit(self) -> None:
        rng = np.random.default_rng(4)
        points, weights, at = rng.uniform(0, 900, (80, 2)), rng.uniform(0, 1, 80), rng.uniform(0, 900, (25, 2))
        more = np.concatenate([points, rng.uniform(0, 900, (300, 2))])
        alone = quartic_kernel(points, at) @ weights
        assert np.array_equal(quartic_kernel(more, at) @ np.r_[weights, np.zeros(300)], alone)

    def test_no_events_give_a_table_of_nothing(self) -> None:
        assert (quartic_kernel([], [[0, 0]]) @ np.zeros(0)).tolist() == [0.0]

    def test_a_bandwidth_that_is_not_positive_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            quartic_kernel([[0, 0]], [[0, 0]], bandwidth_m=0)
