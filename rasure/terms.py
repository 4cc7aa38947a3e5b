"""Words everyone uses: small enumerations and frozen records that mean one thing in every room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256


class StoreClass(StrEnum):
    """What a store holds. It only ever moves right: synthetic, open-data, operational."""

    SYNTHETIC = "synthetic"
    OPEN_DATA = "open-data"
    OPERATIONAL = "operational"

    def joined_with(self, other: "StoreClass") -> "StoreClass":
        """Return whichever of the two stands further right."""
        order = list(StoreClass)
        return max(self, other, key=order.index)


def synthetic_signature(file_sha256s: Iterable[str]) -> str:
    """Return what the generator of the synthetic force puts into its manifest as `synthetic.signature`.

    It guards against an accident, not a forger: no real extract carries it, so none counts as synthetic by mistake.
    """
    return sha256("\n".join([*sorted(file_sha256s), "rasure synthetic force"]).encode()).hexdigest()


class Source(StrEnum):
    """Where rows came from."""

    POLICE_UK = "police_uk"
    NICHE = "niche"


class Precision(StrEnum):
    """How well the time of an offence is known."""

    EXACT = "exact"
    RANGE = "range"
    DAY = "day"
    MONTH = "month"


class Grade(StrEnum):
    """How well the place of an offence is known (geolocation grade)."""

    EXACT = "exact"
    STREET = "street"
    CENTROID = "centroid"
    SUSPECT = "suspect"
    NONE = "none"


class Band(StrEnum):
    """The two 12-hour bands of an operational day: day 06:00-18:00, night 18:00-06:00."""

    DAY = "day"
    NIGHT = "night"


class Measure(StrEnum):
    """What places are ranked by."""

    COUNT = "count"
    HARM = "harm"
    SQRT_HARM = "sqrt_harm"


class Role(StrEnum):
    """What a person is to Rasure; it decides pages, rows and columns."""

    OFFICER = "officer"
    INSPECTOR = "inspector"
    OFFENDER_MANAGER = "offender_manager"
    ANALYST = "analyst"
    GOLD = "gold"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Window:
    """A run of days, both ends included."""

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Area:
    """A local policing area (LPA): its code and its name."""

    code: str
    name: str
