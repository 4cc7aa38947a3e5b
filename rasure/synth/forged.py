"""Tracks that are made up: standing too still, walked before, or sent hours after the time they claim."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rasure.places.times import LONDON
from rasure.synth.force import Force
from rasure.synth.hot_spots import HotSpots

STILL_SOURCE, REPLAYED_SOURCE = "app-2", "app-3"

_PING_S = 10
_LONG_S = 1_260
_HOUR_S = 3_600
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Forged:
    """One made-up track: why it is doubted, whose, where it claims to be, what it is, and its positions.

    Positions have officer, source, second, e_m, n_m, accuracy_m and received (UTC seconds since 1970).
    """

    why: str
    officer: int
    hotspot_id: str
    story: str
    pings: pd.DataFrame


def forged(force: Force, spots: HotSpots, visits: pd.DataFrame, pings: pd.DataFrame) -> list[Forged]:
    """Make up three tracks beside real ones; `pings` are what really was, with `device`, `officer` and `second`."""
    real = visits[visits["tasked"] & (visits["mode"] == "foot") & (visits["length_s"] > 600) & (visits["crew"] < 0)]
    return [
        _still(spots, visits),
        *_first(_replayed(spots, real.iloc[len(real) // 5 :], pings)),
        *_first(_held_back(force, spots, real.iloc[len(real) * 3 // 5 :], pings)),
    ]


def _first(found: Iterator[Forged]) -> list[Forged]:
    """Return one track, or none where a small force has no room for it."""
    return [track for track in [next(found, None)] if track is not None]


def _still(spots: HotSpots, visits: pd.DataFrame) -> Forged:
    """Make up one visit: an officer known to stand elsewhere then reports 21 minutes at the same exact point."""
    real = visits[visits["tasked"] & (visits["mode"] != "drove_through") & (visits["length_s"] > 600)]
    chosen = real.iloc[len(real) * 3 // 4]
    elsewhere = spots.areas.iloc[(int(chosen["area"]) + len(spots.areas) // 2) % len(spots.areas)]
    second = int(chosen["started_s"]) - 120 + np.arange(0, _LONG_S, _PING_S)
    track = pd.DataFrame(
        {
            "officer": int(chosen["officer"]),
            "source": STILL_SOURCE,
            "second": second,
            "e_m": float(elsewhere["e_m"]),
            "n_m": float(elsewhere["n_m"]),
            "accuracy_m": 5,
            "received": second + 2,
        }
    )
    story = f"really at {spots.ids[int(chosen['hotspot'])]}"
    return Forged("same_point", int(chosen["officer"]), str(elsewhere["hotspot_id"]), story, track)


def _replayed(spots: HotSpots, visits: pd.DataFrame, pings: pd.DataFrame) -> Iterator[Forged]:
    """Send the true track of a visit once more, days later at the same time of day."""
    last = int(pings["second"].max())
    for row, visit in visits.iterrows():
        own = pings[(pings["device"] == row) & pings["is_true"]]
        officer = int(visit["officer"])
        for days in range(3, (last - int(own["second"].max())) // _DAY_S):
            second = own["second"].to_numpy() + days * _DAY_S
            if _is_free(pings, officer, int(second[0]), int(second[-1])):
                names = ["officer", "e_m", "n_m", "accuracy_m"]
                track = own[names].assign(source=REPLAYED_SOURCE, second=second, received=second + 2)
                story = f"walked on {np.datetime64(int(own['second'].iloc[0]), 's')}Z"
                yield Forged("replayed", officer, spots.ids[int(visit["hotspot"])], story, track)


def _held_back(force: Force, spots: HotSpots, visits: pd.DataFrame, pings: pd.DataFrame) -> Iterator[Forged]:
    """Claim a walk elsewhere three hours before a real visit, sent an hour after the visit by the same device."""
    rng = force.rng("held back")
    for _, visit in visits.iterrows():
        officer, begins = int(visit["officer"]), int(visit["started_s"]) - 3 * _HOUR_S
        second = begins + np.arange(0, _LONG_S, _PING_S)
        local = pd.Timestamp(begins, unit="s", tz="UTC").tz_convert(LONDON)
        if local.hour < 7 or not _is_free(pings, officer, int(second[0]), int(second[-1])):
            continue
        elsewhere = spots.areas.iloc[(int(visit["area"]) + len(spots.areas) // 3) % len(spots.areas)]
        step = np.arange(len(second))
        walked = 50.0 * np.column_stack([np.sin(step / 9.0), np.sin(step / 13.0)]) + rng.normal(0, 1.2, (len(step), 2))
        track = pd.DataFrame(
            {
                "officer": officer,
                "source": "app",
                "second": second,
                "e_m": float(elsewhere["e_m"]) + walked[:, 0],
                "n_m": float(elsewhere["n_m"]) + walked[:, 1],
                "accuracy_m": rng.integers(3, 15, size=len(step)),
                "received": int(visit["started_s"]) + int(visit["length_s"]) + _HOUR_S,
            }
        )
        yield Forged("held_back", officer, str(elsewhere["hotspot_id"]), "sent after a later visit", track)


def _is_free(pings: pd.DataFrame, officer: int, begins_s: int, ends_s: int) -> bool:
    """Say whether an officer reports nothing for an hour to either side of a time."""
    own = pings.loc[pings["officer"] == officer, "second"]
    return not own.between(begins_s - _HOUR_S, ends_s + _HOUR_S).any()
