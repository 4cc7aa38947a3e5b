"""Visits from positions (methods 6), plainly: what the set-based statement of the store must give, for one place.

All positions of one officer are one track, whichever device sent them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.patrol.ground import MARGIN_M

PASS, SHORT, VALID = "pass", "short", "valid"
MODES = ("still", "foot", "vehicle", "unknown")

_ROUNDING_M = 1e-6


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for visits; speeds in metres per second, times in seconds."""

    margin_m: float = MARGIN_M
    most_gap_s: float = 300.0
    most_excursion_s: float = 120.0
    still_m_s: float = 0.5
    foot_m_s: float = 2.5
    pass_s: float = 120.0
    valid_s: float = 600.0
    long_s: float = 1200.0


def visits(track: pd.DataFrame, is_inside: ArrayLike, rule: Rule | None = None) -> pd.DataFrame:
    """Join the positions inside a place to visits.

    Successive inside positions join when no more than `most_gap_s` apart, or `most_excursion_s` when the officer was
    outside in between, at a second in which no position was inside. A visit lasts from its first to its last inside
    position; nothing is extrapolated.

    Parameters
    ----------
    track
        Positions of one officer in any order: `t_s` (seconds), `e_m`, `n_m` (metres). Those that repeat another in all
        three count once.
    is_inside
        Whether each of them lies in the place grown by the margin.

    Returns
    -------
    DataFrame
        A row a visit, in time order: `started_s`, `ended_s`, `pings` (inside ones), `still_s`, `foot_s`, `vehicle_s`,
        `unknown_s` (joins over an excursion), which add up to its length, `category` (pass, short or valid), `is_long`,
        and `unseen_before_s`, `unseen_after_s`: time to the officer's nearest position before and after it, NaN when
        there is none within `most_gap_s`. No inside position gives no rows.
    """
    rule = Rule() if rule is None else rule
    rows = track.assign(is_inside=np.asarray(is_inside, dtype=bool))[["t_s", "e_m", "n_m", "is_inside"]]
    rows = rows.drop_duplicates().sort_values(["t_s", "e_m", "n_m"])
    seconds, nth = np.unique(rows["t_s"].to_numpy(dtype=np.float64), return_inverse=True)
    inside = rows["is_inside"].to_numpy()
    t_s, nth = rows["t_s"].to_numpy(dtype=np.float64)[inside], nth[inside]
    gap_s = np.diff(t_s, prepend=-np.inf)
    is_excursion = np.diff(nth, prepend=0) > 1
    is_first = gap_s > np.where(is_excursion, min(rule.most_excursion_s, rule.most_gap_s), rule.most_gap_s)
    moved_m = np.hypot(*(np.diff(rows[name].to_numpy()[inside], prepend=0.0) for name in ("e_m", "n_m")))
    return _summed(t_s, nth, seconds, is_first, _modes(gap_s, moved_m, is_excursion, rule), rule)


def _modes(
    gap_s: NDArray[np.float64], moved_m: NDArray[np.float64], is_excursion: NDArray[np.bool_], rule: Rule
) -> NDArray[np.str_]:
    """Say how each join was spent: by the straight way between its ends, unless the officer was outside meanwhile."""
    is_still = moved_m < rule.still_m_s * gap_s - _ROUNDING_M
    is_foot = moved_m <= rule.foot_m_s * gap_s + _ROUNDING_M
    return np.select([is_excursion, is_still, is_foot], ["unknown", "still", "foot"], "vehicle")


def _summed(
    t_s: NDArray[np.float64],
    nth: NDArray[np.int64],
    seconds: NDArray[np.float64],
    is_first: NDArray[np.bool_],
    mode: NDArray[np.str_],
    rule: Rule,
) -> pd.DataFrame:
    first = np.flatnonzero(is_first)
    last = np.append(first[1:], len(t_s))[: len(first)] - 1
    visit = np.cumsum(is_first) - 1
    joined_s = np.where(is_first, 0.0, np.diff(t_s, prepend=t_s[:1]))
    length_s = t_s[last] - t_s[first]
    found = pd.DataFrame({"started_s": t_s[first], "ended_s": t_s[last], "pings": last - first + 1})
    for name in MODES:
        found[f"{name}_s"] = np.bincount(visit[mode == name], joined_s[mode == name], minlength=len(first))
    active_s = found["still_s"] + found["foot_s"]
    found["category"] = np.select([active_s >= rule.valid_s, length_s < rule.pass_s], [VALID, PASS], SHORT)
    found["is_long"] = length_s > rule.long_s
    around = np.concatenate([[-np.inf], seconds, [np.inf]])
    before_s, after_s = t_s[first] - around[nth[first]], around[nth[last] + 2] - t_s[last]
    found["unseen_before_s"] = np.where(before_s <= rule.most_gap_s, before_s, np.nan)
    found["unseen_after_s"] = np.where(after_s <= rule.most_gap_s, after_s, np.nan)
    return found
