"""Measure the audit log: writing one record, and verifying and searching a long log (`python -m bench.audit`)."""

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rasure.store.audit import AuditLog, utc_now

_EMPTY = dict.fromkeys(("lpa", "session", "device", "fields", "n", "reason", "reference", "recipient", "ip"))
_WRITTEN = 500
_DAYS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="how long the log to verify is")
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        _writing(Path(folder) / "short")
        _long(Path(folder) / "long", records)


def _opened(root: Path, clock: "Clock | None" = None) -> AuditLog:
    root.mkdir()
    return AuditLog(root / "audit", root / "key", "bench", begun=False, aside=root, clock=clock or utc_now)


class Clock:
    """A clock that spreads the records over days."""

    def __init__(self, records: int) -> None:
        self.step = timedelta(days=_DAYS) / records
        self.now = datetime(2026, 3, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the next moment."""
        self.now += self.step
        return self.now


def _writing(root: Path) -> None:
    log, took = _opened(root), []
    for number in range(_WRITTEN):
        began = time.perf_counter()
        log.append(_said(number))
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(
        f"one record on disk: median {statistics.median(took):.1f} ms, 95 in 100 under {took[-_WRITTEN // 20]:.1f} ms"
    )
    log.close()


def _long(root: Path, records: int) -> None:
    """Write a long log without flushing each record, then verify it."""
    import os

    flush, os.fsync = os.fsync, lambda _file: None
    try:
        log = _opened(root, Clock(records))
        for number in range(records - 1):
            log.append(_said(number))
    finally:
        os.fsync = flush
    began, used = time.perf_counter(), time.process_time()
    found = log.verify()
    seconds, used = time.perf_counter() - began, time.process_time() - used
    assert (found.records, found.faults) == (records, ())
    print(f"verify {records:,} records: {seconds:.1f} s, of it {used:.1f} s of one core")
    began = time.perf_counter()
    lines = sum(b'"actor":"I7"' in line for _name, held in log.lines() for line in held)
    print(f"look through {records:,} records for one officer's {lines:,}: {time.perf_counter() - began:.1f} s")
    log.close()


def _said(number: int) -> dict[str, object]:
    said = {
        "actor": f"I{number % 400}",
        "role": "inspector",
        "op": "consultation",
        "object": f"person:P{number % 9973}",
    }
    return {**_EMPTY, **said, "n": 1, "session": "0123456789ab", "ip": "10.1.2.3", "reason": "Operation Thistle"}


if __name__ == "__main__":
    main()
