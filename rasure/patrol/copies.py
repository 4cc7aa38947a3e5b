"""Tracks that are copies: the same steps, one after another, as an earlier track has, at another time or place.

A receiver's noise never repeats itself, so fifteen positions with the same steps in time and space are a copy. Of all
runs of fifteen only landmarks are kept, chosen by what they hold and nothing around them (winnowing: of so many digests
in a row the least), so that a copy has the landmarks of what it copies wherever it begins. Every copied run of
`CopyRule.surely_found` positions has one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasure.patrol.positions import Marks, Positions, Wholes, changes

Digests = NDArray[np.uint64]

_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)
_NONE = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True)
class CopyRule:
    """How tracks are compared.

    `run` positions make a digest, of which at least `least_different` steps differ from each other: whoever stands
    still where positions are rounded, or drives straight on, copies nobody. Of `among` digests in a row the least is a
    landmark. A silence of more than `stretch_gap_s` parts a track.
    """

    run: int = 15
    among: int = 16
    least_different: int = 10
    stretch_gap_s: float = 300.0

    @property
    def surely_found(self) -> int:
        """How many positions with the same steps always share a landmark."""
        return self.run + self.among - 1


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Where landmarks begin (row numbers of the positions), and their digests."""

    row: Wholes
    digest: Digests


def landmarks(seen: Positions, rule: CopyRule | None = None) -> Landmarks:
    """Return the landmarks of positions in order of officer, device and time.

    Steps are taken to the second and the decimetre. Only what the app reports is compared: radios and vehicles round
    their positions, so that two of their tracks may agree honestly.
    """
    rule = rule or CopyRule()
    size = len(seen.t_s)
    if size < rule.run:
        return Landmarks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64))
    passed_s = np.diff(seen.t_s, prepend=seen.t_s[0])
    parts = changes(seen.officer, seen.device) | (passed_s > rule.stretch_gap_s)
    steps = _steps(seen)
    digests = _digests(steps, rule.run)
    digests[~_within(parts, seen.is_app, rule.run)] = _NONE
    chosen = np.flatnonzero(_are_least(digests, rule.among))
    chosen = chosen[_are_different(steps, chosen, rule)]
    return Landmarks(chosen.astype(np.int64), digests[chosen])


def _steps(seen: Positions) -> Digests:
    """Return a number for the step to each position from the one before it."""
    found = np.zeros(len(seen.t_s), dtype=np.uint64)
    for column, per_unit, multiplier in ((seen.t_s, 1.0, 0), (seen.e_m, 10.0, 1), (seen.n_m, 10.0, 2)):
        whole = np.rint(column * per_unit).astype(np.int64)
        found += np.diff(whole, prepend=whole[0]).astype(np.uint64) * _MULTIPLIERS[multiplier]
    return _mixed(found)


def _digests(steps: Digests, run: int) -> Digests:
    """Return a digest of the steps within each run of positions, by the run's first row; the last rows begin none."""
    found = np.full(len(steps), _NONE)
    count = len(steps) - run + 1
    summed = np.zeros(count, dtype=np.uint64)
    for nth in range(1, run):
        summed = summed * _MULTIPLIERS[0] + steps[nth : nth + count]
    found[:count] = _mixed(summed)
    return found


def _mixed(numbers: Digests) -> Digests:
    """Spread numbers over all 64 bits (the finaliser of SplitMix64)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * _MULTIPLIERS[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MULTIPLIERS[2]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


def _within(parts: Marks, is_app: Marks, run: int) -> Marks:
    """Say of each row whether a run of positions from there on lies in one stretch of the app's."""
    found = np.zeros(len(parts), dtype=bool)
    count = len(parts) - run + 1
    parted = np.cumsum(parts)
    found[:count] = (parted[run - 1 :] == parted[:count]) & is_app[:count]
    return found


def _are_least(digests: Digests, among: int) -> Marks:
    """Say which digests are the least of any `among` in a row that hold them."""
    padded = np.concatenate([np.full(among - 1, _NONE), digests, np.full(among - 1, _NONE)])
    least = np.lib.stride_tricks.sliding_window_view(padded, among).min(axis=1)
    highest = np.lib.stride_tricks.sliding_window_view(least, among).max(axis=1)
    return np.asarray((digests == highest) & (digests != _NONE))


def _are_different(steps: Digests, first: Wholes, rule: CopyRule) -> Marks:
    """Say which runs of positions, given their first rows, hold enough different steps."""
    own = np.sort(steps[first[:, np.newaxis] + np.arange(1, rule.run)], axis=1)
    return np.asarray((np.diff(own, axis=1) != 0).sum(axis=1) + 1 >= rule.least_different)
