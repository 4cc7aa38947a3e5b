"""The panel of unusual look-ups: an abuser stands out, ordinary work does not, and nothing unknown counts."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rasure.access.misuse import Known, LookUp, Reason, Unusual, at_least, ranked
from rasure.terms import Role

AREAS = [f"LPA{n}" for n in range(12)]
SURNAMES = [f"Name{n}" for n in range(500)]
FIRST = datetime(2026, 3, 2, 6, 0)


class Force:
    """400 users at ordinary work for four weeks: own area mostly, own shifts mostly, returning to own cases."""

    def __init__(self, seed: int, users: int = 400) -> None:
        chance = self.chance = random.Random(seed)
        self.persons = {
            f"P{n}": Known(chance.choice(SURNAMES), f"RG{n % 900} {n % 7}AA", chance.choice(AREAS)) for n in range(4000)
        }
        by_area = {area: [name for name, known in self.persons.items() if known.lpa == area] for area in AREAS}
        self.officers, self.shifts, self.look_ups = {}, {}, []
        self.areas = {}
        for number in range(users):
            actor, area = f"U{number:03d}", chance.choice(AREAS)
            self.areas[actor] = area
            self.officers[actor] = Known(chance.choice(SURNAMES), f"OX{number} 1AA")
            days = chance.sample(range(28), 16)
            self.shifts[actor] = [
                (FIRST + timedelta(days=day), FIRST + timedelta(days=day, hours=10)) for day in sorted(days)
            ]
            cases = chance.sample(by_area[area], 6)
            for _ in range(chance.randint(10, 60)):
                begin, end = chance.choice(self.shifts[actor])
                late = timedelta(hours=2) if chance.random() < 0.02 else timedelta()
                at = begin + (end - begin) * chance.random() + late
                pool = (
                    cases if chance.random() < 0.3 else by_area[area if chance.random() < 0.9 else chance.choice(AREAS)]
                )
                self.open(actor, at, chance.choice(pool))

    def open(self, actor: str, at: datetime, person: str) -> None:
        area = frozenset({self.areas[actor]})
        self.look_ups.append(LookUp(len(self.look_ups) + 1, at, actor, Role.INSPECTOR, area, person))

    def ranked(self, **less: object) -> list[Unusual]:
        known = {"officers": self.officers, "persons": self.persons, "shifts": self.shifts} | less
        return ranked(self.look_ups, **known)  # type: ignore[arg-type]


def relative(force: Force, actor: str) -> None:
    """A former partner of another area, eight times over four weeks, at night."""
    force.persons["EX"] = Known(force.officers[actor].surname, "SL1 1AA", "elsewhere")
    for day in range(0, 24, 3):
        force.open(actor, FIRST + timedelta(days=day, hours=17, minutes=30), "EX")


def celebrity(force: Force, actor: str) -> None:
    """Curiosity: a dozen people of other areas on two evenings."""
    for n, name in enumerate(list(force.persons)[:12]):
        force.persons[name] = Known("Star", "W1 1AA", "elsewhere")
        force.open(actor, FIRST + timedelta(days=n % 2, hours=18, minutes=n), name)


def family(force: Force, actor: str) -> None:
    """Four people of the officer's own name and street, on shift, in the own area."""
    own = force.officers[actor]
    for n in range(4):
        force.persons[f"F{n}"] = Known(own.surname, own.postcode, force.areas[actor])
        force.open(actor, force.shifts[actor][n][0] + timedelta(hours=1), f"F{n}")


class TestAbuser:
    @pytest.mark.parametrize("abuse", [relative, celebrity, family], ids=lambda abuse: abuse.__name__)
    @pytest.mark.parametrize("seed", range(5))
    def test_one_among_four_hundred_is_in_the_top_five(self, abuse, seed: int) -> None:  # type: ignore[no-untyped-def]
        force = Force(seed)
        actor = force.chance.choice(sorted(force.officers))
        abuse(force, actor)
        assert actor in [one.actor for one in force.ranked()]

    def test_each_reason_stands_beside_what_colleagues_do(self) -> None:
        force = Force(3)
        relative(force, "U007")
        found = next(one for one in force.ranked() if one.actor == "U007")
        by_reason = {count.reason: count for count in found.reasons}
        assert by_reason[Reason.SAME_SURNAME].k >= 8
        assert by_reason[Reason.OFF_SHIFT].peers_n > 5_000
        assert [count.surprise for count in found.reasons] == sorted(
            (count.surprise for count in found.reasons), reverse=True
        )
        opened = {one.seq for one in force.look_ups if one.person == "EX"}
        assert opened <= set(by_reason[Reason.SAME_SURNAME].seqs)


class TestOrdinaryWork:
    def test_fewer_than_one_in_fifty_stand_out_by_chance(self) -> None:
        """Five reasons for 400 officers, each once in a thousand, would be two; cases opened in runs add some."""
        assert all(len(Force(seed).ranked(top=400)) < 8 for seed in range(3))

    def test_a_force_that_always_works_across_areas_is_not_unusual(self) -> None:
        force = Force(1, users=40)
        for actor in force.officers:
            for n in range(10):
                force.persons[f"X{n}"] = Known("X", "X", "elsewhere")
                force.open(actor, force.shifts[actor][n][0] + timedelta(hours=2), f"X{n}")
        assert not any(count.reason is Reason.OUT_OF_AREA for one in force.ranked() for count in one.reasons)

    def test_nothing_known_is_nothing_held_against_anybody(self) -> None:
        force = Force(1, users=40)
        celebrity(force, "U003")
        reasons = {count.reason for one in force.ranked(officers={}, persons={}, shifts={}) for count in one.reasons}
        assert reasons <= {Reason.REPEATED}

    def test_without_colleagues_of_the_role_there_is_no_comparison(self) -> None:
        force = Force(1, users=1)
        celebrity(force, "U000")
        assert force.ranked() == []

    def test_no_look_up_no_ranking(self) -> None:
        assert ranked([]) == []


@given(n=st.integers(1, 200), p=st.floats(0.001, 0.999), data=st.data())
def test_the_tail_is_the_exact_binomial_one(n: int, p: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    assert at_least(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p), rel=1e-6, abs=1e-300)
