"""Positions that are not plausible, each for one reason that can be said to the officer and to who supervises them.

A false position can be made visible, not impossible. The rules look at what no honest receiver does; none of them says
that anybody lied. A doubted position is shown and not counted.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.patrol.positions import Floats, Marks, Positions, Wholes, changes


class Doubt(StrEnum):
    """Why a position is doubted; of several reasons the first."""

    SAME_POINT = "same_point"
    IMPRECISE = "imprecise"
    SAME_ACCURACY = "same_accuracy"
    CLOCKWORK = "clockwork"
    REPLAYED = "replayed"
    HELD_BACK = "held_back"
    TOO_FAST = "too_fast"
    TWO_PLACES = "two_places"


@dataclass(frozen=True, slots=True)
class DoubtRule:
    """What no honest receiver does, in seconds, metres and metres a second.

    `stretch_gap_s` parts a track into stretches. `least_pings` and `least_s` are how many positions over how long it
    takes to call accuracy or beat constant. A beat is judged only where times carry fractions of a second. A position
    is late when it arrives `late_s` after the time it claims, and prompt within `prompt_s`; whatever waits on a device
    that gets through goes out within `flushed_s`. A clock may be wrong by `clock_s`.
    """

    stretch_gap_s: float = 300.0
    same_point_s: float = 300.0
    worst_accuracy_m: float = 100.0
    least_pings: int = 30
    least_s: float = 300.0
    beat_sd_s: float = 0.002
    fastest_m_s: float = 60.0
    apart_m: float = 1_000.0
    apart_within_s: float = 60.0
    late_s: float = 900.0
    prompt_s: float = 60.0
    flushed_s: float = 300.0
    clock_s: float = 120.0


def doubts(seen: Positions, copied: Wholes | None = None, rule: DoubtRule | None = None) -> NDArray[np.object_]:
    """Return the reason each position is doubted for, or None; `copied` are rows where a copied run begins.

    A copy, like a constant accuracy or beat, makes the whole stretch doubtful it lies in. Accuracy and beat are judged
    for the app alone: radios and vehicles round theirs. What is doubted proves nothing about anything else: speed, and
    two devices of one officer, are judged only from positions that nothing before makes doubtful.
    """
    rule = rule or DoubtRule()
    found = np.full(len(seen.t_s), None, dtype=object)
    if not len(found):
        return found
    begins_track = changes(seen.officer, seen.device)
    passed_s = np.diff(seen.t_s, prepend=seen.t_s[0])
    is_apart = begins_track | (passed_s > rule.stretch_gap_s)
    stretch = is_apart.cumsum() - 1
    by_rule = (
        (Doubt.SAME_POINT, _same_point(seen, is_apart, rule)),
        (Doubt.IMPRECISE, seen.accuracy_m > rule.worst_accuracy_m),
        (Doubt.SAME_ACCURACY, seen.is_app & _same_accuracy(seen, stretch, rule)),
        (Doubt.CLOCKWORK, seen.is_app & _clockwork(seen, stretch, is_apart, passed_s, rule)),
        (Doubt.REPLAYED, np.isin(stretch, [] if copied is None else stretch[copied])),
        (Doubt.HELD_BACK, _held_back(seen, begins_track, rule)),
    )
    for doubt, is_doubted in reversed(by_rule):
        found[is_doubted] = doubt.value
    for doubt, judged in ((Doubt.TOO_FAST, _too_fast), (Doubt.TWO_PLACES, _two_places)):
        free = np.flatnonzero(pd.isna(found))
        found[free[judged(seen.of(free), rule)]] = doubt.value
    return found


def _same_point(seen: Positions, is_apart: Marks, rule: DoubtRule) -> Marks:
    """Mark runs of the exact same coordinates that last too long; a receiver's noise moves even one that lies still."""
    moved = is_apart | (np.diff(seen.e_m, prepend=np.nan) != 0) | (np.diff(seen.n_m, prepend=np.nan) != 0)
    run = moved.cumsum() - 1
    first = np.flatnonzero(moved)
    last = np.r_[first[1:] - 1, len(moved) - 1]
    return np.asarray((seen.t_s[last] - seen.t_s[first] > rule.same_point_s)[run])


def _same_accuracy(seen: Positions, stretch: Wholes, rule: DoubtRule) -> Marks:
    first = np.flatnonzero(changes(stretch))
    lowest, highest = np.minimum.reduceat(seen.accuracy_m, first), np.maximum.reduceat(seen.accuracy_m, first)
    return np.asarray(((lowest == highest) & _is_long(seen, first, rule))[stretch])


def _clockwork(seen: Positions, stretch: Wholes, is_apart: Marks, passed_s: Floats, rule: DoubtRule) -> Marks:
    """Mark stretches whose positions come with a beat more exact than any phone keeps."""
    first = np.flatnonzero(is_apart)
    has_fractions = np.maximum.reduceat(np.abs(seen.t_s - np.rint(seen.t_s)), first) > 1e-4
    steps = np.where(is_apart, 0.0, passed_s)
    count = np.maximum(np.bincount(stretch) - 1, 1)
    mean = np.bincount(stretch, steps) / count
    off = np.where(is_apart, 0.0, passed_s - mean[stretch])
    sd_s = np.sqrt(np.bincount(stretch, off * off) / count)
    return np.asarray((has_fractions & (sd_s < rule.beat_sd_s) & _is_long(seen, first, rule))[stretch])


def _held_back(seen: Positions, begins_track: Marks, rule: DoubtRule) -> Marks:
    """Mark what arrived before the time it claims, or long after it although the device got through meanwhile."""
    delay_s = seen.received_s - seen.t_s
    prompt = np.flatnonzero(np.abs(delay_s) <= rule.prompt_s)
    rows = np.arange(len(delay_s))
    following = np.searchsorted(prompt, rows)
    through = np.r_[prompt, 0][following]
    track = begins_track.cumsum()
    got_through = (following < len(prompt)) & (track[through] == track)
    got_through &= seen.received_s[through] + rule.flushed_s < seen.received_s
    return np.asarray((delay_s < -rule.clock_s) | ((delay_s > rule.late_s) & got_through))


def _is_long(seen: Positions, first: Wholes, rule: DoubtRule) -> Marks:
    """Say of each stretch, given its first row, whether it is long enough to be judged as a whole."""
    last = np.r_[first[1:] - 1, len(seen.t_s) - 1]
    return np.asarray((last - first + 1 >= rule.least_pings) & (seen.t_s[last] - seen.t_s[first] > rule.least_s))


def _too_fast(seen: Positions, rule: DoubtRule) -> Marks:
    """Mark a position that nobody could reach and leave; and both ends of a leap that leads away for good."""
    if not len(seen.t_s):
        return np.zeros(0, dtype=bool)
    begins_track = changes(seen.officer, seen.device)
    passed_s = np.diff(seen.t_s, prepend=seen.t_s[0])
    way_m = np.hypot(np.diff(seen.e_m, prepend=np.nan), np.diff(seen.n_m, prepend=np.nan))
    reached = ~begins_track & (way_m > rule.fastest_m_s * np.maximum(passed_s, 1.0))
    left = np.r_[reached[1:], False]
    thrown = reached & left
    leaps = reached & ~thrown & ~np.r_[False, thrown[:-1]]
    return np.asarray(thrown | leaps | np.r_[leaps[1:], False])


def _two_places(seen: Positions, rule: DoubtRule) -> Marks:
    """Mark positions over a kilometre from another device of the officer, sooner than anybody covers it."""
    found = np.zeros(len(seen.t_s), dtype=bool)
    if not len(found):
        return found
    order = np.lexsort((seen.t_s, seen.officer))
    own = seen.of(order)
    begins = changes(own.officer, own.device)
    rows = np.arange(len(order))
    before = np.maximum.accumulate(np.where(begins, rows, 0)) - 1
    last_begin = np.r_[np.where(begins, rows, len(order))[1:], len(order)]
    after = np.minimum.accumulate(last_begin[::-1])[::-1]
    for other in (before, after):
        is_there = (other >= 0) & (other < len(order))
        at = np.where(is_there, other, 0)
        apart_s = np.abs(own.t_s[at] - own.t_s)
        apart_m = np.hypot(own.e_m[at] - own.e_m, own.n_m[at] - own.n_m)
        is_near = is_there & (own.officer[at] == own.officer) & (apart_s <= rule.apart_within_s)
        found[order] |= is_near & (apart_m > rule.apart_m) & (apart_m > rule.fastest_m_s * np.maximum(apart_s, 1.0))
    return found
