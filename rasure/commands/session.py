"""`rasure session`: who is signed in."""

from typing import Annotated

import typer

from rasure.commands.shared import StoreFolder, print_json, run

app = typer.Typer(help="Who is signed in; end sessions at once.", no_args_is_help=True)


@app.command("list")
def list_open(store: StoreFolder = None) -> None:
    """List the sessions that are open: id, person, role, areas, since when, last active."""
    print_json(run("session.list", {}, store))


@app.command("revoke")
def revoke(
    id: Annotated[str, typer.Argument(help="A session's id, or a person's: all of that person's sessions.")],  # noqa: A002
    store: StoreFolder = None,
) -> None:
    """End a session, or all of a person's, at once: open pages close at their next message."""
    print_json(run("session.revoke", {"id": id}, store))
