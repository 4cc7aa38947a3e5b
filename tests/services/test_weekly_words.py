"""The sentences of the weekly summary, from plain figures: what each may say, and what none may."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.places.alerts import HIGH, HIGH_STRONG, LOW, NO_BASELINE, USUAL, weekly_alert
from rasure.services import weekly_words as words
from rasure.services.weekly_words import Told

#: What no sentence may say of a week: it is set beside a range, and beside no other week.
CLAIMS = (
    "fall",
    "fell",
    "rise",
    "rose",
    "reduc",
    "drop",
    "declin",
    "increas",
    "no effect",
    "better",
    "worse",
    "down",
    "up ",
)


def told(n: int, low: float = 10, high: float = 20, status: str = USUAL, weeks: int = 21) -> Told:
    return Told(n, None if status == NO_BASELINE else (low, high), status, weeks)


class TestViolence:
    @pytest.mark.parametrize(
        ("where", "given_told", "said"),
        [
            (None, told(15), "Violence was within its usual range."),
            ("Slough", told(15), "Violence in Slough was within its usual range."),
            (None, told(21), "Violence was at the edge of its usual range."),
            (None, told(9), "Violence was at the edge of its usual range."),
            (None, told(30, status=HIGH), "Violence was above its usual range."),
            (None, told(60, status=HIGH_STRONG), "Violence was far above its usual range."),
            (None, told(3, status=LOW), "Violence was below its usual range."),
            (None, told(0, low=0), "No violence was recorded; that is within its usual range."),
            (None, told(0, status=LOW), "No violence was recorded; that is below its usual range."),
            (
                None,
                told(7, status=NO_BASELINE, weeks=3),
                "7 offences were recorded; three earlier weeks are too few to say what is usual.",
            ),
            (
                "Slough",
                told(1, status=NO_BASELINE, weeks=1),
                "1 offence was recorded in Slough; one earlier week is too few to say what is usual.",
            ),
            (
                None,
                told(0, status=NO_BASELINE, weeks=0),
                "No violence was recorded; there is no earlier week to compare it with.",
            ),
        ],
    )
    def test_each_case_has_its_sentence(self, where: str | None, given_told: Told, said: str) -> None:
        assert words.violence(where, given_told) == said

    @given(st.lists(st.integers(0, 60), max_size=60), st.integers(0, 200))
    def test_below_is_said_only_beyond_chance_and_no_sentence_compares_two_weeks(
        self, baseline: list[int], n: int
    ) -> None:
        alert = weekly_alert(baseline, n)
        usual = None if math.isnan(alert.mean) else alert.interval
        shown = Told(n, usual, alert.status, len(baseline))
        said = words.violence(None, shown)
        assert ("below" in said) == (alert.p_low < 0.01 <= alert.p_high)
        assert ("above" in said) == (alert.p_high < 0.01)
        assert ("within" in said) == (usual is not None and usual[0] <= n <= usual[1])
        every = " ".join((said, words.usual(shown), words.standing(shown), words.areas([("A", shown), ("B", shown)])))
        assert not [claim for claim in CLAIMS if claim in every.lower()]


class TestAreas:
    def test_they_are_named_up_to_three_and_the_rest_counted(self) -> None:
        high = [(name, told(30, status=HIGH)) for name in ("A", "B", "C", "D", "E")]
        assert words.areas(high) == "A, B, C and two more recorded more than chance explains."

    def test_more_and_fewer_stand_in_one_sentence(self) -> None:
        found = words.areas([("A", told(30, status=HIGH)), ("B", told(1, status=LOW)), ("C", told(15))])
        assert found == "A recorded more than chance explains; B fewer than chance explains."

    def test_fewer_alone(self) -> None:
        assert words.areas([("A", told(15)), ("B", told(1, status=LOW))]) == "B recorded fewer than chance explains."

    def test_none(self) -> None:
        assert words.areas([("A", told(15)), ("B", told(15))]) == "None of two areas stood out."

    def test_areas_without_history_are_not_counted_as_ordinary(self) -> None:
        new = told(9, status=NO_BASELINE)
        assert words.areas([("A", new), ("B", new)]) == "No area has enough history to be compared."
        assert words.areas([("A", new), ("B", told(15)), ("C", told(15))]) == "None of two areas stood out."

    def test_kinds_of_offence_where_one_area_is_shown(self) -> None:
        found = words.groups([("homicide", told(4, status=HIGH)), ("robbery", told(15))])
        assert found == "There was more homicide than chance explains."
        assert words.groups([("homicide", told(0))]) == "No kind of offence stood out."


class TestPatrols:
    def test_a_share_comes_with_its_whole(self) -> None:
        assert words.patrols(119, 94, is_held=True) == "Patrols made a valid visit on 79 % of 119 patrol days."

    def test_none_is_said_in_words(self) -> None:
        assert words.patrols(9, 0, is_held=True) == "Patrols made no valid visit on 9 patrol days."
        assert words.patrols(0, 0, is_held=True) == "No patrols were assigned."
        assert words.patrols(0, 0, is_held=False) == "Patrols are not yet recorded."


class TestTested:
    def test_it_counts_the_rows_and_what_chance_would_flag_on_either_side(self) -> None:
        assert words.tested(12, 6, 90, 1.83) == (
            "90 rows were tested (12 areas and 6 kinds of offence, each in each); about 1.8 would stand out by chance"
            " alone."
        )

    def test_one_area_has_only_kinds(self) -> None:
        assert words.tested(1, 6, 7, 0.13).startswith("7 rows were tested (the area and 6 kinds of offence); about 0.1")

    def test_many_and_hardly_any_are_said_as_such(self) -> None:
        assert words.tested(12, 6, 900, 11.2).endswith("about 11 would stand out by chance alone.")
        assert words.tested(1, 1, 1, 0.02).endswith("fewer than 0.1 would stand out by chance alone.")


def test_a_share_of_none_is_a_word_and_keeps_its_interval() -> None:
    assert words.part_of(0, 9, (0.0, 0.2991)) == "none, interval 0–30 %"
    assert words.part_of(91, 119, (0.681, 0.8319)) == "76 %, interval 68–83 %"
    assert words.part_of(0, 0, (math.nan, math.nan)) == ""


class TestCompleteness:
    def test_it_says_how_much_is_known_and_what_may_come(self) -> None:
        assert words.completeness(77, 100, 0, 6) == (
            "77 % of a week’s offences are known the day it ends (77 of 100); about 6 more may be reported. Earlier"
            " weeks are counted as they stood then."
        )

    def test_a_whole_week_needs_no_words(self) -> None:
        assert words.completeness(100, 100, 80, 0) == words.completeness(0, 0, 100, 0) == ""


@pytest.mark.parametrize(
    ("monday", "said", "iso"),
    [
        (date(2026, 11, 9), "Week 46 · 9–15 November 2026", "2026-W46"),
        (date(2026, 3, 30), "Week 14 · 30 March–5 April 2026", "2026-W14"),
        (date(2025, 12, 29), "Week 1 · 29 December 2025–4 January 2026", "2026-W01"),
    ],
)
def test_a_week_is_written_with_its_days(monday: date, said: str, iso: str) -> None:
    assert (words.week(monday), words.iso(monday)) == (said, iso)
