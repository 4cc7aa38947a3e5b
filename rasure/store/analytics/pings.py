"""Pings that come in by the ten million: held aside in the database, piece by piece, until all of a file is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pyarrow as pa

from rasure.store.analytics.database import Database, Writer
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

#: Pings compared with each other at once.
_MOST_COMPARED = 4_000_000
_PIECE_ROWS = 262_144


class Aside:
    """The pings of one file, in a temporary table that spills to disk and goes with the block."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._rows = 0
        writer.run(_SQL["begin"])

    def add(self, pings: pa.Table) -> None:
        """Put a piece aside: the columns of `ping` and `line`, the row's place in the file."""
        with self._writer.incoming(pings):
            self._writer.run(_SQL["add"])
        self._rows += pings.num_rows

    def forget_known(self) -> tuple[int, list[tuple[int, int | None]]]:
        """Take out the pings that were sent before, in this file or an earlier one.

        Return how many say the same as what was sent, and of each that says something else (line, first_line): where
        in this file the first stands, None when it came with an earlier file.
        """
        parts = self._rows // _MOST_COMPARED + 1
        self._writer.run(_SQL["begin_known"])
        for part in range(parts):
            self._writer.run(_SQL["find_known"], {"parts": parts, "part": part})
        said: list[tuple[int, int | None]] = [(line, first) for line, first in self._writer.rows(_SQL["contradicting"])]
        known = int(self._writer.value(_SQL["count_known"]))
        if known:
            self._writer.run(_SQL["forget_known"])
            self._rows -= known
        return known - len(said), said

    def __len__(self) -> int:
        return self._rows

    def in_order(self) -> pa.RecordBatchReader:
        """Return what is left in the order it is kept in, read a day at a time, to be taken once."""
        first = next(self._of_day(None))
        return pa.RecordBatchReader.from_batches(first.schema, self._pieces())

    def _pieces(self) -> Iterator[pa.RecordBatch]:
        days: list[tuple[date]] = self._writer.rows(_SQL["days"])
        for (day,) in days:
            yield from self._of_day(day)
        self._writer.run(_SQL["end"])

    def _of_day(self, day: date | None) -> Iterator[pa.RecordBatch]:
        asked = {"day": day, "next_day": day + timedelta(days=1) if day else None}
        reader = self._writer.reader(_SQL["of_day"], asked, rows=_PIECE_ROWS)
        yield from reader if day else [pa.RecordBatch.from_pylist([], schema=reader.schema)]


@contextmanager
def aside(database: Database) -> Iterator[Aside]:
    """Hold pings aside inside the block; nothing of them is in the store unless a batch with them is accepted."""
    with database.scratch() as writer:
        yield Aside(writer)
