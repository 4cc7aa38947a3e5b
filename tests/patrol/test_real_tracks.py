"""Real positions: stops are found where buses are known to stand, and a gap stays a gap."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from rasure.geo import to_bng
from rasure.patrol import ground
from rasure.patrol.visits import visits

pytestmark = pytest.mark.real_data

#: Where several buses of the file stand for minutes: the stands of the bus station, and two stops on the way.
STANDS = {"bus station": (334_810.0, 390_530.0), "stop A": (339_342.0, 395_048.0), "stop B": (338_149.0, 394_242.0)}
#: Bus, stand, begin of a stay read off the file by eye, and its length in seconds.
STAYS = [
    ("4720", "bus station", "2026-01-26 16:07:41", 230),
    ("4720", "bus station", "2026-01-26 17:22:08", 198),
    ("4733", "bus station", "2026-01-26 17:40:58", 186),
    ("4841", "bus station", "2026-01-26 16:30:24", 274),
    ("4836", "stop A", "2026-01-26 15:56:31", 193),
    ("4836", "stop B", "2026-01-26 17:17:16", 366),
]


@pytest.fixture(scope="module")
def buses(real_data: Path) -> dict[str, pd.DataFrame]:
    rows = pd.read_csv(real_data / "gps" / "liverpool_bus_route14_2026-01-26.csv", dtype={"vehicle_id": "str"})
    e_m, n_m = to_bng(rows["longitude"], rows["latitude"])
    t_s = pd.to_datetime(rows["timestamp"]).to_numpy().astype("datetime64[s]").astype(np.int64)
    track = pd.DataFrame({"bus": rows["vehicle_id"], "t_s": t_s.astype(float), "e_m": e_m, "n_m": n_m})
    return {str(bus): own for bus, own in track.groupby("bus")}


def at(track: pd.DataFrame, east: float, north: float, half_m: float) -> pd.DataFrame:
    corners = shapely.get_coordinates(shapely.box(east - half_m, north - half_m, east + half_m, north + half_m))[:-1]
    return visits(track, ground.holds(ground.pieces([corners]), track["e_m"], track["n_m"]))


@pytest.mark.parametrize(("bus", "stand", "begin", "length_s"), STAYS)
def test_a_stop_is_found_where_a_bus_is_known_to_stand(
    buses: dict[str, pd.DataFrame], bus: str, stand: str, begin: str, length_s: int
) -> None:
    start = pd.Timestamp(begin).timestamp()
    stays = at(buses[bus], *STANDS[stand], half_m=15.0)
    (stay,) = stays[(stays["started_s"] <= start) & (stays["ended_s"] >= start + length_s)].itertuples(index=False)
    assert stay.ended_s - stay.started_s < length_s + 300.0
    assert stay.still_s + stay.foot_s >= 0.8 * length_s


def test_silence_of_half_an_hour_is_nobodys_presence(buses: dict[str, pd.DataFrame]) -> None:
    silences = 0
    for track in buses.values():
        seconds = np.sort(track["t_s"].unique())
        everywhere = visits(track, np.ones(len(track), dtype=bool))
        for begin in np.flatnonzero(np.diff(seconds) > 300.0):
            silences += 1
            assert (everywhere["ended_s"] == seconds[begin]).sum() == 1
            assert (everywhere["started_s"] == seconds[begin + 1]).sum() == 1
    assert silences == 8


def test_the_walks_gaps_are_gaps_and_its_rest_is_a_stay(real_data: Path) -> None:
    text = (real_data / "gps" / "walk_cerknica_2010-08-05.gpx").read_text(encoding="utf-8")
    fixes = re.findall(r'<trkpt lat="([\d.]+)" lon="([\d.]+)">.*?<time>(.*?)</time>', text, flags=re.DOTALL)
    lat, lon = (np.array([float(fix[at]) for fix in fixes]) for at in (0, 1))
    t_s = np.array([pd.Timestamp(fix[2]).timestamp() for fix in fixes])
    plane = {"e_m": lon * 111_320.0 * np.cos(np.radians(45.77)), "n_m": lat * 110_570.0}
    found = visits(pd.DataFrame({"t_s": t_s, **plane}), np.ones(len(t_s), dtype=bool))
    gaps = found["started_s"].to_numpy()[1:] - found["ended_s"].to_numpy()[:-1]
    assert gaps.tolist() == [gap for gap in np.diff(t_s).tolist() if gap > 300.0]
    assert max(gaps) == 894.0
    assert found["still_s"].max() > 900.0
    assert found["foot_s"].max() > 900.0
