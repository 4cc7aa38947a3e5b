"""How often the weekly alert flags a week in which nothing changed, on weeks that vary as chance does and more."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from rasure.places.alerts import HIGH, HIGH_STRONG, LOW, weekly_alert

#: A week's mean, and by how much its variance exceeds it (φ).
MEANS, DISPERSIONS = (2.0, 6.0, 25.0, 250.0), (1.0, 1.5, 2.0, 2.5)
#: Seven weeks of each of three years, or the last year where there are not three.
BASELINES = (21, 52)
WEEKS = 10_000


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
    rng = np.random.default_rng(seed)
    shape = (weeks, baseline_weeks + 1)
    if dispersion == 1.0:
        drawn = rng.poisson(mean, shape)
    else:
        drawn = rng.negative_binomial(mean / (dispersion - 1.0), 1.0 / dispersion, shape)
    found = [weekly_alert(row[:-1], int(row[-1])).status for row in drawn]
    high = sum(status in (HIGH, HIGH_STRONG) for status in found)
    return Rate(baseline_weeks, mean, dispersion, high / weeks, found.count(LOW) / weeks)


def rates() -> Iterator[Rate]:
    """Measure every baseline, mean and dispersion."""
    for baseline_weeks, mean, dispersion in product(BASELINES, MEANS, DISPERSIONS):
        yield null_rate(baseline_weeks, mean, dispersion)


def measure() -> None:
    """Print the share of false alarms for each baseline, mean and dispersion."""
    for rate in rates():
        said = f"weekly alert, {rate.baseline_weeks} weeks, mean {rate.mean:g}, variance {rate.dispersion:g} times it"
        print(f"{said}: {rate.high:.2%} of null weeks high, {rate.low:.2%} low", flush=True)


if __name__ == "__main__":
    measure()
