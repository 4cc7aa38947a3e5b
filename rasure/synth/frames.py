"""Walking through frames, and drawing from shares."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Yield the values of some columns, row by row."""
    return zip(*(frame[column].to_numpy() for column in columns), strict=True)


def drawn(rng: np.random.Generator, weights: ArrayLike, size: int) -> NDArray[np.int64]:
    """Draw row numbers with chances in proportion to their weights."""
    reached = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: NDArray[np.int64] = np.searchsorted(reached, rng.random(size) * reached[-1], side="right")
    return np.asarray(np.minimum(found, len(reached) - 1), dtype=np.int64)
