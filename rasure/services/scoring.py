"""Score every hexagon of a selection, hot institutions set apart, and say which may become patrol places."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.places import ranking
from rasure.places.eligibility import INSTITUTION, EligibilityRule, refusals
from rasure.places.institutions import InstitutionRule, flag_counts
from rasure.store.analytics import offences
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store

HALF_LIFE_DAYS = 730
INSTITUTIONS = InstitutionRule()
ELIGIBILITY = EligibilityRule()


@dataclass(frozen=True, slots=True)
class Scored:
    """Hexagons with their scores, with and without the premises that make up most of theirs.

    `whole` and `apart` hold the columns of `ranking.from_sums` and `reason`, empty where the hexagon may be a patrol
    place; `apart` leaves out what happened at institutions. `institutions`: cell, premises, events, share, remaining,
    premises_id, premises_name, kind, is_default_point, e_dm, n_dm. `summary` counts what the selection holds and what
    of it has no place or time.
    """

    whole: pd.DataFrame
    apart: pd.DataFrame
    institutions: pd.DataFrame
    summary: dict[str, Any]


def scored(store: Store, scope: Scope, which: Filter, *, as_of: date) -> Scored:
    """Score the hexagons of a selection as of a day (methods.md 1.2, 1.3).

    With an institution or default point set apart, what remains of its hexagon must meet the minimum by itself; with
    it left in, the hexagon may not be tasked either.
    """
    window = which.window
    weights = ranking.day_weights(window.first_on, window.last_on, as_of=as_of, half_life_days=HALF_LIFE_DAYS)
    parts = offences.sums(store.analytics, scope, which, weights)
    whole = ranking.from_sums(parts)
    counts = parts[["cell", "premises", "n"]].dropna().rename(columns={"n": "events"}).astype("int64")
    flagged = flag_counts(counts.join(whole.set_index("cell")["n"].rename("total"), on="cell"), rule=INSTITUTIONS)
    hot, every = (pd.MultiIndex.from_frame(rows[["cell", "premises"]]) for rows in (flagged, parts))
    apart = ranking.from_sums(parts[~every.isin(hot)])
    named = offences.premises(store.analytics, flagged["premises"]).astype({"premises": "int64"})
    return Scored(
        whole.assign(reason=_reasons(whole, flagged, remaining=False)),
        apart.assign(reason=_reasons(apart, flagged, remaining=True)),
        flagged.merge(named, on="premises", how="left"),
        offences.summary(store.analytics, scope, which),
    )


def hot_premises(store: Store, scope: Scope, which: Filter) -> pd.DataFrame:
    """Return cell, premises, events, share, remaining of the premises that make up most of their hexagon's offences."""
    counts = offences.premises_counts(store.analytics, scope, which, least=INSTITUTIONS.min_events)
    return flag_counts(counts.astype("int64"), rule=INSTITUTIONS)


def _reasons(places: pd.DataFrame, flagged: pd.DataFrame, *, remaining: bool) -> pd.Series:
    """Give the reason that keeps each hexagon out; of one with an institution only what remains may be judged."""
    at_institution = places["cell"].isin(flagged["cell"])
    by_itself = refusals(places.assign(institution=at_institution & (not remaining)), ELIGIBILITY)
    return by_itself.mask(at_institution & (by_itself != ""), INSTITUTION)
