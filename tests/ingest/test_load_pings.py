import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rasure.errors import InputRejected
from rasure.ingest import load_pings
from rasure.store import store as stores
from rasure.store.analytics import pings
from rasure.store.store import Store
from rasure.terms import StoreClass
from tests.extracts import manifest, patrol_file

START = datetime(2026, 3, 3, 22, tzinfo=UTC)


def ping(number: int = 0, **said: str) -> dict[str, str]:
    seen = f"{START + timedelta(seconds=10 * number):%Y-%m-%dT%H:%M:%SZ}"
    usual = {"officer_id": "C1", "seen_at": seen, "easting": "470000.4", "northing": "175000", "accuracy_m": "8.5"}
    return {**usual, "source": "phone", "seq": str(number), **said}


def frame(rows: Sequence[dict[str, str]], **types: Any) -> pa.Table:
    kinds = {"seen_at": pa.timestamp("us", "UTC"), "seq": pa.int64()}
    kinds |= dict.fromkeys(("easting", "northing", "accuracy_m"), pa.float64()) | types
    columns = {}
    for name in rows[0]:
        zoned = name == "seen_at" and kinds[name].tz is None
        texts = pa.array([row[name].removesuffix("Z") if zoned else row[name] for row in rows])
        columns[name] = texts.cast(kinds[name]) if name in kinds else texts
    return pa.table(columns)


def parquet(path: Path, table: pa.Table) -> Path:
    pq.write_table(table, path)
    return path


def held(store: Store) -> list[tuple[Any, ...]]:
    return store.analytics.rows(
        "select officer_id, seen_at, e_dm, n_dm, accuracy_m, source, seq from ping order by seq"
    )


class TestLoad:
    def test_csv_and_parquet_say_the_same(self, store: Store, tmp_path: Path) -> None:
        rows = [ping(seq) for seq in range(50)]
        load_pings.load(store, patrol_file(tmp_path, "pings", rows))
        expected = held(store)
        assert expected[1] == ("C1", datetime(2026, 3, 3, 22, 0, 10), 4_700_004, 1_750_000, 8.5, "phone", 1)
        again = load_pings.load(store, parquet(tmp_path / "pings.parquet", frame(rows)))
        assert (again.accepted, again.duplicate) == (0, 50)
        assert held(store) == expected

    def test_a_ping_sent_again_is_stored_once(self, store: Store, tmp_path: Path) -> None:
        load_pings.load(store, patrol_file(tmp_path, "pings", [ping(0), ping(1)]))
        found = load_pings.load(store, patrol_file(tmp_path, "pings", [ping(1), ping(2), ping(2)], "later.csv"))
        assert (found.accepted, found.duplicate, found.rejected) == (1, 2, 0)
        assert [row[-1] for row in held(store)] == [0, 1, 2]

    def test_the_same_ping_with_other_content_is_rejected_and_never_changed(self, store: Store, tmp_path: Path) -> None:
        load_pings.load(store, patrol_file(tmp_path, "pings", [ping(0)]))
        moved = [ping(0, easting="471000"), ping(1), ping(1, northing="176000")]
        found = load_pings.load(store, patrol_file(tmp_path, "pings", moved, "later.csv"))
        assert (found.accepted, found.rejected) == (1, 2)
        said = store.analytics.rows("select line, reason, explanation from reject order by line")
        assert [(line, reason) for line, reason, _ in said] == [
            (2, "duplicate_key_other_content"),
            (4, "duplicate_key_other_content"),
        ]
        assert said[0][2].startswith("An earlier file has the same officer")
        assert said[1][2].startswith("Line 3 has the same officer")
        assert held(store)[0][2] == 4_700_004

    def test_two_officers_may_count_alike(self, store: Store, tmp_path: Path) -> None:
        rows = [ping(0), ping(0, officer_id="C2"), ping(0, source="radio")]
        assert load_pings.load(store, patrol_file(tmp_path, "pings", rows)).accepted == 3

    def test_the_same_file_twice_changes_nothing(self, store: Store, tmp_path: Path) -> None:
        path = patrol_file(tmp_path, "pings", [ping(0)])
        load_pings.load(store, path)
        before = store.analytics.scrub()
        assert load_pings.load(store, path).batch is None
        assert store.analytics.scrub() == before

    def test_a_rebuilt_store_has_equal_counts(self, store: Store, tmp_path: Path) -> None:
        load_pings.load(store, patrol_file(tmp_path, "pings", [ping(seq) for seq in range(5)]))
        counts = store.analytics.counts()
        assert stores.rebuild(store) == counts

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ({"easting": "0", "northing": "0"}, "position_outside"),
            ({"easting": "-1"}, "position_outside"),
            ({"northing": "123456789012345"}, "position_outside"),
            ({"seen_at": "2026-03-03T22:00:00"}, "impossible_time"),
            ({"seen_at": "2026-03-03T22:00:00+01:00"}, "impossible_time"),
            ({"seq": "1.5"}, "not_a_whole_number"),
            ({"officer_id": ""}, "missing"),
            ({"accuracy_m": "good"}, "not_a_number"),
        ],
    )
    def test_a_row_that_is_no_ping_is_rejected(
        self, store: Store, tmp_path: Path, said: dict[str, str], reason: str
    ) -> None:
        found = load_pings.load(store, patrol_file(tmp_path, "pings", [ping(1), ping(2, **said)]))
        assert (found.accepted, found.rejected) == (1, 1)
        assert store.analytics.rows("select line, reason from reject") == [(3, reason)]

    def test_accuracy_may_be_missing_or_large(self, store: Store, tmp_path: Path) -> None:
        rows = [ping(1, accuracy_m=""), ping(2, accuracy_m="2500")]
        load_pings.load(store, patrol_file(tmp_path, "pings", rows))
        assert [row[4] for row in held(store)] == [None, 2500.0]


class TestPieces:
    def test_a_piece_put_aside_is_let_go(self, store: Store) -> None:
        rows = 50_000
        texts = pa.array(["C1"]).take(pa.array(np.zeros(rows, dtype=np.int32)))
        with pings.aside(store.analytics) as aside:
            held_bytes = []
            for piece in range(6):
                seq = pa.array(np.arange(rows) + rows * piece)
                numbers = {name: seq.cast(pa.int32()) for name in ("e_dm", "n_dm")} | {
                    "cell": seq,
                    "seq": seq,
                    "line": seq,
                }
                said = {"officer_id": texts, "seen_at": seq.cast(pa.timestamp("us")), "source": texts}
                rest = {"accuracy_m": seq.cast(pa.float32())}
                aside.add(pa.table(said | numbers | rest))
                del seq, numbers, said, rest
                held_bytes.append(pa.total_allocated_bytes())
            assert len(aside) == 6 * rows
            assert held_bytes[-1] - held_bytes[1] < rows * 8

    def test_progress_has_a_total_when_the_file_tells_one(self, store: Store, tmp_path: Path) -> None:
        rows = [ping(seq) for seq in range(5)]
        plain = patrol_file(tmp_path, "pings", rows)
        packed = tmp_path / "packed.csv.gz"
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        size = plain.stat().st_size
        table = parquet(tmp_path / "p.parquet", frame(rows))
        for path, expected in ((plain, (size, size)), (packed, (size, 0)), (table, (5, 5))):
            told: list[tuple[int, int]] = []
            load_pings.load(store, path, lambda done, total, _what, to=told: to.append((done, total)))
            assert told[0] == expected, path.name


class TestParquet:
    @pytest.mark.parametrize(
        "types",
        [
            {"easting": pa.int64()},
            {"easting": pa.float32()},
            {"seq": pa.int32()},
            {"seen_at": pa.timestamp("ns")},
            {"seen_at": pa.timestamp("s", "UTC")},
            {"officer_id": pa.large_string()},
        ],
    )
    def test_a_type_that_means_the_same_is_taken(self, store: Store, tmp_path: Path, types: dict[str, Any]) -> None:
        path = parquet(tmp_path / "p.parquet", frame([ping(0, easting="470000")], **types))
        assert load_pings.load(store, path).accepted == 1
        assert held(store)[0][1:3] == (datetime(2026, 3, 3, 22), 4_700_000)

    def test_text_is_judged_as_in_a_csv(self, store: Store, tmp_path: Path) -> None:
        rows = [ping(0), ping(1, officer_id="C\x07"), ping(2, officer_id="")]
        found = load_pings.load(store, parquet(tmp_path / "p.parquet", frame(rows)))
        assert found.accepted == 1
        assert store.analytics.rows("select line, reason from reject order by line") == [
            (2, "control_character"),
            (3, "missing"),
        ]

    def test_not_a_number_is_a_fault(self, store: Store, tmp_path: Path) -> None:
        path = parquet(tmp_path / "p.parquet", frame([ping(0), ping(1, easting="nan")]))
        assert load_pings.load(store, path).rejected == 1

    def test_other_columns_are_refused(self, store: Store, tmp_path: Path) -> None:
        path = parquet(tmp_path / "p.parquet", pa.table({"officer": ["C1"]}))
        with pytest.raises(InputRejected, match="the columns must be: officer_id"):
            load_pings.load(store, path)

    @pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"officer_id\n"])
    def test_what_is_no_parquet_is_refused(self, store: Store, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "p.parquet").write_bytes(data)
        with pytest.raises(InputRejected, match="cannot be read as Parquet"):
            load_pings.load(store, tmp_path / "p.parquet")


class TestStoreClass:
    def test_pings_are_operational_unless_a_signed_manifest_beside_them_names_them(
        self, store: Store, tmp_path: Path
    ) -> None:
        path = patrol_file(tmp_path, "pings", [ping(0)])
        manifest(tmp_path, signed=True)
        load_pings.load(store, path)
        assert store.store_class is StoreClass.SYNTHETIC
        load_pings.load(store, patrol_file(tmp_path, "pings", [ping(1)], "others.csv"))
        assert store.store_class is StoreClass.OPERATIONAL

    def test_a_file_changed_after_it_was_signed_is_refused(self, store: Store, tmp_path: Path) -> None:
        patrol_file(tmp_path, "pings", [ping(0)])
        manifest(tmp_path, signed=True)
        with pytest.raises(InputRejected, match="its SHA-256 differs"):
            load_pings.load(store, patrol_file(tmp_path, "pings", [ping(1)]))
