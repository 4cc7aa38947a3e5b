"""`rasure patrol`: what patrols delivered."""

from typing import Annotated

import typer

from rasure.commands.shared import Format, StoreFolder, print_table, run

app = typer.Typer(help="What patrols delivered.", no_args_is_help=True)

FirstDay = Annotated[str, typer.Option("--from", help="First operational day, such as 2026-10-01.")]
LastDay = Annotated[str, typer.Option("--to", help="Last operational day, itself included.")]


@app.command("visits")
def visits(
    first: FirstDay,
    last: LastDay,
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Print every stay of an officer in a hot spot, worked out from positions; that it was asked is recorded."""
    from rasure.services.visits import COLUMNS

    print_table(run("patrol.visits", {"from": first, "to": last}, store), COLUMNS, format)


@app.command("dose")
def dose(
    first: FirstDay,
    last: LastDay,
    lpa: Annotated[str | None, typer.Option("--lpa", help="Policing area, by name or code.")] = None,
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Give the dose of every assigned place-day, as the Patrols page counts it."""
    from rasure.services.patrol_rows import DAY_COLUMNS

    rows = run("patrol.dose", {"from": first, "to": last, "lpa": lpa}, store)
    print_table(rows, DAY_COLUMNS, format)
