"""One place: every part of its record against what was put into the store by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rasure.errors import NotAllowed, NotFound
from rasure.ingest import load_patrol_side
from rasure.places import grid, rates
from rasure.services import hot_spots, place_counts, place_series, place_words
from rasure.services.hot_spots import Question
from rasure.services.place import PlaceRecord, place
from rasure.services.place_record import TOP
from rasure.services.place_series import Series
from rasure.settings import settings
from rasure.store.store import Store, open_store
from rasure.terms import Measure, Role, Window
from tests import extracts, one_place
from tests.makers import whole_force
from tests.one_place import AS_OF, EAST, LARCH, QUIET, YARD

ASKED = Question(AS_OF)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("place")
    held = one_place.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world")
    yield held
    held.close()


@pytest.fixture(scope="module")
def larch(world: Store) -> PlaceRecord:
    return place(world, whole_force(), ASKED, LARCH)


class TestStanding:
    def test_rank_and_count_are_those_of_the_ranking(self, larch: PlaceRecord) -> None:
        found = larch.standing
        assert found is not None
        assert (found.rank, found.of, found.rank_in_lpa, found.of_in_lpa, found.n) == (1, 4, 1, 3, 12)
        assert (found.last_on, found.reason) == (date(2026, 3, 7), "")

    def test_the_years_of_age_add_up_to_the_score(self, larch: PlaceRecord) -> None:
        assert larch.standing is not None
        assert [(year.years_back, year.offences) for year in larch.by_age] == [(0, 8), (1, 4)]
        assert sum(year.weight for year in larch.by_age) == pytest.approx(larch.standing.score, abs=1e-9)
        assert sum(year.offences for year in larch.by_age) == larch.standing.n

    def test_a_rank_in_the_area_counts_only_places_of_the_area(self, world: Store) -> None:
        quiet = place(world, whole_force(), ASKED, QUIET).standing
        assert quiet is not None
        assert (quiet.rank, quiet.of, quiet.rank_in_lpa, quiet.of_in_lpa) == (4, 4, 3, 3)

    def test_it_lies_where_it_lies(self, larch: PlaceRecord) -> None:
        assert (larch.lpa, larch.lpa_name, larch.street) == ("W", "West Square", "Larch Row")
        assert grid.cells_of([larch.e_m], [larch.n_m]).tolist() == [LARCH]
        lons, lats = zip(*larch.outline, strict=True)
        assert len(larch.outline) == 6
        assert min(lons) < larch.lon < max(lons)
        assert min(lats) < larch.lat < max(lats)


class TestWhatHappens:
    def test_groups_hold_every_offence_with_their_harm(self, larch: PlaceRecord) -> None:
        (group,) = larch.mix
        assert (group.name, group.offences, group.without_harm) == ("grievous bodily harm", 12, 0)
        assert group.harm_days is not None

    def test_the_latest_come_first_in_words(self, larch: PlaceRecord) -> None:
        latest = larch.recent[0]
        assert latest.when == "Saturday 7 March 2026, 21:15"
        assert (latest.street, latest.weapon, latest.outcome) == ("Larch Row", "blunt instrument", "charged")
        assert [event.dated_on for event in larch.recent] == sorted((e.dated_on for e in larch.recent), reverse=True)

    def test_a_home_is_known_by_its_street_only(self, larch: PlaceRecord) -> None:
        assert "12 Larch Row" not in repr(larch)
        assert {event.street for event in larch.recent} == {"Larch Row"}

    def test_premises_are_counted_and_an_institution_without_any_is_there(self, larch: PlaceRecord) -> None:
        found = [(one.name, one.kind, one.is_institution, one.offences) for one in larch.premises]
        assert found == [("The Larch Arms", "licensed_premises", False, 2), ("Larch School", "school", True, 0)]

    def test_no_person_is_named(self, world: Store, larch: PlaceRecord) -> None:
        assert world.analytics.value("select count(*) from person where family_name = 'Qwyxcanary'") == 9
        assert one_place.CANARY not in repr(larch)


class TestTrend:
    def test_the_last_year_against_the_year_before_exactly(self, larch: PlaceRecord) -> None:
        found = larch.trend
        assert found is not None
        assert (found.later_n, found.later_days, found.earlier_n, found.earlier_days) == (8, 365, 4, 365)
        assert found.rate == rates.compare_rates(8, 365, 4, 365)
        assert place_words.trend(found).endswith("no clear change.")

    def test_without_two_years_it_is_not_compared(self, world: Store) -> None:
        found = place(world, whole_force(), Question(date(2024, 12, 1)), LARCH)
        assert found.trend is None
        assert place_words.trend(found.trend) == "Not enough of the last two years is known to compare them."


class TestSinceWhen:
    @pytest.mark.parametrize("measure", list(Measure))
    @pytest.mark.parametrize("apart", [True, False])
    def test_each_quarter_is_the_ranking_of_its_first_day(self, world: Store, measure: Measure, *, apart: bool) -> None:
        asked = Question(AS_OF, measure=measure, institutions_apart=apart)
        chosen = place_series.chosen_each_quarter(world, whole_force(), asked)
        assert len(chosen.starts) == 10
        for start, cells in zip(chosen.starts, chosen.cells, strict=True):
            then = hot_spots.picture(world, whole_force(), replace(asked, as_of=start)).places
            assert list(cells) == then["cell"].head(TOP).tolist()

    def test_the_quarters_of_a_place_are_its_ranks(self, world: Store) -> None:
        chosen = place_series.chosen_each_quarter(world, whole_force(), ASKED)
        for cell in (LARCH, YARD, EAST):
            judged = [
                quarter for quarter in place(world, whole_force(), ASKED, cell).since.quarters if quarter.is_judged
            ]
            ranks = [cells.index(cell) + 1 if cell in cells else None for cells in chosen.cells]
            assert [quarter.rank for quarter in judged] == ranks

    def test_quarters_hold_every_offence_of_the_series(self, larch: PlaceRecord) -> None:
        assert sum(quarter.offences for quarter in larch.since.quarters) == 12
        first, *_, last = larch.since.quarters
        assert (first.window.first_on, first.is_whole, first.is_judged) == (date(2023, 1, 1), False, False)
        assert (last.window, last.is_whole) == (Window(date(2026, 1, 1), date(2026, 3, 31)), False)

    def test_it_is_said_with_the_first_quarter(self, larch: PlaceRecord) -> None:
        assert place_words.since(larch.since) == (
            "It was among the 20 first-ranked places at the start of 7 of the last 10 quarters, first in July to"
            " September 2024."
        )
        assert place_words.in_short(larch) == "In the top 20 in 7 of the last 10 quarters."

    def test_what_comes_later_changes_nothing(self, world: Store) -> None:
        then = place(world, whole_force(), Question(date(2025, 7, 1)), LARCH).since.quarters
        now = place(world, whole_force(), ASKED, LARCH).since.quarters
        ranks = {quarter.window.first_on: quarter.rank for quarter in now}
        assert then
        assert all(ranks[quarter.window.first_on] == quarter.rank for quarter in then)


class TestHours:
    def test_few_are_faded_and_make_no_claim(self, larch: PlaceRecord) -> None:
        assert larch.hours is not None
        assert (larch.hours.timed, larch.hours.untimed, larch.hours.is_faded) == (12, 0, True)
        assert larch.hours.weights.sum() == pytest.approx(12)
        assert larch.hours.shares.sum() == pytest.approx(1)
        assert place_words.peak(larch).startswith("Only 12 of 12 offences here have a clock time: too few")
        assert "busiest" not in place_words.in_short(larch)

    def test_many_name_the_busiest_run_across_midnight(self) -> None:
        start = pd.to_datetime(["2026-01-10 22:30"] * 40 + ["2026-01-05 12:00"] * 10)
        events = pd.DataFrame({"precision": "exact", "committed_from": start, "committed_to": start})
        found = place_counts.hours(events, np.full((7, 8), 1 / 56))
        assert found is not None
        assert (found.week.weekday, found.week.hour, found.week.weight, found.week.share) == (5, 18, 40.0, 0.8)
        assert not found.is_faded

    def test_offences_known_by_the_day_only_are_counted_apart(self) -> None:
        start = pd.to_datetime(["2026-01-10 22:30", "2026-01-10 00:00"])
        events = pd.DataFrame({"precision": ["exact", "day"], "committed_from": start, "committed_to": start})
        found = place_counts.hours(events, np.full((7, 8), 1 / 56))
        assert found is not None
        assert (found.timed, found.untimed) == (1, 1)


class TestWhatIsDone:
    def test_the_published_set_says_who_leads(self, larch: PlaceRecord) -> None:
        found = larch.tasked
        assert found is not None
        assert (found.hotspot_id, found.set_name, found.contact, found.daily_cap) == (
            "H1",
            "Winter",
            "Inspector’s office",
            4,
        )
        assert found.tasks == ("walk it", "speak to door staff")
        assert (found.is_latest_version, found.patrol_areas) == (True, 1)

    def test_patrols_are_counted_and_tracks_are_not_claimed(self, larch: PlaceRecord) -> None:
        assert larch.dose is not None
        assert (larch.dose.patrols, larch.dose.on_foot_or_stopped, larch.dose.visits) == (2, 1, None)
        said = place_words.dose(larch)
        assert "the last on 29 March 2026 at 23:00" in said
        assert said.endswith("no position of theirs is known there.")

    def test_the_plan_is_found_through_the_hot_spot(self, larch: PlaceRecord) -> None:
        (plan,) = larch.plans
        assert (plan.title, plan.owner, plan.review_due_on) == ("Larch Row", "Sergeant Fern", date(2026, 3, 1))
        assert [(one.heading, one.response) for one in plan.responses] == [("prevent", "Lighting")]

    def test_elsewhere_there_is_none(self, world: Store) -> None:
        found = place(world, whole_force(), ASKED, QUIET)
        assert (found.tasked, found.plans, found.dose, found.since_published) == (None, (), None, None)
        assert place_words.dose(found) == "It is in no published set of hot spots, so no patrol is tasked to it."

    def test_a_place_a_later_version_dropped_is_said(self, store: Store, tmp_path: Path) -> None:
        one_place.build(store, tmp_path / "world")
        elsewhere = one_place.AREA | {"version": "2", "easting": "473500.0"}
        path = extracts.patrol_file(tmp_path / "later", "hot-spots", [elsewhere])
        load_patrol_side.load_hot_spots(store, path)
        found = place(store, whole_force(), ASKED, LARCH).tasked
        assert found is not None
        assert (found.version, found.is_latest_version) == (1, False)


class TestPublication:
    KNOWN = Series(Window(date(2023, 1, 1), date(2026, 3, 31)), frozenset())

    def events(self, *days: str) -> pd.DataFrame:
        return pd.DataFrame({"dated_on": pd.to_datetime(list(days))})

    def test_years_are_counted_from_the_day(self) -> None:
        days = ["2023-06-01", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01", "2026-03-31"]
        found = place_counts.since_published(self.events(*days), self.KNOWN, date(2026, 1, 1))
        assert [(year.window.first_on.year, year.offences) for year in found.before] == [
            (2023, 1),
            (2024, 1),
            (2025, 2),
        ]
        assert [(year.days, year.offences) for year in found.after] == [(90, 2)]
        assert found.comparison is not None
        assert found.comparison.rate == rates.compare_rates(2, 90, 2, 365)

    def test_a_year_that_is_not_known_whole_is_no_year_before(self) -> None:
        found = place_counts.since_published(self.events("2023-06-01"), self.KNOWN, date(2023, 6, 1))
        assert found.before == ()
        assert found.comparison is None

    def test_a_few_days_are_not_compared(self) -> None:
        found = place_counts.since_published(self.events("2026-03-15"), self.KNOWN, date(2026, 3, 10))
        assert found.after[0].offences == 1
        assert found.comparison is None

    def test_the_words_claim_nothing(self, larch: PlaceRecord) -> None:
        found = place_counts.since_published(self.events("2025-03-01"), self.KNOWN, date(2026, 1, 1))
        said = place_words.before_after(replace(larch, since_published=found))
        assert "0 offences in 90 days since, 1 in the 365 days before" in said
        assert "proves nothing about the patrols" in said
        assert "reduced" not in said


class TestInstitution:
    def test_a_prison_is_kept_out_of_the_count_and_named(self, world: Store) -> None:
        found = place(world, whole_force(), ASKED, YARD)
        assert found.standing is not None
        assert (found.standing.n, found.standing.reason) == (1, "institution")
        assert found.apart is not None
        assert (found.apart.name, found.apart.offences) == ("HM Prison Alder", 6)
        assert [event.street for event in found.recent] == ["Alder Way"]
        assert [(one.name, one.offences) for one in found.premises] == [("HM Prison Alder", 6)]

    def test_left_in_everything_counts(self, world: Store) -> None:
        found = place(world, whole_force(), replace(ASKED, institutions_apart=False), YARD)
        assert found.standing is not None
        assert (found.standing.n, found.apart, len(found.recent)) == (7, None, 7)

    def test_where_nothing_else_happens_the_title_says_so(self, world: Store) -> None:
        found = place(world, whole_force(), replace(ASKED, lookback_days=30), YARD)
        assert found.standing is not None
        everything = place(world, whole_force(), Question(date(2026, 2, 19)), YARD)
        assert everything.standing is None
        assert everything.apart is not None
        assert place_words.title(everything).endswith("all 5 offences are at HM Prison Alder")

    def test_a_default_point_is_kept_out_and_called_a_fault(self, store: Store, tmp_path: Path) -> None:
        extracts.load_squares(store, tmp_path)
        streets = [{"location_id": f"D{n}", "street": f"Street {n}", "easting": "470010.0"} for n in range(6)]
        where = [*(f"D{n}" for n in range(6)), "L1"]
        drop = extracts.drop(
            tmp_path / "drop",
            locations=[*streets, {}],
            occurrences=[{"occurrence_id": f"O{n}", "location_id": at} for n, at in enumerate(where)],
            offences=[{"offence_id": f"F{n}", "occurrence_id": f"O{n}", **one_place.WOUNDING} for n in range(7)],
        )
        extracts.load(store, drop)
        found = place(store, whole_force(), ASKED, LARCH)
        assert found.standing is not None
        assert found.apart is not None
        assert (found.standing.n, found.apart.is_default_point, found.apart.offences) == (1, True, 6)
        assert [event.street for event in found.recent] == ["Larch Row"]
        assert "a fault of geocoding, not a place" in place_words.apart(found.apart)


class TestPeople:
    def test_six_are_counted_for_those_who_may_know(self, world: Store) -> None:
        for scope in (one_place.scope_of(Role.ANALYST), one_place.scope_of(Role.INSPECTOR, "W")):
            found = place(world, scope, ASKED, LARCH).people
            assert found is not None
            assert found.n == 6

    def test_one_to_four_are_not_said(self, world: Store) -> None:
        found = place(world, whole_force(), ASKED, EAST)
        assert found.people is not None
        assert found.people.n is None
        assert "Fewer than five people are recorded" in str(place_words.people(found))

    def test_none_is_none(self, world: Store) -> None:
        found = place(world, whole_force(), ASKED, QUIET)
        assert place_words.people(found) == "No person is recorded in offences here."

    def test_others_are_told_nothing(self, world: Store) -> None:
        found = place(world, one_place.scope_of(Role.GOLD), ASKED, LARCH)
        assert found.people is None
        assert place_words.people(found) is None


class TestScope:
    def test_another_area_is_refused_in_a_sentence(self, world: Store) -> None:
        with pytest.raises(NotAllowed, match="outside the areas you may see"):
            place(world, one_place.scope_of(Role.INSPECTOR, "E"), ASKED, LARCH)

    def test_the_own_area_is_ranked_by_itself(self, world: Store) -> None:
        found = place(world, one_place.scope_of(Role.INSPECTOR, "E"), ASKED, EAST)
        assert found.standing is not None
        assert (found.standing.rank, found.standing.of) == (1, 1)

    @pytest.mark.parametrize("cell", [0, 1, 2**63, 2**80])
    def test_what_is_no_place_is_not_found(self, world: Store, cell: int) -> None:
        with pytest.raises(NotFound, match="no such place"):
            place(world, whole_force(), ASKED, cell)

    def test_a_place_of_another_area_than_chosen_says_where_it_lies(self, world: Store) -> None:
        found = place(world, whole_force(), replace(ASKED, lpa="E"), LARCH)
        assert found.standing is None
        assert "lies in West Square" in place_words.nothing(found)


class TestTimesInWords:
    @pytest.mark.parametrize(
        ("precision", "start", "end", "said"),
        [
            ("exact", "2026-07-01 21:30", None, "Wednesday 1 July 2026, 22:30"),
            ("range", "2026-01-01 10:00", "2026-01-01 12:30", "Thursday 1 January 2026, 10:00 to 12:30"),
            ("range", "2026-01-01 23:00", "2026-01-02 01:00", "Thursday 1 January 2026, 23:00 to Fri 2 Jan 01:00"),
            ("range", "2026-01-01 10:00", "2026-01-01 09:00", "Thursday 1 January 2026, 10:00"),
            ("day", None, None, "Thursday 1 January 2026, time not known"),
            ("month", None, None, "January 2026"),
        ],
    )
    def test_as_well_as_it_is_known(self, precision: str, start: str | None, end: str | None, said: str) -> None:
        first, last = (pd.Timestamp(value) if value else pd.NaT for value in (start, end))
        assert place_counts.when(precision, date(2026, 1, 1), first, last) == said


def test_a_leap_day_has_a_day_a_year_later() -> None:
    assert place_counts.years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert place_counts.years_later(date(2024, 2, 29), -4) == date(2020, 2, 29)


def test_the_parts_given_are_the_parts_worked_out(world: Store) -> None:
    picture = hot_spots.picture(world, whole_force(), ASKED)
    period = Window(picture.parameters.first_on, picture.parameters.last_on)
    given = place(
        world,
        whole_force(),
        ASKED,
        LARCH,
        picture=picture,
        chosen=place_series.chosen_each_quarter(world, whole_force(), ASKED),
        force_hours=place_series.hours_of_all(world, whole_force(), ASKED, period),
    )
    alone = place(world, whole_force(), ASKED, LARCH)
    assert repr(given) == repr(alone)
    assert period.last_on == AS_OF - timedelta(days=1)
