"""Small numbers pulled towards what is known from many: hour profiles and area rates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rasure.errors import InputRejected

STRENGTH = 50.0
"""Events the force's own profile counts for."""

FADE_BELOW = 30
"""Events under which a profile is drawn faded."""


@dataclass(frozen=True, slots=True)
class ShrunkRates:
    """Empirical Bayes rate of each area, with the overall rate and the variance between areas."""

    rate: NDArray[np.float64]
    prior_mean: float
    prior_var: float


def shrink_profile(counts: ArrayLike, prior: ArrayLike, strength: float = STRENGTH) -> NDArray[np.float64]:
    """Give the shares of a profile as if `strength` more events followed the prior one.

    Parameters
    ----------
    counts
        Events (or weight) in each slot, any shape.
    prior
        Shares of the force in the same slots, adding up to 1.
    strength
        Events the prior counts for, 0 or more.

    Returns
    -------
    NDArray[float64]
        Shares in the shape given; the prior itself for no events, NaN for neither events nor strength.

    References
    ----------
    Posterior mean of a Dirichlet-multinomial.
    """
    seen, shares = _column(counts), _column(prior)
    if seen.shape != shares.shape or abs(shares.sum() - 1.0) > 1e-6:
        raise InputRejected("The prior needs one share for each count, together 1.")
    if not (np.isfinite(strength) and strength >= 0):
        raise InputRejected("The strength of the prior must be zero or more events.")
    whole = seen.sum() + strength
    if whole <= 0:
        return np.full(seen.shape, np.nan)
    return np.asarray((seen + strength * shares) / whole, dtype=np.float64)


def shrink_rates(events: ArrayLike, exposure: ArrayLike) -> ShrunkRates:
    """Pull each area's rate towards the rate of all, the more the smaller its exposure.

    Parameters
    ----------
    events, exposure
        Events of each area and what they are counted against (people, hours), above 0.

    Returns
    -------
    ShrunkRates
        Every area has the overall rate when areas differ no more than chance explains.

    References
    ----------
    Marshall (1991), Applied Statistics 40: the global estimator.
    """
    y, x = _column(events), _column(exposure)
    if y.shape != x.shape or y.ndim != 1 or y.size == 0:
        raise InputRejected("Give events and exposure for the same areas, at least one.")
    if (x <= 0).any():
        raise InputRejected("An area without exposure has no rate; leave it out.")
    m = y.sum() / x.sum()
    variance = max(0.0, float((x * np.square(y / x - m)).sum() / x.sum() - m / x.mean()))
    noise = m / x
    pull = np.divide(variance, variance + noise, out=np.zeros(y.size), where=variance + noise > 0)
    return ShrunkRates(rate=m + (y / x - m) * pull, prior_mean=float(m), prior_var=variance)


def _column(values: ArrayLike) -> NDArray[np.float64]:
    column = np.asarray(values, dtype=np.float64)
    if not np.isfinite(column).all() or (column < 0).any():
        raise InputRejected("Counts and shares must be zero or more; one is negative or missing.")
    return column
