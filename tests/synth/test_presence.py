"""What was planted among patrols is found in a built demo store: forged track, contamination, background, cap."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.access.roles import Action
from rasure.patrol import dose
from rasure.services import desk, operational_day, patrols, wiring
from rasure.services.patrols import Asked
from rasure.terms import Window

#: Driving up to a place and away from it takes a few seconds inside its outline that the plan does not count.
_APPROACH_S = 30.0


@pytest.fixture(scope="module")
def truth(built: Path) -> pd.DataFrame:
    rows = pd.read_csv(built / "truth" / "visits.csv", dtype=str)
    begins, ends = (pd.to_datetime(rows[name]).dt.tz_localize(None) for name in ("started_at", "ended_at"))
    length_s = (ends - begins).dt.total_seconds()
    return pd.DataFrame(
        {
            "op_day": [operational_day.op_day(at.to_pydatetime()) for at in begins],
            "hotspot_id": rows["hotspot_id"],
            "officer_id": rows["officer_id"],
            "started_at": begins,
            "ended_at": ends,
            "active_s": length_s.where(rows["mode"] != "drove_through", 0.0),
            "is_tasked": rows["tasked"] == "True",
        }
    )


@pytest.fixture(scope="module")
def ours(built: Path) -> patrols.Picture:
    with wiring.opened(built) as store:
        scope = desk.admit(desk.operator(), Action.VIEW_PATROLS)
        known = patrols.dose.extent(store.analytics, scope)
        assert known is not None
        whole = Asked(Window(*known))
        return patrols.picture(store, scope, whole, now=operational_day.begins(known[1]) + pd.Timedelta(days=9))


def found_in(days: pd.DataFrame, wanted: pd.Series) -> set[tuple[object, object]]:
    return set(days.loc[wanted, ["op_day", "hotspot_id"]].itertuples(index=False, name=None))


def planted(truth: pd.DataFrame, days: pd.DataFrame, pass_s: float) -> pd.DataFrame:
    """Return the place-days as planted, with another length from which presence is a visit."""
    return dose.place_days(days[["op_day", "hotspot_id", "arm"]], truth, dose.DoseRule(pass_s=pass_s))


def test_the_forged_track_is_doubted_and_no_other(built: Path, ours: patrols.Picture) -> None:
    told = json.loads((built / "truth" / "truth.json").read_text())["forged_track"]
    (row,) = ours.flagged.to_dict("records")
    assert (row["officer_id"], row["hotspot_id"], row["source"]) == (
        *(told["officer_id"], told["claimed_hotspot_id"]),
        told["source"],
    )
    assert row["started_at"].isoformat() + "Z" == told["from"]
    assert row["ended_at"].isoformat() + "Z" == told["to"]
    assert not row["is_counted"]


@pytest.mark.parametrize(("column", "joined"), [("visits", 0.05), ("tasked_visits", 0.0)])
def test_contaminated_control_days_are_those_planted(
    truth: pd.DataFrame, ours: patrols.Picture, column: str, joined: float
) -> None:
    """Two passings of two cars may touch and make a visit together; no tasked one comes of that."""
    days = ours.days
    surely, perhaps = (planted(truth, days, 120.0 + more_s) for more_s in (_APPROACH_S, -_APPROACH_S))
    control = days["arm"] == "control"
    found = found_in(days, control & (days[column] > 0))
    assert len(found - found_in(days, control & (perhaps[column] > 0))) <= joined * len(found)
    missed = found_in(days, control & (surely[column] > 0)) - found
    assert len(missed) <= 0.03 * len(found)
    assert found


def test_background_is_told_from_patrols(truth: pd.DataFrame, ours: patrols.Picture) -> None:
    whole, days = ours.whole, planted(truth, ours.days, 120.0)
    assert whole.tasked_minutes == pytest.approx(days["tasked_minutes"].sum(), rel=0.06)
    assert whole.untasked_minutes > days["untasked_minutes"].sum()
    passings = len(truth) * _APPROACH_S / 60
    assert whole.untasked_minutes < days["untasked_minutes"].sum() + passings
    assert ours.untasked.vehicle > ours.untasked.foot
    assert ours.tasked.vehicle < 0.1 * ours.tasked.foot


def test_a_day_at_the_limit_was_planted_as_one(truth: pd.DataFrame, ours: patrols.Picture) -> None:
    found = ours.days["is_capped"]
    surely, perhaps = (
        planted(truth, ours.days, 120.0 + more_s)["tasked_visits"] >= 4 for more_s in (_APPROACH_S, -_APPROACH_S)
    )
    assert found.sum() > 10
    assert found_in(ours.days, found) >= found_in(ours.days, surely & ~_split(ours, truth))
    assert (found & ~perhaps).sum() <= 0.05 * found.sum()


def test_compliance_is_what_was_planted_but_for_silent_phones(truth: pd.DataFrame, ours: patrols.Picture) -> None:
    days = planted(truth, ours.days, 120.0)
    complied = (ours.days["tasked_valid_visits"] > 0) & (ours.days["arm"] == "patrol")
    as_planted = (days["tasked_valid_visits"] > 0) & (days["arm"] == "patrol")
    assert not (complied & ~as_planted).any()
    assert (as_planted & ~complied).sum() <= 0.03 * as_planted.sum()


def test_the_band_holds_the_planted_dose(truth: pd.DataFrame, ours: patrols.Picture) -> None:
    days = planted(truth, ours.days, 120.0)
    assert (days["patrol_minutes"] <= ours.days["widest_minutes"] + 1e-6).mean() > 0.99
    assert np.corrcoef(days["patrol_minutes"], ours.days["patrol_minutes"])[0, 1] > 0.98


def _split(ours: patrols.Picture, truth: pd.DataFrame) -> pd.Series:
    """Say which place-days hold a visit of less than nothing: a phone silent for its whole length leaves none."""
    fewer = planted(truth, ours.days, 120.0)["tasked_visits"] - ours.days["tasked_visits"]
    return fewer > 0
