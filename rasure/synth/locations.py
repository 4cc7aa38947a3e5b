"""Where offences are recorded: addresses, premises and street corners, and how a records system gets them wrong."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.force import Force
from rasure.synth.ground import Ground
from rasure.synth.premises import beside
from rasure.synth.settlements import hosts_only

UNPLACED = 900
"""Planted at full size: occurrences whose place nobody recorded."""

DEFAULT_GEOCODED = 260
"""Planted at full size: occurrences of one town put at its centre, each under a street of its own."""

MARKED_CENTROIDS = 150
"""Planted at full size: occurrences that say themselves that they stand at a town's centre."""

_CORNERS = 2
_PREMISES, _HOME, _CORNER, _UNPLACED, _DEFAULT, _MARKED = range(6)


@dataclass(frozen=True, slots=True)
class Located:
    """The locations table, the row of it each event has, and what was planted."""

    locations: pd.DataFrame
    of_event: NDArray[np.int64]
    default_town: str
    default_location_ids: list[str]


def located(force: Force, ground: Ground, premises: pd.DataFrame, events: pd.DataFrame) -> Located:
    """Give every event a location; many events share one."""
    rng = force.rng("locations")
    kind, number = _keys(rng, events)
    town = _misplaced(force, ground, events, kind, number)
    keys = kind * 10_000_000 + number
    _, first, of_event = np.unique(keys, return_index=True, return_inverse=True)
    firsts = pd.DataFrame(
        {"segment": events["segment"].to_numpy()[first], "kind": kind[first], "number": number[first]}
    )
    table = _table(force, ground, premises, firsts)
    is_default = kind[first] == _DEFAULT
    return Located(table, of_event.astype(np.int64), town, table.loc[is_default, "location_id"].tolist())


def _keys(rng: np.random.Generator, events: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what sort of place each event has, and which one."""
    at = events["premises"].to_numpy()
    home = events["household"].to_numpy()
    corner = events["segment"].to_numpy() * _CORNERS + rng.integers(0, _CORNERS, size=len(events))
    kind = np.select([at >= 0, home >= 0], [_PREMISES, _HOME], _CORNER).astype(np.int64)
    return kind, np.select([at >= 0, home >= 0], [at, home], corner).astype(np.int64)


def _misplaced(
    force: Force,
    ground: Ground,
    events: pd.DataFrame,
    kind: NDArray[np.int64],
    number: NDArray[np.int64],
) -> str:
    """Plant the geocoding faults; return the town whose centre stands for streets that were not found."""
    rng = force.rng("misplaced")
    towns = hosts_only(ground.places)["name"].head(9).to_numpy()
    town, marked = rng.permutation(towns)[:2]
    town_of = ground.segments["town"].to_numpy()[events["segment"].to_numpy()]
    free = (kind == _CORNER) & (events["carrier"].to_numpy() < 0)
    for sort, wanted, where in (
        (_UNPLACED, UNPLACED, free),
        (_DEFAULT, DEFAULT_GEOCODED, free & (town_of == town)),
        (_MARKED, MARKED_CENTROIDS, free & (town_of == marked)),
    ):
        chosen = rng.permutation(np.flatnonzero(where & (kind == _CORNER)))[: force.share_of(wanted)]
        kind[chosen] = sort
        number[chosen] = events["segment"].to_numpy()[chosen] if sort == _DEFAULT else np.arange(len(chosen))
        if sort == _MARKED:
            number[chosen] = 0
    return str(town)


def _table(force: Force, ground: Ground, premises: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    """Return the locations, one for each row of `firsts` (its segment, sort and number)."""
    size, kind = len(firsts), firsts["kind"].to_numpy()
    own = ground.segments.take(firsts["segment"].to_numpy()).reset_index(drop=True)
    is_at, is_home, is_marked, is_unplaced = (kind == sort for sort in (_PREMISES, _HOME, _MARKED, _UNPLACED))
    at = premises.take(np.where(is_at, firsts["number"].to_numpy(), 0)).reset_index(drop=True)
    e_m, n_m = _points(force, ground, own, at, firsts)
    house = force.rng("house numbers").integers(1, 180, size=size).astype(str)
    street = own["street"].to_numpy(dtype=object)
    exact = is_at | is_home | (kind == _DEFAULT)
    return pd.DataFrame(
        {
            "location_id": [f"LOC{row:07d}" for row in range(1, size + 1)],
            "name": np.select([is_at, is_home, is_unplaced], [at["name"], house + " " + street, ""], street),
            "kind": np.select([is_at, is_home, is_unplaced], [at["kind"], "dwelling", "unknown"], "street"),
            "premises_id": np.where(is_at, at["premises_id"], ""),
            "e_m": e_m,
            "n_m": n_m,
            "precision": np.select([exact, is_marked, is_unplaced], ["exact", "centroid", "unknown"], "street"),
            "is_public": np.where(is_at, at["is_public"].to_numpy(dtype=bool), ~is_home),
            "lpa": np.where(is_at, at["lpa"], own["lpa"]),
            "street": np.where(is_unplaced | is_marked, "", np.where(is_at, at["street"], street)),
            "town": own["town"].to_numpy(dtype=object),
        }
    )


def _points(
    force: Force, ground: Ground, own: pd.DataFrame, at: pd.DataFrame, firsts: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each location is said to be, in whole metres; nowhere for one without a place."""
    rng = force.rng("addresses")
    size, kind, number = len(firsts), firsts["kind"].to_numpy(), firsts["number"].to_numpy()
    is_home, is_centre = kind == _HOME, np.isin(kind, (_DEFAULT, _MARKED))
    corner = (number % _CORNERS + 0.7) / (_CORNERS + 0.4)
    along = np.where(is_home, rng.uniform(0.08, 0.92, size=size), corner)
    aside = np.where(is_home, rng.choice([-1.0, 1.0], size=size) * rng.uniform(9.0, 17.0, size=size), 0.0)
    e_m, n_m = beside(own, along, aside)
    centres = hosts_only(ground.places).set_index("name").loc[own["town"].to_numpy()]
    e_m = np.select([kind == _PREMISES, is_centre], [at["e_m"], centres["e_m"]], e_m)
    n_m = np.select([kind == _PREMISES, is_centre], [at["n_m"], centres["n_m"]], n_m)
    nowhere = kind == _UNPLACED
    return np.where(nowhere, np.nan, np.round(e_m)), np.where(nowhere, np.nan, np.round(n_m))
