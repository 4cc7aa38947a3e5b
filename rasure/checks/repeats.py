"""Check our sums: near repeats."""

import numpy as np

from rasure.checks.reading import BadInput, Inputs, Numbers, Operation, items, moment, number, same_length
from rasure.places import knox

MOST_SHUFFLES = 100_000

_DAY_S = 86_400.0


def near_repeats(inputs: Inputs) -> dict[str, object]:
    """Give pairs seen and expected in bands of distance and time, with their p-values."""
    x, y, t = inputs.numbers("x"), inputs.numbers("y"), _days(items(inputs.value("t"), "t"))
    same_length(x, y, t)
    metric = inputs.text("metric", "euclidean")
    if metric not in ("euclidean", "manhattan"):
        raise BadInput("bad_metric")
    seed = inputs.whole("seed", 1)
    found = knox.knox(
        x,
        y,
        t,
        rng=np.random.default_rng(seed),
        space_m=_edges(inputs, "space"),
        time_days=_edges(inputs, "time"),
        metric=metric,
        shuffles=inputs.whole("permutations", knox.SHUFFLES, low=1, high=MOST_SHUFFLES),
    )
    return {
        "observed": found.observed,
        "expected": found.expected,
        "ratio": found.ratio,
        "p": found.p,
        "q": found.q,
        "seed": seed,
    }


OPERATIONS: dict[str, Operation] = {"knox": near_repeats}


def _days(values: list[object]) -> Numbers:
    """Give times in days, from numbers or from ISO dates, not from a mixture."""
    if not any(isinstance(value, str) for value in values):
        return np.array([number(value, "t") for value in values], dtype=np.float64)
    moments = [moment(value, "t").replace(tzinfo=None) for value in values]
    return np.array(
        [
            at.toordinal() + (at - at.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / _DAY_S
            for at in moments
        ]
    )


def _edges(inputs: Inputs, name: str) -> list[float]:
    edges = inputs.numbers(name, low=0.0)
    if edges.size < 2 or (np.diff(edges) <= 0).any():
        raise BadInput(f"bad_{name}")
    return [float(edge) for edge in edges]
