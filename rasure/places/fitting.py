"""What a hot spot gains and loses when its outline is moved to fit the ground."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places import outline as outlines
from rasure.places import ranking
from rasure.places.outline import Outline
from rasure.places.ranking import RankingRule

OUTSIDE, KEPT, LOST, GAINED = 0, 1, 2, 3
"""What becomes of an event when an outline is moved."""


@dataclass(frozen=True, slots=True)
class Held:
    """The events an outline holds: how many, their decayed score and decayed harm (NaN where none has a weight)."""

    n: int
    score: float
    harm: float


@dataclass(frozen=True, slots=True)
class Gain:
    """What an outline holds before and after it is moved, and how many events come and go."""

    before: Held
    after: Held
    gained: int
    lost: int


def fates(before: Outline, after: Outline, events: pd.DataFrame) -> NDArray[np.int64]:
    """Say what becomes of each event: `OUTSIDE`, `KEPT`, `LOST` or `GAINED`; events need `e_m` and `n_m`."""
    was = outlines.holds(before, events["e_m"], events["n_m"])
    will_be = outlines.holds(after, events["e_m"], events["n_m"])
    return np.select([was & will_be, was, will_be], [KEPT, LOST, GAINED], OUTSIDE)


def gain(
    before: Outline, after: Outline, events: pd.DataFrame, *, as_of: date, rule: RankingRule | None = None
) -> Gain:
    """Compare what two outlines hold of the same past events.

    Parameters
    ----------
    events
        One row an event near the outlines: `e_m`, `n_m` in EPSG:27700 metres, `dated_on`, `harm_days` (NaN
        where unknown). Only dates before `as_of` and within the rule's look-back count.

    Returns
    -------
    Gain
        Zeros for no events. The past events an outline is fitted to flatter it: part of any gain is chance.
    """
    rule = RankingRule() if rule is None else rule
    sums = ranking.decay_scores(
        fates(before, after, events),
        events["dated_on"],
        events["harm_days"],
        as_of=as_of,
        half_life_days=rule.half_life_days,
        lookback_days=rule.lookback_days,
        not_before=rule.not_before,
    ).set_index("cell")
    counts = sums["n"].reindex([KEPT, LOST, GAINED], fill_value=0)
    return Gain(_held(sums, (KEPT, LOST)), _held(sums, (KEPT, GAINED)), int(counts[GAINED]), int(counts[LOST]))


def _held(sums: pd.DataFrame, kinds: tuple[int, ...]) -> Held:
    own = sums[sums.index.isin(kinds)]
    return Held(int(own["n"].sum()), float(own["score"].sum()), float(own["harm_score"].sum(min_count=1)))
