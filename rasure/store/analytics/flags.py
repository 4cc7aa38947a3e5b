"""Doubts about positions, kept beside them (`ping.flag`): worked out before visits are, where a load touched them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from rasure.patrol.flags import Positions, doubts
from rasure.store.analytics import op_days
from rasure.store.analytics.database import Database, Writer
from rasure.store.analytics.loads import get_meta, set_meta
from rasure.store.statements import Statements

#: Another rule, another name: then every position is looked at anew.
RULE_VERSION = "9-2"
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
    touched: list[tuple[str, object]] = []
    if first is not None:
        days = op_days.spans(op_days.day_of(first - _REACH), op_days.day_of(last + _REACH))
        for day in days.to_pylist():
            touched += [(officer, day["op_day"]) for officer in _flag_day(writer, day["from_s"], day["until_s"], mark)]
    set_meta(writer, _RULE, RULE_VERSION)
    set_meta(writer, _MARK, str(writer.value(_SQL["newest"])))
    return _touched(touched)


def is_current(database: Database) -> bool:
    """Say whether every position held was looked at by the rule in force."""
    newest = str(database.value(_SQL["newest"]))
    return get_meta(database, _RULE) == RULE_VERSION and get_meta(database, _MARK) == newest


def _flag_day(writer: Writer, from_s: int, until_s: int, mark: int) -> set[str]:
    """Flag the positions of a day; return officers an earlier position of whom is now flagged otherwise than before."""
    begins, ends = (datetime.fromtimestamp(at_s, UTC).replace(tzinfo=None) for at_s in (from_s, until_s))
    rows = writer.arrow(_SQL["day"], {"from_at": begins - _REACH, "until_at": ends + _REACH, "mark": mark})
    if not rows.num_rows:
        return set()
    at_us = rows["at_us"].to_numpy()
    found = doubts(_positions(rows))
    held = np.array(rows["flag"].to_pylist(), dtype=object)
    own = (at_us >= from_s * 1_000_000) & (at_us < until_s * 1_000_000)
    changed = np.flatnonzero(own & (found != held))
    if not len(changed):
        return set()
    flags = pa.table({"row": rows["row"].take(pa.array(changed)), "flag": pa.array(found[changed], pa.string())})
    with writer.incoming(flags):
        writer.run(_SQL["set_flags"])
    earlier = changed[rows["batch_id"].to_numpy()[changed] <= mark]
    return set(rows["officer_id"].take(pa.array(earlier)).to_pylist())


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
    )


def _touched(rows: list[tuple[str, object]]) -> pa.Table:
    officers, days = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"officer_id": pa.array(officers, pa.string()), "op_day": pa.array(days, pa.date32())})
