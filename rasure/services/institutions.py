"""Premises that make up most of their hexagon: which, how much, what the ranking is with and without them."""

from dataclasses import dataclass, replace

import pandas as pd

from rasure.access.scope import Scope
from rasure.services import hot_spots
from rasure.services.hot_spots import Picture, Question
from rasure.services.scoring import Scored
from rasure.store.analytics import plans
from rasure.store.store import Store

COMPARED = 20


@dataclass(frozen=True, slots=True)
class Institutions:
    """Premises apart, default points apart, and how the leading places change.

    `premises`: premises_name, kind, lpa, place, cell, events, share, remaining, rank_with, rank_without (NA where
    nothing remains), reason (empty where what remains may still be a patrol place), plan_id, owner, review_due_on,
    closed_on; most events first. `default_points`: the same without a plan; positions that stand for many streets, a
    fault of geocoding and no building. `moves`: rank_without, rank_with, place, lpa, n_without, n_with of the leading
    places of either ranking.
    """

    question: Question
    premises: pd.DataFrame
    default_points: pd.DataFrame
    moves: pd.DataFrame
    events: int
    located: int


def institutions(store: Store, scope: Scope, question: Question, scores: Scored | None = None) -> Institutions:
    """Describe the institutions of a selection, and its ranking with and without them."""
    found = hot_spots.scored(store, scope, question) if scores is None else scores
    without = hot_spots.picture(store, scope, replace(question, institutions_apart=True), found)
    left_in = hot_spots.picture(store, scope, replace(question, institutions_apart=False), found)
    return _of_both(store, scope, question, without, left_in)


def _of_both(store: Store, scope: Scope, question: Question, without: Picture, left_in: Picture) -> Institutions:
    found = _described(store, without, left_in)
    buildings = found[~found["is_default_point"]]
    return Institutions(
        question=question,
        premises=_with_plans(store, scope, buildings),
        default_points=found[found["is_default_point"]].reset_index(drop=True),
        moves=_moves(store, without.places, left_in.places),
        events=int(found["events"].sum()),
        located=without.summary["located"],
    )


def _described(store: Store, without: Picture, left_in: Picture) -> pd.DataFrame:
    found = without.institutions.merge(
        left_in.places[["cell", "rank"]].rename(columns={"rank": "rank_with"}), on="cell", how="left"
    )
    found = found.merge(
        without.places[["cell", "rank", "reason"]].rename(columns={"rank": "rank_without"}), on="cell", how="left"
    )
    found = found.astype({"rank_with": "Int64", "rank_without": "Int64"}).fillna({"reason": "institution"})
    placed = hot_spots.named(store, found)
    return placed.sort_values(["events", "premises"], ascending=[False, True], ignore_index=True)


def _with_plans(store: Store, scope: Scope, buildings: pd.DataFrame) -> pd.DataFrame:
    held = plans.about(store.analytics, scope, "institution", buildings["premises_id"].dropna())
    latest = held.drop_duplicates("subject_id").rename(columns={"subject_id": "premises_id"})
    columns = ["premises_id", "plan_id", "title", "owner", "review_due_on", "closed_on"]
    return buildings.merge(latest[columns], on="premises_id", how="left")


def _moves(store: Store, without: pd.DataFrame, left_in: pd.DataFrame) -> pd.DataFrame:
    """Set the two rankings side by side, for every place that leads in either."""
    columns = ["cell", "rank", "n"]
    both = without[columns].merge(left_in[columns], on="cell", how="outer", suffixes=("_without", "_with"))
    leading = both[(both["rank_without"] <= COMPARED) | (both["rank_with"] <= COMPARED)]
    kinds = dict.fromkeys(("rank_without", "rank_with", "n_without", "n_with"), "Int64")
    return hot_spots.named(store, leading.astype(kinds)).sort_values(
        ["rank_without", "rank_with"], na_position="last", ignore_index=True
    )
