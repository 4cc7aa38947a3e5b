"""`rasure report`: what is put on the table, made without anybody at a screen."""

from pathlib import Path
from typing import Annotated

import typer

from rasure.commands.shared import StoreFolder, print_json, run
from rasure.errors import InputRejected

app = typer.Typer(help="Reports on paper.", no_args_is_help=True)


@app.callback()
def report() -> None:
    """Reports on paper."""


@app.command("weekly")
def weekly(
    out: Annotated[Path, typer.Option("--out", help="PDF to write; its numbers go beside it, with the ending .csv.")],
    week: Annotated[str, typer.Option("--week", help="Week, such as 2026-W46; latest: the last whole one.")] = "latest",
    lpa: Annotated[str | None, typer.Option("--lpa", help="Only this policing area, by name or code.")] = None,
    store: StoreFolder = None,
) -> None:
    """Write gold’s week as a PDF and its figures as CSV, over what is there; the same data give the same bytes."""
    from rasure.reports import csv_writer
    from rasure.reports import weekly as printed
    from rasure.services.weekly_rows import COLUMNS

    if out.suffix.lower() != ".pdf":
        raise InputRejected(f"{out} is no PDF by its name. Name a file that ends with .pdf.")
    found = run("report.weekly", {"week": week, "lpa": lpa}, store)
    figures = out.with_suffix(".csv")
    try:
        out.write_bytes(printed.render(found["facts"]))
        with figures.open("w", encoding="utf-8", newline="") as file:
            csv_writer.write(file, COLUMNS, found["rows"], first_line=printed.mark(found["facts"]).line())
    except OSError as error:
        raise InputRejected(
            f"{error.filename} cannot be written ({error.strerror}). Name a file in a folder that exists."
        ) from error
    print_json({"week": found["facts"]["iso"], "pdf": str(out), "csv": str(figures), "record": found["record"]})
