"""What was planted among patrols is found in a built demo store, all and only: stays, contamination, caps, doubts."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.access.roles import Action
from rasure.patrol import dose
from rasure.services import desk, operational_day, patrols, wiring
from rasure.services.patrols import Asked
from rasure.store.analytics import dose as dose_reads
from rasure.store.analytics.days import Days
from rasure.terms import Window

_PLACE_DAY = ["op_day", "hotspot_id"]
_STAY = ["officer_id", "hotspot_id", "started_at", "ended_at"]
_COUNTS = ["visits", "pass_throughs", "tasked_visits", "tasked_valid_visits"]


@pytest.fixture(scope="module")
def ours(built: Path) -> patrols.Picture:
    with wiring.opened(built) as store:
        scope = desk.admit(desk.operator(), Action.VIEW_PATROLS)
        known = patrols.dose.extent(store.analytics, scope)
        assert known is not None
        whole = Asked(Window(*known))
        return patrols.picture(store, scope, whole, now=operational_day.begins(known[1]) + pd.Timedelta(days=9))


@pytest.fixture(scope="module")
def told(built: Path) -> pd.DataFrame:
    days = pd.read_csv(built / "truth" / "place_days.csv", parse_dates=["op_day"])
    return days.assign(op_day=days["op_day"].dt.date)


@pytest.fixture(scope="module")
def stays(built: Path) -> pd.DataFrame:
    return with_times(pd.read_csv(built / "truth" / "stays.csv"))


@pytest.fixture(scope="module")
def plan(built: Path) -> pd.DataFrame:
    rows = with_times(pd.read_csv(built / "truth" / "visits.csv"))
    length_s = (rows["ended_at"] - rows["started_at"]).dt.total_seconds()
    return rows.assign(length_s=length_s, active_s=length_s.where(rows["mode"] != "drove_through", 0.0))


def with_times(rows: pd.DataFrame) -> pd.DataFrame:
    times = {name: pd.to_datetime(rows[name]).dt.tz_localize(None) for name in ("started_at", "ended_at")}
    return rows.assign(**times)


def found_in(days: pd.DataFrame, wanted: pd.Series) -> set[tuple[object, object]]:
    return set(days.loc[wanted, _PLACE_DAY].itertuples(index=False, name=None))


def test_every_stay_is_found_with_its_times_and_no_other(built: Path, stays: pd.DataFrame) -> None:
    with wiring.opened(built) as store:
        scope = desk.admit(desk.operator(), Action.VIEW_PATROLS)
        known = dose_reads.extent(store.analytics, scope)
        assert known is not None
        found = dose_reads.visits(store.analytics, scope, Days(Window(*known)), patrols.restored(store))
    counted = found[found["is_counted"]]
    columns = [*_STAY, "active_s", "is_tasked"]
    seen, wanted = (
        set(rows[columns].itertuples(index=False, name=None))
        for rows in (counted, stays.rename(columns={"tasked": "is_tasked"}))
    )
    assert seen == wanted
    assert len(counted) == len(stays) > 400


def test_the_dose_of_every_place_day_is_what_its_stays_amount_to(told: pd.DataFrame, ours: patrols.Picture) -> None:
    both = ours.days.merge(told, on=[*_PLACE_DAY, "arm"], suffixes=("", "_told"), validate="one_to_one")
    assert len(both) == len(told) == len(ours.days)
    for name in _COUNTS:
        assert both[name].tolist() == both[f"{name}_told"].tolist(), name
    for name in ("patrol_minutes", "tasked_minutes", "untasked_minutes"):
        assert both[name].to_numpy() == pytest.approx(both[f"{name}_told"].to_numpy(), abs=1e-9), name


@pytest.mark.parametrize(
    "what", ["is_contaminated", "is_contaminated_tasked", "is_background", "is_capped", "is_complied"]
)
def test_the_days_it_happened_on_are_found_all_and_only(told: pd.DataFrame, ours: patrols.Picture, what: str) -> None:
    days = ours.days
    is_patrol, is_control = days["arm"] == "patrol", days["arm"] == "control"
    found = {
        "is_contaminated": is_control & (days["visits"] > 0),
        "is_contaminated_tasked": is_control & (days["tasked_visits"] > 0),
        "is_background": days["untasked_minutes"] > 0,
        "is_capped": is_patrol & days["is_capped"],
        "is_complied": is_patrol & (days["tasked_valid_visits"] > 0),
    }[what]
    planted = found_in(told, told[what])
    assert found_in(days, found) == planted
    assert planted


def test_the_shares_on_the_page_are_those_planted(told: pd.DataFrame, ours: patrols.Picture) -> None:
    whole = ours.whole
    assert whole.contamination.part == told["is_contaminated"].sum()
    assert whole.contamination_tasked.part == told["is_contaminated_tasked"].sum()
    assert whole.compliance.part == told["is_complied"].sum()
    assert whole.capped_days == told["is_capped"].sum()
    assert whole.untasked_minutes == pytest.approx(told["untasked_minutes"].sum())


def test_the_forged_tracks_are_doubted_each_for_its_reason_and_no_other(built: Path, ours: patrols.Picture) -> None:
    told = json.loads((built / "truth" / "truth.json").read_text())["forged_tracks"]
    assert [track["why"] for track in told] == ["same_point", "replayed", "held_back"]
    found = ours.flagged.sort_values("flag").to_dict("records")
    for track, row in zip(sorted(told, key=lambda track: str(track["why"])), found, strict=True):
        assert [row[name] for name in ("flag", "officer_id", "hotspot_id")] == [
            *(track["why"], track["officer_id"], track["hotspot_id"])
        ]
        assert track["from"] <= row["started_at"].isoformat() + "Z" < row["ended_at"].isoformat() + "Z" <= track["to"]
        assert (row["ended_at"] - row["started_at"]).total_seconds() >= 600
        assert not row["is_counted"]


def test_what_the_tracks_show_differs_from_the_plan_by_silent_phones_and_ways_alone(
    plan: pd.DataFrame, stays: pd.DataFrame
) -> None:
    """The truth of the tracks stands on the plan: nearly every visit was there, and nobody was much else."""
    crews = plan[plan["second_officer_id"].notna()].assign(officer_id=lambda rows: rows["second_officer_id"])
    planned = pd.concat([plan, crews], ignore_index=True)
    both = planned.reset_index(names="row").merge(stays, on=["officer_id", "hotspot_id"], suffixes=("", "_told"))
    latest_start = both[["started_at", "started_at_told"]].max(axis=1)
    earliest_end = both[["ended_at", "ended_at_told"]].min(axis=1)
    both["shared_s"] = (earliest_end - latest_start).dt.total_seconds().clip(lower=0)
    delivered_s = both.groupby("row")["shared_s"].sum()
    assert (delivered_s > 0).sum() > 0.97 * len(planned)
    assert (delivered_s / planned["length_s"].loc[delivered_s.index]).median() > 0.98
    known = both.loc[both["shared_s"] > 0, ["officer_id", "hotspot_id", "started_at_told"]]
    is_known = pd.MultiIndex.from_frame(stays[_STAY[:3]]).isin(pd.MultiIndex.from_frame(known))
    by_chance_s = (stays["ended_at"] - stays["started_at"])[~is_known].dt.total_seconds()
    assert 0 < len(by_chance_s) < 0.2 * len(stays)
    assert by_chance_s.median() < dose.DoseRule().pass_s


def test_the_band_holds_the_planned_dose(plan: pd.DataFrame, told: pd.DataFrame, ours: patrols.Picture) -> None:
    op_day = plan["started_at"].map(lambda at: operational_day.op_day(at.to_pydatetime()))
    visits = plan.rename(columns={"tasked": "is_tasked"}).assign(op_day=op_day)
    days = dose.place_days(told[[*_PLACE_DAY, "arm"]], visits)
    assert (days["patrol_minutes"] <= ours.days["widest_minutes"] + 1e-6).mean() > 0.99
    assert np.corrcoef(days["patrol_minutes"], ours.days["patrol_minutes"])[0, 1] > 0.98
