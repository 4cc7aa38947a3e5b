"""Round class breaks for a sequential scale: what a reader can remember, not what an optimiser finds."""

import numpy as np
from numpy.typing import ArrayLike

_STEPS = (1, 2, 5)


def round_breaks(values: ArrayLike, *, classes: int = 6) -> tuple[float, ...]:
    """Return rising round numbers (1, 2 or 5 times a power of ten) that part values into at most `classes`.

    The lowest class runs from 0 to the first break, the highest from the last break up; the last break is at
    most the greatest value. Empty or all-zero input gives no breaks.
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known) & (known > 0)]
    if not known.size:
        return ()
    highest = float(known.max())
    power = int(np.floor(np.log10(highest)))
    candidates = [step * 10.0**exponent for exponent in range(power - 4, power + 1) for step in _STEPS]
    return tuple(value for value in candidates if value <= highest)[-(classes - 1) :]


def even_breaks(values: ArrayLike, *, classes: int = 6) -> tuple[float, ...]:
    """Return evenly spaced round numbers that part values into at most `classes`, for values of like size.

    The lowest class runs from 0 to the first break; the last break is at most the greatest value. Empty or all-zero
    input gives no breaks.
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known) & (known > 0)]
    if not known.size:
        return ()
    highest = float(known.max())
    power = int(np.floor(np.log10(highest))) - 1
    steps = (size * 10.0**exponent for exponent in (power, power + 1) for size in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5))
    step = next(step for step in steps if highest < classes * step)
    return tuple(float(np.round(step * number, 9)) for number in range(1, classes) if step * number <= highest)


def class_of(values: ArrayLike, breaks: tuple[float, ...]) -> np.ndarray:
    """Return the class of each value, 0 for the lowest; a value on a break belongs to the upper class."""
    return np.searchsorted(np.asarray(breaks), np.asarray(values, dtype=float), side="right")
