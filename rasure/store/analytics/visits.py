"""Visits, brought up to date after every load: only for the officers, days and places it touched.

A visit hangs on pings up to 300 seconds around it and on nothing else. A new ping can therefore change visits of its
officer that start on its own day, on the next within those seconds, or earlier and reach it; all others stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.store.analytics import op_days, patrol_ground
from rasure.store.analytics.database import Database, Writer
from rasure.store.analytics.loads import get_meta, set_meta
from rasure.store.statements import Statements

#: The rule itself, one text for every engine.
CANONICAL = Statements.beside(__file__)["visits"]
RULE_VERSION = "6-" + blake2b(CANONICAL.encode(), digest_size=4).hexdigest()

_SQL = Statements(Path(__file__).with_name("visit_steps.sql"))
_MARK, _RULE = "visits_of_batch", "visits_rule"

#: Pings in one run; a day with more is one run all the same.
MOST_PINGS = 2_000_000
_REACH_S = 300
_HOUR_S, _DAY_S = 3_600, 86_400

#: Tables of a batch on which visits hang.
SOURCES = frozenset(["ping", "patrol_area"])


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive operational days worked out together, UTC seconds, the end left out."""

    start_s: int
    end_s: int
    pings: int


def follow(writer: Writer, loaded: Iterable[str] = SOURCES) -> None:
    """Bring visits up to date after a load of the named tables, in the load's own transaction."""
    if not SOURCES & set(loaded):
        return
    changed = patrol_ground.follow(writer)
    if writer.value(_SQL["visits_meta"], {"key": _RULE}) != RULE_VERSION:
        changed = [place for (place,) in writer.rows(_SQL["places"])]
        set_meta(writer, _RULE, RULE_VERSION)
    writer.run(_SQL["note_changed"], {"places": changed})
    if changed:
        _of_places(writer)
    _of_new_pings(writer, int(writer.value(_SQL["visits_meta"], {"key": _MARK}) or 0))
    set_meta(writer, _MARK, str(writer.value(_SQL["newest"])))


def ensure(database: Database) -> None:
    """Bring visits up to date if pings, sets or the rule changed without anybody following them, as in a rebuild."""
    is_current = get_meta(database, _RULE) == RULE_VERSION
    if is_current and get_meta(database, _MARK) == str(database.value(_SQL["newest"])):
        return
    with database.transaction() as writer:
        follow(writer)


def recompute(writer: Writer, officer_days: pa.Table) -> None:
    """Work out anew what some officers (`officer_id`) did on some days (`op_day`), after their pings were flagged."""
    writer.run(_SQL["note_changed"], {"places": []})
    with writer.incoming(officer_days):
        writer.run(_SQL["note_due"])
    first_on, last_on = writer.rows(_SQL["due_reach"])[0]
    if first_on is not None:
        from_at = op_days.starts_at(first_on).replace(tzinfo=None) - timedelta(seconds=_REACH_S)
        _note_days(writer, from_at, first_on, last_on)
        _of_due(writer)


def between(database: Database, scope: Scope, first_on: date, last_on: date) -> pd.DataFrame:
    """Return the visits of the operational days from first to last to places of the scope, in time order."""
    return database.frame(_SQL["between"], scope.parameters() | {"first_on": first_on, "last_on": last_on})


def _of_places(writer: Writer) -> None:
    """Work out all visits to the places whose ground changed."""
    for step in ("forget_changed", "none_due"):
        writer.run(_SQL[step])
    first, last = writer.rows(_SQL["whole_reach"])[0]
    if first is not None:
        _note(writer, op_days.spans(op_days.day_of(first), op_days.day_of(last)))
        _work_out(writer, first, last, everybody=True)


def _of_new_pings(writer: Writer, mark: int) -> None:
    """Work out the visits that pings of batches after a mark can touch."""
    first, last = writer.rows(_SQL["new_reach"], {"mark": mark})[0]
    if first is not None:
        _note_days(writer, first, op_days.day_of(first), op_days.day_of(last))
        writer.run(_SQL["note_new"], {"mark": mark})
        _of_due(writer)


def _note_days(writer: Writer, from_at: datetime, first_on: date, last_on: date) -> None:
    """Set out the days that may be touched, from the first day of a visit that reaches them."""
    reaching = writer.value(_SQL["first_reaching"], {"from_at": from_at})
    _note(writer, op_days.spans(min(first_on, reaching or first_on), last_on))


def _note(writer: Writer, days: pa.Table) -> None:
    with writer.incoming(days):
        writer.run(_SQL["note_days"])


def _of_due(writer: Writer) -> None:
    writer.run(_SQL["note_reaching"])
    writer.run(_SQL["forget_due"])
    first_on, last_on = writer.rows(_SQL["due_reach"])[0]
    _work_out(writer, op_days.starts_at(first_on), op_days.starts_at(last_on + timedelta(days=1)), everybody=False)


def _work_out(writer: Writer, from_at: datetime, until_at: datetime, *, everybody: bool) -> None:
    """Find and keep visits, a run of days at a time, so that memory does not grow with the file."""
    for step in ("take_squares", "take_edges"):
        writer.run(_SQL[step], {"changed": everybody})
    reach = {"from_at": from_at.replace(tzinfo=None), "until_at": until_at.replace(tzinfo=None) + timedelta(seconds=1)}
    for run in _runs(writer.rows(_SQL["days_with_pings"], reach | {"everybody": everybody})):
        _one_run(writer, run, everybody=everybody)


def _runs(days: Sequence[tuple[date, int, int, int]]) -> list[_Run]:
    """Put consecutive days together as long as they hold few pings."""
    runs: list[_Run] = []
    for _, from_s, until_s, pings in days:
        if runs and runs[-1].end_s == from_s and runs[-1].pings + pings <= MOST_PINGS:
            runs.append(_Run(runs.pop().start_s, until_s, pings))
        else:
            runs.append(_Run(from_s, until_s, pings))
    return runs


def _one_run(writer: Writer, run: _Run, *, everybody: bool) -> None:
    """Find and keep the visits that begin in a run of days; who stays on is followed until they leave."""
    span = {"start_s": run.start_s, "end_s": run.end_s, "everybody": everybody}
    for step in ("number_officers", "begin_found"):
        writer.run(_SQL[step], span)
    until_s = run.end_s + _HOUR_S
    while writer.value(_SQL["wanted"]):
        for step in ("number_words", "take_track"):
            writer.run(_SQL[step], {"from_s": run.start_s - _REACH_S, "until_s": until_s})
        writer.run(_SQL["forget_found"])
        writer.run(_SQL["find"].replace("{visits}", CANONICAL), span)
        writer.run(_SQL["want_late"], {"until_s": until_s})
        until_s += _DAY_S
    writer.run(_SQL["keep"], {"everybody": everybody, "rule_version": RULE_VERSION})
