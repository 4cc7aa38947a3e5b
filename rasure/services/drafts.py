"""A draft of a set for tasking: which places the rule chooses from the ranking, and how they join into hot spots.

A draft is worked out anew whenever it is asked for; what the analyst says of it is kept beside it, by hot spot.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b

import numpy as np
import pandas as pd

from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.places import joining, outline, selection
from rasure.places.eligibility import INSTITUTION
from rasure.places.outline import Outline, Shift
from rasure.places.selection import FirstN, ShareOfScore
from rasure.services import hot_spots, scoring
from rasure.services.hot_spots import Question
from rasure.store.store import Store

DEFAULT_CAP = 4
#: More than a force can patrol, and more than a person can look through before publishing.
MOST_HOT_SPOTS = 300


@dataclass(frozen=True, slots=True)
class Rule:
    """How places are chosen, and how many of them may join into one hot spot (None: as many as touch)."""

    choose: FirstN | ShareOfScore
    most_cells: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """One hot spot of a draft: places that touch, best first, and what they hold. `key` names exactly this ground."""

    key: str
    name: str
    lpa: str | None
    cells: tuple[int, ...]
    cell_names: tuple[str, ...]
    n: int
    score: float
    harm: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What the rule chooses from the ranking; `n`, `score` and `harm` are of everything ranked.

    `apart` are the hexagons and premises whose offences the ranking leaves out: hot institutions and default points.
    """

    question: Question
    rule: Rule
    spots: tuple[Spot, ...]
    refused: Mapping[str, int]
    reached: bool
    n: int
    score: float
    harm: float
    cells_in_area: int
    month_only: bool
    parameters: hot_spots.Parameters
    apart: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What the analyst said of one hot spot; an empty name leaves the one it has."""

    name: str = ""
    contact: str = ""
    daily_cap: int = DEFAULT_CAP
    tasks: str = ""
    shift: Shift = field(default_factory=Shift)
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """Two hot spots of a draft whose rings overlap, by key, with the metres between them and the ground in both."""

    first: str
    second: str
    distance_m: float
    overlap_m2: float


def draft(store: Store, scope: Scope, question: Question, rule: Rule) -> Draft:
    """Choose places by the rule among the eligible ones (methods 1.3, 1.4) and join those that touch."""
    picture = hot_spots.picture(store, scope, question)
    places = picture.places.assign(institution=picture.places["reason"] == INSTITUTION)
    chosen = selection.select_places(
        places, rule.choose, eligibility=scoring.ELIGIBILITY, by=hot_spots.ORDER[question.measure]
    )
    apart = picture.institutions if question.institutions_apart else picture.institutions[:0]
    named = hot_spots.named(store, chosen.chosen)
    lpa = named["lpa"].where(named["lpa"].notna(), None)
    spots = _spots(named.assign(lpa=lpa), rule)
    if len(spots) > MOST_HOT_SPOTS:
        raise InputRejected(
            f"This rule gives {len(spots):,} hot spots; a set holds at most {MOST_HOT_SPOTS}. Choose fewer places."
        )
    return Draft(
        question=question,
        rule=rule,
        spots=spots,
        refused={str(reason): int(n) for reason, n in chosen.refused["reason"].value_counts().items()},
        reached=chosen.reached,
        n=int(places["n"].sum()),
        score=float(places["score"].sum()),
        harm=float(places["harm_score"].sum(min_count=1)),
        cells_in_area=picture.cells_in_area,
        month_only=picture.summary["month_only"] > 0,
        parameters=picture.parameters,
        apart=tuple((int(cell), int(premises)) for cell, premises in apart[["cell", "premises"]].to_numpy()),
    )


def kept(draft: Draft, changes: Mapping[str, Change]) -> tuple[Spot, ...]:
    """Return the hot spots that were not left out, each under the name it will be published by."""
    return tuple(spot for spot in draft.spots if not changes.get(spot.key, Change()).is_left_out)


def name_of(spot: Spot, changes: Mapping[str, Change]) -> str:
    """Return what a hot spot is called: what the analyst said, or the place it lies at."""
    return plain(changes[spot.key].name) or spot.name if spot.key in changes else spot.name


def ground_of(spot: Spot, changes: Mapping[str, Change]) -> Outline:
    """Return the outline of a hot spot as the analyst left it."""
    return Outline(spot.cells, changes.get(spot.key, Change()).shift)


def close_pairs(draft: Draft, changes: Mapping[str, Change]) -> list[Close]:
    """Return the hot spots whose 100 m rings overlap (methods 7), nearest first."""
    spots = kept(draft, changes)
    found = outline.close_pairs([ground_of(spot, changes) for spot in spots])
    return [
        Close(spots[first].key, spots[second].key, distance_m, overlap_m2)
        for first, second, distance_m, overlap_m2 in found.itertuples(index=False, name=None)
    ]


def hotspot_id(ground: Outline) -> str:
    """Return the id of a hot spot, which names its ground: the same cells moved the same way, whatever the set.

    Patrols and allocations carry this id without a version, so it must never come to mean other ground.
    """
    moved = "" if ground.shift.is_none else json.dumps(asdict(rounded(ground.shift)), sort_keys=True)
    said = ",".join(map(str, sorted(ground.cells))) + moved
    return "H" + blake2b(said.encode(), digest_size=5).hexdigest()


def _spots(places: pd.DataFrame, rule: Rule) -> tuple[Spot, ...]:
    order = -np.arange(len(places), dtype=np.float64)
    together = joining.joined(places["cell"], order, areas=places["lpa"], most_cells=rule.most_cells)
    parts = together.merge(places, on="cell", how="left").sort_values(["hotspot", "part"])
    spots, seen = [], dict[str, int]()
    for _, own in parts.groupby("hotspot", sort=True):
        name = str(own["place"].iloc[0])
        seen[name] = seen.get(name, 0) + 1
        cells = tuple(int(cell) for cell in own["cell"])
        spots.append(
            Spot(
                key=hotspot_id(Outline(cells)),
                name=name if seen[name] == 1 else f"{name} {seen[name]}",
                lpa=own["lpa"].iloc[0],
                cells=cells,
                cell_names=tuple(own["place"].astype(str)),
                n=int(own["n"].sum()),
                score=float(own["score"].sum()),
                harm=float(own["harm_score"].sum(min_count=1)),
            )
        )
    return tuple(spots)


def rounded(shift: Shift) -> Shift:
    """Return a shift to the millimetre and the thousandth of a degree, within one turn."""
    return Shift(round(shift.east_m, 3), round(shift.north_m, 3), round(shift.clockwise_deg % 360.0, 3))


def plain(text: str) -> str:
    """Return text on one line, without spaces round it."""
    return " ".join(text.split())
