"""`rasure store`: keeping the store whole."""

from pathlib import Path
from typing import Annotated

import typer

from rasure.commands.shared import Format, StoreFolder, folder_of, print_json, print_table, run
from rasure.progress import progress_bar

app = typer.Typer(help="Keep the store: verify, rebuild, back up, restore, erase.", no_args_is_help=True)


@app.command("verify")
def verify(store: StoreFolder = None) -> None:
    """Read every block and batch, and say what is wrong; exit 1 if anything is."""
    found = run("store.verify", {}, store)
    print_json(found)
    if found["faults"]:
        raise typer.Exit(1)


@app.command("backup")
def backup(folder: Path, store: StoreFolder = None) -> None:
    """Copy what cannot be rebuilt into a new folder, sealed with its counts."""
    print_json(run("store.backup", {"path": str(folder.absolute())}, store))


@app.command("restore")
def restore(folder: Path, store: StoreFolder = None) -> None:
    """Make a store from a backup and compare every count with the seal."""
    from rasure.services import upkeep

    with progress_bar() as progress:
        found = upkeep.restore(folder_of(store), folder, progress)
    print_json(found)
    raise typer.Exit(0 if found["equal"] else 1)


@app.command("rebuild")
def rebuild(store: StoreFolder = None) -> None:
    """Make the DuckDB file anew from the batches and compare every count."""
    from rasure.services import upkeep

    with progress_bar() as progress:
        found = upkeep.rebuild(folder_of(store), progress)
    print_json(found)
    raise typer.Exit(0 if found["equal"] else 1)


@app.command("retention")
def retention(
    as_of: Annotated[str, typer.Option("--as-of", help="Count as on this day.")],
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Count what is past its review or retention period, by class; nothing is deleted."""
    from rasure.services.operations import RETENTION_COLUMNS

    print_table(run("store.retention", {"as_of": as_of}, store), RETENTION_COLUMNS, format)


@app.command("erase-person")
def erase_person(
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's identifier in the records system.")],
    basis: Annotated[str, typer.Option("--basis", help="Why, by rule or reference; it is kept, so without a name.")],
    store: StoreFolder = None,
) -> None:
    """Erase a person from batches, tables and loaded files, and say what a human still has to decide."""
    from rasure.services import erasure

    with progress_bar() as progress:
        print_json(erasure.erase(folder_of(store), person, basis, progress))
