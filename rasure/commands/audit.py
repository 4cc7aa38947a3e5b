"""`rasure audit`: the log of who did what."""

import json
from pathlib import Path
from typing import Annotated

import typer

from rasure.commands.shared import Format, StoreFolder, folder_of, print_json, print_table, run
from rasure.errors import InputRejected

app = typer.Typer(help="The audit log: is it whole, where does it stand, who did what.", no_args_is_help=True)


@app.command("verify")
def verify(
    head: Annotated[Path | None, typer.Option("--head", help="A head kept elsewhere: a cut tail shows.")] = None,
    store: StoreFolder = None,
) -> None:
    """Read the whole audit log and say whether every record is as it was written; exit 1 when not."""
    kept = _text_of(head) if head else None
    found = run("audit.verify", {"head": kept}, store)
    print_json(found)
    if not found["whole"]:
        raise typer.Exit(1)


@app.command("head")
def head(
    out: Annotated[Path | None, typer.Option("--out", help="Write it into this file instead.")] = None,
    store: StoreFolder = None,
) -> None:
    """Print where the audit log stands; keep it where nobody who runs this machine can change it."""
    found = run("audit.head", {}, store)
    if out is None:
        print_json(found)
    else:
        out.write_text(json.dumps(found) + "\n", encoding="utf-8")


@app.command("search")
def search(
    actor: Annotated[str | None, typer.Option("--actor", help="Who: any part of the identifier.")] = None,
    op: Annotated[str | None, typer.Option("--op", help="What was done, such as disclosure or denied.")] = None,
    about: Annotated[str | None, typer.Option("--object", help="What it was about: any part, such as person:.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, UTC.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, UTC.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="The code in the name of an exported file.")] = None,
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Print audit records, newest first; the search is itself recorded."""
    from rasure.services.audit_reading import COLUMNS

    asked = {"actor": actor, "op": op, "object": about, "from": first, "to": last, "code": code}
    rows = run("audit.search", asked, store)
    print_table(rows, COLUMNS, format)


@app.command("begin-anew")
def begin_anew(
    reason: Annotated[str, typer.Option("--reason", help="Why; it is the first record of the new log.")],
    store: StoreFolder = None,
) -> None:
    """Set a log aside that does not verify and begin another, with the server stopped; every reader is told."""
    from rasure.services import upkeep

    print_json(upkeep.begin_log_anew(folder_of(store), reason))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(f"{path} cannot be read. Name the file that `rasure audit head --out` wrote.") from error
