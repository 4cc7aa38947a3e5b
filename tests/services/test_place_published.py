"""One place on published months: no hour, no person, nothing across a redrawn map."""

from datetime import date
from pathlib import Path

import pytest

from rasure.ingest import load_police_uk
from rasure.services import place_series, place_words
from rasure.services.hot_spots import Question
from rasure.services.place import PlaceRecord, place
from rasure.services.place_record import Since
from rasure.store.store import Store
from rasure.terms import Window
from tests.makers import WEST, crime, published, whole_force


class TestPublishedData:
    @pytest.fixture
    def months(self, store: Store, tmp_path: Path) -> Store:
        for month in ("2021-12", "2022-03", "2024-01", "2024-02", "2025-01"):
            published(tmp_path, month, "street", [crime(f"{month}{n}", month=month) for n in range(3)])
        load_police_uk.load(store, tmp_path)
        return store

    def found(self, store: Store, as_of: date) -> PlaceRecord:
        cell = store.analytics.value("select any_value(cell) from offence where cell is not null")
        return place(store, whole_force(), Question(as_of), int(cell))

    def test_no_hour_and_no_person_is_claimed(self, months: Store) -> None:
        record = self.found(months, date(2025, 2, 1))
        assert record.hours is None
        assert place_words.peak(record) == "None of the 9 offences here has a clock time: at what hours is not known."
        assert record.recent[0].when == "January 2025"

    def test_nothing_is_counted_across_the_new_map_points(self, months: Store) -> None:
        record = self.found(months, date(2025, 2, 1))
        assert record.known_from == date(2024, 1, 1)
        assert sum(quarter.offences for quarter in record.since.quarters) == 9
        assert record.since.quarters[0].window.first_on == date(2024, 1, 1)
        assert any("map points was replaced" in said for said in record.caveats)

    def test_months_that_are_not_loaded_are_no_days_known(self, months: Store) -> None:
        known = place_series.series(months, whole_force(), date(2025, 2, 1))
        assert known is not None
        assert len(known.missing) == 10
        assert known.known_days(Window(date(2024, 1, 1), date(2024, 12, 31))) == 31 + 29
        record = self.found(months, date(2025, 2, 1))
        assert [quarter.is_whole for quarter in record.since.quarters] == [False] * 5
        assert [quarter.known_days for quarter in record.since.quarters] == [60, 0, 0, 0, 31]

    def test_one_offence_is_a_place_too(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-01", "street", [crime("one", month="2025-01", at=WEST)])
        load_police_uk.load(store, tmp_path)
        record = self.found(store, date(2025, 2, 1))
        assert "1 offence in one month" in place_words.title(record) or "1 offence in 31 days" in place_words.title(
            record
        )
        assert place_words.since(record.since).startswith("Too little is known")
        assert place_words.peak(record) == "The one offence here has no clock time: at what hours is not known."

    def test_a_day_before_anything_is_known_has_nothing(self, months: Store) -> None:
        record = self.found(months, date(2020, 1, 1))
        assert (record.standing, record.since, record.trend, record.recent) == (None, Since(()), None, ())
