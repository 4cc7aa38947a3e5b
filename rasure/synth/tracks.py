"""Positions as phones and radios report them: one every ten seconds around each visit, with all that goes wrong.

Only officers near a hot spot are followed, from minutes before a visit to minutes after it: a whole force at ten
seconds would be fifty million positions, and nothing but these few could change a figure.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.force import Force
from rasure.synth.forged import Forged, forged
from rasure.synth.hot_spots import HotSpots
from rasure.synth.visits import DAILY_CAP

PING_S = 10
SHORT_GAPS = 0.06
LONG_GAPS = 0.03
"""Planted: share of visits in which the phone is silent for 90-240 s, and for 330-600 s."""

OUTLIERS = 0.0008
"""Planted: share of positions thrown kilometres away."""

REPEATED = 60
"""Planted at full size: positions sent twice, word for word."""

ZERO = 12
"""Planted at full size: positions of (0, 0), refused by the loader."""

OFFLINE = 0.03
"""Planted: share of visits whose positions arrive together at their end, the phone having had no signal."""

_SPEED_M_S = 9.0
_APPROACH_S, _LEAVING_S = 240, 180
_INSIDE_M = 70.0


@dataclass(frozen=True, slots=True)
class Tracks:
    """Pings as received, the tracks that are made up, rows that say (0, 0) (from 1), and how many are sent twice.

    is_true says of each row whether its officer was there: not of what is made up, thrown away or (0, 0). Of each
    made-up track `forged` tells why it is doubted, officer_id, hotspot_id, source, from and to (UTC), and its story.
    """

    pings: pd.DataFrame
    is_true: NDArray[np.bool_]
    forged: list[dict[str, str]]
    zero_lines: list[int]
    repeated: int


def tracks(force: Force, spots: HotSpots, visits: pd.DataFrame, officer_ids: NDArray[np.object_]) -> Tracks:
    """Return pings in order of officer and time.

    Columns: officer_id, seen_at (UTC, whole seconds), easting, northing, accuracy_m, source (app or airwave), seq,
    received_at (UTC).
    """
    rng = force.rng("tracks")
    devices = _devices(visits)
    pings = _along(rng, spots, devices)
    pings = pings[_heard(rng, devices, pings)].reset_index(drop=True)
    _throw(rng, pings)
    pings["received"] = _received(force, len(devices), pings)
    made_up = forged(force, spots, visits, pings)
    pings = pd.concat([pings, *(track.pings.assign(device=-1, is_true=False) for track in made_up)], ignore_index=True)
    pings = pings.sort_values(["officer", "source", "second"], kind="stable", ignore_index=True)
    pings = pings[~pings.duplicated(["officer", "source", "second"])].reset_index(drop=True)
    pings["seq"] = pings.groupby(["officer", "source"], sort=False).cumcount() + 1
    real = np.flatnonzero(pings["device"] >= 0)
    repeated = np.sort(rng.choice(real, size=min(force.share_of(REPEATED), len(real)), replace=False))
    order = np.sort(np.r_[np.arange(len(pings)), repeated])
    written = _written(pings.take(order), officer_ids)
    once = np.flatnonzero(~np.isin(order, repeated) & np.isin(order, real))
    zero = np.sort(rng.choice(once, size=min(force.share_of(ZERO), len(once)), replace=False))
    is_zero = np.isin(np.arange(len(written)), zero)
    for name in ("easting", "northing"):
        written[name] = np.where(is_zero, 0.0, written[name].to_numpy())
    is_true = pings["is_true"].to_numpy(dtype=bool)[order] & ~is_zero
    told = [_told(track, officer_ids) for track in made_up]
    return Tracks(written, is_true, told, [int(row) + 1 for row in zero], len(repeated))


def _devices(visits: pd.DataFrame) -> pd.DataFrame:
    """Return one row a reporting device: the officer's, and the second officer's where there is one."""
    seconds = visits[visits["crew"] >= 0].assign(officer=lambda rows: rows["crew"])
    return pd.concat([visits, seconds], ignore_index=True)


def _along(rng: np.random.Generator, spots: HotSpots, devices: pd.DataFrame) -> pd.DataFrame:
    """Lay every device's way: towards the place, about it or through it, and away again."""
    size = len(devices)
    length = devices["length_s"].to_numpy()
    count = (length + _APPROACH_S + _LEAVING_S) // PING_S
    row = np.repeat(np.arange(size), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    jitter = rng.integers(0, PING_S, size=size)
    t = step * PING_S - _APPROACH_S + jitter[row]
    inside = np.clip(t, 0, length[row])
    e_m, n_m = _about(rng, devices, row, inside)
    heading = rng.uniform(0.0, 2.0 * np.pi, size=(2, size))
    through = (devices["mode"] == "drove_through").to_numpy()
    heading[1] = np.where(through, heading[0] + np.pi, heading[1])
    outside = np.where(t < 0, -t, np.maximum(t - length[row], 0)) * _SPEED_M_S
    way = np.where(t < 0, heading[0][row], heading[1][row])
    e_m, n_m = e_m + outside * np.cos(way), n_m + outside * np.sin(way)
    shake_e, shake_n = _shake(rng, size, row, t), _shake(rng, size, row, t)
    centre = spots.areas[["e_m", "n_m"]].to_numpy()[devices["area"].to_numpy()]
    return pd.DataFrame(
        {
            "device": row,
            "officer": devices["officer"].to_numpy()[row],
            "source": np.where(devices["tasked"].to_numpy(dtype=bool)[row], "app", "airwave"),
            "second": devices["started_s"].to_numpy()[row] + t,
            "e_m": centre[row, 0] + e_m + shake_e,
            "n_m": centre[row, 1] + n_m + shake_n,
            "accuracy_m": np.clip(np.rint(rng.gamma(4.0, 1.7, size=len(row))), 3, 40).astype(np.int64),
        }
    )


def _about(
    rng: np.random.Generator, devices: pd.DataFrame, row: NDArray[np.int64], t: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give where in the place a device is: walking a loop, standing still, or crossing it at speed."""
    size = len(devices)
    mode = devices["mode"].to_numpy(dtype=str)
    reach = np.where(mode == "foot", rng.uniform(45.0, _INSIDE_M, size=size), 0.0)
    pace = rng.uniform(0.9, 1.3, size=(2, size)) / np.maximum(reach, 1.0)
    phase = rng.uniform(0.0, 2.0 * np.pi, size=(2, size))
    still = rng.uniform(-0.6, 0.6, size=(2, size)) * _INSIDE_M
    heading = rng.uniform(0.0, 2.0 * np.pi, size=size)
    along = np.where((mode == "drove_through")[row], (t - 15.0) * 4.0, 0.0)
    e_m = reach[row] * np.sin(pace[0][row] * t + phase[0][row]) + still[0][row] * (reach[row] == 0)
    n_m = reach[row] * np.sin(pace[1][row] * t + phase[1][row]) + still[1][row] * (reach[row] == 0)
    return e_m + along * np.cos(heading)[row], n_m + along * np.sin(heading)[row]


def _shake(rng: np.random.Generator, size: int, row: NDArray[np.int64], t: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the slow wander of a receiver's error, and a little noise on top."""
    shaken = rng.normal(0.0, 0.5, size=len(row))
    for period_s, reach_m in ((310.0, 2.6), (130.0, 1.4)):
        phase = rng.uniform(0.0, 2.0 * np.pi, size=size)
        shaken += reach_m * np.sin(2.0 * np.pi * t / period_s + phase[row])
    return shaken


def _heard(rng: np.random.Generator, devices: pd.DataFrame, pings: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which positions arrive: some phones are silent for minutes within a visit."""
    size = len(devices)
    sort = rng.choice(3, size=size, p=(1.0 - SHORT_GAPS - LONG_GAPS, SHORT_GAPS, LONG_GAPS))
    length = np.select(
        [sort == 1, sort == 2], [rng.uniform(90.0, 240.0, size=size), rng.uniform(330.0, 600.0, size=size)], 0.0
    )
    begins = devices["started_s"].to_numpy() + rng.uniform(0.1, 0.7, size=size) * devices["length_s"].to_numpy()
    row, second = pings["device"].to_numpy(), pings["second"].to_numpy()
    return np.asarray((second < begins[row]) | (second >= begins[row] + length[row]))


def _throw(rng: np.random.Generator, pings: pd.DataFrame) -> None:
    """Throw a few positions kilometres away, as receivers do between houses."""
    thrown = np.flatnonzero(rng.random(len(pings)) < OUTLIERS)
    angle, far = rng.uniform(0.0, 2.0 * np.pi, size=len(thrown)), rng.uniform(800.0, 5_000.0, size=len(thrown))
    for name, way in (("e_m", np.cos(angle)), ("n_m", np.sin(angle))):
        values = pings[name].to_numpy(copy=True)
        values[thrown] += far * way
        pings[name] = values
    accuracy = pings["accuracy_m"].to_numpy(copy=True)
    accuracy[thrown] = rng.integers(60, 200, size=len(thrown))
    pings["accuracy_m"] = accuracy
    pings["is_true"] = ~np.isin(np.arange(len(pings)), thrown)


def _received(force: Force, size: int, pings: pd.DataFrame) -> NDArray[np.int64]:
    """Give when each position arrives: in seconds, or all of a visit together when the phone is back on air."""
    rng = force.rng("receipts")
    device, second = pings["device"].to_numpy(), pings["second"].to_numpy()
    last = np.zeros(size, dtype=np.int64)
    np.maximum.at(last, device, second)
    is_offline = rng.random(size) < OFFLINE
    back = last + rng.integers(5, 60, size=size)
    return np.where(is_offline[device], back[device], second + rng.integers(1, 9, size=len(pings)))


def _told(track: Forged, officer_ids: NDArray[np.object_]) -> dict[str, str]:
    begins, ends = (int(track.pings["second"].iloc[row]) for row in (0, -1))
    return {
        "why": track.why,
        "officer_id": str(officer_ids[track.officer]),
        "hotspot_id": track.hotspot_id,
        "source": str(track.pings["source"].iloc[0]),
        "from": f"{np.datetime64(begins, 's')}Z",
        "to": f"{np.datetime64(ends, 's')}Z",
        "story": track.story,
    }


def _written(pings: pd.DataFrame, officer_ids: NDArray[np.object_]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "officer_id": officer_ids[pings["officer"].to_numpy()],
            "seen_at": pings["second"].to_numpy().astype("datetime64[s]"),
            "easting": np.round(pings["e_m"].to_numpy(), 1),
            "northing": np.round(pings["n_m"].to_numpy(), 1),
            "accuracy_m": pings["accuracy_m"].to_numpy(),
            "source": pings["source"].to_numpy(dtype=object),
            "seq": pings["seq"].to_numpy(),
            "received_at": pings["received"].to_numpy().astype("datetime64[s]"),
        }
    )


def patrol_records(
    force: Force, spots: HotSpots, visits: pd.DataFrame, officer_ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Return what officers wrote of their tasked visits; a few wrote nothing, a few wrote of visits nobody saw.

    Whoever leads most patrols is planted to write of no outcome of any: nobody spoken to, no task done.
    """
    rng = force.rng("patrol records")
    own = visits[visits["tasked"] & (rng.random(len(visits)) < 0.95)]
    size = len(own)
    on_foot = (own["mode"] == "foot").to_numpy()
    start = own["started_s"].to_numpy() + rng.integers(-40, 90, size=size)
    crew = own["crew"].to_numpy()
    officer = officer_ids[own["officer"].to_numpy()]
    spoken = np.where(own["mode"] == "drove_through", 0, rng.poisson(np.where(on_foot, 3.1, 1.2)))
    searched = rng.binomial(np.minimum(spoken, 6), 0.035)
    arrested = rng.binomial(searched, 0.16)
    is_silent = officer == without_outcome(officer)
    spoken, searched, arrested = (np.where(is_silent, 0, counts) for counts in (spoken, searched, arrested))
    return pd.DataFrame(
        {
            "patrol_id": [f"PAT{number:06d}" for number in range(1, size + 1)],
            "officer_id": officer,
            "hotspot_id": np.array(spots.ids, dtype=object)[own["hotspot"].to_numpy()],
            "started_at": utc_text(start),
            "ended_at": np.where(rng.random(size) < 0.02, "", utc_text(start + own["length_s"].to_numpy())),
            "tasked": "yes",
            "mode": own["mode"].to_numpy(dtype=object),
            "crew": np.where(crew >= 0, officer + "|" + officer_ids[np.maximum(crew, 0)], officer),
            "spoken_to": spoken.astype(str),
            "searched": searched.astype(str),
            "arrested": arrested.astype(str),
            "tasks_done": np.where(on_foot & ~is_silent, "walk the patrol area|speak to door staff", ""),
            "note": "",
        }
    )


def without_outcome(officers: NDArray[np.object_]) -> str:
    """Return who leads most patrols; among equals the first by identifier."""
    names, counts = np.unique(officers.astype(str), return_counts=True)
    return str(names[np.argmax(counts)])


def utc_text(seconds: NDArray[np.int64]) -> NDArray[np.object_]:
    """Write UTC seconds since 1970 as the contract wants instants."""
    texts = np.datetime_as_string(seconds.astype("datetime64[s]"))
    return np.asarray(np.strings.add(texts, "Z").astype(object))


def hot_spot_file(spots: HotSpots) -> pd.DataFrame:
    """Return the hot spots in the contract's columns."""
    areas = spots.areas
    return pd.DataFrame(
        {
            "set_id": "DEMO",
            "version": "1",
            "set_name": "Demo trial",
            **{name: areas[name].to_numpy(dtype=object) for name in ("hotspot_id", "name", "lpa", "patrol_area_id")},
            "patrol_area_name": (areas["name"] + " " + areas["patrol_area_id"].str[-1]).to_numpy(dtype=object),
            "easting": np.round(areas["e_m"].to_numpy(), 1).astype(str),
            "northing": np.round(areas["n_m"].to_numpy(), 1).astype(str),
            "contact": "Neighbourhood sergeant",
            "daily_cap": str(DAILY_CAP),
            "tasks": "walk the patrol area|speak to door staff|check the open ground",
        }
    )
