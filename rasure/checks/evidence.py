"""Check our sums: do chosen places hold up - Gi*, density, accuracy, comparisons, back-tests, stability."""

from dataclasses import asdict

import numpy as np

from rasure.checks.reading import (
    BadInput,
    Inputs,
    Operation,
    day,
    days_column,
    identity,
    items,
    number,
    one_kind,
    same_length,
)
from rasure.places import backtest, compare, fdr, gistar, grid, kde, stability
from rasure.places.accuracy import accuracy

_MOST_LINKS = 20_000_000
_LONGEST_DAYS = 1_000_000
_SEED = 1


def gi(inputs: Inputs) -> dict[str, object]:
    """Give Gi* with its exact p-values and their q-values."""
    values = inputs.numbers("values")
    links = [items(item, "neighbours") for item in inputs.items("neighbours")]
    same_length(values, links)
    most = max(map(len, links), default=0)
    if most * len(links) > _MOST_LINKS:
        raise BadInput("too_many_neighbours")
    around = np.full((len(links), most), -1, dtype=np.int64)
    for row, linked in enumerate(links):
        around[row, : len(linked)] = [_row_number(link, len(links)) for link in linked]
        if row in linked or len(set(around[row, : len(linked)].tolist())) < len(linked):
            raise BadInput("bad_neighbours")
    found = gistar.gi_star(values, around, rng=np.random.default_rng(inputs.whole("seed", _SEED)))
    return {name: found[name].to_numpy() for name in ("z", "p", "q")}


def false_discovery(inputs: Inputs) -> dict[str, object]:
    """Give Benjamini and Hochberg's q-values."""
    return {"q": fdr.adjusted(inputs.numbers("p", low=0.0, high=1.0))}


def density(inputs: Inputs) -> dict[str, object]:
    """Give the quartic kernel density at some points."""
    points, weights = inputs.points("points"), inputs.numbers("weights", low=0.0)
    same_length(points, weights)
    at, bandwidth_m = inputs.points("at"), inputs.positive("bandwidth")
    return {"density": kde.quartic_density(points, weights, at, bandwidth_m=bandwidth_m)}


def judged(inputs: Inputs) -> dict[str, object]:
    """Give hit rate, PAI, PEI and RRI of the first k cells."""
    columns = [
        inputs.numbers("score"),
        *(inputs.numbers(name, low=0.0) for name in ("test", "area", "train")),
    ]
    same_length(*columns)
    if not columns[0].size:
        raise BadInput("no_cells")
    k = inputs.whole("k", low=1, high=columns[0].size)
    return asdict(accuracy(*columns, k=k))


def windows(inputs: Inputs) -> dict[str, object]:
    """Compare two methods over the same windows."""
    a, b = inputs.numbers("a"), inputs.numbers("b")
    same_length(a, b)
    if not a.size:
        raise BadInput("no_windows")
    return asdict(compare.compare_windows(a, b, rng=np.random.default_rng(inputs.whole("seed", _SEED))))


def paired_events(inputs: Inputs) -> dict[str, object]:
    """Compare two lists by the events only one of them caught."""
    most = 10**9
    return {"p": compare.mcnemar(inputs.whole("only_a", high=most), inputs.whole("only_b", high=most))}


def rolling(inputs: Inputs) -> dict[str, object]:
    """Run a rolling back-test of several methods."""
    side_m = inputs.positive("side", grid.SIDE_M)
    events = [items(event, "events") for event in inputs.items("events")]
    if any(len(event) != 3 for event in events):
        raise BadInput("bad_events")
    east, north = ([number(event[axis], "events") for event in events] for axis in (0, 1))
    methods = [_method(method) for method in inputs.records("methods")]
    if len({method.name for method in methods}) < len(methods):
        raise BadInput("duplicate_method")
    cuts = [day(cut, "cuts") for cut in inputs.items("cuts")]
    found = backtest.backtest(
        grid.cells_of(east, north, side_m=side_m),
        days_column(day(event[2], "events") for event in events),
        cuts=cuts,
        k=inputs.whole("k", low=1),
        methods=methods,
        horizon_days=inputs.whole("horizon_days", 90, low=1, high=_LONGEST_DAYS),
    )
    rows = [found.iloc[i : i + len(methods)] for i in range(0, len(found), len(methods) or 1)]
    return {
        "windows": [
            {
                "cut": cut.isoformat(),
                "total": int(row["total"].iloc[0]),
                "hits": dict(zip(row["method"], row["hits"], strict=True)),
            }
            for cut, row in zip(cuts, rows, strict=bool(methods))
        ],
        "total": {method.name: int(found.loc[found["method"] == method.name, "hits"].sum()) for method in methods},
    }


def stable(inputs: Inputs) -> dict[str, object]:
    """Give the overlap of consecutive selections and the places that persist."""
    sets = [{identity(place, "sets") for place in items(selection, "sets")} for selection in inputs.items("sets")]
    one_kind([place for selection in sets for place in selection], "sets")
    share = inputs.number("persistent_share", 0.75, low=0.0, high=1.0)
    return {"jaccard": stability.jaccard(sets), "persistent": sorted(stability.persistent(sets, share))}


OPERATIONS: dict[str, Operation] = {
    "gistar": gi,
    "fdr.bh": false_discovery,
    "kde.quartic": density,
    "accuracy": judged,
    "compare.windows": windows,
    "compare.paired_events": paired_events,
    "backtest": rolling,
    "stability": stable,
}


def _row_number(link: object, rows: int) -> int:
    if isinstance(link, bool) or not isinstance(link, int) or not 0 <= link < rows:
        raise BadInput("bad_neighbours")
    return link


def _method(given: Inputs) -> backtest.Method:
    kind, lookback_days = given.text("kind"), given.whole("lookback_days", low=1, high=_LONGEST_DAYS)
    if kind not in ("ew", "count"):
        raise BadInput("bad_kind")
    half_life = given.positive("half_life_days") if kind == "ew" else None
    return backtest.Method(given.text("name"), lookback_days, half_life)
