"""The dose: exact on worked days, and the same whatever the order, the number of copies and the way of sending."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasure.checks.run import compared, run_case
from rasure.patrol import dose

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "oracles" / "patrol.json"
DAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 9)
NAMES = ["op_day", "hotspot_id", "officer_id", "started_at", "ended_at", "active_s", "is_tasked"]

Visit = tuple[date, str, str, datetime, datetime, float, bool]


def visit(
    officer: str = "1", start_min: float = 0, end_min: float = 15, *, tasked: bool = True, active: float | None = None
) -> Visit:
    begins, ends = NINE + timedelta(minutes=start_min), NINE + timedelta(minutes=end_min)
    return DAY, "A", officer, begins, ends, (end_min - start_min if active is None else active) * 60, tasked


def frame(*visits: Visit) -> pd.DataFrame:
    found = pd.DataFrame(list(visits), columns=NAMES)
    return found.astype({"started_at": "datetime64[us]", "ended_at": "datetime64[us]", "active_s": "float64"})


def assigned(arm: str = "patrol") -> pd.DataFrame:
    return pd.DataFrame([(DAY, "A", arm)], columns=["op_day", "hotspot_id", "arm"])


def one_day(*visits: Visit, arm: str = "patrol") -> dict[str, object]:
    (row,) = dose.place_days(assigned(arm), frame(*visits)).to_dict("records")
    return {str(name): value for name, value in row.items()}


class TestUnits:
    def test_two_crewed_officers_for_15_minutes(self) -> None:
        found = one_day(visit("1"), visit("2"))
        assert (found["patrol_minutes"], found["officer_minutes"], found["visits"]) == (15.0, 30.0, 1)

    def test_a_track_sent_once_for_each_of_the_crew_is_the_same_dose(self) -> None:
        alone, crew = one_day(visit("1")), one_day(visit("1"), visit("2"), visit("3"))
        assert alone["patrol_minutes"] == crew["patrol_minutes"] == 15.0
        assert (alone["visits"], alone["valid_visits"]) == (crew["visits"], crew["valid_visits"])

    def test_an_officer_is_never_counted_twice_at_one_time(self) -> None:
        assert one_day(visit("1", 0, 10), visit("1", 5, 12))["officer_minutes"] == 12.0

    def test_seconds_are_exact(self) -> None:
        assert one_day(visit("1", 0, 1 / 60), visit("2", 5, 5.5))["patrol_minutes"] == pytest.approx(31 / 60, abs=1e-12)

    def test_an_assigned_day_without_a_visit_is_a_day_of_nothing(self) -> None:
        assert one_day()["patrol_minutes"] == 0.0
        assert one_day()["visits"] == 0

    def test_a_place_not_assigned_that_day_has_no_row(self) -> None:
        elsewhere = frame(visit()).assign(hotspot_id="B")
        assert dose.place_days(assigned(), elsewhere)["patrol_minutes"].tolist() == [0.0]


class TestSharesAndTheirCounts:
    def test_no_place_days_are_no_share(self) -> None:
        found = dose.delivered(dose.place_days(assigned("control"), frame()))
        assert (found.compliance, found.patrol_minutes, found.as_delivered) == (None, None, None)
        assert (found.contamination, found.control_days) == (0.0, 1)

    def test_passing_through_is_no_contamination(self) -> None:
        days = dose.place_days(assigned("control"), frame(visit(end_min=1.99)))
        assert dose.delivered(days).contaminated_days == 0

    def test_presence_nobody_tasked_contaminates_all_the_same(self) -> None:
        found = dose.delivered(dose.place_days(assigned("control"), frame(visit(end_min=2, tasked=False))))
        assert (found.contamination, found.contamination_tasked) == (1.0, 0.0)

    def test_a_valid_visit_of_another_does_not_comply_for_a_short_tasked_one(self) -> None:
        days = dose.place_days(assigned(), frame(visit("1", 0, 20, tasked=False), visit("2", 0, 9)))
        assert days["valid_visits"].tolist() == [1]
        assert dose.delivered(days).compliance == 0.0


class TestGapsBetweenRuns:
    def test_runs_join_over_the_edge_of_the_day_when_only_the_place_is_asked_for(self) -> None:
        late = frame(visit("1", 0, 20), visit("2", 20, 30)).assign(op_day=[DAY, DAY + timedelta(days=1)])
        assert dose.runs(late, ["hotspot_id"])["length_s"].tolist() == [1800.0]
        assert len(dose.runs(late, ["op_day", "hotspot_id"])) == 2


class TestErrorBand:
    def chord(self, every_s: int, offset_s: int) -> tuple[float, float]:
        """Drive through a chord of 500 m at 60 km/h (30 s inside) and report every so often."""
        times = [offset_s + every_s * number for number in range(-200, 200)]
        inside = [t for t in times if 0 <= t <= 30]
        if not inside:
            return 0.0, 0.0
        row = (DAY, "A", "1", *(NINE + timedelta(seconds=t) for t in (inside[0], inside[-1])), 0.0, True)
        visits = frame(row).assign(unseen_before_s=every_s, unseen_after_s=every_s)
        low, high = (
            dose.place_days(assigned(), rows)["patrol_minutes"].item() for rows in (visits, dose.widened(visits))
        )
        return low * 60, high * 60

    def test_a_ping_a_second_gives_what_geometry_says(self) -> None:
        assert self.chord(1, 0)[0] == pytest.approx(30.0)

    @pytest.mark.parametrize("every_s", [5, 15, 30, 60])
    def test_the_band_holds_the_truth_whenever_the_reports_fall(self, every_s: int) -> None:
        seen = [self.chord(every_s, offset_s) for offset_s in range(every_s) if self.chord(every_s, offset_s)[1]]
        assert seen
        assert all(low <= 30.0 <= high for low, high in seen)

    def test_silence_may_hide_presence_for_as_long_as_two_positions_are_joined(self) -> None:
        visits = frame(visit()).assign(unseen_before_s=float("nan"), unseen_after_s=900)
        wide = dose.widened(visits)
        assert (visits["started_at"] - wide["started_at"]).dt.total_seconds().tolist() == [300.0]
        assert (wide["ended_at"] - visits["ended_at"]).dt.total_seconds().tolist() == [300.0]


moments = st.integers(0, 240)
drawn = st.builds(
    lambda officer, start, length, tasked, active: visit(
        officer, start / 4, (start + length) / 4, tasked=tasked, active=length / 4 * active
    ),
    st.sampled_from("123"),
    moments,
    st.integers(0, 60),
    st.booleans(),
    st.sampled_from([0.0, 0.5, 1.0]),
)


def slow(visits: list[Visit]) -> tuple[float, float, float]:
    """Count quarter minutes one by one: patrol, officer and tasked minutes."""

    def quarters(rows: list[Visit]) -> set[int]:
        step = timedelta(seconds=15)
        return {n for row in rows for n in range(round((row[3] - NINE) / step), round((row[4] - NINE) / step))}

    officers = {row[2] for row in visits}
    apart = sum(len(quarters([row for row in visits if row[2] == officer])) for officer in officers)
    return len(quarters(visits)) / 4, apart / 4, len(quarters([row for row in visits if row[6]])) / 4


@given(st.lists(drawn, max_size=12), st.randoms(use_true_random=False), st.lists(st.integers(0, 11), max_size=6))
@settings(max_examples=60)
def test_any_order_and_any_copies_give_the_minutes_counted_one_by_one(
    visits: list[Visit], random: object, again: list[int]
) -> None:
    sent = visits + [visits[number] for number in again if number < len(visits)]
    random.shuffle(sent)  # type: ignore[attr-defined]
    found = one_day(*sent)
    assert (found["patrol_minutes"], found["officer_minutes"], found["tasked_minutes"]) == pytest.approx(slow(visits))
    assert found["untasked_minutes"] == pytest.approx(slow(visits)[0] - slow(visits)[2])
    assert found == pytest.approx(one_day(*visits))


@given(st.lists(drawn, max_size=12))
@settings(max_examples=30)
def test_the_parts_of_a_batch_cover_no_more_than_the_whole(visits: list[Visit]) -> None:
    whole = one_day(*visits)["patrol_minutes"]
    parts = [one_day(*visits[:3])["patrol_minutes"], one_day(*visits[3:])["patrol_minutes"]]
    assert max(parts) <= whole + 1e-9  # type: ignore[operator, type-var]
    assert whole <= sum(parts) + 1e-9  # type: ignore[operator, arg-type]


@pytest.mark.real_data
def test_the_public_cases_are_met() -> None:
    if not PUBLIC.is_file():
        pytest.skip("the public cases are not beside this copy of the project")
    cases = [
        case for case in json.loads(PUBLIC.read_text())["cases"] if case["op"] in ("patrol.dose", "patrol.available")
    ]
    assert len(cases) == 2
    assert [compared(case, run_case(case))["differ"] for case in cases] == [[], []]
