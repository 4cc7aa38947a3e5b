"""Towns in metres: where they are, how far they reach, which policing area they belong to, what their quarters are."""

import numpy as np
import pandas as pd

from rasure import geo
from rasure.synth.force import Force, Reference
from rasure.synth.frames import rows

_PEOPLE_PER_KM2 = 3300.0
_UNKNOWN_POPULATION = 2500.0
_KM2_PER_QUARTER = 2.6
_LEAST_OWN_RADIUS_SHARE = 0.14


def settlements(force: Force, reference: Reference) -> pd.DataFrame:
    """Return every named place: name, e_m, n_m, people, kind, radius_m, lpa, host; largest first.

    `host` is the larger town whose built-up area the place lies in, as one of its quarters, or empty.
    """
    towns = _with_areas(reference.towns, reference.lpas)
    e_m, n_m = geo.to_bng(towns["lon"].astype(float), towns["lat"].astype(float))
    people = pd.to_numeric(towns["population"], errors="coerce").fillna(_UNKNOWN_POPULATION) * force.scale
    known = pd.DataFrame(
        {
            "name": towns["name"].astype(str),
            "e_m": np.round(e_m, 1),
            "n_m": np.round(n_m, 1),
            "people": people,
            "kind": towns["class"].astype(str),
            "radius_m": np.maximum(np.sqrt(people / _PEOPLE_PER_KM2 / np.pi) * 1000.0, 160.0),
            "lpa": towns["lpa"],
        }
    )
    known = known.sort_values(["people", "name"], ascending=[False, True], ignore_index=True)
    return known.assign(host=_hosts(known))


def hosts_only(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places with a built-up area of their own."""
    return places[places["host"] == ""].reset_index(drop=True)


def quarters(force: Force, places: pd.DataFrame) -> pd.DataFrame:
    """Return the quarters of every town, each with a street pattern of its own.

    Columns: town (its name), name, e_m, n_m, is_centre, spacing_m, angle, order (1 is a strict grid).
    """
    rng = force.rng("quarters")
    found = []
    for town, e_m, n_m, radius_m in rows(hosts_only(places), "name", "e_m", "n_m", "radius_m"):
        inside = places[places["host"] == town]
        wanted = max(0, int(np.pi * (radius_m / 1000.0) ** 2 / _KM2_PER_QUARTER) - len(inside))
        spots = [(town, e_m, n_m), *rows(inside, "name", "e_m", "n_m")]
        for number in range(wanted):
            angle = 2.399963 * (number + 1) + rng.normal(0.0, 0.25)
            out = radius_m * np.sqrt((number + 1.5) / (wanted + 1.5)) * rng.uniform(0.85, 1.02)
            spots.append((town, e_m + out * np.cos(angle), n_m + out * np.sin(angle)))
        order = rng.uniform(0.3, 1.0)
        for number, (name, east, north) in enumerate(spots):
            spacing_m = rng.uniform(85.0, 105.0) if number == 0 else rng.uniform(110.0, 165.0)
            turned = rng.uniform(0.0, np.pi / 2)
            found.append((town, name, east, north, number == 0, spacing_m, turned, order))
    columns = ["town", "name", "e_m", "n_m", "is_centre", "spacing_m", "angle", "order"]
    return pd.DataFrame(found, columns=columns)


def _with_areas(towns: pd.DataFrame, lpas: pd.DataFrame) -> pd.DataFrame:
    """Give each town its policing area; one that is listed nowhere has that of the nearest listed town."""
    listed = {name: lpa for lpa, names in zip(lpas["lpa"], lpas["towns"], strict=True) for name in names.split("|")}
    found = towns["name"].map(listed).to_numpy(dtype=object)
    east, north = geo.to_bng(towns["lon"].astype(float), towns["lat"].astype(float))
    known = np.flatnonzero(towns["name"].isin(list(listed)))
    for i in np.setdiff1d(np.arange(len(towns)), known):
        nearest = known[np.argmin(np.hypot(east[known] - east[i], north[known] - north[i]))]
        found[i] = found[nearest]
    return towns.assign(lpa=found)


def _hosts(places: pd.DataFrame) -> list[str]:
    """Say in which larger town's reach a suburb or small place lies; the largest such town has it."""
    east, north, radius = (places[name].to_numpy() for name in ("e_m", "n_m", "radius_m"))
    hosts: list[str] = []
    for i in range(len(places)):
        apart = np.hypot(east[:i] - east[i], north[:i] - north[i])
        may_stand_alone = places["kind"].iloc[i] != "suburb" and radius[i] > _LEAST_OWN_RADIUS_SHARE * radius[0]
        near = np.flatnonzero(apart < radius[:i] * 1.05 + radius[i] * 0.3)
        within = [j for j in near if hosts[j] == "" and not may_stand_alone]
        hosts.append(str(places["name"].iloc[within[0]]) if within else "")
    return hosts
