from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.places.institutions import flag_institutions
from rasure.places.quarters import chosen_each_quarter, quarter_end, quarter_starts
from rasure.places.ranking import RankingRule, decay_scores, ordered

FIRST = date(2024, 1, 1)
STARTS = (date(2024, 4, 1), date(2024, 7, 1), date(2025, 1, 1))

EVENTS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.integers(0, 400),
        st.one_of(st.just(float("nan")), st.sampled_from([0.0, 1.0, 10.0, 365.0])),
        st.one_of(st.none(), st.integers(1, 2)),
    ),
    max_size=60,
)


class TestStarts:
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 20))
    def test_they_are_the_last_quarters_begun_before(self, as_of: date, most: int) -> None:
        starts = quarter_starts(as_of, most=most)
        assert len(starts) == most
        assert starts[-1] < as_of <= quarter_end(starts[-1]) + timedelta(days=1)
        assert all(start.day == 1 and start.month in (1, 4, 7, 10) for start in starts)
        ends = [quarter_end(start) + timedelta(days=1) for start in starts]
        assert ends[:-1] == starts[1:]

    def test_none_begins_before_the_day_given(self) -> None:
        assert quarter_starts(date(2026, 5, 2), not_before=date(2026, 1, 2)) == [date(2026, 4, 1)]
        assert quarter_starts(date(2026, 5, 2), not_before=date(2026, 4, 2)) == []


class TestChosen:
    @given(events=EVENTS, top=st.integers(1, 8), by=st.sampled_from(["score", "harm_score", "sqrt_harm_score"]))
    def test_it_is_the_whole_ranking_of_each_day(
        self, events: list[tuple[int, int, float, int | None]], top: int, by: str
    ) -> None:
        cells = np.array([cell for cell, *_ in events], dtype=np.int64)
        days = np.array([np.datetime64(FIRST) + day for _, day, *_ in events], dtype="datetime64[D]")
        harm = np.array([harm for _, _, harm, _ in events], dtype=float)
        premises = np.array([at for *_, at in events], dtype=object)
        rule = RankingRule(lookback_days=200)
        found = chosen_each_quarter(cells, days, harm, starts=STARTS, top=top, rule=rule, by=by, premises=premises)
        for start, chosen in zip(STARTS, found, strict=True):
            age = (np.datetime64(start) - days).astype(int)
            counts = (age > 0) & (age <= 200)
            flagged = flag_institutions(cells[counts], premises[counts])
            pairs = set(zip(flagged["cell"], flagged["premises"], strict=True))
            rest = [(cell, at) not in pairs for cell, at in zip(cells, premises, strict=True)]
            kept = counts & np.array(rest, dtype=bool)
            scores = decay_scores(cells[kept], days[kept], harm[kept], as_of=start, lookback_days=200)
            assert chosen == tuple(ordered(scores, by)["cell"].head(top))

    def test_no_events_choose_nothing(self) -> None:
        assert chosen_each_quarter([], [], [], starts=STARTS, top=3, rule=RankingRule()) == [(), (), ()]

    def test_an_event_of_the_day_itself_is_not_seen(self) -> None:
        found = chosen_each_quarter([5], ["2024-04-01"], [1.0], starts=STARTS[:2], top=1, rule=RankingRule())
        assert found == [(), (5,)]

    def test_what_lies_before_a_break_is_left_out(self) -> None:
        rule = RankingRule(not_before=date(2024, 2, 1))
        found = chosen_each_quarter([1, 2], ["2024-01-31", "2024-02-01"], [1, 1], starts=STARTS[:1], top=5, rule=rule)
        assert found == [(2,)]

    def test_a_measure_that_is_none_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            chosen_each_quarter([1], ["2024-01-31"], [1], starts=STARTS, top=1, rule=RankingRule(), by="fear")

    def test_no_place_at_all_is_refused(self) -> None:
        with pytest.raises(InputRejected):
            chosen_each_quarter([1], ["2024-01-31"], [1], starts=STARTS, top=0, rule=RankingRule())
