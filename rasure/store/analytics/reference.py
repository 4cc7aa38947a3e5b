"""The reference tables: read from `data/reference/*.csv`, refreshed whenever those files change."""

import csv
import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.errors import InputRejected
from rasure.store.analytics.database import Database
from rasure.store.analytics.loads import get_meta, set_meta
from rasure.store.statements import Statements
from rasure.terms import Source

_SQL = Statements.beside(__file__)

HARM_EDITION = "2020"
_FILES = ("offence_classes.csv", "open_data_categories.csv", "harm_weights.csv", "series_breaks.csv")


def refresh(database: Database, folder: Path) -> None:
    """Read the tables again if any file differs from what the database holds."""
    digest = hashlib.sha256(b"".join(_bytes_of(folder / name) for name in _FILES)).hexdigest()[:12]
    if get_meta(database, "reference_digest") == digest:
        return
    classes = _table(folder, "offence_classes.csv", "niche") + _table(folder, "open_data_categories.csv", "police_uk")
    with database.transaction() as writer:
        for table, rows in (
            ("offence_class", classes),
            ("harm_weight", _table(folder, "harm_weights.csv")),
            ("series_break", _table(folder, "series_breaks.csv")),
        ):
            writer.run(_SQL[f"clear_{table}"])
            writer.insert(table, pa.Table.from_pylist(rows))
        set_meta(writer, "reference_digest", digest)
        set_meta(writer, "harm_edition", HARM_EDITION)


def classes(database: Database, source: Source) -> pd.DataFrame:
    """Return the inclusion rule in force for a source, a class a row."""
    return database.frame(_SQL["classes"], {"source": source.value})


def rule_version(database: Database) -> str:
    """Return the version of the inclusion rule in force."""
    return str(database.value(_SQL["rule_version"]))


def weights(database: Database) -> tuple[int, int]:
    """Return how many harm weights are in force, and how many of them nobody has confirmed."""
    ((held, unconfirmed),) = database.rows(_SQL["weights"])
    return held, unconfirmed


def series_breaks(database: Database) -> list[dict[str, Any]]:
    """Return the dates that rankings do not cross, oldest first."""
    found: list[dict[str, Any]] = database.arrow(_SQL["series_breaks"]).to_pylist()
    return found


def _table(folder: Path, name: str, source: str | None = None) -> list[dict[str, object]]:
    """Return the rows of a reference file; empty cells are None, and codes stay text."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
    for row in rows:
        for flag in ("verified", "rule_verified"):
            if flag in row:
                row[flag] = row[flag] == "yes"
        if source:
            row["source"] = source
    return rows


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputRejected(f"The reference table {path} cannot be read: put the file back.") from error
