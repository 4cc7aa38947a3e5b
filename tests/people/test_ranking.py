"""People in order: the rule's edges to the day, the score from its parts, each event left out, and who never counts."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.errors import InputRejected
from rasure.people.criterion import CARRIERS, HEIGHTENED, PROVEN, RULES, VICTIMS, Route, Rule, in_words, route_of
from rasure.people.fields import EVENT, PERSON, FieldNotAllowed
from rasure.people.ranking import Ranked, met_on, rank

AS_OF = date(2026, 3, 1)
KNIFE, VIOLENCE = "knife_possession", "violence"

Event = tuple[str, int, str, float, str]


def frames(events: list[Event], ages: dict[str, int | None] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people and events of (person, age in days, kind, harm, evidence)."""
    known = {person: 30 for person, *_ in events} | (ages or {})
    people = pd.DataFrame({"id": list(known), "age": pd.array(list(known.values()), dtype="Int64")})
    rows = pd.DataFrame(
        [(p, pd.Timestamp(AS_OF - timedelta(days=d)), k, h, e) for p, d, k, h, e in events], columns=list(EVENT)
    )
    rows["date"] = rows["date"].astype("datetime64[s]")
    return people, rows


def ranked(events: list[Event], rule: Rule = CARRIERS, ages: dict[str, int | None] | None = None) -> Ranked:
    return rank(*frames(events, ages), rule, AS_OF)


def one(events: list[Event], rule: Rule = CARRIERS) -> dict[str, Any]:
    rows: list[dict[str, Any]] = ranked(events, rule).listed.to_dict("records")  # type: ignore[assignment]
    assert len(rows) == 1
    return rows[0]


def strong(person: str, *ages_days: int, harm: float = 5.0, kind: str = KNIFE, said: str = "charged") -> list[Event]:
    return [(person, age, kind, harm, said) for age in ages_days]


class TestCriterion:
    @pytest.mark.parametrize(
        ("ages_days", "meets"),
        [
            ((0, 730), True),
            ((365, 730), True),
            ((365, 366), True),
            ((366, 730), False),
            ((365, 731), False),
            ((0, 731), False),
            ((10, 10), False),
            ((-1, 10), False),
            ((-1, 0, 10), True),
            ((10,), False),
        ],
    )
    def test_the_days_at_its_edges(self, ages_days: tuple[int, ...], meets: bool) -> None:
        assert (len(ranked(strong("p", *ages_days)).listed) == 1) is meets

    @pytest.mark.parametrize("said", sorted(PROVEN))
    def test_each_kind_of_proof_is_enough(self, said: str) -> None:
        assert one(strong("p", 5, 50, said=said))["qualifying_dates"] == 2

    @pytest.mark.parametrize("said", ["suspect", "intelligence", "searched_nothing_found"])
    def test_suspicion_intelligence_or_searches_alone_never_are(self, said: str) -> None:
        assert ranked(strong("p", 5, 50, 90, 120, said=said)).not_listed == ("p",)
        assert ranked(strong("p", 5) + strong("p", 50, 90, said=said)).not_listed == ("p",)

    def test_violence_without_a_knife_makes_no_carrier(self) -> None:
        assert ranked(strong("p", 5) + strong("p", 50, kind=VIOLENCE, harm=900)).listed.empty

    def test_heightened_risk_takes_three_proven_dates(self) -> None:
        assert ranked(strong("p", 5, 50, kind=VIOLENCE), HEIGHTENED).listed.empty
        assert one(strong("p", 5, 50, kind=VIOLENCE) + strong("p", 700), HEIGHTENED)["qualifying_dates"] == 3
        assert ranked(strong("p", 5, 50) + strong("p", 60, 70, 80, said="suspect"), HEIGHTENED).listed.empty

    @pytest.mark.parametrize(
        ("ages_days", "meets"),
        [((5, 365, 730), True), ((5, 366, 730), False), ((5, 365, 731), False), ((5, 5, 6, 7), True)],
    )
    def test_victims_take_three_dates_two_of_them_within_a_year(self, ages_days: tuple[int, ...], meets: bool) -> None:
        events = strong("p", *ages_days, kind="suffered", said="victim")
        assert (len(ranked(events, VICTIMS).listed) == 1) is meets

    def test_no_role_of_an_offender_enters_the_victims_list(self) -> None:
        with pytest.raises(InputRejected, match="'charged' has no weight"):
            ranked(strong("p", 5, 50, 60), VICTIMS)

    @pytest.mark.parametrize(
        ("age", "route"), [(10, Route.CHILD), (17, Route.CHILD), (18, Route.ADULT), (None, Route.UNKNOWN)]
    )
    def test_age_decides_the_route_and_an_unknown_one_is_safeguarded(self, age: int | None, route: Route) -> None:
        assert route_of(age) is route
        assert route.is_safeguarded is (age is None or age < 18)
        assert ranked(strong("p", 5, 50), ages={"p": age}).listed["route"].tolist() == [route.value]

    @pytest.mark.parametrize("name", list(RULES))
    def test_a_rule_says_its_own_figures(self, name: Any) -> None:
        rule, said = RULES[name], in_words(name)
        assert f"at least {rule.min_dates} different dates in {rule.lookback_days} days" in said
        assert f"version {rule.version})" in said

    @given(st.lists(st.tuples(st.integers(-3, 740), st.sampled_from([*sorted(PROVEN), "suspect"])), max_size=12))
    @settings(max_examples=30)
    def test_who_meets_it_is_the_same_without_ranking(self, said: list[tuple[int, str]]) -> None:
        events: list[Event] = [("p", age, KNIFE, 5.0, evidence) for age, evidence in said]
        people, rows = frames(events, {"p": 30})
        ages = {age for age, evidence in said if evidence in PROVEN and 0 <= age <= 730}
        expected = len(ages) >= 2 and min(ages, default=999) <= 365
        assert ("p" in met_on(rows, CARRIERS, AS_OF)) is expected
        assert (len(rank(people, rows, CARRIERS, AS_OF).listed) == 1) is expected


class TestScore:
    def test_one_event_a_date_counts_the_one_of_most_harm_and_evidence(self) -> None:
        events = [*strong("p", 0, harm=10), ("p", 0, VIOLENCE, 30.0, "suspect"), *strong("p", 365, harm=8)]
        found = one(events)
        assert found["score"] == pytest.approx(15 + 8 / 2)
        assert found["gravity"] == 23
        assert (found["recency_days"], found["event_dates"], found["qualifying_dates"]) == (0, 2, 2)

    def test_what_weighs_nothing_moves_neither_score_nor_recency_nor_frequency(self) -> None:
        base = strong("p", 20, 40)
        quiet: list[Event] = [
            ("p", 1, "searched", 0.0, "searched_nothing_found"),
            ("p", 2, "knife_enabled", 900.0, "intelligence"),
            ("p", 3, KNIFE, 50.0, "searched_nothing_found"),
        ]
        assert one(base) == one(base + quiet)

    @given(
        st.integers(0, 730),
        st.floats(0, 5000),
        st.sampled_from([*sorted(PROVEN), "suspect", "intelligence", "searched_nothing_found"]),
    )
    @settings(max_examples=30)
    def test_one_more_event_moves_the_score_by_exactly_its_weight(self, age: int, harm: float, said: str) -> None:
        base = strong("p", 20, 400, harm=100)
        value = harm * CARRIERS.weights[said]
        held = 100.0 if age in (20, 400) else 0.0
        expected = max(value - held, 0.0) * 2 ** (-age / 365)
        moved = one([*base, ("p", age, VIOLENCE, harm, said)])["score"] - one(base)["score"]
        assert moved == pytest.approx(expected, abs=1e-9)

    def test_contributions_add_up_to_the_score_and_name_what_met_the_rule(self) -> None:
        events = [*strong("p", 5, 50, harm=10), ("p", 5, VIOLENCE, 4.0, "charged"), ("p", 9, VIOLENCE, 6.0, "suspect")]
        found = ranked(events)
        parts = found.contributions
        assert parts["contribution"].sum() == pytest.approx(found.listed["score"].iloc[0])
        assert parts["age_days"].tolist() == [5, 5, 9, 50]
        assert parts["is_counted"].tolist() == [True, False, True, True]
        assert parts["is_qualifying"].tolist() == [True, False, False, True]


_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.integers(0, 760),
        st.sampled_from([KNIFE, "knife_enabled", VIOLENCE]),
        st.sampled_from([0.0, 5.0, 20.0, 365.0]),
        st.sampled_from(["charged", "convicted", "suspect", "intelligence"]),
    ),
    max_size=24,
)


def ranges_by_brute_force(events: list[Event]) -> dict[str, tuple[int, int, bool]]:
    """Rank the listed again and again, each time without one event of one of them."""
    listed = ranked(events).listed
    keys = {row.id: (-round(row.score, 9), row.recency_days) for row in listed.itertuples()}
    found = {}
    for person in keys:
        places, is_fragile = [int(listed.loc[listed["id"] == person, "rank"].iloc[0])], False
        for number, event in enumerate(events):
            if event[0] != person or event[1] > 730:
                continue
            left = [other for at, other in enumerate(events) if at != number and other[0] == person]
            is_fragile |= not meets_by_hand(left)
            by_hand = score_by_hand(left)
            key = (-round(by_hand[0], 9), by_hand[1], person)
            places.append(1 + sum((*other, name) < key for name, other in keys.items() if name != person))
        found[person] = (min(places), max(places), is_fragile)
    return found


def meets_by_hand(events: list[Event]) -> bool:
    ages = {age for _, age, kind, _, said in events if kind != VIOLENCE and said in PROVEN and age <= 730}
    return len(ages) >= 2 and min(ages) <= 365


def score_by_hand(events: list[Event]) -> tuple[float, int]:
    best: dict[int, float] = {}
    ages = []
    for _, age, _, harm, said in events:
        if age <= 730 and CARRIERS.weights[said] > 0:
            best[age] = max(best.get(age, 0.0), harm * CARRIERS.weights[said])
            ages.append(age)
    return sum(value * 2 ** (-age / 365) for age, value in best.items()), min(ages, default=10**6)


class TestOrder:
    def test_ties_go_to_the_more_recent_then_by_identifier(self) -> None:
        events = [*strong("z", 0, 10, harm=0), *strong("b", 5, 10, harm=0), *strong("a", 5, 10, harm=0)]
        assert ranked(events).listed["id"].tolist() == ["z", "a", "b"]

    @given(_EVENTS, st.randoms(use_true_random=False))
    @settings(max_examples=25)
    def test_the_order_of_the_rows_makes_no_difference(self, events: list[Event], random: Any) -> None:
        shuffled = list(events)
        random.shuffle(shuffled)
        ages: dict[str, int | None] = dict.fromkeys("abcd", 30)
        first, second = ranked(events, ages=ages), ranked(shuffled, ages=ages)
        pd.testing.assert_frame_equal(first.listed, second.listed)
        pd.testing.assert_frame_equal(first.contributions, second.contributions)
        assert first.not_listed == second.not_listed

    @given(_EVENTS)
    @settings(max_examples=40)
    def test_rank_range_and_fragility_equal_leaving_each_event_out_by_hand(self, events: list[Event]) -> None:
        listed = ranked(events).listed
        found = {row.id: (row.rank_best, row.rank_worst, row.fragile) for row in listed.itertuples()}
        assert found == ranges_by_brute_force(events)

    def test_three_dates_far_apart_are_not_fragile_and_two_are(self) -> None:
        assert one(strong("p", 5, 50))["fragile"]
        assert not one(strong("p", 5, 50, 90))["fragile"]
        assert not one([*strong("p", 5, 50), *strong("p", 5, 50)])["fragile"]


class TestNothingElseEnters:
    def test_the_allowed_fields_are_these(self) -> None:
        assert PERSON == ("id", "age")
        assert EVENT == ("id", "date", "kind", "harm", "evidence")

    @pytest.mark.parametrize("field", ["ethnicity", "gender", "religion", "nationality", "address", "postcode", "name"])
    def test_any_other_field_is_refused_by_name(self, field: str) -> None:
        people, events = frames(strong("p", 5, 50))
        with pytest.raises(FieldNotAllowed, match=f"'{field}' may not enter"):
            rank(people.assign(**{field: "x"}), events, CARRIERS, AS_OF)
        with pytest.raises(FieldNotAllowed, match=f"'{field}' may not enter"):
            rank(people, events.assign(**{field: "x"}), CARRIERS, AS_OF)
        with pytest.raises(FieldNotAllowed):
            met_on(events.assign(**{field: "x"}), CARRIERS, AS_OF)

    def test_a_person_twice_or_an_event_of_nobody_is_refused(self) -> None:
        people, events = frames(strong("p", 5, 50))
        with pytest.raises(InputRejected, match="p is there twice"):
            rank(pd.concat([people, people]), events, CARRIERS, AS_OF)
        with pytest.raises(InputRejected, match="an event of p"):
            rank(people.assign(id="q"), events, CARRIERS, AS_OF)

    def test_nobody_is_an_answer(self) -> None:
        found = ranked([])
        assert found.listed.empty
        assert found.not_listed == ()
