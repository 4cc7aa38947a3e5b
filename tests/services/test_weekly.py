"""Weeks of different news against the numbers, worked out a second time from the rows that were loaded."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from scipy import stats

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected, NotFound, OutOfArea
from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import desk, weekly, weekly_counts, weekly_rows
from rasure.services.weekly import Asked, Week
from rasure.services.weekly_decisions import things
from rasure.settings import settings
from rasure.store.store import Store, open_store
from rasure.terms import Role
from tests import weekly_world as world
from tests.makers import crime, published, squares
from tests.weekly_world import EMPTY, FIRST_WEEK, KNOWN_ON, ORDINARY, SURGE, Happened

IN_SCOPE = ("5D", "005/01")
WEEK = timedelta(weeks=1)
ROWS = world.happened()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("weekly")
    opened = open_store(folder / "store", reference_folder=settings().reference)
    yield world.load(opened, folder, ROWS)
    opened.close()


def scope(role: Role = Role.GOLD, *lpas: str) -> Scope:
    return desk.admit(Principal("P1", "P", role, frozenset(lpas)), Action.VIEW_COMMAND)


def week(store: Store, week_on: date, lpa: str | None = None, reader: Scope | None = None) -> Week:
    return weekly.week(store, reader or scope(), Asked(week_on, lpa))


def count(week_on: date, lag_days: int, lpa: str | None = None) -> int:
    """Count a week's offences as they were known so many days after its Sunday, from the rows as generated."""
    until = week_on + WEEK + timedelta(days=lag_days - 1)
    return sum(
        week_on <= world.operational_day(one.at) < week_on + WEEK and world.operational_day(one.reported) <= until
        for one in ROWS
        if one.code == IN_SCOPE and lpa in (None, one.lpa)
    )


def expected(week_on: date, lpa: str | None = None) -> tuple[int, int, int, float, float]:
    """Return count, lower and upper limit, and the chances of as many and as few, by the formula written out again."""
    lag = (KNOWN_ON - week_on).days - 6
    middle = week_on + timedelta(days=3)
    baseline = []
    for years in (1, 2, 3):
        then = middle.replace(year=middle.year - years)
        centre = then - timedelta(days=then.weekday())
        # The whole number of weeks back that comes nearest to the same day of the year.
        centre = min((centre - WEEK, centre, centre + WEEK), key=lambda on: abs((on + timedelta(days=3) - then).days))
        baseline += [count(centre + step * WEEK, lag, lpa) for step in range(-3, 4)]
    mean = sum(baseline) / 21
    spread = max(1.0, sum((one - mean) ** 2 for one in baseline) / 20 / mean)
    variance = spread * mean * (1 + 1 / 21)
    forecast = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    n = count(week_on, lag, lpa)
    return n, int(forecast.ppf(0.025)), int(forecast.ppf(0.975)), float(forecast.sf(n - 1)), float(forecast.cdf(n))


class TestThreeWeeksOfDifferentNews:
    @pytest.mark.parametrize(
        ("week_on", "first", "second"),
        [
            (ORDINARY, "Violence was within its usual range.", "None of two areas stood out."),
            (
                EMPTY,
                "No violence was recorded; that is below its usual range.",
                "West Square recorded fewer than chance explains.",
            ),
            (SURGE, "Violence was far above its usual range.", "West Square recorded more than chance explains."),
        ],
    )
    def test_the_sentences_are_those_of_the_numbers(self, store: Store, week_on: date, first: str, second: str) -> None:
        found = week(store, week_on)
        assert found.sentences() == (first, second, "Patrols are not yet recorded.")
        n, low, high, p_high, p_low = expected(week_on)
        assert found.violence.whole.n == n
        assert found.violence.whole.alert.interval == (low, high)
        assert f"usually {low}–{high}" in found.notes()[0]
        assert ("within" in first) == (low <= n <= high)
        assert ("far above" in first) == (p_high < 0.001)
        assert ("below" in first) == (p_low < 0.01)
        for area, lpa in (("West Square", "W"), ("East Square", "E")):
            n, _, _, p_high, p_low = expected(week_on, lpa)
            row = next(one for one in found.violence.areas if one.lpa == lpa)
            assert row.n == n
            assert (area in second) == (p_high < 0.01 or p_low < 0.01)

    def test_a_surge_in_one_area_is_flagged_and_nothing_else_is(self, store: Store) -> None:
        found = week(store, SURGE)
        high = {row.lpa for row in (*found.violence.areas, *found.violence.rows) if row.alert.status != "usual"}
        assert high == {"W"}

    def test_what_to_decide_names_its_places_and_the_rows_it_rests_on(self, store: Store) -> None:
        (first,) = things(week(store, SURGE))
        n, low, high, _, _ = expected(SURGE, "W")
        assert first.title == f"West Square: {n} offences, usually {low}–{high}."
        assert f"{n} of {n} at Larch Row W, which is not a patrol place. Send patrols there from Monday?" in first.text
        assert (first.page, first.lpa) == ("hot_spots", "W")
        keys = {row["id"] for row in weekly_rows.rows(week(store, SURGE))}
        assert set(first.rests_on) <= keys

    def test_an_ordinary_week_asks_for_nothing(self, store: Store) -> None:
        assert things(week(store, ORDINARY)) == ()


class TestLateRecorded:
    def test_a_week_just_over_is_compared_with_weeks_as_they_stood_when_just_over(self, store: Store) -> None:
        found = week(store, SURGE - WEEK)
        lag = (KNOWN_ON - (SURGE - WEEK)).days - 6
        assert lag == 7
        assert [row.n for _, row in found.violence.trend[-8:]] == [
            count(on, lag) for on, _ in found.violence.trend[-8:]
        ]
        # The same week beside earlier weeks that have had time to fill would look low.
        earlier = [SURGE - number * WEEK for number in range(10, 30)]
        assert sum(count(on, lag) for on in earlier) < 0.95 * sum(count(on, 60) for on in earlier)

    def test_it_says_how_much_is_known_and_how_many_may_come(self, store: Store) -> None:
        found = week(store, SURGE)
        known = [count(on, 0) for on, _ in self._settled(found)]
        in_all = [count(on, 400) for on, _ in self._settled(found)]
        told = found.violence.completeness
        assert (told.known, told.in_all) == (sum(known), sum(in_all))
        assert f"({sum(known)} of {sum(in_all)})" in " ".join(found.notes())
        assert told.to_come(100) == round(100 * sum(in_all) / sum(known)) - 100

    def test_an_old_week_has_all_its_offences_and_says_nothing(self, store: Store) -> None:
        assert not [said for said in week(store, ORDINARY - 20 * WEEK).notes() if "known" in said]

    @staticmethod
    def _settled(found: Week) -> list[tuple[date, object]]:
        last = KNOWN_ON - weekly_counts.SETTLED - WEEK
        first = found.asked.week_on - 65 * WEEK
        n = (last - first).days // 7
        return [(first + number * WEEK, None) for number in range(n + 1)]


class TestLittleHistory:
    def test_the_first_week_is_compared_with_nothing(self, store: Store) -> None:
        found = week(store, FIRST_WEEK)
        n = count(FIRST_WEEK, 400)
        assert found.sentences()[0] == f"{n} offences were recorded; there is no earlier week to compare it with."
        assert found.sentences()[1] == "No area has enough history to be compared."
        assert "Nothing could be compared" in " ".join(found.notes())
        assert things(found) == ()

    def test_under_eight_weeks_nothing_is_called_usual_and_at_eight_it_is(self, store: Store) -> None:
        assert not week(store, FIRST_WEEK + 7 * WEEK).violence.whole.is_tested
        assert week(store, FIRST_WEEK + 8 * WEEK).violence.whole.is_tested

    def test_monday_before_six_belongs_to_the_week_before(self, store: Store) -> None:
        early = [one for one in ROWS if one.at.weekday() == 0 and one.at.hour < 6 and one.code == IN_SCOPE]
        assert early
        sunday = early[0].at.date() - timedelta(days=1)
        assert world.operational_day(early[0].at) == sunday
        assert week(store, sunday - timedelta(days=6)).violence.whole.n == count(sunday - timedelta(days=6), 400)


class TestWhichWeek:
    def test_the_newest_whole_week_is_that_of_the_newest_report(self, store: Store) -> None:
        found = weekly.reach(store, datetime(2026, 6, 1))
        assert found is not None
        assert (found.first_on, found.last_on, found.known_on) == (FIRST_WEEK, SURGE, KNOWN_ON)
        assert found.weeks()[0] == SURGE
        assert found.weeks()[-1] == FIRST_WEEK

    def test_a_report_of_the_future_makes_no_week_whole(self, store: Store) -> None:
        found = weekly.reach(store, datetime(2026, 3, 27, 12))
        assert found is not None
        assert (found.last_on, found.known_on) == (SURGE - WEEK, date(2026, 3, 27))

    @pytest.mark.parametrize("wrong", [SURGE + WEEK, SURGE + timedelta(days=1), FIRST_WEEK - WEEK])
    def test_a_week_that_is_not_held_whole_is_refused(self, store: Store, wrong: date) -> None:
        with pytest.raises(InputRejected, match="begins no whole week"):
            week(store, wrong)

    @pytest.mark.parametrize("text", ["", "2026", "2026-W60", "W46-2026", "2026-W1x", "2026-W01-W02"])
    def test_what_is_no_week_is_refused(self, text: str) -> None:
        with pytest.raises(InputRejected, match="is not a week"):
            weekly.monday_of(text)

    def test_published_months_have_no_weeks(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "store", reference_folder=settings().reference)
        load_boundaries.load(store, squares(tmp_path / "areas.geojson"))
        published(tmp_path / "in", "2025-06", "street", [crime("w", month="2025-06")])
        load_police_uk.load(store, tmp_path / "in")
        assert weekly.reach(store, datetime(2026, 1, 1)) is None
        with pytest.raises(NotFound, match="No whole week"):
            week(store, date(2025, 6, 2))
        store.close()


class TestScope:
    def test_an_inspector_is_given_the_own_area_and_nothing_of_the_other(self, store: Store) -> None:
        found = week(store, SURGE, reader=scope(Role.INSPECTOR, "E"))
        assert found.violence.whole.n == count(SURGE, 0, "E")
        assert found.names == {"E": "East Square"}
        assert found.sentences()[:2] == (
            "Violence in East Square was within its usual range.",
            "No kind of offence stood out.",
        )
        assert "West" not in str(weekly_rows.rows(found))

    def test_the_area_chosen_by_gold_gives_the_same_figures(self, store: Store) -> None:
        own, chosen = week(store, SURGE, reader=scope(Role.INSPECTOR, "E")), week(store, SURGE, "E")
        assert own.violence == chosen.violence
        assert own.sentences() == chosen.sentences()

    def test_another_area_is_refused(self, store: Store) -> None:
        with pytest.raises(OutOfArea):
            week(store, SURGE, "W", scope(Role.INSPECTOR, "E"))


class TestRows:
    def test_every_figure_has_a_key_of_its_own_and_what_nobody_recorded_says_so(self, store: Store) -> None:
        rows = weekly_rows.rows(week(store, ORDINARY))
        keys = [row["id"] for row in rows]
        assert len(keys) == len(set(keys))
        for row in rows:
            assert row["value"] is not None or row["since_april"] is not None or row["standing"], row
        silent = {row["id"] for row in rows if row["standing"] == weekly_rows.NOT_RECORDED}
        assert {"compliance", "searches", "reviews", "plans open", "partners", "trained", "sharing", "trial"} <= silent

    def test_harm_names_the_one_offence_that_weighs_most(self, store: Store) -> None:
        harm = week(store, ORDINARY).violence.harm
        n = count(ORDINARY, 70)
        assert harm.days == harm.top_days * n
        assert harm.with_weight == n
        assert harm.usual is not None
        assert harm.usual[0] <= harm.usual[1]


def test_the_world_is_not_empty_of_what_is_tested() -> None:
    late = [one for one in ROWS if one.reported - one.at > timedelta(days=5)]
    assert len(late) > 500
    assert isinstance(ROWS[0], Happened)
