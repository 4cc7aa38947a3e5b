"""How often something falls on one group beside another: a ratio with its interval, or none where numbers are small.

For monitoring alone (methods.md 5): nothing here reaches a ranking of people or places. Limits are Wald's on the log
scale; events over residents: SE² = 1/a + 1/b, people over people: SE² = 1/a − 1/n_a + 1/b − 1/n_b.
"""

import math
from dataclasses import dataclass
from typing import Literal

from rasure.errors import InputRejected

MIN_COUNT = 10
_Z = 1.959963984540054

Kind = Literal["rate", "risk"]


@dataclass(frozen=True, slots=True)
class Disproportion:
    """A ratio and its 95 % interval; all None, and `suppressed`, when either count is too small to show."""

    ratio: float | None
    ci: tuple[float | None, float | None]
    suppressed: bool


def disproportion(
    a: int, n_a: int, b: int, n_b: int, *, kind: Kind = "rate", min_count: int = MIN_COUNT
) -> Disproportion:
    """Set a of n_a beside b of n_b.

    Parameters
    ----------
    kind
        "rate": events over residents, who may meet several; "risk": people over the people they are among.
    min_count
        The smallest count that gives a figure.

    Raises
    ------
    InputRejected
        A count is negative, a group is empty, or more people than there are.
    """
    if a < 0 or b < 0 or n_a <= 0 or n_b <= 0:
        raise InputRejected(
            "A count is below nought, or a group has nobody in it. Give whole counts and sizes above 0."
        )
    if kind == "risk" and (a > n_a or b > n_b):
        raise InputRejected("There are more people in a count than in its group. Give the group the count is part of.")
    if a < min_count or b < min_count or not a or not b:
        return Disproportion(None, (None, None), suppressed=True)
    ratio = (a / n_a) / (b / n_b)
    variance = 1 / a + 1 / b - (1 / n_a + 1 / n_b if kind == "risk" else 0.0)
    spread = _Z * math.sqrt(max(variance, 0.0))
    return Disproportion(ratio, (ratio * math.exp(-spread), ratio * math.exp(spread)), suppressed=False)
