"""How often the weekly alert flags a week in which nothing changed, on weeks that vary as chance does and more.

`places.false_alarms.RATES` holds what is measured here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from rasure.places.alerts import HIGH, HIGH_STRONG, LOW, weekly_alerts
from rasure.places.false_alarms import BASELINES, DISPERSIONS, MEANS

WEEKS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of null weeks called high, and called low."""

    baseline_weeks: int
    mean: float
    dispersion: float
    high: float
    low: float


def null_rate(baseline_weeks: int, mean: float, dispersion: float, *, weeks: int = WEEKS, seed: int = 46) -> Rate:
    """Judge weeks drawn as their baseline was, each by a baseline of its own."""
    rng = np.random.default_rng([seed, baseline_weeks, round(100 * mean), round(100 * dispersion)])
    shape = (weeks, baseline_weeks + 1)
    if dispersion == 1.0:
        drawn = rng.poisson(mean, shape)
    else:
        drawn = rng.negative_binomial(mean / (dispersion - 1.0), 1.0 / dispersion, shape)
    found = [one.status for one in weekly_alerts(list(drawn[:, :-1]), drawn[:, -1].tolist())]
    high = sum(status in (HIGH, HIGH_STRONG) for status in found)
    return Rate(baseline_weeks, mean, dispersion, high / weeks, found.count(LOW) / weeks)


def rates(weeks: int = WEEKS) -> Iterator[Rate]:
    """Measure every baseline, mean and dispersion."""
    for baseline_weeks, mean, dispersion in product(BASELINES, MEANS, DISPERSIONS):
        yield null_rate(baseline_weeks, mean, dispersion, weeks=weeks)


def measure() -> None:
    """Print the share of false alarms for each baseline, mean and dispersion."""
    for rate in rates():
        said = f"weekly alert, {rate.baseline_weeks} weeks, mean {rate.mean:g}, variance {rate.dispersion:g} times it"
        print(f"{said}: {rate.high:.2%} of null weeks high, {rate.low:.2%} low", flush=True)


if __name__ == "__main__":
    measure()
