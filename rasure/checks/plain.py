"""Results as plain JSON: numbers, text, lists and objects; what is not a finite number becomes null."""

import math
from collections.abc import Mapping

import numpy as np


def plain(value: object) -> object:
    """Give a result that can be written as strict JSON, whatever arrays and numpy numbers it is made of."""
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
