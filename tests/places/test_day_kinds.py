from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.places.day_kinds import DayKind, bank_holidays, payday_weekends, seasons, special_days

YEAR = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]")
TERM = (date(2024, 9, 3), date(2024, 10, 25))
LATER = (date(2024, 11, 4), date(2024, 12, 20))


def kind(name: str, days: np.ndarray = YEAR, terms=(TERM, LATER), last: bool = True) -> DayKind:
    found = [each for each in special_days(days, terms) if each.name == name]
    return found[-1 if last else 0]


def chosen(of: DayKind) -> list[str]:
    return YEAR[of.is_in].astype(str).tolist()


class TestSeasons:
    def test_they_part_the_year_and_each_is_set_against_the_rest(self) -> None:
        found = seasons(YEAR)
        assert [int(each.is_in.sum()) for each in found] == [91, 92, 92, 91]
        assert (sum(each.is_in for each in found) == 1).all()
        assert all((each.is_in ^ each.is_against).all() for each in found)

    @pytest.mark.parametrize(
        ("day", "season"), [("2024-12-01", 0), ("2024-02-29", 0), ("2024-03-01", 1), ("2024-11-30", 3)]
    )
    def test_a_season_is_whole_months(self, day: str, season: int) -> None:
        assert [each.is_in[0] for each in seasons([day])].index(True) == season


class TestBankHolidays:
    def test_one_off_ones_and_substitutes_are_in(self) -> None:
        assert {date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8), date(2022, 12, 27)} <= bank_holidays(
            2022
        ) | bank_holidays(2023)

    def test_scotlands_are_not(self) -> None:
        assert date(2024, 1, 2) not in bank_holidays(2024)

    def test_every_other_day_is_against(self) -> None:
        found = kind("Bank holidays")
        assert found.is_in.sum() == 8
        assert (found.is_in ^ found.is_against).all()


class TestPaydayWeekends:
    def test_a_month_that_ends_on_a_friday_begins_it_that_day(self) -> None:
        assert {"2024-05-31", "2024-06-01", "2024-06-02"} <= set(chosen(kind("Payday weekends")))

    def test_a_month_that_ends_in_the_week_waits_for_the_next_friday(self) -> None:
        days = chosen(kind("Payday weekends"))
        assert {"2024-08-02", "2024-08-03", "2024-08-04"} <= set(days)
        assert "2024-07-31" not in days

    def test_a_month_that_ends_on_a_sunday_has_its_last_weekday_before(self) -> None:
        assert {"2024-06-28", "2024-06-29", "2024-06-30"} <= set(chosen(kind("Payday weekends")))

    def test_the_weekend_of_the_month_before_reaches_into_the_first_days(self) -> None:
        assert payday_weekends(["2024-08-02"]).astype(str).tolist()[:3] == ["2024-08-02", "2024-08-03", "2024-08-04"]

    @given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
    def test_every_month_has_one_of_friday_saturday_sunday_within_a_week_of_its_end(self, day: date) -> None:
        found = payday_weekends([day])
        weekdays = (found.astype(np.int64) + 3) % 7
        assert weekdays.tolist() == [4, 5, 6] * 2
        ends = np.array([day], "datetime64[M]") + 1
        assert 0 <= int((found[3] - (ends.astype("datetime64[D]")[0] - 3)).astype(int)) <= 6

    def test_it_is_set_against_all_days_first_and_then_against_weekends(self) -> None:
        first, last = kind("Payday weekends", last=False), kind("Payday weekends")
        assert first.is_against.sum() == 366 - first.is_in.sum()
        assert last.is_against.sum() == sum(day.astype(date).weekday() >= 4 for day in YEAR) - last.is_in.sum()


class TestSchoolDays:
    def test_only_mondays_to_fridays_between_the_terms_known_are_compared(self) -> None:
        found = kind("School days")
        compared = YEAR[found.is_in | found.is_against]
        assert compared.min() == np.datetime64("2024-09-03")
        assert compared.max() == np.datetime64("2024-12-20")
        assert all(day.astype(date).weekday() < 5 for day in compared)
        assert YEAR[found.is_against].astype(str).tolist() == [f"2024-10-{d}" for d in (28, 29, 30, 31)] + [
            "2024-11-01"
        ]

    def test_a_bank_holiday_in_term_is_neither(self) -> None:
        found = kind("School days", terms=((date(2024, 4, 15), date(2024, 5, 24)),))
        at = np.flatnonzero(np.datetime64("2024-05-06") == YEAR)[0]
        assert not found.is_in[at]
        assert not found.is_against[at]

    def test_without_terms_nothing_is_known(self) -> None:
        found = kind("School days", terms=())
        assert not found.is_in.any()
        assert not found.is_against.any()


def test_no_days_have_no_kinds_of_day() -> None:
    assert all(each.is_in.size == 0 for each in special_days(np.zeros(0, "datetime64[D]")))
