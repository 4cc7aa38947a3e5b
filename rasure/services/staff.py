"""What the force says of its own staff, for the panel of unusual look-ups alone: surname, postcode, shifts.

The file is the force's own and optional; who is not in it is not compared by what it would say.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rasure.access.misuse import Known
from rasure.errors import InputRejected

COLUMNS = ("person", "surname", "postcode", "shift_begins", "shift_ends")
Shifts = dict[str, list[tuple[datetime, datetime]]]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is known, and their shifts in local time."""

    known: dict[str, Known]
    shifts: Shifts


def read(path: Path | None) -> Staff:
    """Read the file: one row a shift, or one a person without; an empty cell is not known.

    Raises
    ------
    InputRejected
        The file cannot be read, has other columns, or a shift in it has no beginning or end.
    """
    if path is None:
        return Staff({}, {})
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise InputRejected(f"The staff file {path} begins with {','.join(COLUMNS)}.")
            return _staff(path, rows)
    except OSError as error:
        raise InputRejected(f"The staff file {path} cannot be read. Correct RASURE_STAFF_FILE.") from error


def _staff(path: Path, rows: "csv.DictReader[str]") -> Staff:
    known: dict[str, Known] = {}
    shifts: Shifts = {}
    for row in rows:
        person = (row["person"] or "").strip()
        if row["surname"] or row["postcode"]:
            known[person] = Known(surname=row["surname"] or None, postcode=row["postcode"] or None)
        if not row["shift_begins"] and not row["shift_ends"]:
            continue
        try:
            begins, ends = (datetime.fromisoformat(row[name]) for name in ("shift_begins", "shift_ends"))
        except (TypeError, ValueError) as error:
            said = f"Line {rows.line_num} of {path}: a shift is two local times such as 2026-03-03 14:00."
            raise InputRejected(said) from error
        shifts.setdefault(person, []).append((begins, ends))
    return Staff(known, shifts)
