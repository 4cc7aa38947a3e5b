"""What a synthetic force is made from: a seed, a scenario, a last day, a size."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import pandas as pd

from rasure.errors import InputRejected

GENERATOR_VERSION = "3"
LAST_ON = date(2026, 11, 15)
LOOKBACK_DAYS = 1461
TRIAL_DAYS = 120


class Scenario(StrEnum):
    """What the patrols of the trial really do to violence on the days they are made."""

    TVP = "tvp"
    ESSEX = "essex"
    NULL = "null"

    @property
    def true_rate_ratio(self) -> float:
        """Violence on patrol days over violence on control days, as planted."""
        return {Scenario.TVP: 0.93, Scenario.ESSEX: 0.35, Scenario.NULL: 1.0}[self]


@dataclass(frozen=True, slots=True)
class Force:
    """One synthetic force. `scale` shrinks towns and counts together; 1 is the whole Thames Valley."""

    seed: int = 1
    scenario: Scenario = Scenario.TVP
    last_on: date = LAST_ON
    trial_days: int = TRIAL_DAYS
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise InputRejected("The seed must not be negative.")
        if not 0.01 <= self.scale <= 1.0:
            raise InputRejected("The scale lies between 0.01 and 1.")
        if not 1 <= self.trial_days <= 365:
            raise InputRejected("The days of patrols lie between 1 and 365.")

    @property
    def first_on(self) -> date:
        """Return the first day with offences."""
        return self.last_on - timedelta(days=LOOKBACK_DAYS - 1)

    @property
    def trial_first_on(self) -> date:
        """Return the first operational day of the trial."""
        return self.last_on - timedelta(days=self.trial_days - 1)

    def rng(self, stream: str) -> np.random.Generator:
        """Return the generator of one stream: the same for the same seed and name, whatever else is drawn."""
        return np.random.default_rng([self.seed, zlib.crc32(stream.encode())])

    def share_of(self, number: float) -> int:
        """Return a planted number scaled to the size of the force, at least one."""
        return max(1, round(number * self.scale))


@dataclass(frozen=True, slots=True)
class Reference:
    """Facts the force stands on, as text: towns, policing areas, offence classes, and how many of each."""

    towns: pd.DataFrame
    lpas: pd.DataFrame
    classes: pd.DataFrame
    offences: pd.DataFrame
