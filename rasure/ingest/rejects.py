"""Rejected rows as a table of the batch."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from rasure.ingest.dialect import Fault

_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("explanation", pa.string()),
    ]
)


def reject_table(faults_by_file: Iterable[tuple[str, Sequence[Fault]]]) -> pa.Table:
    """Return the faults of several files, by file and line."""
    rows = [
        {
            "file": name,
            "line": fault.line,
            "column_name": fault.column,
            "value": fault.value,
            "reason": fault.reason,
            "explanation": fault.explanation,
        }
        for name, faults in faults_by_file
        for fault in sorted(faults, key=lambda fault: fault.line)
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)
