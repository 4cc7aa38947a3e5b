from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.eligibility import EligibilityRule, activity, refusals

AS_OF = date(2025, 4, 1)


class TestActivity:
    def test_a_year_counts_back_from_the_day_not_from_january(self) -> None:
        counts = activity([1, 1, 2, 2], ["2024-04-01", "2025-03-31", "2024-03-31", "2024-04-01"], as_of=AS_OF)
        assert counts.set_index("cell")["active_years"].to_dict() == {1: 1, 2: 2}

    def test_four_years_of_look_back_hold_four_blocks(self) -> None:
        days = ["2025-03-31", "2024-03-31", "2023-03-31", "2021-04-01", "2021-03-31"]
        counts = activity([1] * 5, days, as_of=AS_OF)
        assert counts.loc[0, ["n", "active_years"]].tolist() == [4, 4]

    def test_from_the_29th_of_february_years_are_counted_from_the_28th(self) -> None:
        counts = activity([1, 1], ["2023-02-27", "2023-02-28"], as_of=date(2024, 2, 29))
        assert counts.loc[0, "active_years"] == 2

    def test_the_day_itself_and_later_are_not_counted(self) -> None:
        assert activity([1, 1], ["2025-04-01", "2026-01-01"], as_of=AS_OF).empty

    @given(st.lists(st.tuples(st.integers(0, 3), st.dates(date(2019, 1, 1), date(2027, 1, 1))), max_size=30))
    def test_later_events_and_their_order_change_nothing(self, events) -> None:
        past = [(cell, day) for cell, day in events if day < AS_OF]
        one = activity([c for c, _ in events], [d for _, d in events], as_of=AS_OF)
        other = activity([c for c, _ in past[::-1]], [d for _, d in past[::-1]], as_of=AS_OF)
        pd.testing.assert_frame_equal(one, other)

    def test_columns_of_different_length_are_refused(self) -> None:
        with pytest.raises(InputRejected):
            activity([1], [], as_of=AS_OF)


class TestRefusals:
    def test_the_first_reason_that_applies_is_given(self) -> None:
        places = pd.DataFrame(
            [(True, 1, 1), (False, 5, 1), (False, 6, 1), (False, 6, 2)],
            columns=["institution", "n", "active_years"],
        )
        assert refusals(places, EligibilityRule()).tolist() == [
            "institution",
            "too_few_events",
            "not_persistent",
            "",
        ]
