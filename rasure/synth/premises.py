"""Invented premises: where people drink, shop, learn, wait, are treated and are held."""

import numpy as np
import pandas as pd

from rasure.synth.force import Force
from rasure.synth.frames import drawn, rows
from rasure.synth.ground import Ground
from rasure.synth.settlements import hosts_only
from rasure.synth.words import street_stems, venue_names

PRISONS = 3
HOSPITALS = 6

#: For each kind: people per premises, metres within which most lie from the town's centre, least of a town.
_DENSITY = {
    "licensed_premises": (1_300.0, 420.0, 1),
    "shop": (1_500.0, 700.0, 1),
    "school": (5_500.0, 6_000.0, 1),
    "park": (9_000.0, 5_000.0, 1),
    "station": (60_000.0, 700.0, 0),
}
_STATION_TOWN_PEOPLE = 8_000.0


def premises(force: Force, ground: Ground) -> pd.DataFrame:
    """Return every invented venue and institution.

    Columns: premises_id, name, kind, segment (row of the segments), e_m, n_m, town, lpa, street, is_public, pull
    (how many offences it draws relative to others of its kind).
    """
    rng = force.rng("premises")
    by_town = ground.segments.reset_index(names="segment").groupby("town", sort=False)
    chosen = [
        (kind, segment)
        for town, e_m, n_m, people in rows(hosts_only(ground.places), "name", "e_m", "n_m", "people")
        if town in by_town.groups
        for kind, segment in _of_town(rng, by_town.get_group(town), (e_m, n_m), people / force.scale)
    ]
    chosen += _institutions(rng, ground)
    kinds = np.array([kind for kind, _ in chosen], dtype=object)
    rows_of = np.array([segment for _, segment in chosen])
    return _placed(rng, ground.segments, kinds, rows_of)


def _of_town(
    rng: np.random.Generator, segments: pd.DataFrame, centre: tuple[float, float], people: float
) -> list[tuple[str, int]]:
    """Spread the premises of one town over its segments, most of them near the centre."""
    apart = np.hypot(segments["e_m"].to_numpy() - centre[0], segments["n_m"].to_numpy() - centre[1])
    found: list[tuple[str, int]] = []
    for kind, (per_people, near_m, least) in _DENSITY.items():
        size = max(least, int(people / per_people))
        if kind == "station":
            size = max(size, int(people >= _STATION_TOWN_PEOPLE))
        weights = np.exp(-apart / near_m) + 0.004
        found += [(kind, int(segments["segment"].iloc[i])) for i in drawn(rng, weights, size)]
    return found


def _institutions(rng: np.random.Generator, ground: Ground) -> list[tuple[str, int]]:
    """Put hospitals into large towns of different areas, prisons at the edges of others, a police station in each."""
    towns = hosts_only(ground.places)
    segments = ground.segments
    far = segments["e_m"].to_numpy(), segments["n_m"].to_numpy()
    found: list[tuple[str, int]] = []

    def nearest(e_m: float, n_m: float) -> int:
        return int(np.argmin(np.hypot(far[0] - e_m, far[1] - n_m)))

    largest = towns.drop_duplicates("lpa")
    spots = list(rows(largest, "e_m", "n_m", "radius_m"))
    for kind, count, out in (("hospital", HOSPITALS, 0.55), ("prison", PRISONS, 0.85)):
        for number in np.sort(rng.permutation(len(spots))[:count]):
            e_m, n_m, radius_m = spots[number]
            angle = rng.uniform(0.0, 2.0 * np.pi)
            found.append((kind, nearest(e_m + out * radius_m * np.cos(angle), n_m + out * radius_m * np.sin(angle))))
    found += [("police_station", nearest(e_m + 350.0, n_m - 250.0)) for e_m, n_m, _ in spots]
    return found


def _placed(rng: np.random.Generator, segments: pd.DataFrame, kinds: np.ndarray, rows_of: np.ndarray) -> pd.DataFrame:
    own = segments.iloc[rows_of].reset_index(drop=True)
    along = rng.uniform(0.25, 0.75, size=len(own))
    aside = rng.choice([-1.0, 1.0], size=len(own)) * rng.uniform(10.0, 18.0, size=len(own))
    e_m, n_m = beside(own, along, aside)
    return pd.DataFrame(
        {
            "premises_id": [f"PRM{number:05d}" for number in range(1, len(own) + 1)],
            "name": _names(rng, kinds, own),
            "kind": kinds,
            "segment": rows_of,
            "e_m": np.round(e_m),
            "n_m": np.round(n_m),
            "town": own["town"].array,
            "lpa": own["lpa"].array,
            "street": own["street"].array,
            "is_public": ~np.isin(kinds, ("prison", "hospital", "police_station")),
            "pull": np.exp(rng.normal(0.0, 0.9, size=len(own))),
        }
    )


def beside(segments: pd.DataFrame, along: np.ndarray, aside_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the point a share of the way along each segment and some metres to its left."""
    east = (segments["e2_m"] - segments["e1_m"]).to_numpy()
    north = (segments["n2_m"] - segments["n1_m"]).to_numpy()
    length = segments["length_m"].to_numpy()
    e_m = segments["e1_m"].to_numpy() + along * east - aside_m * north / length
    n_m = segments["n1_m"].to_numpy() + along * north + aside_m * east / length
    return e_m, n_m


def _names(rng: np.random.Generator, kinds: np.ndarray, own: pd.DataFrame) -> list[str]:
    size = len(kinds)
    stems, venues = street_stems(rng, size), venue_names(rng, size)
    forms = {
        "licensed_premises": "{venue}",
        "shop": "{stem} Stores",
        "school": "{stem} School",
        "park": "{stem} Park",
        "station": "{town} {stem} Station",
        "hospital": "{stem} Hospital",
        "prison": "HM Prison {stem}",
        "police_station": "{town} Police Station",
    }
    return [
        forms[kind].format(venue=venue, stem=stem, town=town)
        for kind, stem, venue, town in zip(kinds, stems, venues, own["town"], strict=True)
    ]
