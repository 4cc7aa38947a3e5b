import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.selection import FirstN, ShareOfScore, select_places

ROWS = [
    ("k", 9, 3, 4.2, 900.0, "2025-02-01", False),
    ("b", 12, 4, 4.2, 2400.0, "2024-12-01", False),
    ("a", 30, 4, 15.1, 9000.0, "2025-03-01", True),
    ("d", 5, 3, 6.0, 300.0, "2025-03-10", False),
    ("m", 7, 1, 5.0, 500.0, "2025-03-10", False),
    ("c", 8, 2, 3.9, 100.0, "2025-01-01", False),
    ("z", 6, 2, 2.0, 60.0, "2024-01-01", False),
]


def places(rows=ROWS) -> pd.DataFrame:
    columns = ["cell", "n", "active_years", "score", "harm_score", "last_on", "institution"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(last_on=pd.to_datetime(frame["last_on"]))


class TestSelectPlaces:
    def test_the_first_three_are_taken_with_equal_scores_settled_by_harm(self) -> None:
        assert select_places(places(), FirstN(3)).chosen["cell"].tolist() == ["b", "k", "c"]

    def test_a_quarter_of_the_score_of_all_that_are_no_institution_takes_two(self) -> None:
        selection = select_places(places(), ShareOfScore(0.25))
        assert selection.chosen["cell"].tolist() == ["b", "k"]
        assert selection.reached

    def test_every_refused_place_has_its_reason(self) -> None:
        refused = select_places(places(), FirstN(3)).refused
        assert dict(zip(refused["cell"], refused["reason"], strict=True)) == {
            "a": "institution",
            "d": "too_few_events",
            "m": "not_persistent",
        }

    def test_a_share_out_of_reach_takes_all_and_says_so(self) -> None:
        selection = select_places(places(), ShareOfScore(0.9))
        assert selection.chosen["cell"].tolist() == ["b", "k", "c", "z"]
        assert not selection.reached

    def test_a_share_met_exactly_needs_no_further_place(self) -> None:
        rows = [(name, 9, 3, 0.1, 1.0, "2025-02-01", False) for name in "abcdefghij"]
        assert len(select_places(places(rows), ShareOfScore(0.3)).chosen) == 3

    def test_fewer_eligible_places_than_asked_for_are_all_taken(self) -> None:
        selection = select_places(places(), FirstN(99))
        assert len(selection.chosen) == 4
        assert not selection.reached

    @given(st.permutations(ROWS))
    def test_the_order_of_rows_does_not_matter(self, rows) -> None:
        selection = select_places(places(rows), ShareOfScore(0.5))
        assert selection.chosen["cell"].tolist() == ["b", "k", "c", "z"]
        assert selection.refused["cell"].tolist() == ["a", "d", "m"]

    def test_no_places_give_no_places(self) -> None:
        selection = select_places(places().head(0), ShareOfScore(0.5))
        assert selection.chosen.empty
        assert selection.refused.empty


class TestRules:
    def test_a_negative_number_of_places_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            FirstN(-1)

    @pytest.mark.parametrize("share", [-0.1, 1.01, float("nan")])
    def test_a_share_outside_nought_to_one_is_refused(self, share: float) -> None:
        with pytest.raises(InputRejected):
            ShareOfScore(share)
