"""An entry's life, folded from decisions: two people, a review date, a removal that lasts, and the rule above all."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.people.criterion import CARRIERS
from rasure.people.standing import Decision, Facts, State, Step, standing

TODAY = date(2026, 3, 1)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def facts(*ages_days: int) -> Facts:
    return Facts(tuple(ago(age) for age in ages_days), CARRIERS)


def decision(step: Step, days_ago: int, by: str = "A", **said: object) -> Decision:
    return Decision(step, by, ago(days_ago), "because", **said)  # type: ignore[arg-type]


NOMINATED = decision(Step.NOMINATED, 50)
MEETS = facts(60, 200, 400)


def approved(days_ago: int = 40, due_in: int = 20) -> Decision:
    return decision(Step.APPROVED, days_ago, "B", due_on=TODAY + timedelta(days=due_in))


class TestState:
    def test_the_rule_proposes_and_no_more(self) -> None:
        assert standing([], MEETS, TODAY).state is State.PROPOSED
        assert standing([], facts(60), TODAY).state is State.ENDED

    def test_a_nomination_waits_for_somebody_else(self) -> None:
        found = standing([NOMINATED], MEETS, TODAY)
        assert (found.state, found.owner, found.review_due_on) == (State.NOMINATED, "A", None)

    @pytest.mark.parametrize(("due_in", "state"), [(1, State.LISTED), (0, State.LISTED), (-1, State.LAPSED)])
    def test_an_entry_lapses_the_day_after_its_review_was_due(self, due_in: int, state: State) -> None:
        assert standing([NOMINATED, approved(due_in=due_in)], MEETS, TODAY).state is state

    def test_keeping_sets_a_new_date(self) -> None:
        kept = decision(Step.KEPT, 5, due_on=TODAY + timedelta(days=80))
        found = standing([NOMINATED, approved(due_in=-2), kept], MEETS, TODAY)
        assert found.state is State.LISTED
        assert found.review_due_on == TODAY + timedelta(days=80)

    @pytest.mark.parametrize("step", [Step.REMOVED, Step.DECLINED])
    def test_a_removal_lasts_until_something_later_happens(self, step: Step) -> None:
        gone = [NOMINATED, decision(step, 30)]
        assert standing(gone, facts(30, 60, 200), TODAY).state is State.REMOVED
        back = standing(gone, facts(29, 60, 200), TODAY)
        assert back.state is State.PROPOSED
        assert back.removed is not None
        assert standing(gone, facts(29), TODAY).state is State.REMOVED

    def test_whoever_no_longer_meets_the_rule_is_on_no_list(self) -> None:
        assert standing([NOMINATED, approved()], facts(370, 400), TODAY).state is State.ENDED
        assert standing([NOMINATED], facts(370, 400), TODAY).state is State.ENDED

    def test_an_entry_whose_rule_was_lost_for_a_day_does_not_return_by_itself(self) -> None:
        """The latest date was 365 days old 20 days ago; the next came two days after: one day between met nothing."""
        lost = facts(18, 385, 600)
        assert lost.meets(TODAY)
        assert standing([NOMINATED, approved()], lost, TODAY).state is State.PROPOSED
        held = facts(20, 385, 600)
        assert standing([NOMINATED, approved()], held, TODAY).state is State.LISTED

    def test_a_new_nomination_after_a_lapse_waits_again(self) -> None:
        again = [NOMINATED, approved(due_in=-5), decision(Step.NOMINATED, 1, "C")]
        assert standing(again, MEETS, TODAY).state is State.NOMINATED
        assert standing(again, MEETS, TODAY).owner == "C"

    def test_an_open_challenge_stays_until_it_is_answered(self) -> None:
        open_ = [NOMINATED, approved(), decision(Step.CHALLENGED, 3, due_on=TODAY)]
        assert standing(open_, MEETS, TODAY).challenge is not None
        assert standing([*open_, decision(Step.NOMINATED, 1)], MEETS, TODAY).challenge is not None
        assert standing([*open_, decision(Step.ANSWERED, 1, "D", is_upheld=False)], MEETS, TODAY).challenge is None


@given(
    st.sets(st.integers(0, 900), max_size=6),
    st.integers(0, 120),
)
@settings(max_examples=60)
def test_met_throughout_equals_asking_every_day(ages_days: set[int], since: int) -> None:
    told = facts(*ages_days)
    every_day = all(told.meets(ago(days)) for days in range(since, -1, -1))
    assert told.meets_throughout(ago(since), TODAY) is every_day


@given(st.lists(st.sampled_from(list(Step)), max_size=8))
@settings(max_examples=60)
def test_nobody_is_on_a_list_without_a_nomination_and_an_approval_after_it(steps: list[Step]) -> None:
    told = [decision(step, 20, due_on=TODAY + timedelta(days=9)) for step in steps]
    found = standing(told, MEETS, TODAY)
    if found.state is State.LISTED:
        since = max((at for at, step in enumerate(steps) if step in (Step.REMOVED, Step.DECLINED)), default=-1)
        after = steps[since + 1 :]
        assert Step.NOMINATED in after
        assert Step.APPROVED in after[after.index(Step.NOMINATED) :]
