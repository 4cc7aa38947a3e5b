"""How unevenly events fall on places: Gini, its form for few events, and how few cells hold a share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected

SHARES = (0.25, 0.5, 0.8)
"""Shares of all events the number of cells is given for."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """Unevenness over all places of a study area; without events the figures are NaN or None."""

    places: int
    events: float
    gini: float
    gini_sparse: float
    smallest: dict[float, int | None]


def concentration(counts: ArrayLike, *, shares: Sequence[float] = SHARES) -> Concentration:
    """Describe how concentrated events are over all cells of the study area, zeros included."""
    events = _counts(counts)
    return Concentration(
        places=events.size,
        events=float(events.sum()),
        gini=gini(events),
        gini_sparse=gini_sparse(events),
        smallest={share: smallest_cells(events, share) for share in shares},
    )


def gini(counts: ArrayLike) -> float:
    """Give the Gini index of events over places, from 0 (even) towards 1; NaN when there are no events.

    With fewer events than places it is high by arithmetic alone: show `gini_sparse` beside it.
    """
    ascending = np.sort(_counts(counts))
    n, total = ascending.size, ascending.sum()
    if total <= 0:
        return math.nan
    ranks = 2.0 * np.arange(1, n + 1) - n - 1
    return float(ranks @ (ascending / total) / n)


def gini_sparse(counts: ArrayLike) -> float:
    """Give the Gini index against the most even spread that so few events allow; NaN when there are none.

    References
    ----------
    Bernasco and Steenbeek (2017), Journal of Quantitative Criminology 33.
    """
    events = _counts(counts)
    plain = gini(events)
    return max(1.0, events.size / events.sum()) * (plain - 1.0) + 1.0 if math.isfinite(plain) else math.nan


def smallest_cells(counts: ArrayLike, share: float) -> int | None:
    """Give the fewest cells that together hold at least `share` of all events; None when there are none."""
    if not 0.0 <= share <= 1.0:
        raise InputRejected("A share of all events lies between 0 and 1.")
    descending = np.sort(_counts(counts))[::-1]
    total = descending.sum()
    if total <= 0:
        return None
    held = np.r_[0.0, np.cumsum(descending)]
    return int(np.argmax(held >= share * total * (1.0 - 1e-12)))


def _counts(counts: ArrayLike) -> NDArray[np.float64]:
    events = np.asarray(counts, dtype=np.float64)
    if not np.isfinite(events).all() or (events < 0).any():
        raise InputRejected("Counts must be zero or more; one is negative or missing.")
    return events
