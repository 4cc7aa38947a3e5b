"""What the hexagons of the map are shaded by: the score, clusters (Gi*), or density; each with its legend in words.

Clusters and density corroborate a ranking and never make one.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

import pydeck
import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.services import corroboration
from rasure.services.corroboration import Clusters, Density
from rasure.web import maps, reads, tables, text, theme
from rasure.web.filters import Choice
from rasure.web.map_geometry import View


class Shading(StrEnum):
    """What the reader may shade the map by."""

    SCORE = "Score"
    CLUSTERS = "Clusters (Gi*)"
    DENSITY = "Density"


@dataclass(frozen=True, slots=True)
class Overlay:
    """Hexagons instead of the score's, what hovering says, and what the map then is, for readers who do not see it."""

    layers: tuple[pydeck.Layer, ...]
    tooltip: str
    alt: str
    legend: str
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    note: str
    is_outlined: bool = False

    def draw_legend(self) -> None:
        """Draw the legend in words, and under it what the shading means and does not."""
        if self.is_outlined:
            tables.marks(self.legend, self.labels, self.colours, outlined=self.labels[0])
        else:
            tables.legend(self.legend, self.labels, self.colours)
        tables.note(self.note)


def control() -> Shading:
    """Draw the switch over the map; its state is in the address."""
    chosen = st.segmented_control(
        "Shading",
        [shading.value for shading in Shading],
        default=Shading.SCORE.value,
        required=True,
        key="shading",
        bind="query-params",
        label_visibility="collapsed",
    )
    return Shading(chosen or Shading.SCORE.value)


def overlay(shading: Shading, scope: Scope, choice: Choice, view: View) -> Overlay | None:
    """Return the overlay chosen; None for the score, which the map draws itself."""
    if shading is Shading.CLUSTERS:
        return _clusters(reads.clusters(scope, choice.question, reads.version()), choice, view)
    if shading is Shading.DENSITY:
        return _density(reads.density(scope, choice.question, reads.version()), choice, view)
    return None


def _clusters(found: Clusters, choice: Choice, view: View) -> Overlay:
    colours = theme.palette()
    marks = (colours.sequential[3], colours.neutral)
    said = (
        f"{text.counted(found.hot, 'hexagon')} of {found.tested:,} and their neighbours hold more offences than chance"
        f" would put there (q ≤ {corroboration.HOT_Q}). Of the hexagons marked hot, about 1 in 20 may be so by chance."
        " The test asks only about high counts, so no hexagon is called cold. It corroborates; it does not rank."
    )
    missing = "No boundaries are loaded, so the empty hexagons are unknown and no cluster can be told from chance."
    return Overlay(
        layers=(
            maps.hexagons(_url("gi-star", choice), colours=marks[::-1], view=view, layer_id="gi-star"),
            *maps.outline(_url("gi-star/outline", choice), theme=theme.theme_name(), layer_id="gi-star-outline"),
        ),
        tooltip="{said}",
        alt=f"Map of {found.hot:,} hexagons that are clusters by Gi*. The table “How sure” says which places are.",
        legend="Gi* over each hexagon and its neighbours, by count",
        labels=("hot (q ≤ 0.05)", "not distinguishable"),
        colours=marks,
        note=said if found.has_ground else missing,
        is_outlined=True,
    )


def _density(found: Density, choice: Choice, view: View) -> Overlay:
    what = corroboration.measure_words(choice.question.measure)
    colours = theme.palette().sequential[: max(1, len(found.breaks))]
    steps = [f"{step:,.10g}" for step in found.breaks]
    labels = [f"{step}+" for step in steps[:-1]] + [f"{step}+ most" for step in steps[-1:]]
    return Overlay(
        layers=(maps.hexagons(_url("density", choice), colours=colours, view=view, layer_id="density"),),
        tooltip="{said}",
        alt=f"Map of {len(found.cells):,} hexagons by density. The ranked table beside it holds the places.",
        legend=f"{what.capitalize()} per km², recent ones counting more",
        labels=tuple(labels),
        colours=colours[: len(labels)],
        note=(
            f"Each offence is spread over {found.bandwidth_m:.0f} m around it (quartic kernel) and counts half after"
            f" {found.half_life_days} days. There is no correction at the edge of the area, so density falls off there."
            " It is for the eye; it does not rank."
        ),
    )


def _url(kind: str, choice: Choice) -> str:
    return f"/api/v1/map/{kind}?" + urlencode({**parameters_of(choice.question), "v": reads.version()})
