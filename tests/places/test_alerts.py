from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.alerts import baseline_weeks, weekly_alert, weekly_alerts, weekly_counts

QUIET = [4, 6, 3, 5, 7, 2, 4, 5, 3, 6, 4, 8, 5, 3, 4, 6, 5, 2, 7, 4, 5, 3, 6, 4, 5, 4]
UNEVEN = [9, 22, 14, 5, 31, 12, 8, 17, 26, 10, 6, 19, 13, 28, 7, 15, 11, 24, 9, 18, 12, 30, 8, 16, 21, 10]
MONDAY = date(2025, 9, 1)


def numbered_weeks(weeks: int, last_on: date = MONDAY) -> "pd.Series[int]":
    first = last_on - timedelta(weeks=weeks - 1)
    return pd.Series(np.arange(weeks), index=pd.date_range(first, periods=weeks, freq="7D"))


class TestWeeklyAlert:
    def test_twelve_after_quiet_weeks_is_high(self) -> None:
        found = weekly_alert(QUIET, 12)
        assert found.status == "high"
        assert found.p_high == pytest.approx(0.0035851118)
        assert found.interval == (1, 9)

    def test_uneven_weeks_make_a_wide_forecast(self) -> None:
        found = weekly_alert(UNEVEN, 34)
        assert found.status == "usual"
        assert found.dispersion == pytest.approx(3.8029925187)

    def test_the_strongest_status_comes_first(self) -> None:
        assert weekly_alert(QUIET, 30).status == "high_strong"

    def test_a_week_far_too_quiet_is_low(self) -> None:
        assert weekly_alert([20] * 20, 3).status == "low"

    def test_after_weeks_of_nothing_one_event_is_not_yet_unusual(self) -> None:
        found = weekly_alert([0] * 20, 1)
        assert found.p_high == pytest.approx(0.024099927051)
        assert found.status == "usual"

    def test_seven_weeks_are_too_few_for_an_alert(self) -> None:
        assert weekly_alert([1] * 7, 50).status == "no_baseline"

    def test_eight_weeks_are_enough(self) -> None:
        assert weekly_alert([1] * 8, 50).status == "high_strong"

    @given(st.permutations(QUIET))
    def test_the_order_of_the_baseline_does_not_matter(self, weeks) -> None:
        assert weekly_alert(weeks, 9).p_high == pytest.approx(weekly_alert(QUIET, 9).p_high, rel=1e-9)

    def test_many_at_once_are_judged_as_each_alone(self) -> None:
        asked = [(QUIET, 12), (UNEVEN, 34), ([1] * 7, 50), ([0] * 20, 1), ([20] * 20, 3)]
        found = weekly_alerts([np.array(baseline) for baseline, _ in asked], [current for _, current in asked])
        assert [one.status for one in found] == ["high", "usual", "no_baseline", "usual", "low"]
        for one, (baseline, current) in zip(found, asked, strict=True):
            assert str(one) == str(weekly_alert(baseline, current))

    @pytest.mark.parametrize(("baseline", "current"), [([1] * 9 + [-1], 2), ([float("nan")] * 9, 2), (QUIET, -1)])
    def test_counts_that_cannot_be_are_refused(self, baseline, current) -> None:
        with pytest.raises(InputRejected):
            weekly_alert(baseline, current)


class TestWeeklyCounts:
    def test_weeks_without_events_are_there_with_nought(self) -> None:
        counts = weekly_counts(["2025-01-06", "2025-01-12", "2025-01-20"], from_on=date(2025, 1, 6), weeks=3)
        assert counts.tolist() == [2, 0, 1]
        assert counts.index[1] == pd.Timestamp("2025-01-13")

    def test_events_outside_the_weeks_are_left_out(self) -> None:
        counts = weekly_counts(["2025-01-05", "2025-01-13", "NaT"], from_on=date(2025, 1, 6), weeks=1)
        assert counts.tolist() == [0]


class TestBaselineWeeks:
    def test_three_years_give_seven_weeks_each_around_the_same_week(self) -> None:
        counts = numbered_weeks(200)
        weeks = counts.index[counts.isin(baseline_weeks(counts, MONDAY))]
        assert len(weeks) == 21
        for years in (1, 2, 3):
            middle = weeks[(3 - years) * 7 + 3]
            assert abs((middle - pd.Timestamp(MONDAY.replace(year=MONDAY.year - years))).days) <= 3

    def test_with_less_history_the_last_52_weeks_are_taken(self) -> None:
        counts = numbered_weeks(120)
        assert baseline_weeks(counts, MONDAY).tolist() == list(range(67, 119))

    def test_with_little_history_all_of_it_is_taken(self) -> None:
        assert baseline_weeks(numbered_weeks(5), MONDAY).tolist() == [0, 1, 2, 3]

    @pytest.mark.parametrize("weeks", [20, 120, 200])
    def test_this_week_and_later_ones_are_never_looked_at(self, weeks: int) -> None:
        counts = numbered_weeks(weeks)
        altered = counts.where(counts.index < pd.Timestamp(MONDAY), 999)
        later = pd.concat([altered, pd.Series([7], index=[pd.Timestamp(MONDAY) + pd.Timedelta(days=7)])])
        assert baseline_weeks(later, MONDAY).tolist() == baseline_weeks(counts, MONDAY).tolist()

    def test_a_week_around_the_29th_of_february_has_a_baseline(self) -> None:
        monday = date(2024, 2, 26)
        assert baseline_weeks(numbered_weeks(200, monday), monday).size == 21
