"""Measure visits from positions beside the libraries an analyst would reach for, on one file in one run.

A million invented positions, one every ten seconds: shifts of eight hours with a few stays at hot spots and drives in
between. Figures are CPU seconds. Beside the libraries everybody begins with the same
file and ends with visits at places. The libraries run under the interpreter that `RASURE_BENCH_PYTHON` names (else this
one), so that none of them need be installed here; one that is absent is reported as not installed. Run it alone with
`python -m bench.visits`, with `--most 50` for growth up to 50 million.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from rasure.places import grid
from rasure.store.analytics import visits
from rasure.store.analytics.database import Database, Writer

OFFICERS, PLACES, SHIFT_PINGS, EVERY_S = 600, 600, 2_880, 10
_FIRST_S = 1_780_290_000
_SEED = 1
#: What the statement is given, from positions as they are kept: officers and sources by number.
_TRACK = """
create or replace temp table incoming_track as
select o.officer * 2 as track, 0 as reason, 1 as source, epoch_us(p.seen_at) // 1000000 as at_s, p.e_dm, p.n_dm,
    (p.e_dm // 100)::bigint * 16777216 + p.n_dm // 100 as square
from {given} p
join (
    select officer_id, row_number() over (order by officer_id)::integer as officer
    from (select distinct officer_id from {given})
) o on o.officer_id = p.officer_id
"""
#: Pings that come in one load when growth is measured: about a day of the whole force.
_LOAD_SHIFTS = OFFICERS


def shifts(first: int, count: int) -> pa.Table:
    """Invent shifts `first` to `first + count`: officer, second, whole decimetres; one officer a shift each day."""
    rng = np.random.default_rng([_SEED, first])
    centres = np.column_stack(grid.centres(_cells()))
    parts = [_shift(rng, centres, number) for number in range(first, first + count)]
    officer, at_s, east, north = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((officer, at_s))
    names = pa.array([f"PC{number:04}" for number in range(OFFICERS)])
    return pa.table(
        {
            "officer_id": names.take(pa.array(officer[order])),
            "seen_at": at_s[order].astype("datetime64[s]").astype("datetime64[us]"),
            "e_dm": east[order],
            "n_dm": north[order],
            "cell": grid.cells_of(east[order] / 10.0, north[order] / 10.0),
            "source": pa.array(["app"]).take(pa.array(np.zeros(len(order), dtype=np.int32))),
            "seq": at_s[order],
        }
    )


def measure(most_million: int = 1) -> None:
    """Print what a million positions cost here and beside the libraries, then growth up to so many million."""
    database = Database()
    with database.transaction() as writer:
        _publish(writer)
        visits.follow(writer)
    table = shifts(0, 1_000_000 // SHIFT_PINGS)
    cpu_s = _load(database, table, 1)
    statement_s = _statement(database)
    found = database.frame("select officer_id, hotspot_id, started_at, ended_at from visit")
    inside = int(database.value("select sum(pings) from visit"))
    rows = table.num_rows
    print(
        f"visits: {rows:,} positions, {inside / rows:.1%} inside, {len(found):,} visits (duckdb {duckdb.__version__})"
    )
    print(f"visits: the statement {statement_s:.2f} CPU s, {rows / statement_s / 1e6:.1f} million a CPU second")
    print(
        f"visits: with all that keeps them up to date {cpu_s:.2f} CPU s, {rows / cpu_s / 1e6:.1f} million a CPU second"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pings.parquet"
        pq.write_table(table, file)
        file_s = _from_file(database, file)
        print(f"visits: from the file to visits {file_s:.2f} CPU s, {rows / file_s / 1e6:.1f} million a CPU second")
        _beside(Path(folder), found, file_s)
    _growth(most_million)


def _growth(most_million: int) -> None:
    for million in [size for size in (10, 50) if size <= most_million]:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(Path(folder) / "growth.duckdb")
            with database.transaction() as writer:
                _publish(writer)
            total, loads, wanted = 0.0, 0, million * 1_000_000 // SHIFT_PINGS
            for first in range(0, wanted, _LOAD_SHIFTS):
                loads += 1
                total += _load(database, shifts(first, min(_LOAD_SHIFTS, wanted - first)), loads)
            database.close()
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"visits: {million} million positions in {loads} daily loads {total:.1f} CPU s,"
            f" {million / total:.1f} million a CPU second, peak {peak_mb:,.0f} MB"
        )


def _load(database: Database, table: pa.Table, batch: int) -> float:
    """Put positions in as a load does, and return the CPU seconds of the visits alone."""
    with database.transaction() as writer:
        writer.insert("ping", table.append_column("batch_id", pa.repeat(pa.scalar(batch, pa.int32()), table.num_rows)))
        begun = time.process_time()
        visits.follow(writer)
        return time.process_time() - begun


def _statement(database: Database) -> float:
    """Return the least CPU seconds of three runs of the canonical statement alone, its input ready."""
    with database.transaction() as writer:
        writer.run(_TRACK.format(given="ping"))
        _take_ground(writer)
        took = []
        for _ in range(3):
            begun = time.process_time()
            writer.run(f"create or replace temp table given as {visits.CANONICAL}")
            took.append(time.process_time() - begun)
    return min(took)


def _from_file(database: Database, file: Path) -> float:
    """Return the least CPU seconds of three runs from a file of positions to visits, its ground ready."""
    took = []
    for _ in range(3):
        with database.transaction() as writer:
            _take_ground(writer)
            begun = time.process_time()
            with writer.incoming(pq.read_table(file)):
                writer.run(_TRACK.format(given="incoming"))
            writer.run(f"create or replace temp table given as {visits.CANONICAL}")
            took.append(time.process_time() - begun)
    return min(took)


def _take_ground(writer: Writer) -> None:
    for name in ("square", "edge"):
        writer.run(f"create or replace temp table incoming_{name} as select * from patrol_{name}")


def _beside(folder: Path, found: pd.DataFrame, ours_s: float) -> None:
    outlines = shapely.polygons(grid.corners(_cells()))
    wkb = pa.array(shapely.to_wkb(outlines).tolist(), pa.binary())
    pq.write_table(pa.table({"hotspot_id": [f"H{at}" for at in range(PLACES)], "wkb": wkb}), folder / "places.parquet")
    pq.write_table(pa.Table.from_pandas(found, preserve_index=False), folder / "visits.parquet")
    python = os.environ.get("RASURE_BENCH_PYTHON", sys.executable)
    child = Path(__file__).with_name("visits_beside.py")
    done = subprocess.run([python, str(child), str(folder)], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        said = json.loads(line)
        if "cpu_s" not in said:
            print(f"visits: {said['library']} {said['problem']}")
            continue
        print(
            f"visits: {said['library']} {said['version']} {said['cpu_s']:,.1f} CPU s for a million ({said['how']}),"
            f" {said['cpu_s'] / ours_s:,.0f} times ours; {said['agreement']}"
        )


def _publish(writer: Writer) -> None:
    said = {"set_id": "B", "version": 1, "row_hash": "", "batch_id": 0}
    spots = [f"H{at}" for at in range(PLACES)]
    of_set = {"name": "B", "created_at": pd.Timestamp("2026-01-01"), "created_by": "", "rule": "{}", "data_version": ""}
    writer.insert("hotspot_set", pa.Table.from_pylist([said | of_set | {"row_key": "B"}]))
    named = [said | {"hotspot_id": name, "name": name, "lpa": "L", "row_key": name} for name in spots]
    writer.insert("hotspot", pa.Table.from_pylist(named))
    areas = [row | {"patrol_area_id": row["row_key"]} for row in named]
    writer.insert("patrol_area", pa.Table.from_pylist(areas).append_column("cell", pa.array(_cells())))


def _cells() -> NDArray[np.int64]:
    at = np.arange(PLACES)
    return grid.cells_of(440_000.0 + 2_500.0 * (at % 25), 160_000.0 + 2_500.0 * (at // 25))


def _shift(rng: np.random.Generator, centres: NDArray[np.float64], number: int) -> tuple[NDArray[np.int64], ...]:
    """Invent one shift: five stays of about twelve minutes, and drives along the roads of a square pattern."""
    ways = []
    here = centres[rng.integers(PLACES)]
    left = SHIFT_PINGS
    while left > 0:
        near = centres[np.argsort(np.hypot(*(centres - here).T))[1:40]]
        there = near[rng.integers(len(near))]
        drive = np.vstack([np.linspace(here, [there[0], here[1]], 160), np.linspace([there[0], here[1]], there, 160)])
        stay = (
            there + rng.normal(0.0, 25.0, 2) + np.cumsum(rng.normal(0.0, 2.0, (int(rng.integers(50, 95)), 2)), axis=0)
        )
        ways += [drive + rng.normal(0.0, 3.0, drive.shape) + [0.0, 180.0], stay]
        left -= len(drive) + len(stay)
        here = there
    way = np.rint(np.vstack(ways)[:SHIFT_PINGS] * 10).astype(np.int32)
    day, officer = divmod(number, OFFICERS)
    at_s = _FIRST_S + 86_400 * day + 28_800 * (officer % 3) + EVERY_S * np.arange(SHIFT_PINGS, dtype=np.int64)
    return np.full(SHIFT_PINGS, officer, dtype=np.int32), at_s, way[:, 0], way[:, 1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=1, help="measure growth up to so many million positions (10, 50)")
    measure(parser.parse_args().most)
