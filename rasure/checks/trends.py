"""Check our sums: two counts, weekly alerts and control charts."""

from dataclasses import asdict

import numpy as np

from rasure.checks.reading import BadInput, Inputs, Operation
from rasure.errors import InputRejected
from rasure.places import alerts, control_charts
from rasure.places.rates import compare_rates

_LIMITS = {"exact": False, "asymptotic": True}
_LARGEST_COUNT = 10**9


def two_counts(inputs: Inputs) -> dict[str, object]:
    """Compare two counts over their exposures."""
    level = inputs.number("level", 0.95)
    if not 0.0 < level < 1.0:
        raise BadInput("bad_level")
    k1, k2 = (inputs.whole(name, high=_LARGEST_COUNT) for name in ("k1", "k2"))
    return asdict(compare_rates(k1, inputs.positive("n1"), k2, inputs.positive("n2"), level=level))


def weekly(inputs: Inputs) -> dict[str, object]:
    """Judge this week by its baseline; without enough of one every figure is empty."""
    found = asdict(alerts.weekly_alert(inputs.wholes("baseline"), inputs.whole("current", high=_LARGEST_COUNT)))
    if found["status"] == alerts.NO_BASELINE:
        return found | {"status": None, "reason": alerts.NO_BASELINE}
    return found


def smoothed(inputs: Inputs) -> dict[str, object]:
    """Draw an EWMA chart."""
    weight = inputs.number("weight", control_charts.WEIGHT, high=1.0)
    if weight <= 0:
        raise BadInput("bad_weight")
    limits = inputs.text("limits", "exact")
    if limits not in _LIMITS:
        raise BadInput("bad_limits")
    return asdict(
        control_charts.ewma(
            inputs.numbers("y"),
            mean=inputs.number("mean"),
            sd=inputs.number("sd", low=0.0),
            weight=weight,
            asymptotic=_LIMITS[limits],
        )
    )


def cumulated(inputs: Inputs) -> dict[str, object]:
    """Draw a CUSUM chart."""
    return asdict(
        control_charts.cusum(
            inputs.numbers("y"),
            target=inputs.number("target"),
            k=inputs.number("k", low=0.0),
            h=inputs.number("h", low=0.0),
        )
    )


def run_length(inputs: Inputs) -> dict[str, object]:
    """Give the average run of a CUSUM for counts: exactly where it can be, else by simulation."""
    mean, k, h = (inputs.number(name, low=0.0, high=1e9) for name in ("mean", "k", "h"))
    try:
        return {"arl": control_charts.average_run(mean, k, h), "method": "markov_chain"}
    except InputRejected:
        seed = inputs.whole("seed", 1)
        run = control_charts.simulated_run(mean, k, h, rng=np.random.default_rng(seed))
        return {"arl": run, "method": "simulation", "seed": seed}


OPERATIONS: dict[str, Operation] = {
    "rates.compare": two_counts,
    "alert.weekly": weekly,
    "chart.ewma": smoothed,
    "chart.cusum": cumulated,
    "cusum.arl": run_length,
}
