"""Positions as arrays, for the rules that look at whole tracks."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions in order of officer, device and time, one array each of the same length.

    officer and device are numbers; t_s is UTC seconds since 1970; accuracy_m is NaN where it is not known; is_app says
    whether the patrol app reported it; received_s is when it arrived (UTC seconds since 1970), NaN where nobody noted.
    """

    officer: Wholes
    device: Wholes
    t_s: Floats
    e_m: Floats
    n_m: Floats
    accuracy_m: Floats
    is_app: Marks
    received_s: Floats

    def of(self, chosen: Marks | Wholes) -> "Positions":
        """Return some of them, in the order they are chosen."""
        return Positions(*(getattr(self, column.name)[chosen] for column in fields(self)))


def changes(*columns: Wholes) -> Marks:
    """Say where any column differs from the row before; the first row does."""
    changed = np.zeros(len(columns[0]), dtype=bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed
