"""Which cells come first: events counted with a weight that halves every two years, and the order of ties."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected
from rasure.places.days import Days, ages_days, as_days
from rasure.places.eligibility import blocks_ago

MEASURES = ("score", "harm_score", "sqrt_harm_score", "n")
"""Columns a ranking may be ordered by."""

SCORE_COLUMNS = (
    "cell",
    "n",
    "score",
    "harm_score",
    "sqrt_harm_score",
    "last_on",
    "top_event_share",
    "n_without_harm",
)
"""Columns `decay_scores` gives, in this order."""

WEIGHT_UNITS = 2**40
"""Units of a decay weight of 1 where sums are made of whole numbers."""

TIE_PLACES = 12
"""Scores that agree to so many decimal places are tied."""


@dataclass(frozen=True, slots=True)
class RankingRule:
    """How events are weighed: half-life and look-back in days, and a day before which data cannot be used."""

    half_life_days: float = 730.0
    lookback_days: int = 1461
    not_before: date | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.half_life_days) and self.half_life_days > 0):
            raise InputRejected("The half-life must be a positive number of days.")
        if self.lookback_days < 0:
            raise InputRejected("The look-back must not be negative.")


@dataclass(frozen=True, slots=True)
class Ignored:
    """Events a ranking left out: not before `as_of`, older than the rule allows, without a date."""

    future: int
    old: int
    undated: int


def decay_scores(
    cells: ArrayLike,
    dated_on: ArrayLike,
    harm_days: ArrayLike,
    *,
    as_of: date,
    half_life_days: float = 730.0,
    lookback_days: int = 1461,
    not_before: date | None = None,
) -> pd.DataFrame:
    """Score each cell by its past events, each weighing `2 ** (-age / half_life_days)`.

    Parameters
    ----------
    cells
        Packed cell (or any sortable whole number) of each event.
    dated_on
        Local date of each event. Only dates before `as_of`, at most `lookback_days` before it and not
        before `not_before` count; a missing date never does.
    harm_days
        Harm of each event in days; NaN where unknown. Such an event counts, but adds no harm.

    Returns
    -------
    DataFrame
        One row per cell with an event that counts, by cell: `cell`, `n`, `score`, `harm_score`,
        `sqrt_harm_score` (sum of decayed square roots), `last_on`, `top_event_share` (largest part any one
        event has in the harm score), `n_without_harm`. Harm columns are NaN where no event has known harm;
        the share is NaN where there is no harm either. No events give no rows. The order of events does
        not matter, to the last bit.

    References
    ----------
    methods: decayed count with a two-year half-life, chosen by rolling back-test on public data.
    """
    rule = RankingRule(half_life_days, lookback_days, not_before)
    places, days, harm = _columns(cells, dated_on, harm_days)
    counted = _counts(days, as_of, rule)
    places, days, harm = places[counted], days[counted], harm[counted]
    order = np.lexsort((harm, days, places))
    places, days, harm = places[order], days[order], harm[order]
    weights = np.exp2(-ages_days(days, as_of) / rule.half_life_days)
    starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]]) if places.size else np.empty(0, np.int64)
    return _summed(places, days, harm, weights, starts)


def day_weights(first_on: date, last_on: date, *, as_of: date, half_life_days: float = 730.0) -> pd.DataFrame:
    """Give what an event of each day weighs on `as_of`, in whole units, for sums made in a database.

    Returns
    -------
    DataFrame
        `dated_on` for every day from `first_on` to `last_on` before `as_of`; `weight`, the decay weight in units of
        2 ** -40, so that sums of them do not depend on the order of rows; `block`, one bit for the 12-month block
        counted back from `as_of`. No days give no rows.
    """
    last = min(np.datetime64(last_on, "D"), np.datetime64(as_of, "D") - 1)
    days = np.arange(np.datetime64(first_on, "D"), last + 1)
    ages = ages_days(days, as_of)
    lookback_days = int(ages.max(initial=0))
    return pd.DataFrame(
        {
            "dated_on": days.astype("datetime64[s]"),
            "weight": np.rint(np.exp2(-ages / half_life_days) * WEIGHT_UNITS).astype(np.int64),
            "block": (1 << blocks_ago(days, as_of, lookback_days)).astype(np.int64),
        }
    )


def from_sums(sums: pd.DataFrame) -> pd.DataFrame:
    """Turn sums of `day_weights` into scores: the columns of `decay_scores`, and `active_years`, a row a cell.

    Needs `cell`, `n`, `n_with_harm`, `last_on`, and in units of weight `score`, `harm_score`, `sqrt_harm_score` and
    `top_event` (the largest part of one event in the harm score); `blocks` holds a bit for every 12-month block. A cell
    may have several rows, one for each part of its events.
    """
    if sums.empty:
        return _empty().assign(active_years=pd.Series(dtype="int64"))
    order = np.lexsort([sums[name].to_numpy() for name in ("score", "n", "cell")])
    parts = {str(name): sums[name].to_numpy()[order] for name in sums.columns}
    cells = parts["cell"].astype(np.int64)
    starts = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]])

    def added(column: str) -> NDArray[np.float64]:
        return np.add.reduceat(np.nan_to_num(parts[column].astype(np.float64)), starts)

    n, n_with_harm, harm = added("n"), added("n_with_harm"), added("harm_score")
    top = np.maximum.reduceat(np.nan_to_num(parts["top_event"].astype(np.float64)), starts)
    last_on = np.maximum.reduceat(as_days(parts["last_on"]), starts)
    blocks = np.bitwise_or.reduceat(parts["blocks"].astype(np.int64), starts)
    known = n_with_harm > 0
    return pd.DataFrame(
        {
            "cell": cells[starts],
            "n": n.astype(np.int64),
            "score": added("score") / WEIGHT_UNITS,
            "harm_score": np.where(known, harm / WEIGHT_UNITS, np.nan),
            "sqrt_harm_score": np.where(known, added("sqrt_harm_score") / WEIGHT_UNITS, np.nan),
            "last_on": last_on.astype("datetime64[s]"),
            "top_event_share": np.divide(top, harm, out=np.full(n.size, np.nan), where=harm > 0),
            "n_without_harm": (n - n_with_harm).astype(np.int64),
            "active_years": np.bitwise_count(blocks).astype(np.int64),
        }
    )


def count_ignored(dated_on: ArrayLike, *, as_of: date, rule: RankingRule | None = None) -> Ignored:
    """Count the events a ranking on `as_of` leaves out, by reason; all zero for no events."""
    rule = RankingRule() if rule is None else rule
    days = as_days(dated_on)
    undated = int(np.isnat(days).sum())
    future = int(((ages_days(days, as_of) <= 0) & ~np.isnat(days)).sum())
    old = int(days.size - undated - future - _counts(days, as_of, rule).sum())
    return Ignored(future=future, old=old, undated=undated)


def ordered(scores: pd.DataFrame, by: str = "score", *, id_column: str = "cell") -> pd.DataFrame:
    """Put places in order: measure down, harm down, latest event down, id up.

    Ties are settled after rounding to 12 decimal places; a missing figure comes after every other. The
    frame needs `by`, `harm_score`, `last_on` and the id column, and comes back whole, renumbered from 0.
    """
    if by not in scores.columns:
        raise InputRejected(f"Places cannot be ordered by {by!r}: there is no such column.")
    keys = pd.DataFrame(
        {
            "measure": _for_sorting(scores[by]),
            "harm": _for_sorting(scores["harm_score"]),
            "last": as_days(scores["last_on"].to_numpy()),
            "id": scores[id_column].to_numpy(),
        }
    )
    keys = keys.sort_values(
        ["measure", "harm", "last", "id"], ascending=[False, False, False, True], na_position="last"
    )
    return scores.iloc[keys.index.to_numpy()].reset_index(drop=True)


def _columns(
    cells: ArrayLike, dated_on: ArrayLike, harm_days: ArrayLike
) -> tuple[NDArray[np.int64], Days, NDArray[np.float64]]:
    places = np.asarray(cells, dtype=np.int64)
    days, harm = as_days(dated_on), np.asarray(harm_days, dtype=np.float64)
    if not places.shape == days.shape == harm.shape:
        raise InputRejected("Cells, dates and harm differ in number.")
    if (harm < 0).any() or np.isinf(harm).any():
        raise InputRejected("Harm must be zero or more days; leave it empty where it is not known.")
    return places, days, harm


def _counts(days: Days, as_of: date, rule: RankingRule) -> NDArray[np.bool_]:
    ages = ages_days(days, as_of)
    counted = (ages > 0) & (ages <= rule.lookback_days)
    if rule.not_before is not None:
        counted &= days >= np.datetime64(rule.not_before, "D")
    return np.asarray(counted, dtype=np.bool_)


def _summed(
    places: NDArray[np.int64],
    days: Days,
    harm: NDArray[np.float64],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> pd.DataFrame:
    known = ~np.isnan(harm)
    parts = np.where(known, harm * weights, 0.0)
    roots = np.where(known, np.sqrt(harm) * weights, 0.0)
    if starts.size == 0:
        return _empty()
    n, n_known = np.diff(np.r_[starts, places.size]), np.add.reduceat(known.astype(np.int64), starts)
    harm_score = np.where(n_known > 0, np.add.reduceat(parts, starts), np.nan)
    top = np.maximum.reduceat(parts, starts)
    return pd.DataFrame(
        {
            "cell": places[starts],
            "n": n,
            "score": np.add.reduceat(weights, starts),
            "harm_score": harm_score,
            "sqrt_harm_score": np.where(n_known > 0, np.add.reduceat(roots, starts), np.nan),
            "last_on": np.maximum.reduceat(days, starts).astype("datetime64[s]"),
            "top_event_share": np.divide(top, harm_score, out=np.full(n.size, np.nan), where=harm_score > 0),
            "n_without_harm": n - n_known,
        }
    )


def _empty() -> pd.DataFrame:
    kinds = {"cell": "int64", "n": "int64", "n_without_harm": "int64", "last_on": "datetime64[s]"}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "float64")) for name in SCORE_COLUMNS})


def _for_sorting(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray(np.round(column.to_numpy(dtype=np.float64), TIE_PLACES), dtype=np.float64)
