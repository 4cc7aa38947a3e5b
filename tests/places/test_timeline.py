"""Sums by the hour are the aoristic weights, whatever the span and whatever the clocks do."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places import timeline
from rasure.places.aoristic import hours_of_week, weights_in

#: Three days before and after both changes of the clocks of 2025, in seconds since 1970.
FORWARD, BACK = (pd.Timestamp(at).value // 10**9 for at in ("2025-03-30T01:00", "2025-10-26T01:00"))
STARTS = st.sampled_from([FORWARD, BACK]).flatmap(lambda at: st.integers(at - 3 * 86_400, at + 3 * 86_400))
SPANS = st.lists(st.tuples(STARTS, st.integers(0, 604_799) | st.integers(1, 7200)), min_size=1, max_size=25)


def instants(seconds) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.asarray(seconds, dtype=np.int64).view("datetime64[s]")).tz_localize("UTC")


def line(spans) -> tuple:
    """Return what `hour_weights` takes, every incident first counted in the hour it starts in."""
    start = np.array([start for start, _ in spans], dtype=np.int64)
    length = np.array([length for _, length in spans], dtype=np.int64)
    spread = length > 0
    return start // 3600, np.ones(start.size, dtype=np.int64), start[spread], (start + length)[spread]


class TestHourWeights:
    @settings(max_examples=150)
    @given(SPANS)
    def test_folded_they_are_the_hours_of_the_week_across_clock_changes(self, spans) -> None:
        starts = [start for start, _ in spans]
        expected = hours_of_week(instants(starts), instants([start + length for start, length in spans]))
        found = timeline.fold(*timeline.hour_weights(*line(spans)))
        assert np.allclose(found, expected.weights, atol=1e-8)
        assert found.sum() == pytest.approx(len(spans), abs=1e-7)

    @given(st.permutations(range(6)))
    def test_the_order_of_incidents_changes_not_one_bit(self, order) -> None:
        spans = [(FORWARD - 4000 * i, 1 + 7919 * i) for i in range(6)]
        mixed = timeline.hour_weights(*line([spans[i] for i in order]))
        assert np.array_equal(mixed[1], timeline.hour_weights(*line(spans))[1])

    def test_a_span_of_an_hour_and_a_half_worked_by_hand(self) -> None:
        first, weights = timeline.hour_weights(*line([(3600 * 10 + 1800, 5400)]))
        assert first == 10
        assert weights == pytest.approx([1 / 3, 2 / 3, 0])

    def test_no_incidents_give_no_hours(self) -> None:
        none = np.zeros(0, dtype=np.int64)
        assert timeline.fold(*timeline.hour_weights(none, none, none, none)).sum() == 0

    def test_a_zone_whose_hours_are_not_those_of_utc_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            timeline.fold(0, np.ones(3), ZoneInfo("Asia/Kolkata"))


class TestClocks:
    def test_the_hour_that_clocks_skip_has_nothing(self) -> None:
        week = timeline.fold(*timeline.hour_weights(*line([(FORWARD - 1800, 7200)])))
        assert week[6, 1] == 0
        assert week[6, [0, 2, 3]] == pytest.approx([0.25, 0.5, 0.25])

    def test_the_hour_that_comes_twice_counts_twice(self) -> None:
        week = timeline.fold(*timeline.hour_weights(*line([(BACK - 3600, 7200)])))
        assert week[6, 1] == pytest.approx(1.0)

    def test_it_is_found_as_two_hours_and_as_none(self) -> None:
        around_back, around_forward = BACK // 3600, FORWARD // 3600
        assert timeline.hours_at(6, (1,), around_back - 12, around_back + 12).size == 2
        assert timeline.hours_at(6, (1,), around_forward - 12, around_forward + 12).size == 0

    def test_an_operational_day_begins_at_six_local_in_summer_and_winter(self) -> None:
        hours = pd.DatetimeIndex(["2025-07-01T04:00", "2025-07-01T05:00", "2025-12-01T05:00", "2025-12-01T06:00"])
        days = timeline.operational_days(hours.as_unit("s").asi8 // 3600)
        assert days.astype(str).tolist() == ["2025-06-30", "2025-07-01", "2025-11-30", "2025-12-01"]


class TestTouching:
    @settings(max_examples=100)
    @given(SPANS, st.integers(0, 6), st.integers(0, 23))
    def test_it_counts_the_incidents_with_a_weight_in_the_hours(self, spans, weekday: int, hour: int) -> None:
        starts = [start for start, _ in spans]
        weights = weights_in(instants(starts), instants([s + n for s, n in spans]), [weekday * 24 + hour])
        wanted = timeline.hours_at(weekday, [hour], FORWARD // 3600 - 300, BACK // 3600 + 300)
        found = timeline.touching(*line(spans), wanted)
        assert found.sum() == (weights > 0).sum()
        assert found.index.is_monotonic_increasing

    def test_no_hour_wanted_is_touched_by_nothing(self) -> None:
        assert timeline.touching(*line([(0, 60)]), np.zeros(0, dtype=np.int64)).sum() == 0


class TestWeightsIn:
    @settings(max_examples=60)
    @given(SPANS)
    def test_over_all_incidents_they_add_up_to_the_cell(self, spans) -> None:
        starts, ends = instants([s for s, _ in spans]), instants([s + n for s, n in spans])
        week = hours_of_week(starts, ends).weights
        assert weights_in(starts, ends, [25]).sum() == pytest.approx(week[1, 1], abs=1e-9)
        assert weights_in(starts, ends, range(168)) == pytest.approx(np.ones(len(spans)))

    def test_reversed_uniform_and_open_ends_follow_the_same_rule(self) -> None:
        starts = pd.DatetimeIndex(["2024-01-01T14:30"] * 3, tz="UTC")
        ends = pd.DatetimeIndex(["2024-01-01T12:00", "2024-01-20T00:00", None], tz="UTC")
        assert weights_in(starts, ends, [14]) == pytest.approx([1.0, 1 / 168, 1.0])
