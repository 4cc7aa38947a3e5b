"""Check our sums: every figure Rasure shows, worked out again from a case file by the same functions."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from rasure.checks import doses, evidence, people, places, repeats, times, trends, visits
from rasure.checks.plain import plain
from rasure.checks.reading import BadInput, Inputs, Operation
from rasure.checks.tables import with_table
from rasure.checks.tolerance import differences
from rasure.errors import InputRejected, RasureError, Unavailable

OPERATIONS: dict[str, Operation] = {
    **places.OPERATIONS,
    **evidence.OPERATIONS,
    **times.OPERATIONS,
    **repeats.OPERATIONS,
    **trends.OPERATIONS,
    **people.OPERATIONS,
    **doses.OPERATIONS,
    **visits.OPERATIONS,
}
"""Every operation by its name; a new family is one module and one line here."""


def run_file(path: str | Path, compare: bool = False) -> Iterator[dict[str, object]]:
    """Give the result of each case of a file, in its order.

    Parameters
    ----------
    path
        A JSON file `{"cases": [{"id", "op", "inputs", "expect", "tol"}]}`.
    compare
        Add `expected`, `ours`, `ok` and the paths that `differ`.

    Yields
    ------
    dict
        `id`, `op` and `result`, ready to be written as JSON. A case that cannot be worked out has a result
        `{"error": "short_name"}`; it never stops the others.

    Raises
    ------
    InputRejected, Unavailable
        When the file itself cannot be read or is not a case file.
    """
    file = Path(path)
    for case in _cases(file):
        outcome = run_case(case, file.parent)
        yield outcome | compared(case, outcome) if compare else outcome


def run_case(case: object, folder: Path | None = None) -> dict[str, object]:
    """Work out one case; tables it names lie in `folder`."""
    if not isinstance(case, Mapping):
        return {"id": None, "op": None, "result": {"error": "bad_case"}}
    head = {"id": plain(case.get("id")), "op": plain(case.get("op"))}
    return head | {"result": _result(case, folder)}


def compared(case: object, outcome: Mapping[str, object]) -> dict[str, object]:
    """Set what was expected beside a result; without an expectation `ok` is empty."""
    expected = case.get("expect") if isinstance(case, Mapping) else None
    tolerance = case.get("tol") if isinstance(case, Mapping) else None
    if not isinstance(expected, Mapping):
        return {"expected": None, "ours": outcome["result"], "ok": None, "differ": []}
    differ = differences(expected, outcome["result"], tolerance if isinstance(tolerance, Mapping) else {})
    return {"expected": plain(expected), "ours": outcome["result"], "ok": not differ, "differ": differ}


def _result(case: Mapping[str, object], folder: Path | None) -> object:
    op = case.get("op")
    operation = OPERATIONS.get(op) if isinstance(op, str) else None
    if operation is None:
        return {"error": "unknown_op"}
    try:
        with np.errstate(all="ignore"):
            return plain(operation(Inputs(with_table(str(op), case.get("inputs"), folder))))
    except BadInput as fault:
        return {"error": fault.code}
    except RasureError as fault:
        return {"error": "refused", "message": fault.message}
    except Exception as fault:  # a case file comes from anywhere; one bad case must not hide the others
        return {"error": "cannot_compute", "kind": type(fault).__name__}


def _cases(file: Path) -> list[object]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Unavailable(f"The case file {file} cannot be read; check its name.") from fault
    except (ValueError, RecursionError) as fault:
        raise InputRejected(f"{file} is not JSON; a case file is an object with a list of cases.") from fault
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list):
        raise InputRejected(f'{file} has no list "cases".')
    return cases
