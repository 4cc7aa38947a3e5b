"""Times against tiny stores: what SQL and the time line give equals weighing every row, in the scope asked for."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import NotAllowed
from rasure.ingest import load_police_uk
from rasure.places.aoristic import hours_of_week
from rasure.places.times import instants
from rasure.services import day_kinds, desk, times, times_rows
from rasure.services.hot_spots import Question
from rasure.services.times import Asked, Held
from rasure.settings import settings as house
from rasure.store.store import Store, open_store
from rasure.terms import Band, Role
from tests import timed
from tests.extracts import load_squares
from tests.makers import crime, published, whole_force

AS_OF = date(2026, 3, 31)
ALL = Asked(Question(AS_OF))
#: Friday 20 March 2026, 22:00: the peak of most tests.
FRIDAY = ("2026-03-20 22:00", "2026-03-20 22:00")
#: Nights on which clocks go forward (30 March 2025) and back (26 October 2025), and the week after each.
CLOCKS = [
    ("2025-03-30 00:30", "2025-03-30 03:30"),
    ("2025-03-29 22:10", "2025-03-30 05:00"),
    ("2025-10-26 00:15", "2025-10-26 02:45"),
    ("2025-10-25 23:00", "2025-10-26 06:00"),
    ("2025-10-20 12:00", "2025-10-27 12:00"),
    ("2025-03-29 12:00", "2025-04-05 12:00"),
]


def plain(spans) -> np.ndarray:
    """Weigh every row by itself: the reference."""
    starts, ends = (instants(pd.DatetimeIndex([span[at] or None for span in spans])) for at in (0, 1))
    return hours_of_week(starts, ends).weights


class TestHours:
    def test_they_are_those_of_every_row_and_add_up_on_nights_when_clocks_change(
        self, store: Store, tmp_path: Path
    ) -> None:
        spans = [*CLOCKS, FRIDAY, ("2026-03-20 21:30", ""), ("2026-03-21 03:00", "2026-03-20 22:00")]
        found = times.picture(timed.load(store, tmp_path, spans), whole_force(), ALL)
        assert found.weights == pytest.approx(plain(spans), abs=1e-9)
        assert found.weights.sum() == pytest.approx(len(spans), abs=1e-9)
        assert found.counts == times.Counts(9, 0, 0, point=2, spread=5, uniform=1, reversed=1)

    @settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(st.integers(0, 500 * 24 * 60), st.none() | st.integers(-300, 9 * 24 * 60)),
            min_size=20,
            max_size=60,
        )
    )
    def test_any_spans_give_the_sums_of_the_rows(self, tmp_path_factory: pytest.TempPathFactory, minutes) -> None:
        first = pd.Timestamp("2024-10-01 00:07")
        starts = [first + pd.Timedelta(minutes=start) for start, _ in minutes]
        spans = [
            (f"{at:%Y-%m-%d %H:%M}", "" if length is None else f"{at + pd.Timedelta(minutes=length):%Y-%m-%d %H:%M}")
            for at, (_, length) in zip(starts, minutes, strict=True)
        ]
        spans = [span for span in spans if not (span[0].endswith("00:00") and not span[1])] or [FRIDAY]
        folder = tmp_path_factory.mktemp("spans")
        store = open_store(folder / "store", reference_folder=house().reference)
        found = times.picture(timed.load(store, folder, spans), whole_force(), ALL)
        store.close()
        assert found.weights == pytest.approx(plain(spans), abs=1e-9)
        assert found.counts.timed == found.counts.offences == len(spans)

    def test_a_day_alone_is_spread_over_that_day_and_no_midnight_peak_appears(
        self, store: Store, tmp_path: Path
    ) -> None:
        found = times.picture(timed.load(store, tmp_path, [("2026-03-18 00:00", "")]), whole_force(), ALL)
        assert found.weights[2] == pytest.approx(np.full(24, 1 / 24))

    def test_the_longest_day_is_spread_over_its_25_hours(self, store: Store, tmp_path: Path) -> None:
        found = times.picture(timed.load(store, tmp_path, [("2025-10-26 00:00", "")]), whole_force(), ALL)
        assert found.weights[6, 1] == pytest.approx(2 / 25)
        assert found.weights.sum() == pytest.approx(1.0)

    def test_an_offence_without_a_time_is_left_out_and_counted(self, store: Store, tmp_path: Path) -> None:
        found = times.picture(timed.load(store, tmp_path, [FRIDAY, ("", "")]), whole_force(), ALL)
        assert (found.counts.offences, found.counts.untimed, found.counts.timed) == (2, 1, 1)
        assert found.weights.sum() == pytest.approx(1.0)

    def test_only_nights_are_asked_for_and_only_nights_come(self, store: Store, tmp_path: Path) -> None:
        timed.load(store, tmp_path, [FRIDAY, ("2026-03-20 10:00", "")])
        night = Asked(Question(AS_OF, band=Band.NIGHT))
        assert times.picture(store, whole_force(), night).counts.offences == 1


class TestShifts:
    def test_the_peak_is_the_run_that_holds_most_with_its_interval(self, store: Store, tmp_path: Path) -> None:
        spans = [FRIDAY] * 6 + [("2026-03-21 01:00", "")] * 3 + [("2026-03-17 09:00", "")] * 2
        found = times.picture(timed.load(store, tmp_path, spans), whole_force(), Asked(Question(AS_OF), window_h=4))
        assert found.peak and found.every_day
        assert (found.peak.weekday, found.peak.hour, found.peak.weight) == (4, 22, 9.0)
        assert found.peak.interval[0] < 9 / 11 < found.peak.interval[1]
        assert (found.every_day.hour, found.every_day.weight) == (22, 9.0)
        assert [shift.weight for shift in found.by_weekday][:2] == [0.0, 2.0]

    def test_a_span_longer_than_the_shift_counts_for_what_would_fit(self, store: Store, tmp_path: Path) -> None:
        spans = [FRIDAY, ("2026-03-16 08:00", "2026-03-18 00:00"), ("2026-03-16 08:00", "2026-03-16 12:00")]
        timed.load(store, tmp_path, [*spans, ("2026-03-01 00:00", "2026-03-20 00:00")])
        effective = {
            hours: times.picture(store, whole_force(), Asked(Question(AS_OF), window_h=hours)).effective
            for hours in (4, 8)
        }
        assert effective == {4: pytest.approx(1 + 4 / 40 + 1), 8: pytest.approx(1 + 8 / 40 + 1)}


class TestBlocks:
    def test_a_place_is_pulled_towards_the_force_worked_by_hand(self, store: Store, tmp_path: Path) -> None:
        timed.load(store, tmp_path, [FRIDAY] * 10, east=[("2026-03-17 09:00", "")] * 900)
        cell = store.analytics.value("select cell from offence where offence_id = 'F0'")
        blocks = times.picture(store, whole_force(), Asked(Question(AS_OF), cell)).blocks
        assert blocks
        assert blocks.weights[4, 7] == 10
        assert blocks.shares[4, 7] == pytest.approx((10 + 50 * 10 / 910) / 60)
        assert blocks.shares[1, 3] == pytest.approx((50 * 900 / 910) / 60)
        assert (blocks.towards, blocks.towards_timed) == ("the same offences", 910)

    def test_a_small_selection_with_nothing_larger_is_shown_as_it_is(self, store: Store, tmp_path: Path) -> None:
        blocks = times.picture(timed.load(store, tmp_path, [FRIDAY] * 4), whole_force(), ALL).blocks
        assert blocks
        assert (blocks.towards, blocks.shares[4, 7]) == (None, 1.0)

    def test_a_large_selection_has_hours(self, store: Store, tmp_path: Path) -> None:
        timed.load(store, tmp_path, [FRIDAY] * times.COARSE_BELOW)
        assert times.picture(store, whole_force(), ALL).blocks is None

    def test_the_wider_selection_stays_inside_the_scope(self, store: Store, tmp_path: Path) -> None:
        timed.load(store, tmp_path, [FRIDAY] * 3, east=[FRIDAY] * 900)
        blocks = times.picture(store, inspector(), ALL).blocks
        assert blocks
        assert blocks.towards is None


def inspector():
    return desk.admit(Principal("i", "Inspector", Role.INSPECTOR, frozenset({"W"})), Action.VIEW_HOT_SPOTS)


class TestScope:
    def test_an_inspector_gets_only_their_area(self, store: Store, tmp_path: Path) -> None:
        timed.load(store, tmp_path, [FRIDAY] * 2, east=[FRIDAY] * 5)
        assert times.picture(store, inspector(), ALL).counts.offences == 2
        assert times.incidents(store, inspector(), ALL, weekday=4, hours=(22,)).total == 2

    @pytest.mark.parametrize("ask", ["picture", "incidents"])
    def test_asking_for_another_area_is_refused(self, store: Store, tmp_path: Path, ask: str) -> None:
        timed.load(store, tmp_path, [FRIDAY])
        east = Asked(Question(AS_OF, lpa="E"))
        with pytest.raises(NotAllowed):
            if ask == "picture":
                times.picture(store, inspector(), east)
            else:
                times.incidents(store, inspector(), east, weekday=4, hours=(22,))


class TestIncidents:
    def test_those_whose_span_touches_the_hour_come_newest_first_with_their_weight(
        self, store: Store, tmp_path: Path
    ) -> None:
        spans = [FRIDAY, ("2026-03-20 21:30", "2026-03-20 22:30"), ("2026-03-13 20:00", "2026-03-14 00:00")]
        spans += [("2026-03-20 21:00", "2026-03-20 22:00"), ("2026-03-20 23:00", ""), ("2026-03-19 22:30", "")]
        found = times.incidents(timed.load(store, tmp_path, spans), whole_force(), ALL, weekday=4, hours=(22,))
        assert found.total == 3
        assert [(f"{row.started_at:%d %H:%M}", row.weight) for row in found.rows] == [
            ("20 22:00", 1.0),
            ("20 21:30", 0.5),
            ("13 20:00", 0.25),
        ]
        assert (found.rows[0].street, found.rows[0].lpa) == ("Larch Row", "W")

    def test_their_weights_add_up_to_the_cell(self, store: Store, tmp_path: Path) -> None:
        spans = [*CLOCKS, FRIDAY]
        timed.load(store, tmp_path, spans)
        week, uniform = times.picture(store, whole_force(), ALL).weights, 1 / 168
        for day, hour in ((6, 0), (6, 1), (6, 2), (5, 23), (4, 22), (2, 5)):
            rows = times.incidents(store, whole_force(), ALL, weekday=day, hours=(hour,)).rows
            assert sum(row.weight for row in rows) + uniform == pytest.approx(week[day, hour], abs=1e-9)

    def test_only_the_newest_are_listed_and_the_total_is_said(self, store: Store, tmp_path: Path) -> None:
        spans = [(f"2026-02-{n % 28 + 1:02} 22:{n % 60:02}", "") for n in range(400)]
        timed.load(store, tmp_path, spans)
        fridays = sorted((start for start, _ in spans if pd.Timestamp(start).day_of_week == 4), reverse=True)
        found = times.incidents(store, whole_force(), ALL, weekday=4, hours=(22,))
        assert found.total == len(fridays) > times.INCIDENTS_SHOWN
        assert [f"{row.started_at:%Y-%m-%d %H:%M}" for row in found.rows] == fridays[: times.INCIDENTS_SHOWN]

    def test_an_hour_nothing_touches_is_empty(self, store: Store, tmp_path: Path) -> None:
        found = times.incidents(timed.load(store, tmp_path, [FRIDAY]), whole_force(), ALL, weekday=0, hours=(3,))
        assert (found.total, found.rows) == (0, ())


class TestMonths:
    def test_a_gap_is_no_zero_and_a_part_no_whole(self, store: Store, tmp_path: Path) -> None:
        spans = [("2026-01-10 12:00", ""), ("2025-11-05 12:00", ""), ("2025-11-20 12:00", "")]
        found = times.picture(timed.load(store, tmp_path, spans), whole_force(), Asked(Question(AS_OF, 150))).months
        assert [(f"{month.first_on:%m}", month.offences, month.days, month.held) for month in found] == [
            ("11", 2, 26, Held.PART),
            ("12", None, 0, Held.GAP),
            ("01", 1, 31, Held.WHOLE),
            ("02", None, 0, Held.GAP),
            ("03", None, 0, Held.GAP),
        ]

    def test_a_published_month_counts_when_its_last_day_is_in(self, store: Store, tmp_path: Path) -> None:
        load_squares(store, tmp_path)
        for month in ("2025-05", "2025-06"):
            published(tmp_path / "in", month, "street", [crime(month, month=month)])
        load_police_uk.load(store, tmp_path / "in")
        found = times.picture(store, whole_force(), Asked(Question(date(2025, 7, 1), 45)))
        assert found.counts.is_by_month
        assert [(month.days, month.held) for month in found.months] == [(31, Held.WHOLE), (30, Held.WHOLE)]
        assert [kind.name for kind in found.kinds] == ["Winter", "Spring", "Summer", "Autumn"]
        assert found.peak is None


class TestKinds:
    def test_only_days_in_the_window_that_are_held_are_exposure(self, store: Store, tmp_path: Path) -> None:
        spans = [("2026-03-02 12:00", ""), ("2026-03-20 22:00", ""), ("2026-03-21 03:00", "")]
        found = times.picture(timed.load(store, tmp_path, spans), whole_force(), Asked(Question(AS_OF, 400))).kinds
        spring = next(kind for kind in found if kind.name == "Spring")
        assert (spring.offences, spring.days, spring.other_days) == (3, 29, 0)
        assert spring.ratio is None

    def test_the_small_hours_belong_to_the_evening_before(self, store: Store, tmp_path: Path) -> None:
        spans = [("2026-02-27 23:00", ""), ("2026-03-02 05:00", ""), ("2026-03-02 06:00", ""), ("2026-02-02 12:00", "")]
        found = times.picture(timed.load(store, tmp_path, spans), whole_force(), ALL).kinds
        payday = [kind for kind in found if kind.name == "Payday weekends"][-1]
        assert payday.offences == 2

    def test_a_span_of_more_than_a_day_is_in_no_kind(self, store: Store, tmp_path: Path) -> None:
        spans = [("2026-03-02 12:00", ""), ("2026-03-03 12:00", "2026-03-05 12:00")]
        found = times.picture(timed.load(store, tmp_path, spans), whole_force(), ALL).kinds
        assert sum(kind.offences for kind in found if kind.name == "Spring") == 1

    def test_the_comparison_is_the_exact_one(self) -> None:
        days = np.arange("2025-06-01", "2026-06-01", dtype="datetime64[D]")
        counts = np.where(np.isin(days.astype("datetime64[M]").astype(int) % 12 + 1, (6, 7, 8)), 4, 2)
        found = day_kinds.compared(counts, days, day_kinds.Terms((), is_checked=True), only_seasons=True)
        summer = next(kind for kind in found if kind.name == "Summer")
        assert summer.ratio
        assert (summer.per_day, summer.other_per_day, summer.ratio.ratio) == (4.0, 2.0, pytest.approx(2.0))
        assert summer.ratio.is_clear


class TestTerms:
    def test_the_forces_table_runs_forward_without_overlap_and_starts_in_the_week(self, store: Store) -> None:
        found = day_kinds.terms(store)
        flat = [day for run in found.runs for day in run]
        assert flat == sorted(flat)
        assert not found.is_checked
        assert {day.weekday() for day in flat} <= {0, 1, 2, 3, 4}
        assert (flat[0].year, flat[-1].year) == (2021, 2027)


class TestRows:
    def test_hours_of_a_small_selection_are_blocks_with_both_shares(self, store: Store, tmp_path: Path) -> None:
        rows = times_rows.hours(times.picture(timed.load(store, tmp_path, [FRIDAY] * 4), whole_force(), ALL))
        assert len(rows) == 56
        (peak,) = [row for row in rows if row["weight"]]
        assert peak == {"weekday": 5, "from_hour": 21, "to_hour": 24, "weight": 4.0, "share": 1.0, "shrunk_share": 1.0}

    def test_what_cannot_be_worked_out_is_empty(self, store: Store, tmp_path: Path) -> None:
        rows = times_rows.days(times.picture(timed.load(store, tmp_path, [FRIDAY]), whole_force(), ALL))
        assert rows[0]["ratio"] is None
        assert rows[0]["is_clear"] == "no"
        assert set(rows[0]) == set(times_rows.DAY_COLUMNS)


def test_an_empty_store_has_an_empty_answer(store: Store) -> None:
    found = times.picture(store, whole_force(), ALL)
    assert (found.counts.offences, found.peak, found.kinds) == (0, None, ())
    assert {month.held for month in found.months} == {Held.GAP}
