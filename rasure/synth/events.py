"""The offences themselves: kind, setting, place and time; near repeats, and homes where it happens again and again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from rasure.synth.clocks import SETTINGS, drawn_minutes
from rasure.synth.force import LOOKBACK_DAYS, Force
from rasure.synth.frames import drawn
from rasure.synth.ground import Ground
from rasure.synth.offence_plan import OffencePlan
from rasure.synth.risk import AT_PREMISES, YEARS, Risk, year_of

NEAR_REPEAT_SHARE = 0.2
NEAR_REPEAT_M = 200.0
NEAR_REPEAT_DAYS = 14.0
NEAR_REPEAT_MEAN_DAYS = 4.0
"""Planted: this share of events follows another within this distance and time; two to five follow one."""

HOME_SERIES_SHARE = 0.42
HOME_SERIES_MEAN = 3.9
"""Planted: this share of violent events at home belongs to homes with two and, on average, this many more."""

_LAST_MINUTE = LOOKBACK_DAYS * 1440 - 1


@dataclass(slots=True)
class Events:
    """Columns of equal length, one entry an offence; places are rows of segments and premises, -1 for none."""

    kind: NDArray[np.int64]
    setting: NDArray[np.object_]
    minute: NDArray[np.int64]
    segment: NDArray[np.int64]
    premises: NDArray[np.int64]
    household: NDArray[np.int64]

    def frame(self) -> pd.DataFrame:
        """Return the events in order of time."""
        columns = {name: getattr(self, name) for name in self.__slots__}
        return pd.DataFrame(columns).sort_values(["minute", "segment", "kind"], kind="stable", ignore_index=True)


def events(force: Force, ground: Ground, premises: pd.DataFrame, plan: OffencePlan, risk: Risk) -> pd.DataFrame:
    """Return every offence of four years in order of time: kind, setting, minute, segment, premises, household."""
    rng = force.rng("events")
    kind = rng.permutation(np.repeat(np.arange(len(plan.kinds)), plan.kinds["number"]))
    setting = _settings(rng, plan, kind)
    minute = drawn_minutes(rng, setting, force.first_on, LOOKBACK_DAYS)
    segment, at = _places(rng, premises, risk, setting, minute)
    is_home = setting == "home"
    household = np.where(is_home, np.cumsum(is_home) - 1, -1)
    found = Events(kind, setting, minute, segment, at, household)
    is_violent = plan.kinds["is_violent"].to_numpy(dtype=bool)[kind]
    _repeat_at_home(rng, found, np.flatnonzero(is_violent & is_home))
    in_public = is_violent & np.isin(setting, ("night", "street", "school"))
    _repeat_nearby(rng, ground, found, np.flatnonzero(in_public))
    return found.frame()


def _settings(rng: np.random.Generator, plan: OffencePlan, kind: NDArray[np.int64]) -> NDArray[np.object_]:
    reached = np.cumsum(plan.setting_chances(), axis=1)[kind]
    number = (reached <= rng.random(len(kind))[:, np.newaxis]).sum(axis=1)
    return np.asarray(np.array(SETTINGS, dtype=object)[np.minimum(number, len(SETTINGS) - 1)])


def _places(
    rng: np.random.Generator,
    premises: pd.DataFrame,
    risk: Risk,
    setting: NDArray[np.object_],
    minute: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw a segment for each event, and the premises on it where it happens at one."""
    segment, at = np.zeros(len(setting), dtype=np.int64), np.full(len(setting), -1, dtype=np.int64)
    year = year_of(minute)
    of_premises = premises["segment"].to_numpy()
    is_inside = _chosen(rng, setting)
    for name in SETTINGS:
        for number in range(YEARS):
            own = (setting == name) & (year == number)
            drift = risk.drift[:, number]
            outside = np.flatnonzero(own & ~is_inside)
            segment[outside] = drawn(rng, risk.of_segments[name] * drift, len(outside))
            within = np.flatnonzero(own & is_inside)
            if len(within):
                at[within] = drawn(rng, risk.of_premises[name] * drift[of_premises], len(within))
                segment[within] = of_premises[at[within]]
    return segment, at


def _chosen(rng: np.random.Generator, setting: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say which events happen at premises."""
    u, chosen = rng.random(len(setting)), np.zeros(len(setting), dtype=bool)
    for name in SETTINGS:
        chosen |= (setting == name) & (u < AT_PREMISES[name][1])
    return chosen


def _repeat_at_home(rng: np.random.Generator, events: Events, at_home: NDArray[np.int64]) -> None:
    """Let part of the violence at home happen in the same homes, months apart."""
    members = rng.permutation(at_home)[: int(HOME_SERIES_SHARE * len(at_home))]
    head, follower = _grouped(rng, members, HOME_SERIES_MEAN, most=24)
    events.segment[follower] = events.segment[head]
    events.household[follower] = events.household[head]
    gaps_days = rng.exponential(55.0, size=len(follower)).cumsum()
    first = np.r_[True, head[1:] != head[:-1]] if len(head) else np.zeros(0, dtype=bool)
    before = np.maximum.accumulate(np.where(first, np.r_[0.0, gaps_days[:-1]], 0.0)) if len(head) else gaps_days
    shifted = events.minute[head] + (gaps_days - before).astype(np.int64) * 1440
    time_of_day = events.minute[follower] % 1440
    events.minute[follower] = shifted // 1440 % LOOKBACK_DAYS * 1440 + time_of_day


def _repeat_nearby(rng: np.random.Generator, ground: Ground, events: Events, in_public: NDArray[np.int64]) -> None:
    """Let part of the violence in public follow other violence nearby within days, mostly around the same hour."""
    members = rng.permutation(in_public)[: int(NEAR_REPEAT_SHARE * 1.5 * len(in_public))]
    head, follower = _grouped(rng, members, 1.6, most=5)
    lag_days = np.minimum(rng.exponential(NEAR_REPEAT_MEAN_DAYS, size=len(follower)), NEAR_REPEAT_DAYS - 0.1)
    minute = events.minute[head] + np.rint(lag_days * 1440).astype(np.int64) // 60 * 60
    keep = minute <= _LAST_MINUTE
    head, follower, minute = head[keep], follower[keep], minute[keep]
    events.minute[follower] = minute
    events.setting[follower] = events.setting[head]
    segment = _nearby(rng, ground.segments, events.segment[head])
    same = rng.random(len(follower)) < 0.35
    events.segment[follower] = np.where(same, events.segment[head], segment)
    events.premises[follower] = np.where(same, events.premises[head], -1)


def _grouped(
    rng: np.random.Generator, members: NDArray[np.int64], mean_more: float, *, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Part members into groups of two and more; return for each follower the head of its group, and the follower."""
    sizes = 2 + np.minimum(rng.geometric(1.0 / (1.0 + mean_more), size=len(members)) - 1, most - 2)
    starts = np.cumsum(sizes) - sizes
    starts = starts[starts < len(members) - 1]
    group = np.searchsorted(starts, np.arange(len(members)), side="right") - 1
    if not len(starts):
        return members[:0], members[:0]
    is_head = np.zeros(len(members), dtype=bool)
    is_head[starts] = True
    return members[starts[group]][~is_head], members[~is_head]


def _nearby(rng: np.random.Generator, segments: pd.DataFrame, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw another segment whose middle lies within reach; the same one where there is none."""
    middles = shapely.points(segments["e_m"].to_numpy(), segments["n_m"].to_numpy())
    reach = NEAR_REPEAT_M - 60.0
    number, near = shapely.STRtree(middles).query(middles[own], predicate="dwithin", distance=reach)
    order = np.lexsort((rng.random(len(near)), number))
    number, near = number[order], near[order]
    first = np.r_[True, number[1:] != number[:-1]] if len(number) else np.zeros(0, dtype=bool)
    found = own.copy()
    found[number[first]] = near[first]
    return found
