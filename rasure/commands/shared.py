"""What every command shares: its options, the way to the store, and how an answer is printed."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from rasure.progress import progress_bar
from rasure.settings import settings

StoreFolder = Annotated[Path | None, typer.Option("--store", help="Folder of the store.", show_default="data/store")]
Format = Annotated[str, typer.Option("--format", help="csv or json.")]


def run(name: str, arguments: Mapping[str, Any], folder: Path | None) -> Any:
    """Do a named operation in the process that holds the store, which may be a running server."""
    from rasure.handover import run_where_the_store_is

    with progress_bar() as progress:
        return run_where_the_store_is(folder_of(folder), name, arguments, progress)


def folder_of(folder: Path | None) -> Path:
    """Return the folder of the store that was asked for, or that settings name."""
    return (folder or settings().store).absolute()


def one_of(option: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse an option's value that is not one of those allowed."""
    if value not in allowed:
        raise typer.BadParameter(f"{value!r} is not one of: {', '.join(allowed)}.", param_hint=option)


def print_json(found: Any) -> None:
    """Print an answer as JSON."""
    print(json.dumps(found, ensure_ascii=False, indent=1, default=str))


def print_table(rows: list[dict[str, Any]], columns: Sequence[str], form: str) -> None:
    """Print rows as CSV or JSON."""
    one_of("--format", form, ("csv", "json"))
    if form == "json":
        print_json(rows)
        return
    from rasure.reports.csv_writer import write

    write(sys.stdout, columns, rows)
