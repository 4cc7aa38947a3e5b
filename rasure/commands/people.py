"""`rasure people`: who meets the rule of a list; asking is recorded with its reason."""

from typing import Annotated

import typer

from rasure.commands.shared import Format, StoreFolder, one_of, print_json, print_table, run

app = typer.Typer(help="Lists of people: who meets a list's rule, and why.", no_args_is_help=True)


@app.callback()
def people() -> None:
    """Lists of people: who meets a list's rule, and why."""


@app.command("carriers")
def carriers(
    as_of: Annotated[str, typer.Option("--as-of", help="Judge as on this day; what happened later does not count.")],
    reason: Annotated[str, typer.Option("--reason", help="Why you ask; it is written into the audit log.")],
    lpa: Annotated[str | None, typer.Option("--lpa", help="Policing area, by name or code.")] = None,
    store: StoreFolder = None,
    format: Format = "json",  # noqa: A002
) -> None:
    """Say who meets the rule for habitual knife carriers, in order, with the records that met it; no names."""
    one_of("--format", format, ("csv", "json"))
    found = run("people.carriers", {"as_of": as_of, "reason": reason, "lpa": lpa}, store)
    if format == "json":
        print_json(found)
    else:
        from rasure.services.people_command import COLUMNS

        print_table(found["listed"], COLUMNS, format)
