"""What is recorded of the files of a batch: what became of each, and every rejected row."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from rasure.ingest.dialect import Fault
from rasure.store.batches import FileCount

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


def load_file_table(files: Sequence[FileCount]) -> pa.Table:
    """Return the files of a batch and what became of their rows."""
    return pa.Table.from_pylist([{name: getattr(file, name) for name in FileCount.__slots__} for file in files])
