"""Rows about people who were erased: they are not taken again, and nothing of what they say is kept.

A row that is about the person is rejected. A weapon or an injury is a fact about an offence: it is taken without the
link, as the erasure left those that were held.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from rasure.ingest.contract import Mask
from rasure.ingest.dialect import Chunk, Fault
from rasure.ingest.force_contract import DROP
from rasure.ingest.received import Received, among
from rasure.store.erased_batches import UNLINKED

#: Which of some identifiers are those of people who were erased.
ErasedAmong = Callable[[Iterable[str]], set[str]]

WITHHELD = "withheld"
_SAID = "The person was erased from this store and is not taken again. Stop sending the row."


def refuse(received: Mapping[str, Received], erased_among: ErasedAmong | None) -> int:
    """Reject rows about erased people; return how many weapons and injuries were taken without their link to one."""
    unlinked = 0
    if erased_among is None:
        return unlinked
    for file in received.values():
        theirs = _theirs(file, erased_among)
        if not theirs.any():
            continue
        if file.contract.table in UNLINKED:
            file.clear(theirs, "person_id")
            unlinked += int(theirs.sum())
        else:
            column = "person_id" if "person_id" in file.rows else "subject_id"
            file.reject(theirs, column, "erased_person", _SAID, WITHHELD)
    return unlinked


def withheld(erased_among: ErasedAmong, faults: Sequence[Fault], chunk: Chunk) -> list[Fault]:
    """Take the values out of faults whose row is about an erased person, or may be: of a broken row nobody can say."""
    if "person_id" not in chunk.columns:
        return list(faults)
    people = dict(zip(chunk.lines, chunk.columns["person_id"], strict=True))
    return [
        replace(fault, value=WITHHELD) if fault.line not in people or erased_among([people[fault.line]]) else fault
        for fault in faults
    ]


def headers_about_nobody() -> set[frozenset[str]]:
    """Return the headers of the contract's files in which no column names a person."""
    about = {"person_id", "subject_id"}
    headers = (frozenset(column.name for column in contract.columns) for contract in DROP)
    return {header for header in headers if not header & about}


def _theirs(file: Received, erased_among: ErasedAmong) -> Mask:
    """Say which rows of a file are about erased people."""
    if "person_id" in file.rows:
        given = file.rows["person_id"]
    elif "subject_kind" in file.rows:
        given = file.rows["subject_id"].where(file.rows["subject_kind"] == "person")
    else:
        return np.zeros(len(file.rows), dtype=bool)
    erased = erased_among(given.dropna().unique())
    return among(given, erased) if erased else np.zeros(len(file.rows), dtype=bool)
