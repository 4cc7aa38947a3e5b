"""Which eligible cells are chosen: the first N, or the fewest that reach a share of the whole score."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rasure.errors import InputRejected
from rasure.places.eligibility import INSTITUTION, EligibilityRule, refusals
from rasure.places.ranking import ordered


@dataclass(frozen=True, slots=True)
class FirstN:
    """Take the first `n` eligible places."""

    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise InputRejected("The number of places must not be negative.")


@dataclass(frozen=True, slots=True)
class ShareOfScore:
    """Take the fewest eligible places holding `share` of the score of all that are no institution."""

    share: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.share <= 1.0:
            raise InputRejected("A share of the score lies between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Selection:
    """Chosen places in order, refused places with their reason, and whether the share was reached."""

    chosen: pd.DataFrame
    refused: pd.DataFrame
    reached: bool


def select_places(
    places: pd.DataFrame,
    rule: FirstN | ShareOfScore,
    *,
    eligibility: EligibilityRule | None = None,
    by: str = "score",
    id_column: str = "cell",
) -> Selection:
    """Choose places by rank among those that are eligible.

    Parameters
    ----------
    places
        One row per cell: the id column, `n`, `active_years`, `institution`, `harm_score`, `last_on` and the
        measure `by`.
    rule
        How many: `FirstN` or `ShareOfScore`.

    Returns
    -------
    Selection
        `chosen` in the order of `ranking.ordered`; `refused` with a column `reason`, by id; `reached` is
        False when the eligible places end before the number or share asked for. No places give none.
    """
    reasons = refusals(places, EligibilityRule() if eligibility is None else eligibility)
    eligible = ordered(places[reasons == ""], by=by, id_column=id_column)
    refused = places[reasons != ""].assign(reason=reasons[reasons != ""]).sort_values(id_column)
    if isinstance(rule, FirstN):
        size, reached = min(rule.n, len(eligible)), len(eligible) >= rule.n
    else:
        whole = float(np.sort(places.loc[reasons != INSTITUTION, by].to_numpy(dtype=np.float64)).sum())
        size, reached = _fewest(eligible[by].to_numpy(dtype=np.float64), rule.share * whole)
    return Selection(eligible.head(size), refused.reset_index(drop=True), bool(reached))


def _fewest(values: np.ndarray, target: float) -> tuple[int, bool]:
    held = np.r_[0.0, np.cumsum(values)]
    enough = held >= target * (1.0 - 1e-12)
    return (int(np.argmax(enough)), True) if enough.any() else (values.size, False)
