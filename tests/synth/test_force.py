from datetime import date

import pytest

from rasure.errors import InputRejected
from rasure.synth.force import Force


def test_streams_do_not_depend_on_what_was_drawn_before() -> None:
    force = Force(seed=3)
    force.rng("streets").random(100)
    assert force.rng("people").random() == Force(seed=3).rng("people").random()
    assert force.rng("people").random() != force.rng("streets").random()


def test_four_years_end_on_the_last_day() -> None:
    force = Force(last_on=date(2026, 11, 15), trial_days=120)
    assert force.first_on == date(2022, 11, 16)
    assert force.trial_first_on == date(2026, 7, 19)


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"scale": 0.0}, {"scale": 1.5}, {"trial_days": 0}, {"trial_days": 400}]
)
def test_what_cannot_be_made_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputRejected):
        Force(**wrong)  # type: ignore[arg-type]


def test_planted_numbers_shrink_with_the_force_but_never_to_none() -> None:
    assert Force(scale=0.5).share_of(100) == 50
    assert Force(scale=0.05).share_of(4) == 1
