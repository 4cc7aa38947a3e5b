"""Was a place already hot: which places a ranking would have chosen at the start of each calendar quarter."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places.days import Days, ages_days, as_days
from rasure.places.institutions import flag_counts
from rasure.places.ranking import RankingRule, decay_scores, ordered

_MARGIN = 1e-6
"""A rough score this much under the last chosen one cannot belong to a chosen place."""

_NOWHERE = -1

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]


def quarter_starts(as_of: date, *, most: int = 16, not_before: date | None = None) -> list[date]:
    """Give the first days of the last calendar quarters that began before `as_of`, oldest first, at most `most`."""
    starts: list[date] = []
    start = date(as_of.year, 3 * ((as_of.month - 1) // 3) + 1, 1)
    if start == as_of:
        start = _before(start)
    while len(starts) < most and (not_before is None or start >= not_before):
        starts.append(start)
        start = _before(start)
    return starts[::-1]


def quarter_end(start: date) -> date:
    """Give the last day of the quarter that begins on `start`."""
    return date(start.year + start.month // 10, (start.month + 3 - 1) % 12 + 1, 1) - timedelta(days=1)


def chosen_each_quarter(
    cells: ArrayLike,
    dated_on: ArrayLike,
    harm_days: ArrayLike,
    *,
    starts: Sequence[date],
    top: int,
    rule: RankingRule,
    by: str = "score",
    premises: ArrayLike | None = None,
) -> list[tuple[int, ...]]:
    """Give the first `top` cells of the ranking at each start, in order, from events before that day only.

    It is `ranking.decay_scores` and `ranking.ordered`, asked only for cells that can be among the first: a
    rough sum per cell leaves the others out, so that sixteen rankings of a million events take one second.
    `rule.not_before` keeps every ranking on one side of a break in the series. Given the number of the premises
    of each event (missing: none known), events at a hot institution of that ranking are left out of it.
    """
    if top < 1:
        raise InputRejected("The number of places must be at least one.")
    places, days = np.asarray(cells, dtype=np.int64), as_days(dated_on)
    harm = np.asarray(harm_days, dtype=np.float64)
    known, index = np.unique(places, return_inverse=True)
    weighed = _weighed(harm, by)
    buildings = None if premises is None else np.asarray(pd.Series(premises).astype("Int64").fillna(_NOWHERE))
    chosen = []
    for start in starts:
        kept = _counts(days, start, rule)
        if buildings is not None:
            kept &= ~_set_apart(index, known.size, buildings, kept)
        parts = np.where(kept, weighed * _weights(days, start, rule), 0.0)
        kept &= _candidates(index, known.size, parts, top)[index]
        scores = decay_scores(
            places[kept],
            days[kept],
            harm[kept],
            as_of=start,
            half_life_days=rule.half_life_days,
            lookback_days=rule.lookback_days,
            not_before=rule.not_before,
        )
        chosen.append(tuple(int(cell) for cell in ordered(scores, by)["cell"].head(top)))
    return chosen


def _counts(days: Days, start: date, rule: RankingRule) -> Flags:
    ages = ages_days(days, start)
    counts = (ages > 0) & (ages <= rule.lookback_days)
    if rule.not_before is not None:
        counts &= days >= np.datetime64(rule.not_before, "D")
    return np.asarray(counts, dtype=np.bool_)


def _weights(days: Days, start: date, rule: RankingRule) -> Column:
    return np.asarray(np.exp2(-np.maximum(ages_days(days, start), 0) / rule.half_life_days), dtype=np.float64)


def _candidates(index: NDArray[np.int64], size: int, parts: Column, top: int) -> Flags:
    """Say which cells could be among the first `top`; all of them when there are too few to choose from."""
    rough = np.bincount(index, parts, minlength=size)
    if size <= top or np.count_nonzero(rough) < top:
        return np.ones(size, dtype=np.bool_)
    least = np.partition(rough, size - top)[size - top]
    return np.asarray(rough >= least * (1.0 - _MARGIN) - _MARGIN, dtype=np.bool_)


def _set_apart(index: NDArray[np.int64], size: int, buildings: NDArray[np.int64], counts: Flags) -> Flags:
    """Tell the events at a hot institution among those that count (places/institutions.py)."""
    inside = counts & (buildings != _NOWHERE)
    events = pd.DataFrame({"cell": index[inside], "premises": buildings[inside]})
    sizes = events.value_counts(["cell", "premises"], sort=False).rename("events").reset_index()
    sizes["total"] = np.bincount(index[counts], minlength=size)[sizes["cell"].to_numpy(dtype=np.int64)]
    flagged = flag_counts(sizes)
    building_of = np.full(size, _NOWHERE)
    building_of[flagged["cell"].to_numpy(dtype=np.int64)] = flagged["premises"].to_numpy(dtype=np.int64)
    return np.asarray((building_of[index] == buildings) & (buildings != _NOWHERE), dtype=np.bool_)


def _weighed(harm: Column, by: str) -> Column:
    known = np.nan_to_num(harm, nan=0.0)
    if by == "score":
        return np.ones(harm.size)
    if by == "harm_score":
        return known
    if by == "sqrt_harm_score":
        return np.sqrt(known)
    raise InputRejected(f"Places are not chosen by {by!r}.")


def _before(start: date) -> date:
    return date(start.year - (start.month == 1), (start.month - 4) % 12 + 1, 1)
