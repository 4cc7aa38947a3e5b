"""What can leave: an export is a name, the right it needs, and a maker of its rows or its document.

A maker is given a fresh scope and what was asked for, and returns what is to leave; checking, the log, the mark and the
form are `api.exports`, for all of them alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.store.audit_records import Entry
from rasure.store.store import Store

CSV, XLSX, PDF, JSON = "csv", "xlsx", "pdf", "json"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, what they may read, and the selection as the address carries it: text nobody has judged yet."""

    store: Store
    principal: Principal
    scope: Scope
    parameters: Mapping[str, str]

    def whole(self, name: str, most: int) -> int:
        """Return a parameter that is a whole number from 0 to `most`; 0 when it was not given."""
        text = self.parameters.get(name, "0")
        if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or int(text) > most:
            raise InputRejected(f"{name} must be a whole number up to {most}. Load the page again.")
        return int(text)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to leave as CSV or workbook.

    `selection` is what was asked for as it was understood: it is digested into the log and printed in the file. `name`
    goes into the log and the file's name, `n` is what the log counts when that is not rows.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[Any, Any]]
    selection: Mapping[str, str]
    n: int | None = None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is no table; it is rendered once its log record is on disk, and carries the record's code itself."""

    name: str
    media_type: str
    render: Callable[[Entry], bytes]
    selection: Mapping[str, str]
    n: int


@dataclass(frozen=True, slots=True)
class Export:
    """One thing that can leave.

    `reason_required` makes the reader say why and for whom; then it is asked for by a form and never by a link, so that
    the reason stands in no address. Personal data must require it.
    """

    name: str
    action: Action
    make: Callable[[Asked], Table | Document]
    forms: tuple[str, ...] = (CSV, XLSX)
    reason_required: bool = False


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, None where a value is missing."""
    known = frame.astype(object).where(frame.notna(), None)
    return known.to_dict("records")  # type: ignore[return-value]
