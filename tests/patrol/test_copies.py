"""Copied tracks: whatever is shifted in time and place is found again, and honest tracks never are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.patrol.copies import CopyRule, landmarks
from rasure.patrol.positions import Positions

RULE = CopyRule()
START_S = 1_780_000_000


def walk(seed: int, count: int, *, every_s: int = 10, rounded_m: float = 0.1, still: bool = False) -> np.ndarray:
    """Return seconds, easting and northing of somebody walking, or standing, with a receiver's noise."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.0, 1.5, size=(count, 2))
    way = np.zeros((count, 2)) if still else np.cumsum(rng.normal(0.0, 8.0, size=(count, 2)), axis=0)
    places = np.round((way + noise) / rounded_m) * rounded_m + (470_000.0, 175_000.0)
    return np.column_stack([START_S + every_s * np.arange(count), places])


def positions(rows: np.ndarray, *, is_app: bool = True) -> Positions:
    size = len(rows)
    whole = np.zeros(size, dtype=np.int64)
    return Positions(
        *(whole, whole, rows[:, 0], rows[:, 1], rows[:, 2]),
        np.full(size, 5.0), np.full(size, is_app), np.full(size, np.nan),
    )  # fmt: skip


def digests(rows: np.ndarray, *, is_app: bool = True) -> set[int]:
    return set(landmarks(positions(rows, is_app=is_app)).digest.tolist())


@given(
    st.integers(0, 50), st.integers(0, 60), st.integers(0, 40),
    st.integers(0, 10_000_000), st.integers(-50_000, 50_000), st.integers(-50_000, 50_000),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_copied_run_has_a_landmark_of_what_it_copies(
    begins: int, more: int, before: int, later_s: int, east_dm: int, north_dm: int
) -> None:
    own = walk(1, 150)
    copied = own[begins : begins + RULE.surely_found + more] + (later_s, east_dm / 10, north_dm / 10)
    around = walk(2, before + 20)
    lead = around[:before] + (copied[0, 0] - START_S - 10 * before, 0, 0)
    tail = around[before:] + (copied[-1, 0] + 10 - around[before, 0], 0, 0)
    assert digests(own) & digests(np.vstack([lead, copied, tail]))


@given(st.integers(15, 40))
@settings(max_examples=10, deadline=None)
def test_a_whole_copied_stretch_is_found_however_short(count: int) -> None:
    own = walk(3, count)
    assert digests(own) == digests(own + (86_400, 0, 0)) != set()


def test_honest_tracks_share_nothing() -> None:
    seen: set[int] = set()
    for seed in range(200):
        own = digests(walk(seed, 100, still=seed % 2 == 0))
        assert not own & seen
        seen |= own
    assert len(seen) > 1_500


@pytest.mark.parametrize("rounded_m", [5.0, 10.0])
def test_standing_still_where_positions_are_rounded_is_no_copy(rounded_m: float) -> None:
    assert digests(walk(1, 300, rounded_m=rounded_m, still=True)) == set()


def test_driving_straight_on_is_no_copy() -> None:
    at = np.arange(300)
    assert digests(np.column_stack([START_S + at, 470_000 + 15.0 * at, np.full(300, 175_000.0)])) == set()


def test_only_the_app_is_compared() -> None:
    assert digests(walk(1, 100), is_app=False) == set()


def test_a_silence_parts_what_is_compared() -> None:
    own = walk(1, 28)
    own[14:, 0] += 291
    assert digests(own) == set()
    own[14:, 0] -= 1
    assert digests(own)


def test_of_two_devices_no_run_is_made() -> None:
    rows = walk(1, 28)
    seen = positions(rows)
    other = Positions(seen.officer, np.repeat([0, 1], 14), *(getattr(seen, name) for name in seen.__slots__[2:]))
    assert len(landmarks(seen).row)
    assert not len(landmarks(other).row)


def test_few_landmarks_are_kept() -> None:
    assert 0.08 < len(landmarks(positions(walk(5, 20_000))).row) / 20_000 < 0.16


@pytest.mark.parametrize("count", [0, 1, 14])
def test_too_few_positions_have_none(count: int) -> None:
    assert digests(walk(1, count)) == set()
