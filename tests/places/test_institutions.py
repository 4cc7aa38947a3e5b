import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.institutions import InstitutionRule, flag_institutions, outside_institutions


def flagged(events: list[tuple[str, str | None]], **rule: float) -> list[dict[str, object]]:
    premises = np.array([premises for _, premises in events], dtype=object)
    found = flag_institutions([cell for cell, _ in events], premises, rule=InstitutionRule(**rule))
    return found.to_dict("records")


class TestFlagInstitutions:
    def test_six_of_eleven_events_make_an_institution_and_five_remain(self) -> None:
        found = flagged([("c1", "P9")] * 6 + [("c1", "P2")] * 2 + [("c1", None)] * 3)
        assert found == [{"cell": "c1", "premises": "P9", "events": 6, "share": 6 / 11, "remaining": 5}]

    def test_both_limits_are_included(self) -> None:
        assert len(flagged([("c", "P")] * 5 + [("c", None)] * 5)) == 1

    def test_four_events_are_too_few_whatever_their_share(self) -> None:
        assert flagged([("c", "P")] * 4) == []

    @pytest.mark.parametrize("unknown", [None, float("nan"), "", "  "])
    def test_unknown_premises_never_count_as_one(self, unknown) -> None:
        assert flagged([("c", unknown)] * 9 + [("c", "P")] * 2) == []

    def test_a_tie_goes_to_the_id_that_sorts_first(self) -> None:
        assert flagged([("c", "Z")] * 5 + [("c", "B")] * 5)[0]["premises"] == "B"

    @given(st.permutations([("a", "P")] * 5 + [("a", "Q")] * 4 + [("b", None)] * 3 + [("b", "R")] * 6))
    def test_the_order_of_events_does_not_matter(self, events) -> None:
        assert [row["premises"] for row in flagged(list(events))] == ["P", "R"]

    def test_no_events_give_no_rows_and_the_same_columns(self) -> None:
        found = flag_institutions([], [])
        assert found.empty
        assert list(found.columns) == ["cell", "premises", "events", "share", "remaining"]

    def test_columns_of_different_length_are_refused(self) -> None:
        with pytest.raises(InputRejected):
            flag_institutions(["a"], [])


class TestOutsideInstitutions:
    def test_only_events_at_the_flagged_premises_of_that_cell_are_taken_out(self) -> None:
        cells, premises = [1, 1, 1, 2], np.array(["P", "Q", None, "P"], dtype=object)
        gone = pd.DataFrame({"cell": [1], "premises": ["P"]})
        assert outside_institutions(cells, premises, gone).tolist() == [False, True, True, True]

    def test_without_institutions_every_event_stays(self) -> None:
        assert outside_institutions([1], ["P"], flag_institutions([], [])).tolist() == [True]
