"""Score every hexagon of a selection, hot institutions set apart, and say which may become patrol places."""

from dataclasses import dataclass
from datetime import date

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
    """Hexagons with their scores, and the premises that make up most of theirs.

    `places`: the columns of `ranking.from_sums` and `reason`, empty where the hexagon may be a patrol place.
    `institutions`: cell, premises, events, share, remaining, premises_id, premises_name, kind, is_default_point,
    e_dm, n_dm.
    """

    places: pd.DataFrame
    institutions: pd.DataFrame


def scored(store: Store, scope: Scope, which: Filter, *, as_of: date, set_apart: bool = True) -> Scored:
    """Score the hexagons of a selection as of a day (methods.md 1.2, 1.3).

    With `set_apart`, offences at a hot institution or a default point are left out of its hexagon's score; what
    remains must meet the minimum by itself. Without it they stay in, and the hexagon may still not be tasked.
    """
    window = which.window
    weights = ranking.day_weights(window.first_on, window.last_on, as_of=as_of, half_life_days=HALF_LIFE_DAYS)
    places = ranking.from_sums(offences.cell_sums(store.analytics, scope, which, weights))
    flagged = _institutions(store, scope, which, places)
    if set_apart and len(flagged):
        rest = ranking.from_sums(offences.cell_sums(store.analytics, scope, which, weights, flagged))
        places = pd.concat([places[~places["cell"].isin(flagged["cell"])], rest]).sort_values("cell", ignore_index=True)
    places["reason"] = _reasons(places, flagged, set_apart=set_apart)
    return Scored(places, flagged)


def _institutions(store: Store, scope: Scope, which: Filter, places: pd.DataFrame) -> pd.DataFrame:
    """Find the premises that make up most of a hexagon's offences; no rows where none does."""
    counts = offences.premises_counts(store.analytics, scope, which, least=INSTITUTIONS.min_events)
    totals = places.set_index("cell")["n"].rename("total")
    flagged = flag_counts(counts.astype("int64").join(totals, on="cell"), rule=INSTITUTIONS)
    named = offences.premises(store.analytics, flagged["premises"])
    return flagged.merge(named.astype({"premises": "int64"}), on="premises", how="left")


def _reasons(places: pd.DataFrame, flagged: pd.DataFrame, *, set_apart: bool) -> pd.Series:
    at_institution = places["cell"].isin(flagged["cell"])
    by_itself = refusals(places.assign(institution=at_institution & (not set_apart)), ELIGIBILITY)
    return by_itself.mask(at_institution & (by_itself != ""), INSTITUTION)
