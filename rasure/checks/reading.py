"""What a case gives, read strictly: a value of the wrong kind is refused by a short name."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from rasure.errors import InputRejected

LARGEST = 1e18
"""Numbers beyond it are slips of the pen, and their squares would overflow."""

LARGEST_WHOLE = 2**53

_REQUIRED = object()

Numbers = NDArray[np.float64]


class BadInput(InputRejected):
    """A case that cannot be worked out, with the short name its result carries."""

    def __init__(self, code: str) -> None:
        super().__init__(f"This case cannot be worked out: {code.replace('_', ' ')}.")
        self.code = code


class Inputs:
    """The inputs of one case, or one record within them, by name."""

    def __init__(self, given: object) -> None:
        if not isinstance(given, Mapping):
            raise BadInput("not_an_object")
        self._given = given

    def has(self, name: str) -> bool:
        """Say whether there is a value and it is not null."""
        return self._given.get(name) is not None

    def names(self) -> list[str]:
        """Give the names of everything that was given; a name that is no text is refused."""
        if not all(isinstance(name, str) for name in self._given):
            raise BadInput("bad_name")
        return list(self._given)

    def value(self, name: str, default: object = _REQUIRED) -> object:
        """Give the value as it stands; without a default it must be there."""
        if name in self._given:
            return self._given[name]
        if default is _REQUIRED:
            raise BadInput(f"missing_{name}")
        return default

    def number(self, name: str, default: object = _REQUIRED, *, low: float = -LARGEST, high: float = LARGEST) -> float:
        """Give a finite number between `low` and `high`, both included."""
        found = number(self.value(name, default), name)
        if not low <= found <= high:
            raise BadInput(f"bad_{name}")
        return found

    def positive(self, name: str, default: object = _REQUIRED) -> float:
        """Give a finite number above 0."""
        found = self.number(name, default)
        if found <= 0:
            raise BadInput(f"bad_{name}")
        return found

    def whole(self, name: str, default: object = _REQUIRED, *, low: int = 0, high: int = LARGEST_WHOLE) -> int:
        """Give a whole number between `low` and `high`, both included."""
        found = self.number(name, default, low=low, high=high)
        if found != int(found):
            raise BadInput(f"bad_{name}")
        return int(found)

    def flag(self, name: str) -> bool:
        """Give true or false."""
        found = self.value(name)
        if not isinstance(found, bool):
            raise BadInput(f"bad_{name}")
        return found

    def text(self, name: str, default: object = _REQUIRED) -> str:
        """Give a text that is not empty."""
        found = self.value(name, default)
        if not isinstance(found, str) or not found:
            raise BadInput(f"bad_{name}")
        return found

    def day(self, name: str) -> date:
        """Give an ISO date; a time of day is dropped."""
        return day(self.value(name), name)

    def zone(self, name: str, default: str = "Europe/London") -> ZoneInfo:
        """Give a time zone by its IANA name."""
        try:
            return ZoneInfo(self.text(name, default))
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise BadInput(f"bad_{name}") from fault

    def items(self, name: str) -> list[object]:
        """Give a list of anything."""
        return items(self.value(name), name)

    def numbers(
        self, name: str, default: object = _REQUIRED, *, low: float = -LARGEST, high: float = LARGEST
    ) -> Numbers:
        """Give a list of finite numbers between `low` and `high`, both included."""
        found = items(self.value(name, default), name)
        column = np.array([number(item, name) for item in found], dtype=np.float64)
        if (column < low).any() or (column > high).any():
            raise BadInput(f"bad_{name}")
        return column

    def wholes(self, name: str) -> Numbers:
        """Give a list of whole numbers of 0 or more."""
        column = self.numbers(name, low=0.0)
        if (column != np.rint(column)).any() or (column > LARGEST_WHOLE).any():
            raise BadInput(f"bad_{name}")
        return column

    def points(self, name: str) -> Numbers:
        """Give a list of pairs of numbers, shape (n, 2)."""
        pairs = [items(item, name) for item in self.items(name)]
        if any(len(pair) != 2 for pair in pairs):
            raise BadInput(f"bad_{name}")
        return np.array([[number(part, name) for part in pair] for pair in pairs]).reshape(-1, 2)

    def records(self, name: str) -> list["Inputs"]:
        """Give a list of objects."""
        return [Inputs(item) for item in self.items(name)]


Operation = Callable[[Inputs], Mapping[str, object]]
"""What stands behind a name: inputs in, result out."""


def number(value: object, name: str) -> float:
    """Give a finite number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"bad_{name}")
    if isinstance(value, float) and not math.isfinite(value) or abs(value) > LARGEST:
        raise BadInput(f"bad_{name}")
    return float(value)


def items(value: object, name: str) -> list[object]:
    """Give a list as it stands."""
    if not isinstance(value, list | tuple):
        raise BadInput(f"bad_{name}")
    return list(value)


def moment(value: object, name: str) -> datetime:
    """Give the time an ISO text stands for, with its zone when it names one."""
    if not isinstance(value, str) or value[4:5] != "-":
        raise BadInput(f"bad_{name}")
    try:
        return datetime.fromisoformat(value)
    except ValueError as fault:
        raise BadInput(f"bad_{name}") from fault


def day(value: object, name: str) -> date:
    """Give the date an ISO text begins with."""
    return moment(value, name).date()


def days_column(days: Iterable[date]) -> NDArray[np.datetime64]:
    """Give dates as a column of whole days."""
    return np.array(list(days), dtype="datetime64[D]")


def identity(value: object, name: str) -> str | int:
    """Give an id: a text that is not empty, or a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise BadInput(f"bad_{name}")
    return value


def one_kind(ids: Iterable[str | int], name: str) -> None:
    """Refuse ids that are partly text and partly numbers: they have no order."""
    if len({type(item) for item in ids}) > 1:
        raise BadInput(f"mixed_{name}")


def same_length(*columns: Sequence[object] | Numbers) -> None:
    """Refuse columns of different length."""
    if len({len(column) for column in columns}) > 1:
        raise BadInput("unequal_lengths")
