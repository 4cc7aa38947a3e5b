"""Landmarks of tracks (patrol/copies.py) in a small table, by which a copy is known from days and officers away.

A position is a copy when an earlier one begins the same landmark. Landmarks hang on the positions of one officer and
operational day alone, so any order of delivery leaves the same table; what a load changes in it says which days have to
be looked at again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby

import numpy as np
import pyarrow as pa

from rasure.patrol.positions import Wholes
from rasure.store.analytics.database import Writer
from rasure.store.statements import Statements

_SQL = Statements.beside(__file__)

#: Landmarks found that are held in memory before they are put aside.
_MOST_HELD = 200_000


class Found:
    """The landmarks found in one load, and the officers and days they were looked for on, put aside piece by piece."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._looked: list[pa.Table] = []
        self._found: list[pa.Table] = []
        self._count = 0

    def add(self, officers: pa.Array, op_day: date, landmarks: pa.Table) -> None:
        """Take the landmarks of some officers' day: digest, officer_id, source, op_day, seen_at (UTC)."""
        days = pa.repeat(pa.scalar(op_day, pa.date32()), len(officers))
        self._looked.append(pa.table({"officer_id": officers, "op_day": days}))
        self._found.append(landmarks)
        self._count += landmarks.num_rows
        if self._count >= _MOST_HELD:
            self.put_aside()

    def put_aside(self) -> None:
        for name, tables in (("incoming_officer_day", self._looked), ("incoming_landmark", self._found)):
            if tables:
                with self._writer.incoming(pa.concat_tables(tables)):
                    self._writer.run(_SQL[f"put_aside_{name}"])
                tables.clear()
        self._count = 0


@contextmanager
def found(writer: Writer) -> Iterator[Found]:
    """Collect landmarks inside the block; at its end they replace what was held of those officers and days."""
    for step in ("begin_incoming_officer_day", "begin_incoming_landmark"):
        writer.run(_SQL[step])
    collected = Found(writer)
    yield collected
    collected.put_aside()
    for step in ("note_changed", "forget", "keep"):
        writer.run(_SQL[step])


def perhaps_copies(writer: Writer) -> Iterator[tuple[date, list[str]]]:
    """Yield each day, in order, with officers of whom positions may be copies, or may have been until this load."""
    rows: list[tuple[date, str]] = writer.rows(_SQL["perhaps_copies"])
    for op_day, own in groupby(rows, key=lambda row: row[0]):
        yield op_day, [officer for _, officer in own]


def copied(writer: Writer, landmarks: pa.Table) -> Wholes:
    """Return the `row` of each landmark that an earlier track has, whoever's and whenever."""
    with writer.incoming(landmarks):
        return np.asarray(writer.arrow(_SQL["copied"])["row"].to_numpy(), dtype=np.int64)
