"""The trial: allocation by the published scheme, and the planted effect visible where there is one."""

import hashlib
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from rasure.places import grid
from rasure.synth import allocation
from rasure.synth.build import Scene, SyntheticForce, happened
from rasure.synth.force import Force, Reference, Scenario
from rasure.synth.ground import Ground, lay

BLOCKS = {"A": ["a1", "a2", "a3", "a4"], "B": ["b1", "b2", "b3"], "C": ["c1"]}


class TestDrawnDay:
    def test_half_of_every_block_patrols_and_odd_blocks_take_turns(self) -> None:
        drawn = allocation.drawn_day(b"x" * 32, "t", date(2026, 9, 1), BLOCKS)
        arms = pd.DataFrame(drawn, columns=["spot", "block", "arm"])
        patrolled = arms[arms["arm"] == "patrol"].groupby("block").size()
        assert len(arms) == 8
        assert patrolled["A"] == 2
        assert patrolled.sum() == 4

    def test_the_order_of_the_input_does_not_matter(self) -> None:
        turned = {block: BLOCKS[block][::-1] for block in reversed(BLOCKS)}
        for n in range(10):
            day = date(2026, 9, 1) + timedelta(days=n)
            assert allocation.drawn_day(b"k" * 32, "t", day, BLOCKS) == allocation.drawn_day(
                b"k" * 32, "t", day, turned
            )

    def test_each_hot_spot_patrols_on_half_the_days(self) -> None:
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
        rows = [row for day in days for row in allocation.drawn_day(b"s" * 32, "t", day, BLOCKS)]
        shares = (
            pd.DataFrame(rows, columns=["spot", "block", "arm"])
            .groupby("spot")["arm"]
            .agg(lambda a: (a == "patrol").mean())
        )
        assert shares.between(0.4, 0.6).all()


class TestAllocate:
    def test_the_secret_told_in_the_truth_opens_the_commitment(self, small: SyntheticForce) -> None:
        drawn = small.scene.allocation
        assert hashlib.sha256(bytes.fromhex(drawn.secret_hex)).hexdigest() == drawn.commitment

    def test_every_hot_spot_has_one_arm_every_day(self, small: SyntheticForce) -> None:
        days = small.scene.allocation.days
        assert len(days) == small.force.trial_days * len(small.scene.spots.ids)
        assert not days.duplicated(["op_day", "hotspot_id"]).any()
        assert days["record_hash"].is_unique

    def test_six_hot_spots_of_one_area_are_two_blocks_by_volume(self) -> None:
        spots = pd.DataFrame({"lpa": "X", "hotspot_id": list("abcdef"), "score": [6.0, 5, 4, 3, 2, 1]})
        assert allocation.blocks_of(spots) == {"X 1": ["a", "b", "c"], "X 2": ["d", "e", "f"]}


@pytest.fixture(scope="module")
def ground(reference: Reference) -> Ground:
    """The ground all three scenarios stand on."""
    return lay(Force(seed=21, scale=0.4), reference)


def trial_of(reference: Reference, ground: Ground, scenario: Scenario) -> tuple[Force, Scene]:
    force = Force(seed=21, scenario=scenario, scale=0.4, trial_days=365)
    return force, happened(force, reference, ground)


def rate_ratio(force: Force, scene: Scene) -> tuple[float, float]:
    """Return events a patrol day over events a control day at hot spots, and how many standard errors that is off 1."""
    at = scene.located.locations.take(scene.located.of_event)
    own = scene.events.assign(e_m=at["e_m"].to_numpy(), n_m=at["n_m"].to_numpy())
    own = own[own["in_scope"] & own["e_m"].notna()]
    spot = pd.Series(grid.cells_of(own["e_m"], own["n_m"])).map(
        dict(zip(scene.spots.areas["cell"], scene.spots.areas["hotspot_id"], strict=True))
    )
    day = np.datetime64(force.first_on, "D") + (own["minute"].to_numpy() - 360) // 1440 * np.timedelta64(1, "D")
    counts = pd.Series(1, index=[spot.to_numpy(), day.astype("datetime64[s]")]).groupby(level=[0, 1]).sum()
    days = scene.allocation.days
    wanted = pd.MultiIndex.from_arrays([days["hotspot_id"], days["op_day"].to_numpy().astype("datetime64[s]")])
    y = counts.reindex(wanted).fillna(0).to_numpy()
    is_patrol = (days["arm"] == "patrol").to_numpy()
    patrol, control = y[is_patrol].sum(), y[~is_patrol].sum()
    ratio = (patrol / is_patrol.sum()) / (control / (~is_patrol).sum())
    return ratio, float(np.log(ratio) / np.sqrt(1.0 / patrol + 1.0 / control))


def test_the_large_effect_is_visible(reference: Reference, ground: Ground) -> None:
    ratio, z = rate_ratio(*trial_of(reference, ground, Scenario.ESSEX))
    assert 0.25 <= ratio <= 0.48
    assert z < -5


def test_no_effect_is_not(reference: Reference, ground: Ground) -> None:
    ratio, z = rate_ratio(*trial_of(reference, ground, Scenario.NULL))
    assert 0.85 <= ratio <= 1.18
    assert abs(z) < 2.6


def test_the_small_effect_is_planted_and_drowns_in_chance(reference: Reference, ground: Ground) -> None:
    force, scene = trial_of(reference, ground, Scenario.TVP)
    assert scene.prevented > 0
    assert abs(rate_ratio(force, scene)[1]) < 2.6


class TestHotSpots:
    def test_they_keep_a_distance_of_two_hundred_metres(self, larger: SyntheticForce) -> None:
        areas = larger.scene.spots.areas
        points = areas[["e_m", "n_m"]].to_numpy()
        apart = np.hypot(*(points[:, np.newaxis] - points[np.newaxis]).transpose(2, 0, 1))
        other = areas["hotspot_id"].to_numpy()[:, np.newaxis] != areas["hotspot_id"].to_numpy()
        assert apart[other].min() > 2 * grid.SIDE_M + 200

    def test_no_prison_or_hospital_is_patrolled_as_a_street(self, larger: SyntheticForce) -> None:
        venues = larger.scene.premises
        own = venues[venues["kind"] == "prison"]
        cells = set(grid.cells_of(own["e_m"], own["n_m"]).tolist())
        assert not cells & set(larger.scene.spots.areas["cell"])

    def test_the_whole_force_has_thirty_four_with_sixty_seven_areas(self, reference: Reference) -> None:
        force = Force(seed=1)
        scene = happened(force, reference, lay(force, reference))
        assert len(scene.spots.ids) == 34
        assert len(scene.spots.areas) == 67
        assert scene.spots.areas["lpa"].nunique() == 12
