"""Check our sums: the grid, decayed scores, concentration, institutions and the choice of places."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from rasure.checks.reading import BadInput, Inputs, Operation, days_column, identity, items, one_kind
from rasure.places import grid
from rasure.places.concentration import SHARES, concentration
from rasure.places.eligibility import EligibilityRule
from rasure.places.institutions import InstitutionRule, flag_institutions
from rasure.places.ranking import RankingRule, count_ignored, decay_scores
from rasure.places.selection import FirstN, ShareOfScore, select_places

_LONGEST_DAYS = 1_000_000
_FARTHEST_CELL = 10**9


def hexagons(inputs: Inputs) -> dict[str, object]:
    """Give the cell, its centre and its area for each point."""
    side_m, points = inputs.positive("side"), inputs.points("points")
    if points.size and np.abs(points).max() > _FARTHEST_CELL * side_m:
        raise BadInput("bad_points")
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
    rule = RankingRule(inputs.positive("half_life_days", 730), inputs.whole("lookback_days", 1461, high=_LONGEST_DAYS))
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
    shares = inputs.numbers("shares", list(SHARES), low=0.0, high=1.0).tolist()
    names = [str(share) for share in items(inputs.value("shares", list(SHARES)), "shares")]
    figures = concentration(inputs.numbers("counts", low=0.0), shares=shares)
    smallest = {name: figures.smallest[share] for name, share in zip(names, shares, strict=True)}
    return asdict(figures) | {"smallest": smallest}


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
    return {"flagged": flag_institutions(cells, np.array(premises, dtype=object), rule=rule).to_dict("records")}


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


OPERATIONS: dict[str, Operation] = {
    "grid.hex": hexagons,
    "score.decay": decay,
    "concentration": concentrated,
    "institution.flag": institutions,
    "select.cells": select,
}


def _selection_rule(inputs: Inputs) -> FirstN | ShareOfScore:
    rule = Inputs(inputs.value("rule"))
    mode = rule.text("mode")
    if mode == "top_n":
        return FirstN(rule.whole("n"))
    if mode == "share":
        return ShareOfScore(rule.number("share", low=0.0, high=1.0))
    raise BadInput("bad_mode")
