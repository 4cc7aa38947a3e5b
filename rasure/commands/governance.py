"""`rasure governance`: what a force must publish or keep."""

from pathlib import Path
from typing import Annotated

import typer

from rasure.commands.shared import StoreFolder, print_json, run
from rasure.errors import Conflict, InputRejected

app = typer.Typer(help="Records that a force must publish or keep, filled from what is in force.", no_args_is_help=True)


@app.command("transparency-record")
def transparency_record(
    out: Annotated[Path, typer.Option("--out", help="Markdown file to write; one that is there is left alone.")],
    store: StoreFolder = None,
) -> None:
    """Write the algorithmic transparency record, filled from the rules, thresholds and settings in force."""
    from rasure.reports import transparency

    text = transparency.render(run("governance.in-force", {}, store))
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Conflict(f"{out} is there already and may hold what somebody filled in. Name another file.") from error
    except OSError as error:
        raise InputRejected(
            f"{out} cannot be written ({error.strerror}). Name a file in a folder that exists."
        ) from error
    print_json({"written": str(out)})
