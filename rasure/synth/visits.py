"""Who was at which hot spot when: tasked patrols, cars passing, presence on control days, one forged record.

Visits are what really happened; pings and patrol records are made from them, each with its own faults.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places.times import LONDON
from rasure.synth.force import Force
from rasure.synth.hot_spots import HotSpots

TASKED_MEAN = 2.3
"""Planted: tasked visits a patrol place-day, on average, before the daily limit of four."""

DAILY_CAP = 4
TASKED_ON_CONTROL = 0.02
"""Planted: share of control place-days with a tasked visit against the allocation."""

BACKGROUND_STOPS = 0.11
DRIVES_THROUGH = 0.55
"""Planted: response cars stopping, and passing, a place-day, whatever the arm."""

CREW_SHARE = 0.4
"""Planted: share of tasked visits with a second officer whose phone reports as well."""

_SLOT_HOURS = (7.0, 9.5, 12.0, 14.5, 17.0, 19.5, 22.0, 24.5)
_SLOT_ODDS = (0.05, 0.07, 0.1, 0.16, 0.18, 0.17, 0.17, 0.1)
_JOINT_SHARE = 0.25

_COLUMNS = ("hotspot", "area", "op_day", "slot", "started_s", "length_s", "mode", "tasked", "officer", "crew")


@dataclass(frozen=True, slots=True)
class Shifts:
    """Officers by the unit they belong to, as row numbers of the officers' file."""

    tasked: dict[str, NDArray[np.int64]]
    response: dict[str, NDArray[np.int64]]
    joint: NDArray[np.int64]

    @classmethod
    def of(cls, units: pd.DataFrame, officers: pd.DataFrame) -> "Shifts":
        """Sort officers into neighbourhood, response and joint units."""
        names = units.set_index("unit_id")["name"].reindex(officers["unit_id"]).to_numpy(dtype=str)
        lpas = officers["lpa"].to_numpy(dtype=str)
        is_response = np.strings.endswith(names, "Response")

        def own(mask: NDArray[np.bool_]) -> dict[str, NDArray[np.int64]]:
            return {str(lpa): np.flatnonzero(mask & (lpas == lpa)) for lpa in np.unique(lpas) if lpa}

        return cls(own(~is_response), own(is_response), np.flatnonzero(lpas == ""))


def visits(force: Force, spots: HotSpots, allocation: pd.DataFrame, shifts: Shifts) -> pd.DataFrame:
    """Return every visit in order of time.

    Columns: hotspot and area (row of `spots.ids` and of `spots.areas`), op_day (number from the first), started_s
    (UTC seconds since 1970), length_s, mode (foot, stopped, drove_through), tasked, officer, crew (rows of officers;
    -1 for none).
    """
    rng = force.rng("visits")
    number = {spot: row for row, spot in enumerate(spots.ids)}
    spot = np.asarray(allocation["hotspot_id"].map(number).to_numpy(dtype=np.int64), dtype=np.int64)
    first = np.datetime64(force.trial_first_on, "D")
    day = np.asarray((allocation["op_day"].to_numpy().astype("datetime64[D]") - first).astype(np.int64), dtype=np.int64)
    is_patrol = (allocation["arm"] == "patrol").to_numpy()
    tasked = _tasked(rng, spot, day, is_patrol)
    background = _background(rng, spot, day)
    both = pd.concat([tasked, background], ignore_index=True)
    both["started_s"] = _utc_seconds(force, both["op_day"].to_numpy(), both["started_s"].to_numpy())
    both["area"] = _areas(rng, spots, both["hotspot"].to_numpy())
    lpa = spots.areas.drop_duplicates("hotspot_id")["lpa"].to_numpy(dtype=object)[both["hotspot"].to_numpy()]
    both["officer"], both["crew"] = _officers(rng, both, lpa, shifts)
    return both[list(_COLUMNS)].sort_values(["started_s", "hotspot", "officer"], ignore_index=True)


def _tasked(
    rng: np.random.Generator, spot: NDArray[np.int64], day: NDArray[np.int64], is_patrol: NDArray[np.bool_]
) -> pd.DataFrame:
    """Draw tasked visits: up to the limit on patrol days, hardly any on control days, at different hours of a day."""
    wanted = np.minimum(rng.poisson(TASKED_MEAN, size=len(spot)), DAILY_CAP)
    wanted = np.where(is_patrol, wanted, (rng.random(len(spot)) < TASKED_ON_CONTROL).astype(np.int64))
    keys = rng.random((len(spot), len(_SLOT_HOURS))) ** (1.0 / np.array(_SLOT_ODDS))
    slots = np.argsort(-keys, axis=1)
    chosen = np.arange(len(_SLOT_HOURS)) < wanted[:, np.newaxis]
    row, rank = np.nonzero(chosen)
    slot = slots[row, rank]
    size = len(row)
    sort = rng.choice(4, size=size, p=(0.62, 0.22, 0.08, 0.08))
    minutes = np.select(
        [sort == 0, sort == 1, sort == 2],
        [rng.normal(15.5, 1.6, size=size), rng.uniform(4.0, 9.0, size=size), rng.uniform(20.5, 28.0, size=size)],
        0.5,
    )
    mode = np.where(sort == 3, "drove_through", np.where(rng.random(size) < 0.68, "foot", "stopped"))
    start = np.array(_SLOT_HOURS)[slot] * 3600.0 + rng.uniform(0.0, 3300.0, size=size)
    return pd.DataFrame(
        {
            "hotspot": spot[row],
            "op_day": day[row],
            "slot": slot,
            "started_s": np.rint(start).astype(np.int64),
            "length_s": np.rint(np.clip(minutes, 0.5, 30.0) * 60.0).astype(np.int64),
            "mode": mode,
            "tasked": True,
        }
    )


def _background(rng: np.random.Generator, spot: NDArray[np.int64], day: NDArray[np.int64]) -> pd.DataFrame:
    """Draw ordinary police work that happens to be there, alike on patrol and control days."""
    parts = []
    for mean, mode in ((BACKGROUND_STOPS, "stopped"), (DRIVES_THROUGH, "drove_through")):
        row = np.repeat(np.arange(len(spot)), rng.poisson(mean, size=len(spot)))
        lengths = rng.gamma(2.0, 200.0, size=len(row)) + 60.0 if mode == "stopped" else np.full(len(row), 30.0)
        hour = rng.uniform(6.2, 29.4, size=len(row))
        parts.append(
            pd.DataFrame(
                {
                    "hotspot": spot[row],
                    "op_day": day[row],
                    "slot": (hour * 2).astype(np.int64) + 100,
                    "started_s": np.rint(hour * 3600.0).astype(np.int64),
                    "length_s": np.rint(np.minimum(lengths, 1800.0)).astype(np.int64),
                    "mode": mode,
                    "tasked": False,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _utc_seconds(force: Force, day: NDArray[np.int64], since_midnight_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn local seconds since the midnight of an operational day into UTC."""
    midnight = pd.Timestamp(force.trial_first_on) + pd.to_timedelta(np.arange(force.trial_days + 1), unit="D")
    utc = midnight.tz_localize(LONDON).tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
    return np.asarray(utc.astype(np.int64)[day] + since_midnight_s, dtype=np.int64)


def _areas(rng: np.random.Generator, spots: HotSpots, hotspot: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw which patrol area of the hot spot was visited."""
    of_spot = pd.Index(spots.ids).get_indexer(pd.Index(spots.areas["hotspot_id"]))
    first = np.searchsorted(of_spot, np.arange(len(spots.ids)))
    count = np.bincount(of_spot)
    return np.asarray(first[hotspot] + (rng.random(len(hotspot)) * count[hotspot]).astype(np.int64), dtype=np.int64)


def _officers(
    rng: np.random.Generator, found: pd.DataFrame, lpa: NDArray[np.object_], shifts: Shifts
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each visit an officer, and some a second, so that nobody is at two places in the same slot of a day."""
    officer, crew = np.full(len(found), -1), np.full(len(found), -1)
    tasked = found["tasked"].to_numpy(dtype=bool)
    joint = tasked & (rng.random(len(found)) < _JOINT_SHARE)
    double = tasked & (rng.random(len(found)) < CREW_SHARE)
    pool = np.where(joint, "", lpa).astype(object)
    keys = pd.DataFrame({"day": found["op_day"], "slot": found["slot"], "pool": pool, "tasked": tasked})
    place = keys.groupby(["day", "slot", "pool", "tasked"], sort=False).cumcount().to_numpy()
    for name in np.unique(pool.astype(str)):
        for is_tasked in (True, False):
            own = np.flatnonzero((pool == name) & (tasked == is_tasked))
            people = shifts.joint if not name else (shifts.tasked if is_tasked else shifts.response)[name]
            turn = (found["op_day"].to_numpy()[own] * 5 + found["slot"].to_numpy()[own] * 3 + place[own] * 2) % len(
                people
            )
            officer[own] = people[turn]
            second = own[double[own]]
            crew[second] = people[(turn[double[own]] + 1) % len(people)]
    return officer, crew
