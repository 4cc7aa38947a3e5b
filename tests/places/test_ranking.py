from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.ranking import RankingRule, count_ignored, decay_scores, ordered

AS_OF = date(2025, 4, 1)
EVENTS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(-400, 2000), st.one_of(st.just(float("nan")), st.floats(0, 6000))),
    max_size=40,
)


def scores_of(events: list[tuple[int, int, float]], as_of: date = AS_OF) -> pd.DataFrame:
    dates = [AS_OF - timedelta(days=age) for _, age, _ in events]
    return decay_scores([c for c, _, _ in events], dates, [h for *_, h in events], as_of=as_of)


def place(cell: int, score: float, harm_score: float, last_on: str) -> dict[str, object]:
    return {"cell": cell, "score": score, "harm_score": harm_score, "last_on": pd.Timestamp(last_on)}


class TestDecayScores:
    def test_hand_worked_score_with_a_half_life_of_two_years(self) -> None:
        days = ["2025-03-31", "2023-04-02", "2021-04-01", "2021-03-31", "2025-04-01", "2025-06-01"]
        scores = decay_scores([7] * 6, days, [20, 1460, 365, 365, 10, 10], as_of=AS_OF)
        assert scores.loc[0, "n"] == 3
        assert scores.loc[0, "score"] == pytest.approx(1.7488136674532822)
        assert scores.loc[0, "harm_score"] == pytest.approx(841.1444164033421)

    def test_an_event_one_half_life_old_weighs_one_half(self) -> None:
        assert scores_of([(1, 730, 8.0)]).loc[0, ["score", "harm_score"]].tolist() == [0.5, 4.0]

    def test_square_root_harm_adds_the_decayed_roots(self) -> None:
        scores = scores_of([(1, 730, 16.0), (1, 730, 4.0)])
        assert scores.loc[0, "sqrt_harm_score"] == pytest.approx(3.0)

    def test_one_murder_among_robberies_has_most_of_the_harm(self) -> None:
        scores = scores_of([(1, 10, 5475.0), (1, 10, 365.0), (2, 10, 365.0), (2, 10, 365.0)])
        assert scores["top_event_share"].tolist() == [pytest.approx(0.9375), 0.5]

    def test_the_look_back_includes_its_last_day_and_no_more(self) -> None:
        assert scores_of([(1, 1461, 1.0), (2, 1462, 1.0)])["cell"].tolist() == [1]

    def test_the_day_itself_is_not_counted(self) -> None:
        assert scores_of([(1, 0, 1.0)]).empty

    def test_events_before_a_break_in_the_data_are_left_out(self) -> None:
        scores = decay_scores([1, 2], ["2024-01-31", "2024-02-01"], [1, 1], as_of=AS_OF, not_before=date(2024, 2, 1))
        assert scores["cell"].tolist() == [2]

    def test_unknown_harm_leaves_the_count_alone(self) -> None:
        scores = scores_of([(1, 730, float("nan")), (1, 730, 4.0)])
        assert scores.loc[0, ["n", "score", "harm_score", "n_without_harm"]].tolist() == [2, 1.0, 2.0, 1]

    def test_a_cell_where_no_harm_is_known_has_no_harm_score(self) -> None:
        scores = scores_of([(1, 5, float("nan"))])
        assert scores.loc[0, "n"] == 1
        assert scores[["harm_score", "sqrt_harm_score", "top_event_share"]].isna().all(axis=None)

    def test_no_events_give_the_same_columns_and_no_rows(self) -> None:
        empty, full = scores_of([]), scores_of([(1, 5, 1.0)])
        assert empty.empty
        assert list(empty.columns) == list(full.columns)
        assert empty.dtypes.astype(str).tolist() == full.dtypes.astype(str).tolist()

    @given(EVENTS, st.randoms(use_true_random=False))
    def test_the_order_of_events_changes_not_one_bit(self, events, random) -> None:
        shuffled = list(events)
        random.shuffle(shuffled)
        pd.testing.assert_frame_equal(scores_of(events), scores_of(shuffled), check_exact=True)

    @given(EVENTS, EVENTS)
    def test_nothing_dated_on_or_after_the_day_can_change_anything(self, events, others) -> None:
        future = [(cell, -abs(age), harm) for cell, age, harm in others]
        pd.testing.assert_frame_equal(scores_of(events), scores_of(events + future), check_exact=True)

    @pytest.mark.parametrize("harm", [-1.0, float("inf")])
    def test_harm_that_cannot_be_is_refused(self, harm: float) -> None:
        with pytest.raises(InputRejected):
            scores_of([(1, 5, harm)])

    def test_columns_of_different_length_are_refused(self) -> None:
        with pytest.raises(InputRejected):
            decay_scores([1, 2], ["2025-01-01"], [1.0], as_of=AS_OF)


class TestRankingRule:
    @pytest.mark.parametrize("half_life_days", [0.0, -3.0, float("nan")])
    def test_a_half_life_must_be_positive(self, half_life_days: float) -> None:
        with pytest.raises(InputRejected):
            RankingRule(half_life_days=half_life_days)


class TestCountIgnored:
    def test_each_event_left_out_is_counted_once_under_its_reason(self) -> None:
        days = ["2025-03-31", "2021-03-31", "2025-04-01", "2025-06-01", "NaT"]
        ignored = count_ignored(days, as_of=AS_OF)
        assert (ignored.future, ignored.old, ignored.undated) == (2, 1, 1)


class TestOrdered:
    def test_ties_go_to_harm_then_the_latest_event_then_the_id(self) -> None:
        places = pd.DataFrame(
            [
                place(9, 2.0, 5.0, "2025-01-01"),
                place(3, 2.0, 5.0, "2025-01-01"),
                place(4, 2.0, 5.0, "2025-01-02"),
                place(5, 2.0, 6.0, "2024-01-01"),
                place(6, 3.0, 1.0, "2023-01-01"),
            ]
        )
        assert ordered(places)["cell"].tolist() == [6, 5, 4, 3, 9]

    def test_scores_that_differ_only_after_twelve_places_are_tied(self) -> None:
        places = pd.DataFrame(
            [place(1, 0.3, 1.0, "2025-01-01"), place(2, 0.1 + 0.2, 2.0, "2025-01-01")],
        )
        assert ordered(places)["cell"].tolist() == [2, 1]

    def test_a_place_without_a_harm_figure_comes_after_its_equals(self) -> None:
        places = pd.DataFrame(
            [place(1, 1.0, float("nan"), "2025-01-01"), place(2, 1.0, 0.0, "2025-01-01")],
        )
        assert ordered(places)["cell"].tolist() == [2, 1]

    def test_places_can_be_ordered_by_harm(self) -> None:
        places = pd.DataFrame([place(1, 9.0, 1.0, "2025-01-01"), place(2, 1.0, 7.0, "2025-01-01")])
        assert ordered(places, by="harm_score")["cell"].tolist() == [2, 1]

    @given(st.permutations(range(12)))
    def test_the_order_of_rows_does_not_matter(self, rows) -> None:
        places = pd.DataFrame([place(i, i % 3, i % 2, f"2025-01-0{1 + i % 4}") for i in range(12)])
        given_back = ordered(places.iloc[list(rows)])["cell"].tolist()
        assert given_back == ordered(places)["cell"].tolist()

    def test_a_measure_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            ordered(pd.DataFrame([place(1, 1.0, 1.0, "2025-01-01")]), by="luck")

    def test_the_frame_given_is_left_as_it_was(self) -> None:
        places = pd.DataFrame([place(1, 1.0, 1.0, "2025-01-01"), place(2, 2.0, 1.0, "2025-01-01")])
        before = places.copy()
        ordered(places)
        pd.testing.assert_frame_equal(places, before)

    def test_no_places_give_no_places(self) -> None:
        assert ordered(decay_scores([], [], [], as_of=AS_OF)).empty


class TestScale:
    def test_row_order_does_not_matter_among_thousands_of_events(self) -> None:
        rng = np.random.default_rng(3)
        cells, ages = rng.integers(0, 200, 20_000), rng.integers(1, 1461, 20_000)
        harm = rng.choice([1.0, 365.0, 5475.0, np.nan], 20_000)
        days = np.datetime64(AS_OF, "D") - ages
        mixed = rng.permutation(20_000)
        one = decay_scores(cells, days, harm, as_of=AS_OF)
        other = decay_scores(cells[mixed], days[mixed], harm[mixed], as_of=AS_OF)
        pd.testing.assert_frame_equal(one, other, check_exact=True)
