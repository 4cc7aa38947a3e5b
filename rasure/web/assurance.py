"""How sure the ranking is: which leading places stay when the lattice is moved, and which are clusters by Gi*."""

import pandas as pd
import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.services import corroboration
from rasure.services.corroboration import MOVES, TOP, Clusters, Stability
from rasure.web import exports, reads, tables, text
from rasure.web.filters import Choice

_OFTEN = 6
_HALVES = ("Half a hexagon east", "Half a hexagon north", "Both")


def view(scope: Scope, choice: Choice) -> None:
    """Draw the view for the leading places of a choice."""
    version = reads.version()
    places = reads.top_places(scope, choice.question, version, TOP)
    if places.empty:
        tables.note("No place is ranked in this selection, so there is nothing to be sure of.")
        return
    stable = reads.stable_places(scope, choice.question, version, TOP)
    clusters = reads.clusters(scope, choice.question, version)
    st.subheader(headline(stable, clusters))
    tables.note(_meaning(choice, clusters))
    rows = corroboration.as_rows(places, stable, clusters)
    tables.table(
        f"The {len(rows)} leading places · {choice.words}",
        ("#", "Place", "Offences", f"Survives of {MOVES} shifts", "With neighbours", "z", "q", "Gi*"),
        [_row(row, clusters) for row in rows],
        numeric=(0, 2, 3, 4, 5, 6),
    )
    tables.table(
        "Moving the lattice by half a hexagon",
        ("Move", "Leading places", "Keep at least half their area"),
        [
            (name, chosen, survived)
            for name, chosen, survived in zip(
                _HALVES, stable.halves["chosen"].tolist(), stable.halves["survived"].tolist(), strict=True
            )
        ],
        numeric=(1, 2),
    )
    exports.links("how-sure", "Download these", parameters_of(choice.question))


def headline(stable: Stability, clusters: Clusters) -> str:
    """Return the answer in one sentence: how many of the leading places stay, and how many are clusters."""
    survived: pd.Series = stable.places["survived"]
    all_of, often = len(survived), int((survived >= _OFTEN).sum())
    one = all_of == 1
    kept = (
        f"{_of(often, all_of)} leading {'place' if one else 'places'} {'stays' if often == 1 else 'stay'} in at least"
        f" {_OFTEN} of {MOVES} shifts of the grid"
    )
    if not clusters.has_ground:
        return kept
    hot = int(clusters.of(stable.places["cell"])["hot"].sum())
    return f"{kept}, and {hot:,} {'is a Gi* cluster' if hot == 1 else 'are Gi* clusters'}"


def _of(part: int, whole: int) -> str:
    return f"{text.number(part).capitalize()} of the {whole:,}"


def _meaning(choice: Choice, clusters: Clusters) -> str:
    said = (
        f"The grid is laid {MOVES} other ways, a third of a hexagon apart, and as many places are chosen again. A place"
        " survives a shift when at least half its area lies in the places chosen then. One that survives few depends on"
        " where the grid happens to lie: look at the streets, not the hexagon."
    )
    if not clusters.has_ground:
        return f"{said} Clusters cannot be judged: no boundaries are loaded, so the empty hexagons are unknown."
    counts = "" if choice.question.measure == "count" else " It goes by counts, whatever the page ranks by."
    return (
        f"{said} Gi* asks of each of {clusters.tested:,} hexagons whether it and its neighbours hold more offences than"
        " as many hexagons drawn at random; q is the share of such clusters that would be false. It asks only about"
        f" high counts, corroborates, and never ranks.{counts}"
    )


def _row(row: dict[str, object], clusters: Clusters) -> tuple[object, ...]:
    z, q = row["z"], row["q"]
    mark = ("hot" if row["hot"] else "not distinguishable") if clusters.has_ground else None
    return (
        row["rank"],
        row["place"],
        row["offences"],
        row["survived"],
        row["with_neighbours"],
        f"{z:.1f}" if isinstance(z, float) and clusters.has_ground else None,
        corroboration.p_words(q) if isinstance(q, float) and clusters.has_ground else None,
        mark,
    )
