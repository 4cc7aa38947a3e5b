import csv
import gzip
import signal
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rasure.errors import InputRejected
from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import upkeep
from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests.forking import Forked
from tests.makers import EAST, crime, outcome, published, search, squares


def offences(store: Store, columns: str, where: str = "true") -> list[tuple[object, ...]]:
    return store.analytics.rows(f"select {columns} from offence where {where} order by row_key")


class TestStreet:
    def test_a_month_counts_from_its_last_day_and_has_no_time(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2024-02", "street", [crime(month="2024-02")])
        load_police_uk.load(store, tmp_path)
        (row,) = offences(store, "dated_on, precision::varchar, committed_from, band")
        assert row == (date(2024, 2, 29), "month", None, None)

    def test_a_snap_point_is_street_grade_and_a_missing_one_is_kept_as_none(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-01", "street", [crime("a"), crime("b", at=None)])
        found = load_police_uk.load(store, tmp_path)
        assert (found.accepted, found.rejected) == (2, 0)
        assert offences(store, "grade::varchar, cell is null, location_text") == [
            ("street", False, "Broad Street"),
            ("none", True, None),
        ]

    def test_twins_without_identity_are_distinct_incidents(self, store: Store, tmp_path: Path) -> None:
        twin = crime("", kind="Anti-social behaviour", outcome="")
        published(tmp_path, "2025-01", "street", [twin, twin, twin])
        assert load_police_uk.load(store, tmp_path).accepted == 3
        assert load_police_uk.load(store, tmp_path).duplicate == 3
        assert len(offences(store, "row_key")) == 3

    def test_the_latest_release_of_a_crime_wins_and_the_earlier_is_kept(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path / "old", "2025-01", "street", [crime("a"), crime("b")])
        published(tmp_path / "new", "2025-01", "street", [crime("a", outcome="Offender given a caution"), crime("b")])
        load_police_uk.load(store, tmp_path / "old")
        found = load_police_uk.load(store, tmp_path / "new")
        assert (found.accepted, found.revised, found.duplicate) == (1, 1, 1)
        assert offences(store, "outcome", "offence_id = 'a'") == [("Offender given a caution",)]
        earlier = "select content->>'outcome', was_batch_id, batch_id from superseded"
        assert store.analytics.rows(earlier) == [("Under investigation", 1, 2)]

    def test_an_id_twice_in_one_file_keeps_the_last_and_remembers_the_other(self, store: Store, tmp_path: Path) -> None:
        rows = [crime("a"), crime("a", outcome="Local resolution"), crime("a", outcome="Local resolution")]
        published(tmp_path, "2025-01", "street", rows)
        found = load_police_uk.load(store, tmp_path)
        assert (found.read, found.accepted, found.duplicate) == (3, 1, 2)
        assert offences(store, "outcome") == [("Local resolution",)]
        assert store.analytics.rows("select content->>'outcome' from superseded") == [("Under investigation",)]

    def test_census_years_of_lsoa_codes_follow_the_month(self, store: Store, tmp_path: Path) -> None:
        for month in ("2022-03", "2023-01", "2024-01"):
            published(tmp_path, month, "street", [crime(month, month=month)])
        load_police_uk.load(store, tmp_path)
        assert offences(store, "lsoa_vintage") == [(2011,), (None,), (2021,)]

    @pytest.mark.parametrize(
        ("row", "column", "reason"),
        [
            (crime(at=(0.0, 0.0)), "Longitude, Latitude", "position_zero"),
            (crime(at=(51.45, -0.95)), "Longitude, Latitude", "position_swapped"),
            (crime(at=(12.5, 41.9)), "Longitude, Latitude", "position_outside"),
            (crime(month="2025-02"), "Month", "month_of_another_file"),
            (crime(month="2025-00"), "Month", "impossible_month"),
            (crime(kind="Witchcraft"), "Crime type", "unknown_offence"),
            (crime(kind=""), "Crime type", "missing"),
            ([*crime()[:4], "-0.95", "", *crime()[6:]], "Longitude, Latitude", "half_a_position"),
            ([*crime()[:4], "one", *crime()[5:]], "Longitude", "not_a_number"),
            (crime()[:-1], None, "wrong_number_of_cells"),
        ],
    )
    def test_a_bad_row_is_rejected_with_its_place_and_reason(
        self, store: Store, tmp_path: Path, row: list[str], column: str | None, reason: str
    ) -> None:
        published(tmp_path, "2025-01", "street", [crime("good"), row])
        found = load_police_uk.load(store, tmp_path)
        assert (found.read, found.accepted, found.rejected) == (2, 1, 1)
        rejected = store.analytics.rows("select file, line, column_name, reason, explanation from reject")
        assert rejected[0][:4] == ("2025-01-thames-valley-street.csv", 3, column, reason)
        assert str(rejected[0][4]).endswith(".")


class TestOtherFiles:
    def test_search_times_become_local_dates_and_lost_times_are_marked(self, store: Store, tmp_path: Path) -> None:
        rows = [search("2025-06-30T22:30:00+00:00"), search("2025-06-30T23:00:00+00:00")]
        published(tmp_path, "2025-06", "stop-and-search", rows)
        load_police_uk.load(store, tmp_path)
        found = store.analytics.rows("select searched_on, time_lost from stop_search order by searched_at")
        assert found == [(date(2025, 6, 30), False), (date(2025, 7, 1), True)]

    def test_twin_searches_are_two_people(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-01", "stop-and-search", [search(), search()])
        assert load_police_uk.load(store, tmp_path).accepted == 2

    def test_outcomes_keep_every_revision(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-02", "outcomes", [outcome("a"), outcome("a", what="Court result unavailable")])
        assert load_police_uk.load(store, tmp_path).accepted == 2

    def test_an_outcome_without_a_crime_is_rejected(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-02", "outcomes", [outcome("")])
        assert load_police_uk.load(store, tmp_path).rejected == 1


class TestWhatIsRead:
    def test_the_downloaded_zip_reads_as_the_folder(self, store: Store, tmp_path: Path) -> None:
        path = published(tmp_path / "2025-01", "2025-01", "street", [crime("a")])
        with zipfile.ZipFile(tmp_path / "latest.zip", "w") as archive:
            archive.write(path, "2025-01/" + path.name)
            archive.writestr("2025-01/notes.txt", "hello")
        found = load_police_uk.load(store, tmp_path / "latest.zip")
        assert (found.accepted, found.skipped) == (1, ("latest.zip/2025-01/notes.txt",))

    def test_either_line_end_gives_the_same_rows(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path / "crlf", "2025-01", "street", [crime("a")])
        published(tmp_path / "lf", "2025-01", "street", [crime("a")], line_end="\n")
        load_police_uk.load(store, tmp_path / "crlf")
        assert load_police_uk.load(store, tmp_path / "lf").duplicate == 1

    def test_a_second_force_is_kept_apart(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-01", "street", [crime("a")])
        published(tmp_path, "2025-01", "street", [crime("b")], force="hampshire")
        load_police_uk.load(store, tmp_path)
        assert offences(store, "force") == [("thames-valley",), ("hampshire",)]

    def test_a_folder_without_published_files_is_refused(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "crimes.csv").write_text("x", encoding="utf-8")
        with pytest.raises(InputRejected, match="no file named like"):
            load_police_uk.load(store, tmp_path)

    def test_a_path_that_is_not_there_is_refused(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(InputRejected, match="does not exist"):
            load_police_uk.load(store, tmp_path / "none")

    def test_one_broken_file_leaves_the_whole_load_out(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-01", "street", [crime("a")])
        (tmp_path / "2025-02-thames-valley-street.csv").write_bytes(b"\xff\xfeb\x00r\x00")
        with pytest.raises(InputRejected, match="UTF-16"):
            load_police_uk.load(store, tmp_path)
        assert store.analytics.counts()["offence"] == 0
        assert store.analytics.counts()["load_batch"] == 0

    def test_loading_again_changes_no_row(self, store: Store, tmp_path: Path) -> None:
        published(tmp_path, "2025-01", "street", [crime("a"), crime("", kind="Anti-social behaviour")])
        published(tmp_path, "2025-01", "outcomes", [outcome("a", month="2025-01")])
        published(tmp_path, "2025-01", "stop-and-search", [search()])
        load_police_uk.load(store, tmp_path)
        before, version = store.analytics.scrub(), store.version()
        again = load_police_uk.load(store, tmp_path)
        assert (again.batch, again.accepted, again.duplicate) == (None, 0, 4)
        assert (store.analytics.scrub(), store.version()) == (before, version)


class TestAreas:
    def test_offences_learn_their_area_whichever_is_loaded_first(self, tmp_path: Path) -> None:
        areas = squares(tmp_path / "areas.geojson")
        rows = [crime("a"), crime("b", at=EAST), crime("c", at=(-1.6, 51.45)), crime("d", at=None)]
        published(tmp_path / "in", "2025-01", "street", rows)
        expected = [("a", "West", False), ("b", "East", False), ("c", None, True), ("d", None, None)]
        for first in ("offences", "areas"):
            store = open_store(tmp_path / first, reference_folder=settings().reference)
            if first == "areas":
                load_boundaries.load(store, areas)
            load_police_uk.load(store, tmp_path / "in")
            if first == "offences":
                load_boundaries.load(store, areas)
            assert offences(store, "offence_id, lpa, outside_force") == expected
            before = store.analytics.scrub()
            store.close()
            assert upkeep.rebuild(tmp_path / first)["equal"] is True
            again = open_store(tmp_path / first, reference_folder=settings().reference)
            assert {n: d for n, d in again.analytics.scrub().items() if n != "schema_migration"} == {
                n: d for n, d in before.items() if n != "schema_migration"
            }
            again.close()


KILLED = """
import os, signal, sys
from pathlib import Path
import rasure.store.batches as batches, rasure.store.ledger.batches as register
import rasure.store.analytics.loads as loads
from rasure.ingest import load_police_uk
from rasure.store.store import open_store
root, folder, reference, step = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
def die(*_arguments, **_named): os.kill(os.getpid(), signal.SIGKILL)
def after(function):
    def wrapped(*arguments, **named):
        function(*arguments, **named)
        die()
    return wrapped
if step == "staged": batches.stage = after(batches.stage)
if step == "placing": loads._place = after(loads._place)
if step == "placed": loads.place = after(loads.place)
if step == "naming": batches.Staged.name = die
if step == "named": batches.Staged.name = after(batches.Staged.name)
if step == "registered": register.register = after(register.register)
store = open_store(root, reference_folder=reference)
load_police_uk.load(store, folder)
print("survived")
"""


@pytest.mark.parametrize("step", ["staged", "placing", "placed", "naming", "named", "registered"])
def test_a_process_killed_while_loading_leaves_before_or_after(tmp_path: Path, forked: Forked, step: str) -> None:
    published(tmp_path / "in", "2025-01", "street", [crime(str(n)) for n in range(500)])
    ended = forked.run(KILLED, tmp_path / "store", tmp_path / "in", settings().reference, step)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    store = open_store(tmp_path / "store", reference_folder=settings().reference)
    whole = step in ("named", "registered")
    counts = store.analytics.counts()
    assert (counts["offence"], counts["load_batch"]) == ((500, 1) if whole else (0, 0))
    assert upkeep.verify(store)["faults"] == []
    assert load_police_uk.load(store, tmp_path / "in").duplicate == (500 if whole else 0)
    store.close()


@pytest.fixture(scope="module")
def real_store(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(tmp_path_factory.mktemp("real"), reference_folder=settings().reference)
    load_boundaries.load(store, real_data / "boundaries" / "lpa_12.geojson")
    load_police_uk.load(store, real_data / "police_uk")
    yield store
    store.close()


def counted(folder: Path) -> tuple[int, int, Counter[tuple[str, str]]]:
    """Count the street files with nothing but the csv module: rows, unplaced crimes, crimes a month and category."""
    rows, unplaced, months = 0, 0, Counter[tuple[str, str]]()
    for path in sorted(folder.glob("*.csv.gz")):
        seen = set()
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows += 1
                if row["Crime ID"] and row["Crime ID"] in seen:
                    continue
                seen.add(row["Crime ID"])
                months[row["Month"], row["Crime type"]] += 1
                unplaced += row["Longitude"] == ""
    return rows, unplaced, months


@pytest.mark.real_data
class TestRealFiles:
    def test_every_row_is_accounted_for_and_counts_equal_an_independent_count(
        self, real_store: Store, real_data: Path
    ) -> None:
        sums = "select sum(rows_read), sum(accepted), sum(rejected), sum(duplicate) from load_batch where batch_id = 2"
        ((read, accepted, rejected, duplicate),) = real_store.analytics.rows(sums)
        assert (read, accepted + rejected + duplicate) == (434_037 + 182_960 + 48_955, read)
        kinds = real_store.analytics.rows("select kind, count(*), sum(rows_read) from load_file group by 1 order by 1")
        assert [kind for kind in kinds if kind[0] != "boundaries"] == [
            ("outcomes", 13, 182_960),
            ("stop-and-search", 34, 48_955),
            ("street", 27, 434_037),
        ]
        rows, unplaced, months = counted(real_data / "police_uk" / "street")
        assert rows == 434_037
        assert real_store.analytics.value("select count(*) from offence where grade = 'none'") == unplaced
        held = real_store.analytics.rows(
            "select strftime(dated_on, '%Y-%m'), offence, count(*) from offence join offence_class using (class_key)"
            " group by all"
        )
        assert {(month, kind): count for month, kind, count in held} == dict(months)

    def test_a_second_run_changes_no_row(self, real_store: Store, real_data: Path) -> None:
        before = real_store.analytics.scrub()
        assert load_police_uk.load(real_store, real_data / "police_uk").accepted == 0
        assert real_store.analytics.scrub() == before

    def test_the_quirks_are_held_as_data(self, real_store: Store) -> None:
        value = real_store.analytics.value
        assert value("select count(*) from offence where offence_id like '%:%'") == 45_908
        assert value("select count(distinct code) from area") == 12
        lost = "select avg(time_lost::int) from stop_search where strftime(searched_on, '%Y-%m') = '2021-05'"
        assert value(lost) == pytest.approx(0.88, abs=0.01)
        assert value("select count(*) from coverage") == 74
