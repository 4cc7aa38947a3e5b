from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.aoristic import HoursOfWeek, blocks, hours_of_week, peak_window
from rasure.places.times import LONDON, instants

MINUTES = st.integers(0, 60 * 24 * 400)
SPANS = st.lists(st.tuples(MINUTES, st.one_of(st.none(), st.integers(-100, 12_000))), min_size=1, max_size=12)
FIRST = pd.Timestamp("2025-01-01T00:00Z")


def spread(spans: list[tuple[str, str | None]], zone: str = "Europe/London") -> HoursOfWeek:
    tz = ZoneInfo(zone)
    starts = instants(pd.DatetimeIndex([start for start, _ in spans]), tz)
    ends = instants(pd.DatetimeIndex([end or "NaT" for _, end in spans]), tz)
    return hours_of_week(starts, ends, zone=tz)


def nonzero(found: HoursOfWeek) -> dict[tuple[int, int], float]:
    return {
        (int(day), int(hour)): pytest.approx(float(found.weights[day, hour]))
        for day, hour in zip(*found.weights.nonzero(), strict=True)
    }


def by_the_minute(spans: list[tuple[int, int | None]]) -> np.ndarray:
    weights = np.zeros((7, 24))
    for start, length in spans:
        minutes = [start] if not length or length <= 0 else range(start, start + length)
        if length and length >= 168 * 60:
            weights += 1 / 168
            continue
        local = (FIRST + pd.to_timedelta(list(minutes), unit="min")).tz_convert(LONDON)
        np.add.at(weights, (local.day_of_week, local.hour), 1 / len(minutes))
    return weights


class TestHoursOfWeek:
    def test_a_span_is_shared_by_the_time_it_covers(self) -> None:
        found = spread([("2024-01-01T23:30", "2024-01-02T01:15")])
        assert nonzero(found) == {(0, 23): 2 / 7, (1, 0): 4 / 7, (1, 1): 1 / 7}

    def test_when_clocks_go_forward_the_missing_hour_gets_nothing(self) -> None:
        found = spread([("2025-03-30T00:30", "2025-03-30T03:30")])
        assert nonzero(found) == {(6, 0): 0.25, (6, 2): 0.5, (6, 3): 0.25}

    def test_when_clocks_go_back_the_hour_that_occurs_twice_counts_double(self) -> None:
        found = spread([("2025-10-26T00:30", "2025-10-26T02:30")])
        assert nonzero(found) == {(6, 0): 1 / 6, (6, 1): 4 / 6, (6, 2): 1 / 6}

    def test_hours_of_a_zone_half_an_hour_off_are_its_own(self) -> None:
        found = spread([("2025-03-03T01:30", "2025-03-03T03:00")], "Asia/Kolkata")
        assert nonzero(found) == {(0, 1): 1 / 3, (0, 2): 2 / 3}

    @pytest.mark.parametrize("end", [None, "2024-01-01T15:30"])
    def test_without_a_span_the_start_hour_has_it_all(self, end: str | None) -> None:
        found = spread([("2024-01-01T15:30", end)])
        assert nonzero(found) == {(0, 15): 1.0}
        assert found.point == 1

    def test_an_end_before_the_start_is_a_fault_weighed_at_the_start(self) -> None:
        found = spread([("2024-01-01T14:30", "2024-01-01T12:15")])
        assert nonzero(found) == {(0, 14): 1.0}
        assert (found.reversed, found.point) == (1, 0)

    def test_a_week_or_more_says_nothing_about_the_hour(self) -> None:
        found = spread([("2024-01-01T12:00", "2024-01-08T12:00")])
        assert found.uniform == 1
        assert np.allclose(found.weights, 1 / 168)

    def test_a_week_by_the_clock_that_lost_an_hour_is_not_a_whole_week(self) -> None:
        assert spread([("2025-03-29T12:00", "2025-04-05T12:00")]).spread == 1

    @settings(max_examples=40)
    @given(SPANS)
    def test_it_agrees_with_counting_every_minute(self, spans) -> None:
        starts = FIRST + pd.to_timedelta([start for start, _ in spans], unit="min")
        ends = pd.DatetimeIndex(
            [pd.NaT if n is None else FIRST + pd.Timedelta(minutes=start + n) for start, n in spans], tz="UTC"
        )
        assert np.allclose(hours_of_week(starts, ends).weights, by_the_minute(spans), atol=1e-9)

    @given(st.permutations(range(6)))
    def test_the_order_of_incidents_changes_not_one_bit(self, order) -> None:
        spans = [("2024-01-01T01:00", f"2024-01-0{1 + i}T07:2{i}") for i in range(6)]
        mixed = spread([spans[i] for i in order]).weights
        assert np.array_equal(mixed, spread(spans).weights)

    def test_no_incidents_give_zeros(self) -> None:
        found = spread([])
        assert found.total == 0
        assert found.weights.sum() == 0

    def test_a_wall_clock_time_is_refused_as_it_does_not_say_how_long_passed(self) -> None:
        naive = pd.DatetimeIndex(["2024-01-01T01:00"])
        with pytest.raises(InputRejected):
            hours_of_week(naive, naive)

    def test_an_incident_without_a_start_is_refused(self) -> None:
        missing = pd.DatetimeIndex(["NaT"], tz="UTC")
        with pytest.raises(InputRejected):
            hours_of_week(missing, missing)


class TestPeakWindow:
    def test_the_run_may_wrap_from_sunday_to_monday(self) -> None:
        week = np.zeros((7, 24))
        week[6, 23], week[0, 0], week[2, 5] = 3, 2, 4
        found = peak_window(week, 2)
        assert (found.weekday, found.hour, found.weight) == (6, 23, 5.0)
        assert found.share == pytest.approx(5 / 9)

    def test_the_earliest_wins_a_tie(self) -> None:
        week = np.zeros((7, 24))
        week[1, 3] = week[4, 3] = 0.1 + 0.2
        week[1, 3] = 0.3
        assert peak_window(week, 1).weekday == 1

    def test_without_weight_there_is_no_peak(self) -> None:
        assert peak_window(np.zeros((7, 24)), 4) is None

    def test_the_whole_week_holds_everything(self) -> None:
        assert peak_window(np.ones((7, 24)), 168).share == pytest.approx(1.0)

    @pytest.mark.parametrize("hours", [0, 169])
    def test_a_window_must_fit_in_a_week(self, hours: int) -> None:
        with pytest.raises(InputRejected):
            peak_window(np.ones((7, 24)), hours)


class TestBlocks:
    def test_three_hours_make_a_block(self) -> None:
        week = np.arange(168.0).reshape(7, 24)
        found = blocks(week)
        assert found.shape == (7, 8)
        assert found[0, 0] == 0 + 1 + 2
        assert found.sum() == week.sum()

    def test_another_shape_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            blocks(np.ones(168))
