"""Check our sums: visits from positions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from rasure.checks.reading import BadInput, Inputs, Operation, moment
from rasure.patrol import ground
from rasure.patrol.visits import MODES, Rule, visits

_BEGIN = datetime(1970, 1, 1)


def visits_of(inputs: Inputs) -> dict[str, object]:
    """Give the visits of one officer to one outline."""
    params = Inputs(inputs.value("params", {}))
    rule = Rule(
        margin_m=params.number("tolerance_m", ground.MARGIN_M, low=0.0),
        most_gap_s=params.number("max_gap_s", 300.0, low=0.0),
        most_excursion_s=params.number("exit_grace_s", 120.0, low=0.0),
        still_m_s=params.number("still_mps", 0.5, low=0.0),
        foot_m_s=params.number("foot_mps", 2.5, low=0.0),
        pass_s=60.0 * params.number("pass_min", 2.0, low=0.0),
        valid_s=60.0 * params.number("valid_min", 10.0, low=0.0),
        long_s=60.0 * params.number("long_min", 20.0, low=0.0),
    )
    corners = inputs.points("polygon")
    pings = inputs.records("pings")
    moments = [moment(ping.value("t"), "t") for ping in pings]
    track = pd.DataFrame(
        {
            "t_s": pd.Series(_seconds(moments), dtype="float64"),
            "e_m": pd.Series([ping.number("x") for ping in pings], dtype="float64"),
            "n_m": pd.Series([ping.number("y") for ping in pings], dtype="float64"),
        }
    )
    is_inside = ground.holds(ground.pieces([corners]), track["e_m"], track["n_m"], margin_m=rule.margin_m)
    mark = "Z" if moments and moments[0].tzinfo else ""
    return {"visits": [_said(row, mark) for row in visits(track, is_inside, rule).itertuples(index=False)]}


OPERATIONS: dict[str, Operation] = {"patrol.visits": visits_of}


def _seconds(moments: Sequence[datetime]) -> list[float]:
    """Give seconds since 1970; a time without a zone is taken as it stands."""
    if len({at.tzinfo is None for at in moments}) > 1:
        raise BadInput("mixed_t")
    naive = [at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at for at in moments]
    return [(at - _BEGIN).total_seconds() for at in naive]


def _said(row: Any, mark: str) -> dict[str, object]:
    start, end = ((_BEGIN + timedelta(seconds=at)).isoformat() + mark for at in (row.started_s, row.ended_s))
    return {
        "start": start,
        "end": end,
        "minutes": (row.ended_s - row.started_s) / 60.0,
        "minutes_by_mode": {name: getattr(row, f"{name}_s") / 60.0 for name in MODES},
        "category": row.category,
        "long": row.is_long,
    }
