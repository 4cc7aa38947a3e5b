"""Check our sums: the grid, scores, selection, Gi*, density, accuracy, back-tests and stability."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd

from rasure.checks.reading import (
    BadInput,
    Inputs,
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
from rasure.places.concentration import SHARES, concentration
from rasure.places.eligibility import EligibilityRule
from rasure.places.institutions import InstitutionRule, flag_institutions
from rasure.places.ranking import RankingRule, count_ignored, decay_scores
from rasure.places.selection import FirstN, ShareOfScore, select_places

Operation = Callable[[Inputs], Mapping[str, object]]

_MOST_LINKS = 20_000_000
_LONGEST_DAYS = 1_000_000
_SEED = 1


def hexagons(inputs: Inputs) -> dict[str, object]:
    """Give the cell, its centre and its area for each point."""
    side_m, points = inputs.positive("side"), inputs.points("points")
    cells = grid.cells_of(points[:, 0], points[:, 1], side_m=side_m)
    return {
        "cells": np.column_stack(grid.unpack(cells)),
        "centres": np.column_stack(grid.centres(cells, side_m=side_m)),
        "area": grid.area_m2(side_m),
    }


def decay(inputs: Inputs) -> dict[str, object]:
    """Score all events as those of one cell."""
    events = inputs.records("events")
    dates = days_column(event.day("date") for event in events)
    harm = [event.number("harm", low=0) if event.has("harm") else np.nan for event in events]
    as_of = inputs.day("as_of")
    rule = RankingRule(
        inputs.positive("half_life_days", 730), inputs.whole("lookback_days", 1461, high=_LONGEST_DAYS)
    )
    scores = decay_scores(
        np.zeros(len(events), dtype=np.int64),
        dates,
        harm,
        as_of=as_of,
        half_life_days=rule.half_life_days,
        lookback_days=rule.lookback_days,
    )
    ignored = count_ignored(dates, as_of=as_of, rule=rule)
    row = {str(name): value for name, value in scores.iloc[0].items()} if len(scores) else {}
    return {
        "n": len(dates) - ignored.future - ignored.old,
        "score": row.get("score", 0.0),
        "harm_score": row.get("harm_score", 0.0),
        "sqrt_harm_score": row.get("sqrt_harm_score", 0.0),
        "top_event_share": row.get("top_event_share", np.nan),
        "ignored_future": ignored.future,
        "ignored_old": ignored.old,
    }


def concentrated(inputs: Inputs) -> dict[str, object]:
    """Give the Gini indices and the fewest cells that hold each share."""
    shares = items(inputs.value("shares", list(SHARES)), "shares")
    counts = inputs.numbers("counts", low=0.0)
    figures = concentration(counts, shares=[number(share, "shares") for share in shares])
    return asdict(figures) | {"smallest": {str(s): figures.smallest[number(s, "shares")] for s in shares}}


def institutions(inputs: Inputs) -> dict[str, object]:
    """Flag the premises that make up most of a cell."""
    events = inputs.records("events")
    cells = [identity(event.value("cell"), "cell") for event in events]
    premises = [
        identity(event.value("premises"), "premises")
        if event.has("premises") and event.value("premises") != ""
        else None
        for event in events
    ]
    one_kind(cells, "cell")
    one_kind([premise for premise in premises if premise is not None], "premises")
    rule = InstitutionRule(inputs.whole("min_events", 5), inputs.number("threshold", 0.5, low=0.0, high=1.0))
    return {
        "flagged": flag_institutions(cells, np.array(premises, dtype=object), rule=rule).to_dict("records")
    }


def select(inputs: Inputs) -> dict[str, object]:
    """Choose cells, the first N or the fewest that reach a share, and say why others are refused."""
    cells = inputs.records("cells")
    ids = [identity(cell.value("id"), "id") for cell in cells]
    one_kind(ids, "id")
    if len(set(ids)) < len(ids):
        raise BadInput("duplicate_id")
    frame = pd.DataFrame(
        {
            "cell": ids,
            "n": [cell.whole("n") for cell in cells],
            "active_years": [cell.whole("active_years") for cell in cells],
            "score": [cell.number("score", low=0.0) for cell in cells],
            "harm_score": [cell.number("harm", low=0.0) if cell.has("harm") else np.nan for cell in cells],
            "last_on": [cell.day("last") if cell.has("last") else None for cell in cells],
            "institution": [cell.flag("institution") for cell in cells],
        }
    )
    frame["last_on"] = frame["last_on"].astype("datetime64[s]")
    eligibility = EligibilityRule(inputs.whole("min_events", 6), inputs.whole("min_active_years", 2))
    chosen = select_places(frame, _selection_rule(inputs), eligibility=eligibility)
    return {
        "selected": chosen.chosen["cell"].tolist(),
        "reached": chosen.reached,
        "refused": dict(zip(chosen.refused["cell"], chosen.refused["reason"], strict=True)),
    }


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
    found = gistar.gi_star(values, around, rng=np.random.default_rng(inputs.whole("seed", _SEED)))
    return {name: found[name].to_numpy() for name in ("z", "p", "q")}


def false_discovery(inputs: Inputs) -> dict[str, object]:
    """Give Benjamini and Hochberg's q-values."""
    return {"q": fdr.adjusted(inputs.numbers("p"))}


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
        "total": {
            method.name: int(found.loc[found["method"] == method.name, "hits"].sum()) for method in methods
        },
    }


def stable(inputs: Inputs) -> dict[str, object]:
    """Give the overlap of consecutive selections and the places that persist."""
    sets = [
        {identity(place, "sets") for place in items(selection, "sets")} for selection in inputs.items("sets")
    ]
    one_kind([place for selection in sets for place in selection], "sets")
    share = inputs.number("persistent_share", 0.75, low=0.0, high=1.0)
    return {"jaccard": stability.jaccard(sets), "persistent": sorted(stability.persistent(sets, share))}


OPERATIONS: dict[str, Operation] = {
    "grid.hex": hexagons,
    "score.decay": decay,
    "concentration": concentrated,
    "institution.flag": institutions,
    "select.cells": select,
    "gistar": gi,
    "fdr.bh": false_discovery,
    "kde.quartic": density,
    "accuracy": judged,
    "compare.windows": windows,
    "compare.paired_events": paired_events,
    "backtest": rolling,
    "stability": stable,
}


def _selection_rule(inputs: Inputs) -> FirstN | ShareOfScore:
    rule = Inputs(inputs.value("rule"))
    mode = rule.text("mode")
    if mode == "top_n":
        return FirstN(rule.whole("n"))
    if mode == "share":
        return ShareOfScore(rule.number("share", low=0.0, high=1.0))
    raise BadInput("bad_mode")


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
