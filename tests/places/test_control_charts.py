import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.control_charts import (
    average_run,
    cusum,
    ewma,
    reference_value,
    simulated_run,
    threshold_for,
)


class TestEwma:
    def test_the_first_values_of_the_handbook_example(self) -> None:
        found = ewma([52.0, 47.0, 53.0], mean=50, sd=2.0539, weight=0.3, asymptotic=True)
        assert found.z == pytest.approx([50.6, 49.52, 50.564])
        assert found.upper == pytest.approx([52.588431738] * 3, abs=1e-6)

    def test_the_true_limits_begin_narrower_and_end_the_same(self) -> None:
        found = ewma([0.0] * 60, mean=0, sd=1)
        assert found.upper[0] == pytest.approx(3 * 0.2)
        assert found.upper[-1] == pytest.approx(3 * math.sqrt(0.2 / 1.8))

    def test_signals_are_counted_from_one(self) -> None:
        assert ewma([0.0, 0.0, 9.0], mean=0, sd=1).signals.tolist() == [3]

    def test_a_weight_of_one_is_the_series_itself(self) -> None:
        assert ewma([3.0, 1.0], mean=0, sd=1, weight=1.0).z.tolist() == [3.0, 1.0]

    @given(st.lists(st.floats(-9, 9), min_size=2, max_size=9), st.floats(-9, 9))
    def test_a_later_value_changes_no_earlier_one(self, series: list[float], other: float) -> None:
        one, changed = ewma(series, mean=0, sd=1), ewma([*series[:-1], other], mean=0, sd=1)
        assert one.z[:-1].tolist() == changed.z[:-1].tolist()

    def test_an_empty_series_has_an_empty_chart(self) -> None:
        assert ewma([], mean=0, sd=1).z.size == 0

    @pytest.mark.parametrize(("weight", "sd"), [(0.0, 1.0), (1.1, 1.0), (0.2, -1.0), (0.2, math.nan)])
    def test_settings_that_cannot_be_are_refused(self, weight: float, sd: float) -> None:
        with pytest.raises(InputRejected):
            ewma([1.0], mean=0, sd=sd, weight=weight)


class TestCusum:
    def test_sums_never_fall_below_nought(self) -> None:
        found = cusum([5.0, 1.0, 5.0, 5.0], target=3, k=1, h=1.5)
        assert found.c_plus.tolist() == [1.0, 0.0, 1.0, 2.0]
        assert found.c_minus.tolist() == [0.0, 1.0, 0.0, 0.0]

    def test_a_sum_at_the_threshold_is_no_signal(self) -> None:
        assert cusum([5.0, 5.0], target=3, k=1, h=1).signals_high.tolist() == [2]

    def test_a_fall_signals_on_the_low_side(self) -> None:
        assert cusum([0.0, 0.0], target=3, k=1, h=3).signals_low.tolist() == [2]

    def test_a_negative_threshold_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            cusum([1.0], target=0, k=0, h=-1)


class TestReferenceValue:
    def test_it_lies_between_the_mean_and_the_rise(self) -> None:
        assert 4 < reference_value(4) < 6
        assert reference_value(4) == pytest.approx(2 / math.log(1.5))

    def test_a_mean_of_nought_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            reference_value(0)


class TestAverageRun:
    @pytest.mark.parametrize(("h", "weeks"), [(6, 108.259429), (10, 655.475181)])
    def test_the_chain_for_whole_numbers(self, h: int, weeks: float) -> None:
        assert average_run(4, 5, h) == pytest.approx(weeks, rel=1e-6)

    def test_without_a_threshold_it_is_the_wait_for_one_large_week(self) -> None:
        tail = 1 - sum(math.exp(-4) * 4**y / math.factorial(y) for y in range(6))
        assert average_run(4, 5, 0) == pytest.approx(1 / tail)

    def test_a_half_reference_value_agrees_with_simulation(self) -> None:
        simulated = simulated_run(4, 4.5, 6, rng=np.random.default_rng(1), runs=4000)
        assert average_run(4, 4.5, 6) == pytest.approx(simulated, rel=0.06)

    def test_what_never_signals_runs_for_ever(self) -> None:
        assert math.isinf(average_run(0, 1, 3))

    def test_a_reference_value_that_is_no_simple_fraction_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            average_run(4, math.pi, 6)


class TestThresholdFor:
    def test_it_is_the_smallest_that_keeps_false_alarms_rare(self) -> None:
        h = threshold_for(4, 5)
        assert average_run(4, 5, h) >= 200 > average_run(4, 5, h - 1)

    def test_a_reference_value_under_the_mean_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            threshold_for(4, 3)


class TestSimulatedRun:
    def test_the_same_seed_gives_the_same_run(self) -> None:
        one, same = (simulated_run(4, 4.93, 3, rng=np.random.default_rng(2), runs=200) for _ in range(2))
        assert one == same

    def test_runs_too_long_to_wait_for_are_refused(self) -> None:
        with pytest.raises(InputRejected):
            simulated_run(1, 9, 9, rng=np.random.default_rng(2), runs=5, most_weeks=50)
