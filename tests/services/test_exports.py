"""Exports waiting to be taken: once, by the session that asked, within ten minutes, and never too many."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.access.identity import Principal
from rasure.errors import Gone
from rasure.services.exports import LIFE_S, MOST, MOST_OF_ONE, Register, Waiting
from rasure.terms import Role

ANALYST = Principal("a-1", "Alex", Role.ANALYST, frozenset())


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def asked(what: str = "hot-spots", principal: Principal = ANALYST) -> Waiting:
    return Waiting(what, "csv", {"as_of": "2025-07-01"}, principal)


def test_it_is_handed_out_once() -> None:
    register = Register()
    one = register.add("secret", asked())
    assert register.take("secret", ANALYST, one) == asked()
    with pytest.raises(Gone, match="taken already"):
        register.take("secret", ANALYST, one)


def test_of_many_that_come_at_once_one_gets_it() -> None:
    register = Register()
    one = register.add("secret", asked())

    def got(_: int) -> bool:
        try:
            return bool(register.take("secret", ANALYST, one))
        except Gone:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(got, range(64))) == 1


def test_another_session_neither_gets_it_nor_uses_it_up() -> None:
    register = Register()
    one = register.add("secret", asked())
    with pytest.raises(Gone):
        register.take("another", ANALYST, one)
    assert register.take("secret", ANALYST, one) == asked()


@pytest.mark.parametrize(
    "now",
    [
        Principal("a-2", "Alex", Role.ANALYST, frozenset()),
        Principal("a-1", "Alex", Role.INSPECTOR, frozenset({"W"})),
        Principal("a-1", "Alex", Role.ANALYST, frozenset({"W"})),
    ],
    ids=["another person", "another role", "other areas"],
)
def test_who_was_somebody_else_when_asking_does_not_get_it(now: Principal) -> None:
    register = Register()
    one = register.add("secret", asked())
    with pytest.raises(Gone):
        register.take("secret", now, one)


def test_the_same_person_at_another_address_does() -> None:
    register = Register()
    one = register.add("secret", asked())
    assert register.take("secret", replace(ANALYST, ip="10.0.0.1"), one) == asked()


@pytest.mark.parametrize(("after_s", "is_there"), [(LIFE_S - 1, True), (LIFE_S, False), (LIFE_S + 1, False)])
def test_it_waits_ten_minutes(after_s: float, is_there: bool) -> None:
    clock = Clock()
    register = Register(clock)
    one = register.add("secret", asked())
    clock.now += after_s
    if is_there:
        assert register.take("secret", ANALYST, one) == asked()
    else:
        with pytest.raises(Gone):
            register.take("secret", ANALYST, one)


def test_one_session_crowds_out_only_itself() -> None:
    register = Register()
    other = register.add("other", asked())
    own = [register.add("secret", asked(str(n))) for n in range(MOST_OF_ONE + 5)]
    for one in own[:5]:
        with pytest.raises(Gone):
            register.take("secret", ANALYST, one)
    assert [register.take("secret", ANALYST, one).what for one in own[5:]] == [str(n) for n in range(5, len(own))]
    assert register.take("other", ANALYST, other) == asked()


def test_never_more_wait_than_may() -> None:
    register = Register()
    ids = [register.add(f"secret {n}", asked()) for n in range(MOST + 1)]
    with pytest.raises(Gone):
        register.take("secret 0", ANALYST, ids[0])
    assert register.take(f"secret {MOST}", ANALYST, ids[-1]) == asked()


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from("at."), st.integers(0, 2), st.integers(0, 30), st.integers(0, 400))))
def test_whatever_is_done_nothing_is_taken_twice_late_or_by_another(steps: list[tuple[str, int, int, int]]) -> None:
    clock = Clock()
    register = Register(clock)
    made: list[tuple[str, str, float]] = []
    taken: set[str] = set()
    for what, who, which, wait_s in steps:
        secret = f"session {who}"
        if what == "a":
            made.append((register.add(secret, asked()), secret, clock.now))
        elif what == "t" and made:
            one, owner, at = made[which % len(made)]
            try:
                register.take(secret, ANALYST, one)
            except Gone:
                continue
            assert one not in taken
            assert secret == owner
            assert clock.now - at < LIFE_S
            taken.add(one)
        else:
            clock.now += wait_s
