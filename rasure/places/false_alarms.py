"""How many rows the weekly alert flags when nothing changed: measured, since its level of 0.01 is not what it gives.

The forecast takes mean and dispersion from the baseline weeks themselves. Of 52 weeks that vary as chance does or up to
2.5 times as much, it calls 0.4 to 1.2 per cent of ordinary weeks high, as methods.md 4.2 states; the 21 weeks of three
years tell the variance less well, and give up to 1.7 per cent. Counts of two a week can hardly be low at all.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import RegularGridInterpolator

#: Weeks of a baseline, mean count of a week, and by how much its variance exceeds it (φ): what was simulated.
BASELINES, MEANS, DISPERSIONS = (8, 21, 52), (0.1, 0.5, 2.0, 6.0, 25.0, 250.0), (1.0, 1.5, 2.0, 2.5)
RATES = (
    (  # 8 weeks
        ((0.21, 0.00), (1.04, 0.00), (1.35, 0.00), (1.58, 0.00)),
        ((0.53, 0.00), (1.70, 0.00), (2.47, 0.00), (3.08, 0.00)),
        ((0.45, 0.00), (1.40, 0.00), (2.16, 0.00), (2.55, 0.00)),
        ((0.54, 0.31), (1.39, 0.62), (1.96, 0.78), (2.34, 0.81)),
        ((0.61, 0.54), (1.39, 1.11), (1.94, 1.53), (2.19, 1.74)),
        ((0.71, 0.71), (1.49, 1.39), (1.91, 1.88), (2.26, 2.09)),
    ),
    (  # 21 weeks
        ((0.29, 0.00), (1.09, 0.00), (1.38, 0.00), (1.48, 0.00)),
        ((0.43, 0.00), (1.33, 0.00), (1.80, 0.00), (2.15, 0.00)),
        ((0.44, 0.00), (1.16, 0.00), (1.38, 0.00), (1.70, 0.00)),
        ((0.50, 0.31), (1.11, 0.51), (1.38, 0.53), (1.56, 0.37)),
        ((0.65, 0.56), (1.27, 0.93), (1.47, 1.12), (1.47, 1.22)),
        ((0.70, 0.71), (1.23, 1.24), (1.43, 1.37), (1.42, 1.42)),
    ),
    (  # 52 weeks
        ((0.40, 0.00), (1.00, 0.00), (1.19, 0.00), (1.40, 0.00)),
        ((0.34, 0.00), (0.92, 0.00), (1.24, 0.00), (1.35, 0.00)),
        ((0.49, 0.00), (0.92, 0.00), (1.07, 0.00), (1.17, 0.00)),
        ((0.56, 0.27), (0.94, 0.55), (1.04, 0.36), (1.14, 0.12)),
        ((0.64, 0.61), (1.02, 0.88), (1.10, 0.89), (1.10, 0.91)),
        ((0.79, 0.79), (1.17, 1.12), (1.21, 1.10), (1.15, 1.13)),
    ),
)
"""Per cent of null weeks called high and called low (`python -m bench.alerts`): by baseline, then mean, then φ."""


def flagged_by_chance(weeks: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> NDArray[np.float64]:
    """Return the chance that an ordinary week is flagged, high or low, for each row of weeks.

    Parameters
    ----------
    weeks
        How many weeks each baseline has.
    mean, dispersion
        Of each baseline, as `weekly_alert` gives them. Beyond what was simulated, the nearest that was.
    """
    given = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (weeks, mean, dispersion)))
    asked = [
        np.clip(each, ends[0], ends[-1]) for each, ends in zip(given, (BASELINES, MEANS, DISPERSIONS), strict=True)
    ]
    either = np.asarray(RATES).sum(axis=-1) / 100
    found = RegularGridInterpolator((-1 / np.array(BASELINES), np.log(MEANS), DISPERSIONS), either)
    return np.asarray(found(np.column_stack([-1 / asked[0], np.log(asked[1]), asked[2]])), dtype=np.float64)
