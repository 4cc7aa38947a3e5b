from datetime import date, time

import pandas as pd

from rasure.places.times import instants, operational_days


def local(*times: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(list(times))


class TestInstants:
    def test_a_summer_time_is_one_hour_before_in_utc(self) -> None:
        assert instants(local("2025-07-01T12:00"))[0] == pd.Timestamp("2025-07-01T11:00Z")

    def test_a_time_that_occurs_twice_means_the_first(self) -> None:
        assert instants(local("2025-10-26T01:30"))[0] == pd.Timestamp("2025-10-26T00:30Z")

    def test_a_time_that_does_not_exist_moves_forward(self) -> None:
        assert instants(local("2025-03-30T01:30"))[0] == pd.Timestamp("2025-03-30T01:00Z")

    def test_a_missing_time_stays_missing(self) -> None:
        assert instants(pd.DatetimeIndex(["NaT"])).isna().all()


class TestOperationalDays:
    def test_the_day_turns_at_six(self) -> None:
        rows = operational_days(local("2025-01-10T05:59:59", "2025-01-10T06:00:00"))
        assert rows["op_date"].dt.date.tolist() == [date(2025, 1, 9), date(2025, 1, 10)]

    def test_weekday_and_hour_are_those_of_the_clock(self) -> None:
        rows = operational_days(local("2025-01-10T05:59:59", "2025-01-11T02:30:00"))
        assert rows[["weekday", "hour"]].to_numpy().tolist() == [[4, 5], [5, 2]]

    def test_the_first_twelve_operational_hours_are_day(self) -> None:
        rows = operational_days(local("2025-01-10T06:00", "2025-01-10T17:59", "2025-01-10T18:00"))
        assert rows["band"].tolist() == ["day", "day", "night"]

    def test_clocks_going_forward_do_not_move_the_turn_of_the_day(self) -> None:
        rows = operational_days(local("2025-03-30T05:59", "2025-03-30T06:00"))
        assert rows["op_date"].dt.date.tolist() == [date(2025, 3, 29), date(2025, 3, 30)]

    def test_a_force_may_turn_its_day_at_another_time(self) -> None:
        rows = operational_days(local("2025-01-10T06:59", "2025-01-10T18:59"), day_start=time(7))
        assert rows["op_date"].dt.date.tolist() == [date(2025, 1, 9), date(2025, 1, 10)]
        assert rows["band"].tolist() == ["night", "day"]

    def test_no_times_give_no_rows(self) -> None:
        assert operational_days(local()).empty
