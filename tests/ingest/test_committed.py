from datetime import date, datetime

import pandas as pd
import pytest

from rasure.ingest.committed import is_reversed, timed


def occurrence(start: str | None, end: str | None = None, reported: str = "2026-03-04 09:00") -> pd.DataFrame:
    times = {"reported_local": reported, "committed_from_local": start, "committed_to_local": end}
    return pd.DataFrame({name: pd.to_datetime([value]).astype("datetime64[us]") for name, value in times.items()})


def told(start: str | None, end: str | None = None) -> pd.Series:
    return timed(occurrence(start, end)).iloc[0]


class TestPrecision:
    @pytest.mark.parametrize(
        ("start", "end", "precision"),
        [
            ("2026-03-03 21:15", "2026-03-03 22:00", "range"),
            ("2026-03-03 21:15", "2026-03-03 21:15", "exact"),
            ("2026-03-03 21:15", None, "exact"),
            ("2026-03-03 22:00", "2026-03-03 21:15", "range"),
            ("2026-03-03 00:00", "2026-03-04 00:00", "day"),
            ("2026-03-03 00:00", "2026-03-05 00:00", "range"),
            ("2026-03-03 01:00", "2026-03-04 01:00", "range"),
            ("2026-03-03 00:00", None, "day"),
            ("2026-03-03 00:00", "2026-03-03 00:00", "exact"),
            (None, None, "day"),
            (None, "2026-03-03 22:00", "day"),
        ],
    )
    def test_it_follows_from_the_two_ends(self, start: str | None, end: str | None, precision: str) -> None:
        assert told(start, end)["precision"] == precision

    def test_without_a_start_the_day_is_the_one_it_was_reported_on(self) -> None:
        found = told(None)
        assert found["dated_on"].date() == date(2026, 3, 4)
        assert pd.isna(found["committed_from"])

    def test_with_a_start_the_day_is_the_local_date_of_it(self) -> None:
        assert told("2026-07-01 00:30")["dated_on"].date() == date(2026, 7, 1)


class TestBand:
    @pytest.mark.parametrize(
        ("start", "end", "band"),
        [
            ("2026-03-03 06:00", None, "day"),
            ("2026-03-03 05:59:59", None, "night"),
            ("2026-03-03 17:59:59", None, "day"),
            ("2026-03-03 18:00", None, "night"),
            ("2026-03-03 16:00", "2026-03-03 19:00", "day"),
            ("2026-03-03 17:00", "2026-03-03 21:00", "night"),
            ("2026-03-03 06:00", "2026-03-03 18:00", "day"),
            ("2026-03-03 06:00", "2026-03-03 18:01", None),
            ("2026-03-03 22:00", "2026-03-03 21:00", None),
            ("2026-03-03 00:00", "2026-03-04 00:00", None),
            (None, None, None),
        ],
    )
    def test_it_is_where_the_middle_of_a_short_range_lies(self, start: str | None, end: str, band: str | None) -> None:
        found = told(start, end)["band"]
        assert (None if pd.isna(found) else found) == band

    def test_a_summer_evening_is_told_by_the_clock_on_the_wall(self) -> None:
        assert told("2026-07-01 18:30")["band"] == "night"
        assert told("2026-07-01 18:30")["committed_from"] == datetime(2026, 7, 1, 17, 30)


class TestOperationalDay:
    @pytest.mark.parametrize(
        ("start", "end", "day"),
        [
            ("2026-03-03 05:59", None, date(2026, 3, 2)),
            ("2026-03-03 06:00", None, date(2026, 3, 3)),
            ("2026-03-03 05:00", "2026-03-03 09:00", date(2026, 3, 3)),
            ("2026-03-03 00:00", "2026-03-04 00:00", date(2026, 3, 3)),
            (None, None, date(2026, 3, 4)),
        ],
    )
    def test_it_begins_at_six_in_the_morning(self, start: str | None, end: str | None, day: date) -> None:
        assert told(start, end)["op_day"].date() == day


class TestClockChanges:
    def test_an_hour_that_occurs_twice_means_the_first(self) -> None:
        assert told("2026-10-25 01:30")["committed_from"] == datetime(2026, 10, 25, 0, 30)

    def test_an_hour_that_does_not_exist_moves_forward(self) -> None:
        assert told("2026-03-29 01:30")["committed_from"] == datetime(2026, 3, 29, 1, 0)

    def test_midnight_to_midnight_is_a_day_also_when_it_has_23_hours(self) -> None:
        assert told("2026-03-29 00:00", "2026-03-30 00:00")["precision"] == "day"

    def test_the_middle_of_a_range_is_the_middle_of_what_passed(self) -> None:
        found = told("2026-03-28 23:00", "2026-03-29 11:00")
        assert found["band"] == "night"
        assert (found["committed_to"] - found["committed_from"]).total_seconds() == 11 * 3600


def test_an_end_before_its_start_is_counted_and_kept() -> None:
    rows = occurrence("2026-03-03 22:00", "2026-03-03 21:00")
    assert is_reversed(rows).tolist() == [True]
    assert timed(rows)["committed_to"].iloc[0] == datetime(2026, 3, 3, 21)
    assert is_reversed(occurrence("2026-03-03 22:00")).tolist() == [False]


def test_no_occurrences_give_no_rows() -> None:
    assert timed(occurrence(None).iloc[:0]).empty
