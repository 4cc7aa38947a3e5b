"""The same visits by other libraries; run by `bench.visits`, under whichever interpreter has them, on the same files.

Prints one JSON object a library: version, CPU seconds for the whole file (from a part where it would take hours), and
how far its answer agrees on the visits all define alike.
"""

import json
import sys
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")

#: Officers whose tracks the trajectory libraries are given, and places the clipping is asked for.
PART_OFFICERS, PART_PLACES = 12, 6


def main(folder: Path) -> None:
    for name, worker in (
        ("geopandas", with_geopandas),
        ("movingpandas", with_movingpandas),
        ("trackintel", with_trackintel),
    ):
        try:
            version = import_module(name).__version__
        except ImportError:
            print(json.dumps({"library": name, "problem": "is not installed"}))
            continue
        print(json.dumps({"library": name, "version": version} | worker(folder)), flush=True)


def with_geopandas(folder: Path) -> dict[str, Any]:
    """Join positions to grown outlines and group in pandas, by the same rule: every visit must be the same."""
    begun = time.process_time()
    pings, places = _pings(folder), _places(folder)
    places["geometry"] = places.geometry.buffer(20.0, quad_segs=64)
    inside = pings.sjoin(places, predicate="intersects")
    pings["nth"] = pings.groupby("officer_id")["t_s"].rank("dense")
    inside = inside.join(pings["nth"]).sort_values(["officer_id", "hotspot_id", "t_s"])
    by = inside.groupby(["officer_id", "hotspot_id"])
    gap, step = by["t_s"].diff(), by["nth"].diff()
    inside["visit"] = (gap.isna() | (gap > 300) | ((step > 1) & (gap > 120))).cumsum()
    found = inside.groupby("visit").agg(
        officer_id=("officer_id", "first"),
        hotspot_id=("hotspot_id", "first"),
        first=("t_s", "min"),
        last=("t_s", "max"),
    )
    cpu_s = time.process_time() - begun
    ours = _visits(folder)
    both = found.merge(ours, on=["officer_id", "hotspot_id", "first", "last"])
    agreement = f"{len(both):,} of {len(ours):,} visits equal to the second"
    return {"cpu_s": cpu_s, "how": "sjoin and groupby on the whole file", "agreement": agreement}


def with_movingpandas(folder: Path) -> dict[str, Any]:
    """Clip the tracks of a few officers to a few places each; cost grows with both."""
    import movingpandas

    begun = time.process_time()
    pings, places = _pings(folder), _places(folder)
    read_s = time.process_time() - begun
    officers = sorted(pings["officer_id"].unique())
    own = pings[pings["officer_id"].isin(officers[:PART_OFFICERS])]
    ours = _visits(folder)
    ours = ours[ours["officer_id"].isin(officers[:PART_OFFICERS]) & (ours["last"] - ours["first"] >= 300)]
    named = ours["hotspot_id"].value_counts().index[:PART_PLACES]
    asked = places[places["hotspot_id"].isin(named)].assign(
        geometry=lambda rows: rows.geometry.buffer(20.0, quad_segs=64)
    )
    begun = time.process_time()
    whole = movingpandas.TrajectoryCollection(own.set_index("seen_at"), traj_id_col="officer_id")
    split = movingpandas.ObservationGapSplitter(whole).split(gap=pd.Timedelta(seconds=300))
    stays = [
        (str(part.id).split("_")[0], place.hotspot_id, part.get_start_time(), part.get_end_time())
        for place in asked.itertuples()
        for part in split.clip(place.geometry).trajectories
    ]
    cpu_s = read_s + (time.process_time() - begun) * len(officers) / PART_OFFICERS * len(places) / len(asked)
    found = _joined(pd.DataFrame(stays, columns=["officer_id", "hotspot_id", "first", "last"]))
    wanted = ours[ours["hotspot_id"].isin(named)]
    agreement = f"{_matched(wanted, found):,} of {len(wanted):,} stays of five minutes found within 10 s at both ends"
    how = f"clip, from {PART_OFFICERS} of {len(officers)} officers and {len(asked)} of {len(places)} places"
    return {"cpu_s": cpu_s, "how": how, "agreement": agreement}


def with_trackintel(folder: Path) -> dict[str, Any]:
    """Find staypoints of a few officers and the places they lie in; it sees no drive through one, and no modes."""
    import trackintel

    begun = time.process_time()
    pings = _pings(folder).to_crs("EPSG:4326")
    read_s = time.process_time() - begun
    officers = sorted(pings["officer_id"].unique())
    own = pings[pings["officer_id"].isin(officers[:PART_OFFICERS])]
    begun = time.process_time()
    own = own.assign(tracked_at=own["seen_at"].dt.tz_localize("UTC"), user_id=own["officer_id"])
    own = own[["user_id", "tracked_at", "geometry"]].reset_index(drop=True)
    fixes = trackintel.Positionfixes(own)
    _, points = fixes.generate_staypoints(method="sliding", dist_threshold=150, time_threshold=5.0, gap_threshold=5.0)
    places = _places(folder)
    places["geometry"] = places.geometry.buffer(20.0, quad_segs=64)
    points = points.to_crs("EPSG:27700").sjoin(places, predicate="intersects")
    cpu_s = read_s + (time.process_time() - begun) * len(officers) / PART_OFFICERS
    ours = _visits(folder)
    ours = ours[ours["officer_id"].isin(officers[:PART_OFFICERS]) & (ours["last"] - ours["first"] >= 420)]
    hits = 0
    for visit in ours.itertuples():
        theirs = points[(points["user_id"] == visit.officer_id) & (points["hotspot_id"] == visit.hotspot_id)]
        begin, end = (pd.Timestamp(at, unit="s", tz="UTC") for at in (visit.first, visit.last))
        hits += bool(((theirs["started_at"] < end) & (theirs["finished_at"] > begin)).any())
    agreement = f"{hits:,} of {len(ours):,} stays of seven minutes overlap a staypoint at the place"
    return {
        "cpu_s": cpu_s,
        "how": f"staypoints and their places, from {PART_OFFICERS} of {len(officers)} officers",
        "agreement": agreement,
    }


def _pings(folder: Path) -> Any:
    import geopandas

    rows = pd.read_parquet(folder / "pings.parquet")
    points = geopandas.points_from_xy(rows["e_dm"] / 10.0, rows["n_dm"] / 10.0)
    frame = geopandas.GeoDataFrame(rows[["officer_id", "seen_at"]], geometry=points, crs="EPSG:27700")
    frame["t_s"] = rows["seen_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    return frame


def _places(folder: Path) -> Any:
    import geopandas

    rows = pd.read_parquet(folder / "places.parquet")
    outlines = geopandas.GeoSeries.from_wkb(rows["wkb"], crs="EPSG:27700")
    return geopandas.GeoDataFrame(rows[["hotspot_id"]], geometry=outlines)


def _visits(folder: Path) -> pd.DataFrame:
    rows = pd.read_parquet(folder / "visits.parquet")
    for name, column in (("first", "started_at"), ("last", "ended_at")):
        rows[name] = rows[column].to_numpy().astype("datetime64[s]").astype(np.int64)
    return rows


def _joined(pieces: pd.DataFrame) -> pd.DataFrame:
    """Join the pieces of a stay that an excursion of at most 120 s cut apart."""
    for name in ("first", "last"):
        pieces[name] = pieces[name].to_numpy().astype("datetime64[s]").astype(np.int64)
    pieces = pieces.sort_values(["officer_id", "hotspot_id", "first"])
    before = pieces.groupby(["officer_id", "hotspot_id"])["last"].shift()
    stay = (~(pieces["first"] - before <= 120)).cumsum()
    named = {name: (name, "first") for name in ("officer_id", "hotspot_id")}
    return pieces.groupby(stay).agg(**named, first=("first", "min"), last=("last", "max"))


def _matched(wanted: pd.DataFrame, found: pd.DataFrame) -> int:
    """Count the stays whose clipped piece begins and ends within one position of them."""
    hits = 0
    for stay in wanted.itertuples():
        own = found[(found["officer_id"] == stay.officer_id) & (found["hotspot_id"] == stay.hotspot_id)]
        hits += bool(((abs(own["first"] - stay.first) <= 10) & (abs(own["last"] - stay.last) <= 10)).any())
    return hits


if __name__ == "__main__":
    main(Path(sys.argv[1]))
