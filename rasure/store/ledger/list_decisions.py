"""What people decided about entries on the lists of people: appended, read, and never edited."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rasure.store.ledger.database import Ledger

_COLUMNS = (
    "list, person_id, step, decided_by, decided_by_name, decided_on, decided_at, reason, due_on, lead, is_upheld,"
    " rule_version, facts"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One decision. `facts` are the records that met the rule then; `decided_at` is UTC."""

    list: str
    person_id: str
    step: str
    decided_by: str
    decided_by_name: str
    decided_on: date
    decided_at: str
    reason: str
    due_on: date | None
    lead: str | None
    is_upheld: bool | None
    rule_version: str
    facts: tuple[dict[str, Any], ...]


def append(ledger: Ledger, rows: Iterable[Row]) -> None:
    """Put decisions on disk, all or none."""
    with ledger.transaction():
        for row in rows:
            ledger.run(
                f"insert into list_decision ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(row.list, row.person_id, row.step, row.decided_by, row.decided_by_name),
                    *(row.decided_on.isoformat(), row.decided_at, row.reason),
                    *(row.due_on.isoformat() if row.due_on else None, row.lead),
                    *(None if row.is_upheld is None else int(row.is_upheld), row.rule_version),
                    json.dumps(row.facts, ensure_ascii=False),
                ],
            )


def of_list(ledger: Ledger, name: str) -> dict[str, list[Row]]:
    """Return the decisions about a list's entries by person, oldest first."""
    found: dict[str, list[Row]] = {}
    for values in ledger.rows(f"select {_COLUMNS} from list_decision where list = ? order by decision_id", [name]):
        row = _row(values)
        found.setdefault(row.person_id, []).append(row)
    return found


def of_person(ledger: Ledger, name: str, person_id: str) -> list[Row]:
    """Return the decisions about one entry, oldest first."""
    where = "where list = ? and person_id = ? order by decision_id"
    return [_row(values) for values in ledger.rows(f"select {_COLUMNS} from list_decision {where}", [name, person_id])]


def decided_on(ledger: Ledger) -> list[date]:
    """Return the day of every decision, oldest first."""
    return [date.fromisoformat(day) for (day,) in ledger.rows("select decided_on from list_decision order by 1")]


def _row(values: Sequence[Any]) -> Row:
    name, person, step, by, by_name, on, at, reason, due_on, lead, is_upheld, version, facts = values
    return Row(
        list=name,
        person_id=person,
        step=step,
        decided_by=by,
        decided_by_name=by_name,
        decided_on=date.fromisoformat(on),
        decided_at=at,
        reason=reason,
        due_on=date.fromisoformat(due_on) if due_on else None,
        lead=lead,
        is_upheld=None if is_upheld is None else bool(is_upheld),
        rule_version=version,
        facts=tuple(json.loads(facts)),
    )
