"""What is offered: no control place, none at its cap or just visited, nearest first, each hidden for one reason."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.patrol.offer import Hidden, Offer, OfferRule, Spot, Stay, offer

SIX = datetime(2026, 3, 2, 6)
NOW = datetime(2026, 3, 2, 22)


def stay(hours_ago: float, minutes: float = 15, *, tasked: bool = True) -> Stay:
    begins = NOW - timedelta(hours=hours_ago)
    return Stay(begins, begins + timedelta(minutes=minutes), tasked)


def asked(*spots: Spot, **rule: object) -> Offer:
    return offer(spots, now=NOW, day_begins=SIX, rule=OfferRule(**rule))  # type: ignore[arg-type]


def test_a_control_place_is_hidden_first_of_all() -> None:
    found = asked(Spot("A", False, 1.0, (stay(0.1), *(stay(n) for n in range(3, 8)))))
    assert found.hidden == {"A": Hidden.CONTROL_TODAY}


def test_a_place_at_its_cap_says_so_before_it_says_recently() -> None:
    found = asked(Spot("A", True, 1.0, tuple(stay(n + 0.5) for n in range(4))))
    assert found.hidden == {"A": Hidden.CAP_REACHED}


def test_the_places_own_cap_comes_before_the_usual_one() -> None:
    assert asked(Spot("A", True, 1.0, (stay(5),), cap_per_day=1)).hidden == {"A": Hidden.CAP_REACHED}
    assert asked(Spot("A", True, 1.0, tuple(stay(n) for n in (4, 6, 8, 10)), cap_per_day=9)).offered == ("A",)


def test_untasked_presence_counts_for_the_gap_and_not_for_the_cap() -> None:
    seen = tuple(stay(n, tasked=False) for n in range(3, 12))
    assert asked(Spot("A", True, 1.0, seen)).offered == ("A",)
    assert asked(Spot("A", True, 1.0, (*seen, stay(1, tasked=False)))).hidden == {"A": Hidden.VISITED_RECENTLY}


def test_what_is_yet_to_come_is_not_known_now() -> None:
    assert asked(Spot("A", True, 1.0, (stay(-1),))).offered == ("A",)


def test_a_visit_that_goes_on_ended_just_now() -> None:
    assert asked(Spot("A", True, 1.0, (Stay(NOW - timedelta(minutes=3), None, True),))).hidden
    assert asked(Spot("A", True, 1.0, (Stay(NOW - timedelta(minutes=1), None, True),))).offered == ("A",)


def test_nearest_first_then_by_id_up_to_the_limit() -> None:
    spots = [Spot("C", True, 5.0), Spot("B", True, 9.0), Spot("A", True, 9.0), Spot("Z", True, float("nan"))]
    assert asked(*spots).offered == ("C", "A", "B", "Z")
    assert asked(*spots, limit=2) == Offer(("C", "A"), {})


stays = st.lists(st.builds(stay, st.floats(-2, 20), st.floats(0, 60), tasked=st.booleans()), max_size=8)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1e4), stays), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_every_place_is_offered_hidden_or_beyond_the_limit(drawn: list[tuple], random: object) -> None:  # type: ignore[type-arg]
    spots = [Spot(str(n), arm, far, tuple(seen)) for n, (arm, far, seen) in enumerate(drawn)]
    found = asked(*spots, limit=3)
    assert not set(found.offered) & set(found.hidden)
    assert len(found.offered) == min(3, len(spots) - len(found.hidden))
    assert {spot.hotspot_id for spot in spots if not spot.is_on_patrol} <= set(found.hidden)
    shuffled = list(spots)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert asked(*shuffled, limit=3) == found
