"""The command line. JSON or CSV on standard output, one clear sentence on standard error.

Exit codes: 0 done, 1 refused, 2 usage, 78 unsafe configuration.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rasure.commands import audit, governance, load, patrol, people, places, report, session, store
from rasure.commands.shared import Format, StoreFolder, folder_of, one_of, print_json, print_table, run
from rasure.errors import RasureError
from rasure.progress import progress_bar
from rasure.settings import settings

app = typer.Typer(
    name="rasure",
    help="Where to patrol, when, who is at risk or causing harm, and whether it worked.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for name, group in {
    "load": load.app,
    "places": places.app,
    "patrol": patrol.app,
    "people": people.app,
    "store": store.app,
    "audit": audit.app,
    "session": session.app,
    "governance": governance.app,
    "report": report.app,
}.items():
    app.add_typer(group, name=name)


def main() -> NoReturn:
    """Run the command line; a `RasureError` becomes its sentence and its exit code."""
    try:
        app(standalone_mode=True)
    except RasureError as error:
        print(error.message, file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(0)


@app.command()
def demo(
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same force; another seed, another force.")] = 1,
    scenario: Annotated[str, typer.Option("--scenario", help="What patrols really do: tvp, essex or null.")] = "tvp",
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="Days of patrols, up to the last day.")] = 120,
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove a synthetic store that is there first.")] = False,
    store: StoreFolder = None,
) -> None:
    """Build a store with a whole synthetic force, through the same loaders a force would use."""
    from rasure.services import demo as demos

    one_of("--scenario", scenario, ("tvp", "essex", "null"))
    if fresh:
        demos.clear(folder_of(store))
    with progress_bar() as progress:
        print_json(demos.build(folder_of(store), seed=seed, scenario=scenario, days=days, progress=progress))


@app.command()
def rejects(batch: int, store: StoreFolder = None, format: Format = "csv") -> None:  # noqa: A002
    """Print the rejected rows of a batch: file, line, column, value, reason, what to do."""
    found = run("rejects", {"batch": batch}, store)
    print_table([dict(zip(found["columns"], row, strict=True)) for row in found["data"]], found["columns"], format)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Case files.")],
    compare: Annotated[bool, typer.Option("--compare", help="Print expected beside ours.")] = False,
) -> None:
    """Check our sums: recompute worked examples, one JSON object a case; with --compare exit 1 if any differs."""
    from rasure.checks.run import run_file

    differs = False
    for file in files:
        for result in run_file(file, compare=compare):
            print(json.dumps(result, ensure_ascii=False))
            differs |= compare and not result.get("ok", False)
    if differs:
        raise typer.Exit(1)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = None,
    store: StoreFolder = None,
) -> None:
    """Serve the dashboard, after refusing unsafe combinations of settings and data."""
    from rasure.launch import launch

    launch(folder_of(store), port or settings().port)
