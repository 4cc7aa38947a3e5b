"""Doubts about positions, kept beside them (`ping.flag`): worked out before visits are, where a load touched them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rasure.patrol.copies import landmarks
from rasure.patrol.flags import doubts
from rasure.patrol.positions import Floats, Positions, Wholes
from rasure.store.analytics import op_days, track_landmarks
from rasure.store.analytics.database import Database, Writer
from rasure.store.analytics.loads import get_meta, set_meta
from rasure.store.analytics.track_landmarks import Found
from rasure.store.statements import Statements

#: Another rule, another name: then every position is looked at anew.
RULE_VERSION = "9-3"
_SQL = Statements.beside(__file__)
_MARK, _RULE = "flags_of_batch", "flags_rule"

#: A doubt hangs on positions so far around it: a run of one point, and the gap it may have begun with.
_REACH = timedelta(seconds=600)
SOURCES = frozenset(["ping"])


def follow(writer: Writer, loaded: Iterable[str] = SOURCES) -> pa.Table:
    """Flag what a load brought, in its own transaction.

    Returns
    -------
    Table
        officer_id, op_day of positions of earlier loads whose flag changed: their visits have to be worked out again.
    """
    if not SOURCES & set(loaded):
        return _touched([])
    is_current = writer.value(_SQL["flags_mark"], {"key": _RULE}) == RULE_VERSION
    mark = int(writer.value(_SQL["flags_mark"], {"key": _MARK}) or 0) if is_current else 0
    first, last = writer.rows(_SQL["reach"], {"mark": mark})[0]
    touched: list[tuple[str, date]] = []
    if first is not None:
        with track_landmarks.found(writer) as found:
            for day in op_days.spans(op_days.day_of(first - _REACH), op_days.day_of(last + _REACH)).to_pylist():
                touched += _flag_day(writer, _Day(**day), mark, found)
        touched += _flag_copies(writer)
    set_meta(writer, _RULE, RULE_VERSION)
    set_meta(writer, _MARK, str(writer.value(_SQL["newest"])))
    return _touched(touched)


def is_current(database: Database) -> bool:
    """Say whether every position held was looked at by the rule in force."""
    newest = str(database.value(_SQL["newest"]))
    return get_meta(database, _RULE) == RULE_VERSION and get_meta(database, _MARK) == newest


@dataclass(frozen=True, slots=True)
class _Day:
    """An operational day as a span of seconds, the end left out."""

    op_day: date
    from_s: int
    until_s: int


def _flag_day(writer: Writer, day: _Day, mark: int, found: Found) -> list[tuple[str, date]]:
    """Flag the positions of a day of officers with new ones, as if they copied nobody, and find their landmarks."""
    rows = _rows(writer, day, {"mark": mark})
    if not rows.num_rows:
        return []
    seen = _positions(rows)
    found.add(rows["officer_id"].unique(), day.op_day, _landmarks(rows, seen, _own(rows, day), day))
    return _keep(writer, day, rows, doubts(seen), mark)


def _flag_copies(writer: Writer) -> list[tuple[str, date]]:
    """Flag copies, which are rare: the days are looked at again on which any may be, or may be no longer."""
    touched: list[tuple[str, date]] = []
    newest = int(writer.value(_SQL["newest"]))
    for op_day, officers in track_landmarks.perhaps_copies(writer):
        (span,) = op_days.spans(op_day, op_day).to_pylist()
        day = _Day(**span)
        rows = _rows(writer, day, {"mark": newest, "again": officers})
        seen = _positions(rows)
        copied = track_landmarks.copied(writer, _landmarks(rows, seen, _own(rows, day), day))
        touched += _keep(writer, day, rows, doubts(seen, copied), newest)
    return touched


def _rows(writer: Writer, day: _Day, which: dict[str, Any]) -> pa.Table:
    begins, ends = (datetime.fromtimestamp(at_s, UTC).replace(tzinfo=None) for at_s in (day.from_s, day.until_s))
    return writer.arrow(_SQL["day"], {"from_at": begins - _REACH, "until_at": ends + _REACH, "again": []} | which)


def _own(rows: pa.Table, day: _Day) -> Wholes:
    """Return the rows of the day itself, without those around it."""
    at_us = rows["at_us"].to_numpy()
    return np.flatnonzero((at_us >= day.from_s * 1_000_000) & (at_us < day.until_s * 1_000_000))


def _keep(writer: Writer, day: _Day, rows: pa.Table, found: NDArray[np.object_], mark: int) -> list[tuple[str, date]]:
    """Keep the flags of a day; return officer and day where a position of an earlier load has another than before."""
    own = _own(rows, day)
    held = np.array(rows["flag"].to_pylist(), dtype=object)
    changed = own[found[own] != held[own]]
    if not len(changed):
        return []
    flags = pa.table({"row": rows["row"].take(pa.array(changed)), "flag": pa.array(found[changed], pa.string())})
    with writer.incoming(flags):
        writer.run(_SQL["set_flags"])
    earlier = changed[rows["batch_id"].to_numpy()[changed] <= mark]
    return [(officer, day.op_day) for officer in set(rows["officer_id"].take(pa.array(earlier)).to_pylist())]


def _landmarks(rows: pa.Table, seen: Positions, own: Wholes, day: _Day) -> pa.Table:
    """Return the landmarks of some rows: row, and what `track_landmark` holds of each."""
    found = landmarks(seen.of(own))
    at = pa.array(own[found.row])
    return pa.table(
        {
            "row": at,
            "digest": found.digest.view(np.int64),
            "officer_id": rows["officer_id"].take(at),
            "source": rows["source"].take(at),
            "op_day": pa.repeat(pa.scalar(day.op_day, pa.date32()), len(at)),
            "seen_at": rows["at_us"].take(at).cast(pa.timestamp("us")),
        }
    )


def _positions(rows: pa.Table) -> Positions:
    officer, device = (
        rows[name].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        for name in ("officer_id", "source")
    )
    sources = rows["source"].combine_chunks().dictionary_encode()
    is_app = np.array([name == "app" or name.startswith("app-") for name in sources.dictionary.to_pylist()], dtype=bool)
    return Positions(
        officer=officer,
        device=device,
        t_s=rows["at_us"].to_numpy() / 1e6,
        e_m=rows["e_dm"].to_numpy() / 10.0,
        n_m=rows["n_dm"].to_numpy() / 10.0,
        accuracy_m=np.asarray(rows["accuracy_m"].to_numpy(zero_copy_only=False), dtype=np.float64),
        is_app=is_app[device],
        received_s=_seconds(rows["received_us"]),
    )


def _seconds(moments_us: pa.ChunkedArray) -> Floats:
    return np.asarray(moments_us.to_numpy().astype(np.float64) / 1e6)


def _touched(rows: list[tuple[str, date]]) -> pa.Table:
    officers, days = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"officer_id": pa.array(officers, pa.string()), "op_day": pa.array(days, pa.date32())})
