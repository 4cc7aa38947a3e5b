"""Which of many p-values still count once it is said how many were looked at (Benjamini-Hochberg)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from rasure.errors import InputRejected


def adjusted(p_values: ArrayLike) -> NDArray[np.float64]:
    """Give q-values: the share of false findings allowed for each p-value to be one.

    Parameters
    ----------
    p_values
        Every p-value that was looked at, of any shape, none missing.

    Returns
    -------
    NDArray[float64]
        q-values in the shape given; empty for none.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise InputRejected("A p-value lies between 0 and 1; one is missing or outside.")
    if p.size == 0:
        return p.copy()
    return np.asarray(stats.false_discovery_control(p.ravel(), method="bh"), dtype=np.float64).reshape(p.shape)
