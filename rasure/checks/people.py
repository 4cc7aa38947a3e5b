"""Check our sums: people in order by a rule, disproportion, small numbers withheld from tables for partners."""

import pandas as pd

from rasure.checks.reading import (
    LARGEST_WHOLE,
    BadInput,
    Inputs,
    Operation,
    days_column,
    identity,
    items,
    number,
    one_kind,
)
from rasure.people import criterion, fields, suppression
from rasure.people.criterion import Rule
from rasure.people.disproportion import MIN_COUNT, Kind, disproportion
from rasure.people.ranking import rank

_LONGEST_DAYS = 1_000_000
_OLDEST_YEARS = 150
_KINDS: dict[str, Kind] = {"rate": "rate", "risk": "risk"}


def ranked(inputs: Inputs) -> dict[str, object]:
    """Give who meets the carriers' rule, in order, and who does not."""
    people = inputs.records("persons")
    for person in people:
        _refuse_others(person, fields.PERSON_RECORD)
    ids = [identity(person.value("id"), "id") for person in people]
    one_kind(ids, "id")
    if len(set(ids)) < len(ids):
        raise BadInput("duplicate_id")
    events = [(own, event) for own, person in zip(ids, people, strict=True) for event in person.records("events")]
    for _, event in events:
        _refuse_others(event, fields.EVENT_RECORD)
    rule = _rule(Inputs(inputs.value("params")))
    found = rank(
        pd.DataFrame({"id": pd.Series(ids, dtype=object), "age": pd.array([_age(p) for p in people], dtype="Int64")}),
        pd.DataFrame(
            {
                "id": pd.Series([own for own, _ in events], dtype=object),
                "date": days_column(event.day("date") for _, event in events),
                "kind": pd.Series([event.text("kind") for _, event in events], dtype=object),
                "harm": pd.Series([event.number("harm", low=0.0) for _, event in events], dtype=float),
                "evidence": pd.Series([_one_of(event, "evidence", rule.weights) for _, event in events], dtype=object),
            }
        ),
        rule,
        inputs.day("as_of"),
    )
    listed = found.listed.rename(columns={"qualifying_dates": "knife_dates"})
    return {"listed": listed.to_dict("records"), "not_listed": list(found.not_listed)}


def ratio(inputs: Inputs) -> dict[str, object]:
    """Give a ratio of two rates or two risks with its interval, or none where a count is small."""
    kind = inputs.text("kind")
    if kind not in _KINDS:
        raise BadInput("bad_kind")
    counts = [inputs.whole(name) for name in ("a", "b")]
    sizes = [inputs.whole(name, low=1) for name in ("na", "nb")]
    if kind == "risk" and any(count > size for count, size in zip(counts, sizes, strict=True)):
        raise BadInput("more_than_all")
    found = disproportion(
        counts[0], sizes[0], counts[1], sizes[1], kind=_KINDS[kind], min_count=inputs.whole("min_count", MIN_COUNT)
    )
    return {"ratio": found.ratio, "ci": list(found.ci), "suppressed": found.suppressed}


def suppressed_table(inputs: Inputs) -> dict[str, object]:
    """Give a table of counts with totals, and null where a cell or a total is withheld."""
    rows = [[_count(cell) for cell in items(row, "cells")] for row in inputs.items("cells")]
    if not rows or not rows[0]:
        raise BadInput("no_cells")
    if len({len(row) for row in rows}) > 1:
        raise BadInput("unequal_lengths")
    threshold = inputs.whole("threshold", suppression.THRESHOLD, low=suppression.LEAST_THRESHOLD)
    return {"table": suppression.suppress(rows, threshold)}


OPERATIONS: dict[str, Operation] = {
    "people.rank": ranked,
    "ratio.disproportion": ratio,
    "suppress.table": suppressed_table,
}


def _rule(params: Inputs) -> Rule:
    weights = Inputs(params.value("evidence"))
    return Rule(
        version="case",
        kinds=criterion.KNIFE,
        qualifying=frozenset(_text(item) for item in params.items("qualifying")),
        weights={name: weights.number(name, low=0.0) for name in weights.names()},
        min_dates=params.whole("min_knife_dates", low=1),
        lookback_days=params.whole("lookback_days", low=1, high=_LONGEST_DAYS),
        recent_days=params.whole("recent_days", low=0, high=_LONGEST_DAYS),
        half_life_days=params.positive("half_life_days"),
    )


def _refuse_others(record: Inputs, allowed: tuple[str, ...]) -> None:
    try:
        fields.refuse_others(record.names(), allowed)
    except fields.FieldNotAllowed as fault:
        raise BadInput("field_not_allowed") from fault


def _age(person: Inputs) -> int | None:
    return None if person.value("age") is None else person.whole("age", high=_OLDEST_YEARS)


def _one_of(record: Inputs, name: str, allowed: object) -> str:
    found = record.text(name)
    if found not in allowed:  # type: ignore[operator]
        raise BadInput(f"bad_{name}")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput("bad_qualifying")
    return value


def _count(value: object) -> int:
    found = number(value, "cells")
    if found != int(found) or not 0 <= found <= LARGEST_WHOLE:
        raise BadInput("bad_cells")
    return int(found)
