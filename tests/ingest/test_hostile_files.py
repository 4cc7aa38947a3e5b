"""Every file of the corpus, through both loaders: refused in one sentence, or loaded exactly as said."""

import gzip
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rasure.errors import RasureError
from rasure.ingest import load_niche, load_police_uk
from rasure.ingest.force_contract import DROP
from rasure.ingest.niche_contract import PEOPLE
from rasure.ingest.outcome import Outcome
from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests.extracts import drop, one_offence
from tests.ingest.hostile import CORPUS, Carrier, Case
from tests.makers import STREET, crime


@dataclass(frozen=True, slots=True)
class Loader:
    """A source: the file that carries trouble, how it is loaded, and where its free text ends up."""

    file: str
    header: list[str]
    row: Callable[[str, str], list[str]]
    load: Callable[[Store, Path], Outcome]
    stored: str

    def carrier(self, case: str) -> Carrier:
        return Carrier(self.header, lambda number, text: self.row(f"{case} {number}"[:60], text))


LOADERS = {
    "niche": Loader(
        file=PEOPLE.name,
        header=[column.name for column in PEOPLE.columns],
        row=lambda key, text: [key, text, "Una", "1990-01-31", "", "", ""],
        load=load_niche.load,
        stored="select family_name from person where batch_id = $batch order by row_key",
    ),
    "police-uk": Loader(
        file="2025-01-thames-valley-street.csv",
        header=STREET,
        row=lambda key, text: crime(key, outcome=text),
        load=load_police_uk.load,
        stored="select outcome from offence where batch_id = $batch order by row_key",
    ),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one store for the whole corpus: every case has keys of its own."""
    held = open_store(tmp_path_factory.mktemp("hostile"), reference_folder=settings().reference)
    yield held
    held.close()


def refusal(store: Store, load: Callable[[Store, Path], Outcome], path: Path) -> str:
    """Load what must be refused; return the sentence, after checking that it is one and that nothing changed."""
    before = store.version(), store.analytics.counts()
    with pytest.raises(RasureError) as refused:
        load(store, path)
    assert (store.version(), store.analytics.counts()) == before
    assert "\n" not in refused.value.message
    assert refused.value.message.endswith(".")
    assert len(refused.value.message) < 600
    return refused.value.message


def reasons(store: Store, outcome: Outcome) -> list[str]:
    found = store.analytics.rows("select reason from reject where batch_id = $batch", {"batch": outcome.batch})
    return [reason for (reason,) in found]


@pytest.mark.parametrize("source", LOADERS)
@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name.replace(" ", "-"))
def test_a_file_of_the_corpus(shared: Store, tmp_path: Path, case: Case, source: str) -> None:
    loader = LOADERS[source]
    path = tmp_path / loader.file
    path.write_bytes(case.data(loader.carrier(case.name)))
    if case.refused:
        said = refusal(shared, loader.load, tmp_path)
        assert loader.file in said
        assert re.search(case.refused, said)
        return
    found = loader.load(shared, tmp_path)
    assert found.read == found.accepted + found.rejected + found.duplicate
    assert (found.accepted, found.rejected, found.duplicate) == (len(case.texts), len(case.reasons), case.duplicates)
    stored = [text for (text,) in shared.analytics.rows(loader.stored, {"batch": found.batch})]
    assert stored == list(case.texts)
    assert reasons(shared, found) == list(case.reasons)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS)
    assert len(CORPUS) >= 60


def test_the_corpus_would_notice_a_changed_value(shared: Store, tmp_path: Path) -> None:
    loader = LOADERS["niche"]
    (tmp_path / loader.file).write_bytes(loader.carrier("noticed").text(("00123",)).encode())
    found = loader.load(shared, tmp_path)
    assert shared.analytics.rows(loader.stored, {"batch": found.batch}) != [("123",)]


IDS = [
    "1E5",
    "000123",
    "NULL",
    "null",
    "-",
    "0",
    " 7 ",
    "'1",
    "=1",
    "1.0",
    "TRUE",
    "李",
    "é",
    "e\u0301",
    "x" * 64,
    "a\tb",
]


class TestIds:
    def test_each_is_kept_byte_for_byte_and_apart_from_the_others(self, store: Store, tmp_path: Path) -> None:
        drop(tmp_path, people=[{"person_id": given} for given in IDS])
        assert load_niche.load(store, tmp_path).accepted == len(IDS)
        held = {person for (person,) in store.analytics.rows("select person_id from person")}
        assert held == set(IDS)


class TestTimes:
    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ("2024-02-29 10:00", None),
            ("2026-02-28 23:59:59", None),
            ("2026-03-29 01:30", None),
            ("2025-10-26 01:30", None),
            ("2026-03-04T09:00", None),
            ("1970-01-01 00:00", None),
            ("2026-02-29 10:00", "impossible_time"),
            ("2026-02-30 10:00", "impossible_time"),
            ("2026-04-31 10:00", "impossible_time"),
            ("04/03/2026 09:00", "impossible_time"),
            ("03-04-2026 09:00", "impossible_time"),
            ("4 Mar 2026 09:00", "impossible_time"),
            ("20260304 0900", "impossible_time"),
            ("2026-3-4 9:00", "impossible_time"),
            ("2026-03-04 24:00", "impossible_time"),
            ("2026-03-04 09:60", "impossible_time"),
            ("2026-03-04 09:00:60", "impossible_time"),
            ("2026-03-04 9:00 AM", "impossible_time"),
            ("2026-03-04 09:00Z", "impossible_time"),
            ("2026-03-04 09:00+00:00", "impossible_time"),
            ("2026-03-04 09:00:00.000", "impossible_time"),
            ("2026-03-04  09:00", "impossible_time"),
            ("2026-03-04", "impossible_time"),
            ("46085.375", "impossible_time"),
            ("0000-00-00 00:00", "impossible_time"),
            ("1026-03-04 09:00", "impossible_time"),
            ("2099-12-31 09:00", "impossible_date"),
            ("1969-12-31 23:59", "impossible_date"),
            ("\uff12\uff10\uff12\uff16-03-04 09:00", "impossible_time"),
            ("2026\u201103\u201104 09:00", "impossible_time"),
            ("=NOW()", "impossible_time"),
            ("NULL", "impossible_time"),
        ],
    )
    def test_a_time_is_taken_as_written_or_not_at_all(
        self, shared: Store, tmp_path: Path, given: str, reason: str | None
    ) -> None:
        key = f"time {given}"[:60]
        drop(tmp_path, occurrences=[{"occurrence_id": key, "reported_at": given, "location_id": ""}])
        found = load_niche.load(shared, tmp_path)
        assert reasons(shared, found) == ([reason] if reason else [])
        held = "select strftime(reported_local, '%Y-%m-%d %H:%M:%S') from occurrence where row_key = $key"
        wanted = [(f"{given.replace('T', ' ')}:00"[:19],)] if reason is None else []
        assert shared.analytics.rows(held, {"key": key}) == wanted


class TestNumbers:
    @pytest.mark.parametrize(
        ("given", "e_dm"),
        [
            ("470000", 4_700_000),
            ("+470000", 4_700_000),
            ("470000.04", 4_700_000),
            ("470000.06", 4_700_001),
            ("0470000", 4_700_000),
            ("470000.", 4_700_000),
            *((text, None) for text in ("470,000", "470 000", "4.7E5", "470000,5", "0x72BF0", "470_000", "470000m")),
            *(
                (text, None)
                for text in ("NaN", "inf", "--470000", "\u0664\u0667", "\uff14\uff17", "1" * 400, "=1", "'470000")
            ),
        ],
    )
    def test_a_number_is_plain_or_a_fault(self, shared: Store, tmp_path: Path, given: str, e_dm: int | None) -> None:
        key = f"number {given}"[:60]
        drop(tmp_path, locations=[{"location_id": key, "easting": given}])
        found = load_niche.load(shared, tmp_path)
        assert reasons(shared, found) == ([] if e_dm else ["not_a_number"])
        held = shared.analytics.rows("select e_dm from location where row_key = $key", {"key": key})
        assert held == ([(e_dm,)] if e_dm else [])

    @pytest.mark.parametrize(
        ("lon", "reason"),
        [
            ("\N{MINUS SIGN}0.95", "not_a_number"),
            ("-0,95", "not_a_number"),
            ("-9.5E-1", "not_a_number"),
            ("51.45", "position_swapped"),
            ("", "half_a_position"),
            ("0.0", "position_zero"),
            ("95", "position_outside"),
            ("-0.950", None),
        ],
    )
    def test_a_published_position_likewise(self, shared: Store, tmp_path: Path, lon: str, reason: str | None) -> None:
        row = crime(f"lon {lon}")
        row[4:6] = [lon, {"position_swapped": "-0.95", "position_zero": "0"}.get(str(reason), "51.45")]
        path = tmp_path / "2025-01-thames-valley-street.csv"
        path.write_text(",".join(STREET) + "\n" + ",".join(f'"{cell}"' for cell in row) + "\n", encoding="utf-8")
        assert reasons(shared, load_police_uk.load(shared, tmp_path)) == ([reason] if reason else [])

    @pytest.mark.parametrize("month", ["01/2025", "2025-1", "Jan 2025", "2025-13", "2025-01-01", "202501", "2025-00"])
    def test_a_published_month_likewise(self, shared: Store, tmp_path: Path, month: str) -> None:
        path = tmp_path / "2025-01-thames-valley-street.csv"
        path.write_text(",".join(STREET) + "\n" + ",".join(crime(month, month=month)) + "\n", encoding="utf-8")
        assert reasons(shared, load_police_uk.load(shared, tmp_path)) == ["impossible_month"]


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere.csv")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


class TestWhatIsNoFile:
    @pytest.mark.parametrize("source", LOADERS)
    @pytest.mark.parametrize("make", [folder, loop, dangling, pipe, endless])
    def test_it_is_refused_and_never_waited_for(
        self, shared: Store, tmp_path: Path, make: Callable[[Path], Any], source: str
    ) -> None:
        make(tmp_path / LOADERS[source].file)
        assert refusal(shared, LOADERS[source].load, tmp_path)

    @pytest.mark.parametrize("make", [folder, loop, dangling, pipe, endless])
    def test_nor_as_a_manifest(self, shared: Store, tmp_path: Path, make: Callable[[Path], Any]) -> None:
        make(one_offence(tmp_path / "drop") / "manifest.json")
        assert "manifest.json is not readable" in refusal(shared, load_niche.load, tmp_path / "drop")

    @pytest.mark.parametrize("source", LOADERS)
    def test_a_folder_that_links_to_itself_is_not_walked_for_ever(
        self, shared: Store, tmp_path: Path, source: str
    ) -> None:
        (tmp_path / "again").symlink_to(tmp_path)
        assert refusal(shared, LOADERS[source].load, tmp_path)

    @pytest.mark.parametrize("source", LOADERS)
    def test_nothing_is_there(self, shared: Store, tmp_path: Path, source: str) -> None:
        assert refusal(shared, LOADERS[source].load, tmp_path / "missing")


class TestArchives:
    @pytest.mark.parametrize("source", LOADERS)
    def test_a_few_bytes_that_claim_to_be_a_billion_rows_are_stopped(
        self, shared: Store, tmp_path: Path, source: str
    ) -> None:
        loader = LOADERS[source]
        whole = ",".join(loader.header).encode() + b"\n" + b",\n" * 20_000_000
        (tmp_path / f"{loader.file}.gz").write_bytes(gzip.compress(whole))
        assert "more than 500,000 rows that cannot be taken" in refusal(shared, loader.load, tmp_path)

    @pytest.mark.parametrize("source", LOADERS)
    def test_a_broken_gzip_is_refused(self, shared: Store, tmp_path: Path, source: str) -> None:
        loader = LOADERS[source]
        packed = bytearray(gzip.compress(loader.carrier("gzip").text(["x"] * 500).encode()))
        packed[40:60] = bytes(20)
        (tmp_path / f"{loader.file}.gz").write_bytes(bytes(packed))
        assert "cannot be read" in refusal(shared, loader.load, tmp_path)

    def test_a_member_whose_name_climbs_out_is_only_a_name(self, shared: Store, tmp_path: Path) -> None:
        loader = LOADERS["police-uk"]
        with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
            archive.writestr(f"../../{loader.file}", loader.carrier("climbs").text(("x",)))
        assert loader.load(shared, tmp_path / "download.zip").accepted == 1
        assert [path.name for path in tmp_path.iterdir()] == ["download.zip"]


class TestMuch:
    def test_rows_across_chunks_are_all_there(self, shared: Store, tmp_path: Path) -> None:
        loader = LOADERS["niche"]
        carrier = Carrier(loader.header, lambda number, text: loader.row(f"many {number:06}", text))
        (tmp_path / loader.file).write_text(carrier.text([f"n{number}" for number in range(100_003)]))
        found = loader.load(shared, tmp_path)
        assert found.accepted == 100_003
        ends = (
            "select min(family_name), max(family_name), count(distinct family_name) from person where batch_id = $batch"
        )
        assert shared.analytics.rows(ends, {"batch": found.batch}) == [("n0", "n99999", 100_003)]

    def test_a_file_of_nothing_but_faults_is_refused(self, shared: Store, tmp_path: Path) -> None:
        (tmp_path / PEOPLE.name).write_text(",".join(LOADERS["niche"].header) + "\n" + "x\n" * 500_001)
        assert "more than 500,000 rows that cannot be taken" in refusal(shared, load_niche.load, tmp_path)


@pytest.mark.parametrize("contract", DROP, ids=lambda contract: contract.kind)
def test_every_file_of_the_contract_may_hold_no_rows(shared: Store, tmp_path: Path, contract: Any) -> None:
    drop(tmp_path, **{contract.kind: []})
    assert load_niche.load(shared, tmp_path).read == 0
