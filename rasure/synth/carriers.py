"""People who carry knives: some who exactly meet the criterion of the carriers list, some who just miss it.

The criterion: on at least two different dates within 730 days, the latest within 365, a knife event as offender with
evidence convicted, caution, charged or weapon_recovered. Ages are days before the last day; 365 and 730 still count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rasure.synth.clocks import drawn_time_of_day, weekday_of
from rasure.synth.force import LOOKBACK_DAYS, Force
from rasure.synth.frames import drawn
from rasure.synth.offence_plan import OffencePlan
from rasure.synth.risk import Risk

STRONG = ("convicted", "caution", "charged", "weapon_recovered")
ORDINARY = 60
"""Planted at full size: carriers with two to five strong events within the two years."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One planted history: why it is there, ages of its events in days, evidence of each, and what must follow."""

    why: str
    ages_days: Sequence[int]
    evidence: Sequence[str]
    meets: bool
    age_years: int = 24


PATTERNS = (
    Pattern("two dates, one today and one on the last day that counts", (0, 730), ("convicted", "charged"), True),
    Pattern("latest on the last day of the year", (365, 730), ("convicted", "caution"), True),
    Pattern("both about a year ago", (365, 366), ("charged", "weapon_recovered"), True),
    Pattern("charged and weapon recovered", (30, 60), ("charged", "weapon_recovered"), True),
    Pattern("a child with a caution and a charge", (15, 300), ("caution", "charged"), True, 15),
    Pattern("latest a day too old", (366, 730), ("convicted", "convicted"), False),
    Pattern("second a day too old", (365, 731), ("convicted", "convicted"), False),
    Pattern("first beyond two years, one left", (10, 731), ("charged", "convicted"), False),
    Pattern("two offences on one date", (10, 10), ("charged", "charged"), False),
    Pattern("one strong event, one suspicion", (20, 100), ("convicted", "suspect"), False),
    Pattern("one strong event, intelligence beside it", (20, 200), ("convicted", "intelligence"), False),
    Pattern("searches that found nothing", (5, 40, 90), ("searched_nothing_found",) * 3, False),
    Pattern("a child searched and once charged", (25, 70), ("searched_nothing_found", "charged"), False, 14),
    Pattern("suspicion only, four times", (3, 33, 63, 93), ("suspect",) * 4, False, 17),
)


def patterns(force: Force) -> list[Pattern]:
    """Return every planted history: the fixed ones, then ordinary carriers drawn from the seed."""
    rng = force.rng("carriers")
    ordinary = []
    for _ in range(force.share_of(ORDINARY)):
        size = int(rng.integers(2, 6))
        first = int(rng.integers(1, 350))
        ages = (first, *(first + 1 + int(age) for age in rng.integers(1, 720 - first, size=size - 1)))
        evidence = tuple(STRONG[i] for i in rng.integers(len(STRONG), size=size))
        meets = len(set(ages)) >= 2
        ordinary.append(Pattern("ordinary carrier", ages, evidence, meets, int(rng.integers(14, 45))))
    return [*PATTERNS, *ordinary]


def carrier_events(force: Force, plan: OffencePlan, risk: Risk, planted: Sequence[Pattern]) -> pd.DataFrame:
    """Return the planted events in the columns of `events`, with `carrier` (number of the pattern) and `evidence`."""
    rng = force.rng("carrier events")
    blade = int(np.flatnonzero(plan.kinds["class_key"] == "poss_blade")[0])
    carrier = np.repeat(np.arange(len(planted)), [len(pattern.ages_days) for pattern in planted])
    ages = np.concatenate([pattern.ages_days for pattern in planted]).astype(np.int64)
    day = LOOKBACK_DAYS - 1 - ages
    minute = drawn_time_of_day(rng, "street", weekday_of(force.first_on, day))
    return pd.DataFrame(
        {
            "kind": blade,
            "setting": pd.array(["street"] * len(day), dtype=object),
            "minute": day * 1440 + np.clip(minute, 8 * 60, 22 * 60),
            "segment": drawn(rng, risk.of_segments["street"], len(day)),
            "premises": -1,
            "household": -1,
            "carrier": carrier,
            "evidence": [said for pattern in planted for said in pattern.evidence],
        }
    )


def carrier_truth(planted: Sequence[Pattern], person_ids: Sequence[str]) -> pd.DataFrame:
    """Return the planted histories for the truth file."""
    return pd.DataFrame(
        {
            "person_id": list(person_ids),
            "why": [pattern.why for pattern in planted],
            "ages_days": ["|".join(map(str, pattern.ages_days)) for pattern in planted],
            "evidence": ["|".join(pattern.evidence) for pattern in planted],
            "is_child": [pattern.age_years < 18 for pattern in planted],
            "meets_criterion": [pattern.meets for pattern in planted],
        }
    )
