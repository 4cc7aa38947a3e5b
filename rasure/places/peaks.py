"""Which run of three-hour blocks is busiest, of the week or of any day."""

import numpy as np
from numpy.typing import ArrayLike

from rasure.errors import InputRejected

DAYS, BLOCKS = 7, 8
_TIE_PLACES = 9


def busiest_of_week(shares: ArrayLike, blocks: int = 2) -> tuple[int, int]:
    """Give weekday and block (Monday 0, midnight 0) where the busiest run of `blocks` begins, wrapping the week.

    `shares` has shape (7, 8); the earliest run on a tie.
    """
    return divmod(_busiest(_week(shares).ravel(), blocks), BLOCKS)


def busiest_of_day(shares: ArrayLike, blocks: int = 2) -> int:
    """Give the block where the busiest run of `blocks` begins on any day of the week, wrapping midnight."""
    return _busiest(_week(shares).sum(axis=0), blocks)


def held_of_week(weights: ArrayLike, weekday: int, block: int, blocks: int = 2) -> float:
    """Give the weight inside a run of blocks of the week."""
    return float(np.roll(_week(weights).ravel(), -(weekday * BLOCKS + block))[:blocks].sum())


def held_of_day(weights: ArrayLike, block: int, blocks: int = 2) -> float:
    """Give the weight inside a run of blocks of any day."""
    return float(np.roll(_week(weights).sum(axis=0), -block)[:blocks].sum())


def _busiest(ring: np.ndarray, blocks: int) -> int:
    if not 1 <= blocks <= ring.size:
        raise InputRejected("A run has at least one block and no more than there are.")
    sums = sum(np.roll(ring, -step) for step in range(blocks))
    return int(np.argmax(np.round(sums, _TIE_PLACES)))


def _week(values: ArrayLike) -> np.ndarray:
    week = np.asarray(values, dtype=np.float64)
    if week.shape != (DAYS, BLOCKS):
        raise InputRejected("Blocks of the week have 7 rows of 8.")
    return week
