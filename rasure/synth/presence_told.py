"""What the tracks of the synthetic force show, told from the positions as they are sent: stays, and every place-day.

A plan of visits is not yet what happens: phones fall silent and part a visit or end it early, cars slow down inside the
outline on their way, and pass other hot spots. So the truth is worked out here anew, by the words of methods 6 and by
knowing which positions are true, without the engine that has to find it.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.places.grid import SIDE_M
from rasure.places.times import LONDON
from rasure.synth.build import SyntheticForce
from rasure.synth.frames import rows
from rasure.synth.tracks import utc_text
from rasure.synth.visits import DAILY_CAP

_MARGIN_M = 20.0
_LONGEST_JOINED_S, _LONGEST_EXCURSION_S = 300, 120
_FOOT_M_S = 2.5
_VISIT_S, _VALID_S = 120, 600
_DAY_BEGINS_H = 6

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Stay = tuple[int, int]


def stays_told(made: SyntheticForce) -> pd.DataFrame:
    """Return officer_id, hotspot_id, op_day, started_s, ended_s (UTC), active_s, tasked of every stay, passings too."""
    sent = made.patrolled.tracks
    true = sent.pings[sent.is_true].drop_duplicates(["officer_id", "source", "seq"])
    true = true.assign(second=true["seen_at"].to_numpy().astype("datetime64[s]").astype(np.int64))
    true = true.sort_values(["officer_id", "second"], kind="stable", ignore_index=True)
    is_other = (true["officer_id"] != true["officer_id"].shift()) | (true["second"] != true["second"].shift())
    true = true.assign(moment=is_other.cumsum())
    found = [
        _stays(true[_inside(true, own)]).assign(hotspot_id=spot)
        for spot, own in made.scene.spots.areas.groupby("hotspot_id", sort=True)
    ]
    whole = pd.concat(found, ignore_index=True)
    begins = pd.to_datetime(whole["started_s"], unit="s", utc=True).dt.tz_convert(LONDON).dt.tz_localize(None)
    whole["op_day"] = (begins - pd.Timedelta(hours=_DAY_BEGINS_H)).dt.date
    order = ["started_s", "hotspot_id", "officer_id"]
    columns = ["officer_id", "hotspot_id", "op_day", "started_s", "ended_s", "active_s", "tasked"]
    return whole.sort_values(order, ignore_index=True)[columns]


def written_stays(stays: pd.DataFrame) -> pd.DataFrame:
    """Return stays as the truth's file holds them."""
    times = {name: utc_text(stays[f"{name[:-3]}_s"].to_numpy()) for name in ("started_at", "ended_at")}
    return stays.drop(columns=["started_s", "ended_s"]).assign(**times)


def place_days_told(made: SyntheticForce, stays: pd.DataFrame) -> pd.DataFrame:
    """Return every assigned place-day with what its stays amount to.

    Columns: op_day, hotspot_id, arm, patrol_minutes, tasked_minutes, untasked_minutes, visits, pass_throughs,
    tasked_visits, tasked_valid_visits, and is_contaminated, is_contaminated_tasked, is_background, is_capped,
    is_complied.
    """
    by_day: dict[tuple[object, str], list[tuple[int, int, bool, bool]]] = {}
    names = ("op_day", "hotspot_id", "started_s", "ended_s", "active_s", "tasked")
    for op_day, spot, begins, ends, active, tasked in rows(stays, *names):
        by_day.setdefault((op_day, spot), []).append((begins, ends, bool(tasked), active >= _VALID_S))
    told = []
    for op_day, spot, arm in rows(made.scene.allocation.days, "op_day", "hotspot_id", "arm"):
        own = by_day.get((op_day, spot), [])
        every, tasked = _runs(own), _runs([stay for stay in own if stay[2]])
        valid = [stay for stay in own if stay[2] and stay[3]]
        minutes, tasked_minutes = (sum(end - begin for begin, end in found) / 60 for found in (every, tasked))
        visits = sum(end - begin >= _VISIT_S for begin, end in every)
        tasked_visits = sum(end - begin >= _VISIT_S for begin, end in tasked)
        complied = sum(any(begin <= stay[0] <= end for stay in valid) for begin, end in every)
        is_patrol = arm == "patrol"
        told.append(
            {
                "op_day": op_day,
                "hotspot_id": spot,
                "arm": arm,
                "patrol_minutes": minutes,
                "tasked_minutes": tasked_minutes,
                "untasked_minutes": minutes - tasked_minutes,
                "visits": visits,
                "pass_throughs": len(every) - visits,
                "tasked_visits": tasked_visits,
                "tasked_valid_visits": complied,
                "is_contaminated": not is_patrol and visits > 0,
                "is_contaminated_tasked": not is_patrol and tasked_visits > 0,
                "is_background": minutes > tasked_minutes,
                "is_capped": is_patrol and tasked_visits >= DAILY_CAP,
                "is_complied": is_patrol and complied > 0,
            }
        )
    return pd.DataFrame(told)


def _inside(pings: pd.DataFrame, areas: pd.DataFrame) -> Mask:
    """Say which positions lie in a hexagon of the hot spot, or no further from one than a receiver may err."""
    found = np.zeros(len(pings), dtype=bool)
    e_m, n_m = pings["easting"].to_numpy(), pings["northing"].to_numpy()
    for centre in rows(areas, "e_m", "n_m"):
        near = np.flatnonzero(np.hypot(e_m - centre[0], n_m - centre[1]) <= SIDE_M + _MARGIN_M + 1)
        found[near] |= _from_hexagon_m(centre, e_m[near], n_m[near]) <= _MARGIN_M
    return found


def _from_hexagon_m(centre: tuple[float, float], e_m: Floats, n_m: Floats) -> Floats:
    """Return how far points are from a hexagon with a corner to the north, told to the millimetre; 0 inside."""
    angles = np.deg2rad(np.arange(30.0, 391.0, 60.0))
    corner_e, corner_n = (
        np.round(middle + SIDE_M * way(angles), 3) for middle, way in zip(centre, (np.cos, np.sin), strict=True)
    )
    is_within, nearest_m = np.ones(len(e_m), dtype=bool), np.full(len(e_m), np.inf)
    for from_e, from_n, to_e, to_n in zip(corner_e, corner_n, corner_e[1:], corner_n[1:], strict=False):
        side_m = np.hypot(to_e - from_e, to_n - from_n)
        along_e, along_n = (to_e - from_e) / side_m, (to_n - from_n) / side_m
        is_within &= along_e * (n_m - from_n) - along_n * (e_m - from_e) >= 0
        foot_m = np.clip((e_m - from_e) * along_e + (n_m - from_n) * along_n, 0.0, side_m)
        nearest_m = np.minimum(nearest_m, np.hypot(e_m - from_e - foot_m * along_e, n_m - from_n - foot_m * along_n))
    return np.where(is_within, 0.0, nearest_m)


def _stays(inside: pd.DataFrame) -> pd.DataFrame:
    """Join positions inside one hot spot, in order of officer and time, to stays."""
    gap = inside["second"].diff()
    was_out = inside["moment"].diff() > 1
    is_joined = (gap <= _LONGEST_JOINED_S) & (~was_out | (gap <= _LONGEST_EXCURSION_S))
    is_joined &= inside["officer_id"] == inside["officer_id"].shift()
    way_m = np.hypot(inside["easting"].diff(), inside["northing"].diff())
    is_active = is_joined & ~was_out & (way_m <= _FOOT_M_S * gap)
    marked = inside.assign(stay=(~is_joined).cumsum(), active=gap.where(is_active, 0.0), app=inside["source"] == "app")
    return marked.groupby("stay", as_index=False).agg(
        officer_id=("officer_id", "first"),
        started_s=("second", "min"),
        ended_s=("second", "max"),
        active_s=("active", "sum"),
        tasked=("app", "any"),
    )


def _runs(stays: list[tuple[int, int, bool, bool]]) -> list[Stay]:
    """Return the times somebody was there, overlapping and touching stays joined."""
    found: list[Stay] = []
    for begins, ends, *_ in sorted(stays):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found
