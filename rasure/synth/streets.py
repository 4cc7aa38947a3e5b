"""Invented streets: every quarter of a town has a bent grid of its own, thinned towards the edge of the town.

The unit is the segment, the piece of street between two corners: crime concentrates on segments, and a street is a run
of them with one name.
"""

import numpy as np
import pandas as pd
import shapely

from rasure.synth.force import Force
from rasure.synth.frames import rows
from rasure.synth.settlements import hosts_only
from rasure.synth.warp import Warp
from rasure.synth.words import street_stems

_KINDS = ("Road", "Street", "Close", "Lane", "Way", "Avenue", "Drive", "Row", "Rise", "Crescent", "Place", "Court")
_KIND_ODDS = (0.22, 0.1, 0.16, 0.09, 0.1, 0.08, 0.1, 0.03, 0.04, 0.04, 0.02, 0.02)
_BREAK = 0.16
_LONGEST_M = 320.0
_STEPS = 4_096
_WAY = {"quarter": np.int64, "axis": np.int64, "line": np.int64, "along": np.int64}


def segments(force: Force, places: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    """Return every street segment: street, town, quarter, road_class, its two ends and its middle.

    Columns: street_no, street, town, quarter (row of `quarters`), road_class (secondary, tertiary, residential),
    e1_m, n1_m, e2_m, n2_m, e_m, n_m, length_m, centre_m (metres to the town's centre), order along the street.
    """
    rng = force.rng("streets")
    bend = Warp.drawn(rng, 620.0, 30.0)
    towns = hosts_only(places)
    own = quarters.groupby("town", sort=False)
    parts = []
    for number, (town, radius_m) in enumerate(rows(towns, "name", "radius_m")):
        nodes = _town_nodes(rng, own.get_group(town), radius_m, bend)
        parts.append(nodes[_within(rng, nodes, number, towns)])
    joined = _edges(rng, pd.concat(parts, ignore_index=True))
    joined["town"] = quarters["town"].to_numpy(dtype=object)[joined["quarter"].to_numpy()]
    joined["street_no"] = _street_numbers(rng, joined)
    return _named(rng, joined)


def street_lines(segments: pd.DataFrame) -> pd.DataFrame:
    """Return streets as lines: name, road_class, shape; in order of street number."""
    ordered = segments.sort_values(["street_no", "order"], kind="stable")
    starts, ends = ordered[["e1_m", "n1_m"]].to_numpy(), ordered[["e2_m", "n2_m"]].to_numpy()
    number = ordered["street_no"].to_numpy()
    begins = np.r_[True, (number[1:] != number[:-1]) | (starts[1:] != ends[:-1]).any(axis=1)]
    line = np.cumsum(begins) - 1
    points = np.vstack([starts[begins], ends])
    rank = np.argsort(np.r_[np.flatnonzero(begins) - 0.5, np.arange(len(ordered))], kind="stable")
    lines = shapely.linestrings(points[rank], indices=np.r_[line[begins], line][rank])
    firsts = ordered[begins]
    return pd.DataFrame({"name": firsts["street"].array, "road_class": firsts["road_class"].array, "shape": lines})


def _town_nodes(rng: np.random.Generator, quarters: pd.DataFrame, radius_m: float, bend: Warp) -> pd.DataFrame:
    """Return the corners of every quarter's grid that lie nearer to it than to another quarter."""
    seeds = quarters[["e_m", "n_m"]].to_numpy()
    parts = []
    patterns = zip(quarters.index, *zip(*rows(quarters, "spacing_m", "angle", "order"), strict=True), strict=True)
    for own, (row, spacing_m, angle, order) in enumerate(patterns):
        near = np.sort(np.hypot(*(seeds - seeds[own]).T))
        reach = min(radius_m * 1.15, (near[min(3, len(near) - 1)] if len(near) > 1 else radius_m) + 400.0)
        size = int(reach / spacing_m) + 1
        corners = np.meshgrid(np.arange(-size, size + 1), np.arange(-size, size + 1), indexing="ij")
        i, j = corners[0].ravel(), corners[1].ravel()
        squeezed = spacing_m * rng.uniform(0.85, 1.25)
        x, y = i * spacing_m, j * squeezed
        turned = np.column_stack(
            [
                x * np.cos(angle) - y * np.sin(angle),
                x * np.sin(angle) + y * np.cos(angle),
            ]
        )
        points = seeds[own] + turned
        points = points + bend.shift(points) * (1.15 - order)
        points += rng.normal(0.0, 9.0 * (1.1 - order), size=points.shape)
        nearest = np.argmin(((points[:, np.newaxis, :] - seeds) ** 2).sum(axis=-1), axis=1) == own
        corner = pd.DataFrame({"e_m": points[:, 0], "n_m": points[:, 1], "i": i, "j": j, "quarter": row})
        parts.append(corner.loc[nearest])
    nodes: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return nodes


def _within(rng: np.random.Generator, nodes: pd.DataFrame, number: int, towns: pd.DataFrame) -> np.ndarray:
    """Keep corners inside the town's ragged edge that no neighbouring town claims more strongly."""
    east, north = nodes["e_m"].to_numpy(), nodes["n_m"].to_numpy()
    town = towns.iloc[number]
    apart = np.hypot(east - town["e_m"], north - town["n_m"]) / town["radius_m"]
    angle = np.arctan2(north - town["n_m"], east - town["e_m"])
    phases = rng.uniform(0.0, 2.0 * np.pi, size=4)
    edge = 1.0 + sum(0.09 * np.sin((k + 2) * angle + phase) for k, phase in enumerate(phases))
    keep = np.asarray(apart < edge)
    others = towns.drop(index=number)
    close = np.hypot(others["e_m"] - town["e_m"], others["n_m"] - town["n_m"])
    near = others[close < 1.4 * (others["radius_m"] + town["radius_m"])]
    for other_e_m, other_n_m, radius_m in rows(near, "e_m", "n_m", "radius_m"):
        keep &= np.hypot(east - other_e_m, north - other_n_m) / radius_m > apart
    return keep


def _edges(rng: np.random.Generator, nodes: pd.DataFrame) -> pd.DataFrame:
    """Join neighbouring corners along and across the grid, leaving some out, never those of the collector roads."""
    corners = nodes[["quarter", "i", "j"]].to_numpy()
    points = nodes[["e_m", "n_m"]].to_numpy()
    keys = _key(corners)
    order = np.argsort(keys)
    parts = []
    for axis, step in enumerate(((0, 1, 0), (0, 0, 1))):
        wanted = _key(corners + np.array(step))
        at = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
        own = np.flatnonzero(keys[order[at]] == wanted)
        far = order[at[own]]
        ways = np.column_stack(
            [corners[own, 0], np.full(len(own), axis), corners[own, 2 - axis], corners[own, 1 + axis]]
        )
        parts.append(np.column_stack([ways, points[own], points[far]]))
    edges = pd.DataFrame(np.vstack(parts), columns=[*_WAY, "e1_m", "n1_m", "e2_m", "n2_m"]).astype(_WAY)
    collector = (edges["line"] == 0).to_numpy()
    spacing = np.hypot(edges["e2_m"] - edges["e1_m"], edges["n2_m"] - edges["n1_m"])
    gone = rng.random(len(edges)) < np.where(edges["axis"] == 0, 0.06, 0.26)
    edges["road_class"] = np.where(collector, "tertiary", "residential")
    return edges[(collector | ~gone) & (spacing < _LONGEST_M)].reset_index(drop=True)


def _key(corners: np.ndarray) -> np.ndarray:
    """Number corners (quarter, i, j), so that one can be looked up."""
    return np.asarray((corners[:, 0] * _STEPS + corners[:, 1] + _STEPS // 2) * _STEPS + corners[:, 2] + _STEPS // 2)


def _street_numbers(rng: np.random.Generator, edges: pd.DataFrame) -> np.ndarray:
    """Number runs of segments that follow one another; a run also ends by chance, where the name changes."""
    order = edges.sort_values(["quarter", "axis", "line", "along"], kind="stable").index.to_numpy()
    ordered = edges.loc[order]
    same = np.ones(len(order), dtype=bool)
    for column in ("quarter", "axis", "line"):
        same[1:] &= ordered[column].to_numpy()[1:] == ordered[column].to_numpy()[:-1]
    same[1:] &= np.diff(ordered["along"].to_numpy()) == 1
    same[0] = False
    street = (ordered["road_class"] == "residential").to_numpy()
    begins = ~same | (street & (rng.random(len(order)) < _BREAK))
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(begins) - 1
    return numbers


def _named(rng: np.random.Generator, edges: pd.DataFrame) -> pd.DataFrame:
    count = int(edges["street_no"].max()) + 1
    stems = np.array(street_stems(rng, count), dtype=object)
    kinds = np.array(_KINDS, dtype=object)[rng.choice(len(_KINDS), size=count, p=_KIND_ODDS)]
    number = edges["street_no"].to_numpy()
    kind = np.where(edges["road_class"] == "tertiary", "Road", kinds[number])
    e1, n1, e2, n2 = (np.round(edges[name].to_numpy(), 1) for name in ("e1_m", "n1_m", "e2_m", "n2_m"))
    return pd.DataFrame(
        {
            "street_no": number,
            "street": stems[number] + " " + kind,
            "town": edges["town"].array,
            "quarter": edges["quarter"].to_numpy(),
            "road_class": edges["road_class"].array,
            "order": edges["along"].to_numpy(),
            "e1_m": e1,
            "n1_m": n1,
            "e2_m": e2,
            "n2_m": n2,
            "e_m": (e1 + e2) / 2.0,
            "n_m": (n1 + n2) / 2.0,
            "length_m": np.hypot(e2 - e1, n2 - n1),
        }
    )
