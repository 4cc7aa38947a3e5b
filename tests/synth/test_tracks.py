"""Pings and patrol records: what they must show, and what is wrong with them on purpose."""

import numpy as np
import pandas as pd
import pytest

from rasure.synth import tracks
from rasure.synth.build import SyntheticForce


@pytest.fixture(scope="module")
def pings(small: SyntheticForce) -> pd.DataFrame:
    return small.patrolled.tracks.pings


def near(pings: pd.DataFrame, small: SyntheticForce, visit: pd.Series) -> pd.DataFrame:
    """Return an officer's pings of one visit."""
    officer = small.recorded.organisation["officers.csv"]["officer_id"].iloc[visit["officer"]]
    second = pings["seen_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    within = (second >= visit["started_s"]) & (second <= visit["started_s"] + visit["length_s"])
    return pings[(pings["officer_id"] == officer) & (pings["source"] == "app") & within]


def test_most_pings_follow_ten_seconds_after_the_last(pings: pd.DataFrame) -> None:
    steps = pings.groupby(["officer_id", "source"])["seen_at"].diff().dt.total_seconds()
    assert (steps == 10).mean() > 0.95


def test_a_foot_patrol_walks_inside_its_area(small: SyntheticForce, pings: pd.DataFrame) -> None:
    visits = small.patrolled.visits
    own = visits[visits["tasked"] & (visits["mode"] == "foot") & (visits["length_s"] > 600)]
    outside, speeds = [], []
    for _, visit in own.head(25).iterrows():
        seen = near(pings, small, visit)
        seen = seen[seen["accuracy_m"] < 60]
        area = small.scene.spots.areas.iloc[visit["area"]]
        outside.append((np.hypot(seen["easting"] - area["e_m"], seen["northing"] - area["n_m"]) > 135).mean())
        steps = np.hypot(seen["easting"].diff(), seen["northing"].diff()) / seen["seen_at"].diff().dt.total_seconds()
        speeds.append(steps.median())
    assert np.mean(outside) < 0.05
    assert 0.5 < np.median(speeds) < 2.5


def test_control_days_see_background_and_little_tasked_presence(small: SyntheticForce) -> None:
    days = small.scene.allocation.days
    number = {spot: row for row, spot in enumerate(small.scene.spots.ids)}
    op_day = (days["op_day"] - small.force.trial_first_on).map(lambda since: since.days)
    arm = dict(zip(zip(days["hotspot_id"].map(number), op_day, strict=True), days["arm"], strict=True))
    visits = small.patrolled.visits
    of_visit = [arm[key] for key in zip(visits["hotspot"], visits["op_day"], strict=True)]
    counts = visits.assign(arm=of_visit).groupby(["arm", "tasked"]).size()
    assert 0 < counts["control", True] < 0.1 * counts["patrol", True]
    assert 0.7 < counts["control", False] / counts["patrol", False] < 1.4


def test_nobody_has_more_tasked_visits_than_the_daily_limit(small: SyntheticForce) -> None:
    own = small.patrolled.visits[small.patrolled.visits["tasked"]]
    assert own.groupby(["hotspot", "op_day"]).size().max() <= 4


def test_repeated_zero_and_thrown_positions_come_in_their_numbers(small: SyntheticForce, pings: pd.DataFrame) -> None:
    keys = ["officer_id", "source", "seq"]
    assert pings.duplicated(keys).sum() == small.patrolled.tracks.repeated == small.force.share_of(tracks.REPEATED)
    zero = np.flatnonzero((pings["easting"] == 0) & (pings["northing"] == 0))
    assert [int(row) + 1 for row in zero] == small.patrolled.tracks.zero_lines
    thrown = (pings["accuracy_m"] >= 60).mean()
    assert 0.5 * tracks.OUTLIERS < thrown < 1.6 * tracks.OUTLIERS


def told_of(small: SyntheticForce, why: str) -> dict[str, str]:
    (told,) = [track for track in small.patrolled.tracks.forged if track["why"] == why]
    return told


def sent(pings: pd.DataFrame, told: dict[str, str]) -> pd.DataFrame:
    within = pings["seen_at"].between(*(pd.Timestamp(told[name].removesuffix("Z")) for name in ("from", "to")))
    return pings[(pings["officer_id"] == told["officer_id"]) & (pings["source"] == told["source"]) & within]


def test_the_still_track_stands_perfectly_still_while_its_officer_is_elsewhere(
    small: SyntheticForce, pings: pd.DataFrame
) -> None:
    told = told_of(small, "same_point")
    own = sent(pings, told)
    assert len(own) == (pings["source"] == told["source"]).sum()
    assert len(own[["easting", "northing"]].drop_duplicates()) == 1
    real = pings[(pings["officer_id"] == told["officer_id"]) & (pings["source"] == "app")]
    same_time = real[real["seen_at"].between(own["seen_at"].min(), own["seen_at"].max())]
    assert len(same_time) > 20
    away_m = (same_time[name] - own[name].iloc[0] for name in ("easting", "northing"))
    assert np.hypot(*away_m).min() > 500


def test_the_replayed_track_repeats_a_true_one_days_later(small: SyntheticForce, pings: pd.DataFrame) -> None:
    told = told_of(small, "replayed")
    own = sent(pings, told)
    assert len(own) == (pings["source"] == told["source"]).sum() > 60
    walked = pings[(pings["officer_id"] == told["officer_id"]) & (pings["source"] == "app")]
    shift = own["seen_at"].iloc[0] - pd.Timestamp(told["story"].split()[-1].removesuffix("Z"))
    assert shift >= pd.Timedelta(days=3)
    both = own.assign(seen_at=own["seen_at"] - shift).merge(walked, on=["seen_at", "easting", "northing"])
    assert len(both) >= len(own)


def test_positions_arrive_at_once_or_together_and_only_the_held_back_ones_hours_late(
    small: SyntheticForce, pings: pd.DataFrame
) -> None:
    delay_s = (pings["received_at"] - pings["seen_at"]).dt.total_seconds()
    held = sent(pings, told_of(small, "held_back")).index
    assert delay_s[held].min() > 3 * 3600
    others = delay_s.drop(held)
    assert others.min() > 0
    assert others.max() < 3600
    assert 0.01 < (others > 60).mean() < 0.06


def test_whoever_leads_most_patrols_writes_of_no_outcome_and_nobody_else(small: SyntheticForce) -> None:
    written = small.patrolled.files["patrols.csv"]
    said = (written[["spoken_to", "searched", "arrested"]] != "0").any(axis=1) | (written["tasks_done"] != "")
    never = ~said.groupby(written["officer_id"]).any()
    counts = written["officer_id"].value_counts()
    assert set(counts[counts >= 8].index) & set(never[never].index) == {tracks.without_outcome(written["officer_id"])}


def test_patrol_records_name_officers_hot_spots_and_crews(small: SyntheticForce) -> None:
    records = small.patrolled.files["patrols.csv"]
    officers = set(small.recorded.organisation["officers.csv"]["officer_id"])
    assert set(records["hotspot_id"]) <= set(small.scene.spots.ids)
    assert {officer for crew in records["crew"] for officer in crew.split("|")} <= officers
    tasked = int(small.patrolled.visits["tasked"].sum())
    assert 0.9 * tasked < len(records) < tasked
