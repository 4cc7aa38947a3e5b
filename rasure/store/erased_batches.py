"""Finding people in accepted batches, and the same batches without them.

A batch is not edited: it is written anew beside the old one, and takes its place when the erasure is decided. What is a
fact about an offence (a weapon, an injury) stays and loses its link to the person, so that no count of crime changes.
What is about the person goes, and with it every earlier version of the row: replaying the batches would bring one back.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rasure.store import batches

#: Which of some identifiers are those of people to erase.
Among = Callable[[Iterable[str]], set[str]]

#: Tables whose rows are about a person.
REMOVED = frozenset(["person", "person_monitoring", "involvement", "court_order"])
#: Tables whose rows are about an offence and may name a person: the row stays without the name.
UNLINKED = frozenset(["weapon", "injury"])
#: The digest of a row that lost its link: the old one was made of the identifier too.
UNLINKED_HASH = "unlinked"
_PERSON = "person_id"
_PLANS = ("plan", "plan_response")
_NAMES = ("family_name", "given_name", "born_on")


@dataclass(slots=True)
class Traces:
    """What batches hold of some people."""

    people: set[str] = field(default_factory=set)
    #: (table, row_key) to the last batch in which the row is about one of them.
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    #: Plans that are, as they stand now, about one of them.
    plans: set[str] = field(default_factory=set)
    #: Family and given names and dates of birth they were recorded with, as text.
    names: set[tuple[str | None, str | None]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def traces(folder: Path, batch_ids: Collection[int], among: Among) -> Traces:
    """Look for people in batches, oldest first."""
    found = Traces()
    latest_plan: dict[str, int] = {}
    for batch_id in sorted(batch_ids):
        held = batches.folder_of(folder, batch_id)
        for path in sorted(held.glob("*.parquet")):
            names = pq.read_schema(path).names
            if _PERSON in names:
                _look_in(found, path, batch_id, among)
            elif path.stem == "plan":
                rows = pq.read_table(path, columns=["row_key", "subject_kind", "subject_id"])
                latest_plan |= dict.fromkeys(rows["row_key"].to_pylist(), batch_id)
                rows = rows.filter(pc.equal(rows["subject_kind"], "person"))
                _note(found, path.stem, rows.rename_columns(["row_key", "subject_kind", _PERSON]), batch_id, among)
    found.plans = {key for (table, key), last in found.last.items() if table == "plan" and latest_plan[key] == last}
    return found


def without(folder: Path, target: Path, batch_id: int, found: Traces, withheld: Collection[tuple[str, int]]) -> int:
    """Write a batch without the people found into `target`; return how many rows it changed, 0 and nothing for none.

    Parameters
    ----------
    withheld
        (file, line) of rejected rows that were theirs: the rejects stay, their values go.
    """
    manifest, _ = batches.read_manifest(folder, batch_id)
    changed: dict[str, pa.Table] = {}
    rows = 0
    for name in manifest["tables"]:
        if not _may_hold_people(batches.folder_of(folder, batch_id) / f"{name}.parquet"):
            continue
        held = batches.read_table(folder, manifest, name)
        kept, touched = _without(name, held, batch_id, found, withheld)
        if touched:
            changed[name] = kept
            rows += touched
    if rows:
        batches.rewrite(folder, target, manifest, changed)
    return rows


def _look_in(found: Traces, path: Path, batch_id: int, among: Among) -> None:
    wanted = {"row_key", _PERSON, *_NAMES}
    rows = pq.read_table(path, columns=[name for name in pq.read_schema(path).names if name in wanted])
    _note(found, path.stem, rows, batch_id, among)
    if not set(_NAMES) <= set(rows.column_names):
        return
    for row in rows.filter(_is_in(rows[_PERSON], found.people)).to_pylist():
        found.names.add((row["family_name"], row["given_name"]))
        found.words |= {str(row[name])[:10] if name == "born_on" else row[name] for name in _NAMES if row[name]}


def _may_hold_people(path: Path) -> bool:
    return path.stem in ("reject", "superseded", *_PLANS) or _PERSON in pq.read_schema(path).names


def _note(found: Traces, table: str, rows: pa.Table, batch_id: int, among: Among) -> None:
    theirs = among(value for value in pc.unique(rows[_PERSON]).to_pylist() if value is not None)
    if not theirs:
        return
    found.people |= theirs
    if "row_key" in rows.column_names:
        keys = rows.filter(_is_in(rows[_PERSON], theirs))["row_key"].to_pylist()
        found.last |= {(table, key): batch_id for key in keys}


def _without(
    name: str, held: pa.Table, batch_id: int, found: Traces, withheld: Collection[tuple[str, int]]
) -> tuple[pa.Table, int]:
    """Return a table without the people, and how many of its rows went or changed."""
    if name == "reject":
        return _values_withheld(held, found, withheld)
    if name in UNLINKED:
        return _links_cut(held, found.people)
    if name == "plan_response":
        gone = _is_in(held["plan_id"], found.plans)
    elif name == "superseded":
        gone = pa.array([_is_theirs(text, found) for text in held["content"].to_pylist()], pa.bool_())
    elif "row_key" in held.column_names and (_PERSON in held.column_names or name in _PLANS):
        keys = held["row_key"].to_pylist()
        gone = pa.array([found.last.get((name, key), 0) >= batch_id for key in keys], pa.bool_())
    elif _PERSON in held.column_names:
        gone = _is_in(held[_PERSON], found.people)
    else:
        return held, 0
    touched = pc.sum(gone).as_py() or 0
    return (_forgetting(held.filter(pc.invert(gone))) if touched else held), touched


def _links_cut(held: pa.Table, people: Collection[str]) -> tuple[pa.Table, int]:
    theirs = _is_in(held[_PERSON], people)
    touched = pc.sum(theirs).as_py() or 0
    if not touched:
        return held, 0
    kept = _with(held, _PERSON, pc.if_else(theirs, pa.scalar(None, pa.string()), _plain(held[_PERSON])))
    kept = _with(kept, "row_hash", pc.if_else(theirs, UNLINKED_HASH, _plain(held["row_hash"])))
    return _forgetting(kept), touched


def _values_withheld(held: pa.Table, found: Traces, withheld: Collection[tuple[str, int]]) -> tuple[pa.Table, int]:
    """Take out the values of rejected rows that were theirs or repeat one of their words; the rejects still add up."""
    wanted = [word.casefold() for word in found.people | found.words]
    touched = 0
    values: list[str | None] = []
    for file, line, value in zip(*(held[name].to_pylist() for name in ("file", "line", "value")), strict=True):
        is_theirs = (file, line) in withheld or any(_has_word(str(value).casefold(), word) for word in wanted)
        touched += is_theirs and value is not None
        values.append(None if is_theirs else value)
    return (_forgetting(_with(held, "value", pa.array(values, pa.string()))) if touched else held), touched


def _is_theirs(content: str, found: Traces) -> bool:
    """Tell whether a row kept as history names one of them."""
    values: Any = json.loads(content)
    return isinstance(values, Mapping) and values.get(_PERSON) in found.people


def _has_word(text: str, word: str) -> bool:
    """Tell whether a text holds a word with nothing that belongs to a word on either side."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(word) : at + len(word) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(word, at + 1)
    return False


def _is_in(column: pa.ChunkedArray, wanted: Collection[str]) -> pa.ChunkedArray:
    return pc.fill_null(pc.is_in(_plain(column), value_set=pa.array(sorted(wanted), pa.string())), False)


def _with(rows: pa.Table, name: str, values: Any) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _forgetting(rows: pa.Table) -> pa.Table:
    """Return the same rows without the dictionaries and notes that came with them: those still hold what was there."""
    for name, kind in zip(rows.column_names, rows.schema.types, strict=True):
        if pa.types.is_dictionary(kind):
            rows = _with(rows, name, rows[name].cast(kind.value_type))
    return rows.replace_schema_metadata(None)
