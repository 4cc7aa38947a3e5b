"""The command line. JSON or CSV on standard output, one clear sentence on standard error.

Exit codes: 0 done, 1 refused, 2 usage, 78 unsafe configuration.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from rasure.errors import Conflict, InputRejected, RasureError
from rasure.handover import run_where_the_store_is
from rasure.progress import progress_bar
from rasure.services.audit_reading import COLUMNS as AUDIT_COLUMNS
from rasure.services.backtest_words import WINDOW_HEADS
from rasure.services.operations import RANK_COLUMNS, RETENTION_COLUMNS
from rasure.settings import settings

app = typer.Typer(
    name="rasure",
    help="Where to patrol, when, who is at risk or causing harm, and whether it worked.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
load = typer.Typer(help="Load files into the store: all or nothing, every row accounted for.", no_args_is_help=True)
places = typer.Typer(help="Rank places.", no_args_is_help=True)
audit = typer.Typer(help="The audit log: is it whole, where does it stand, who did what.", no_args_is_help=True)
session = typer.Typer(help="Who is signed in; end sessions at once.", no_args_is_help=True)
store = typer.Typer(help="Keep the store: verify, rebuild, back up, restore, erase.", no_args_is_help=True)
governance = typer.Typer(
    help="Records that a force must publish or keep, filled from what is in force.", no_args_is_help=True
)
app.add_typer(load, name="load")
app.add_typer(places, name="places")
app.add_typer(store, name="store")
app.add_typer(audit, name="audit")
app.add_typer(session, name="session")
app.add_typer(governance, name="governance")

StoreFolder = Annotated[Path | None, typer.Option("--store", help="Folder of the store.", show_default="data/store")]
Format = Annotated[str, typer.Option("--format", help="csv or json.")]


def main() -> NoReturn:
    """Run the command line; a `RasureError` becomes its sentence and its exit code."""
    try:
        app(standalone_mode=True)
    except RasureError as error:
        print(error.message, file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(0)


@load.command("police-uk")
def load_police_uk(path: Path, store: StoreFolder = None) -> None:
    """Load data.police.uk files: a folder or the downloaded zip, any force."""
    _print_json(_run("load.police-uk", {"path": str(path.absolute())}, store))


@load.command("niche")
def load_niche(
    path: Annotated[Path | None, typer.Argument(help="Folder of the drop.", show_default=False)] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write empty files with their headers into this folder instead.")
    ] = None,
    store: StoreFolder = None,
) -> None:
    """Load a drop of the force's own extract: a folder of the contract's CSV files (docs/niche-contract.md)."""
    if template:
        from rasure.ingest import templates

        _print_json([str(written) for written in templates.write(template)])
    elif path:
        _print_json(_run("load.niche", {"path": str(path.absolute())}, store))
    else:
        raise typer.BadParameter("Name the folder of the drop, or --template DIR.", param_hint="PATH")


@load.command("pings")
def load_pings(path: Path, store: StoreFolder = None) -> None:
    """Load positions of officers: CSV or Parquet; each is taken once and never changed."""
    _print_json(_run("load.pings", {"path": str(path.absolute())}, store))


@load.command("patrols")
def load_patrols(path: Path, store: StoreFolder = None) -> None:
    """Load patrols as officers recorded them."""
    _print_json(_run("load.patrols", {"path": str(path.absolute())}, store))


@load.command("hot-spots")
def load_hot_spots(path: Path, store: StoreFolder = None) -> None:
    """Load published sets of hot spots; a version that is held never changes."""
    _print_json(_run("load.hot-spots", {"path": str(path.absolute())}, store))


@load.command("allocations")
def load_allocations(path: Path, store: StoreFolder = None) -> None:
    """Load which hot spots patrol on which day, as drawn; a draw never changes."""
    _print_json(_run("load.allocations", {"path": str(path.absolute())}, store))


@load.command("boundaries")
def load_boundaries(path: Path, store: StoreFolder = None) -> None:
    """Load the outlines of the policing areas: GeoJSON, GeoPackage or shapefile, any CRS."""
    _print_json(_run("load.boundaries", {"path": str(path.absolute())}, store))


@load.command("basemap")
def load_basemap(path: Path, store: StoreFolder = None) -> None:
    """Build the basemap from roads, water or places: GeoJSON, GeoPackage or shapefile, any CRS."""
    _print_json(_run("load.basemap", {"path": str(path.absolute())}, store))


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

    _one_of("--scenario", scenario, ("tvp", "essex", "null"))
    if fresh:
        demos.clear(_folder(store))
    with progress_bar() as progress:
        _print_json(demos.build(_folder(store), seed=seed, scenario=scenario, days=days, progress=progress))


@app.command()
def rejects(batch: int, store: StoreFolder = None, format: Format = "csv") -> None:  # noqa: A002
    """Print the rejected rows of a batch: file, line, column, value, reason, what to do."""
    found = _run("rejects", {"batch": batch}, store)
    _print_table([dict(zip(found["columns"], row, strict=True)) for row in found["data"]], found["columns"], format)


@places.command("rank")
def places_rank(
    as_of: Annotated[str, typer.Option("--as-of", help="Rank as on this day, from offences before it.")],
    lpa: Annotated[str | None, typer.Option("--lpa", help="Policing area, by name or code.")] = None,
    band: Annotated[str, typer.Option("--band", help="all, day or night.")] = "all",
    measure: Annotated[str, typer.Option("--measure", help="count, harm or sqrt_harm.")] = "count",
    top: Annotated[int, typer.Option("--top", min=1, help="How many places.")] = 20,
    institutions: Annotated[
        str, typer.Option("--institutions", help="apart: without hot institutions and default points; in: with them.")
    ] = "apart",
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Rank hexagons by the decayed count of in-scope offences, as the hot-spot page does."""
    _one_of("--institutions", institutions, ("apart", "in"))
    _one_of("--band", band, ("all", "day", "night"))
    _one_of("--measure", measure, ("count", "harm", "sqrt_harm"))
    asked = {"as_of": as_of, "lpa": lpa, "band": band, "measure": measure, "top": top, "institutions": institutions}
    rows = _run("places.rank", asked, store)
    _print_table(rows, RANK_COLUMNS, format)


@audit.command("verify")
def audit_verify(
    head: Annotated[Path | None, typer.Option("--head", help="A head kept elsewhere: a cut tail shows.")] = None,
    store: StoreFolder = None,
) -> None:
    """Read the whole audit log and say whether every record is as it was written; exit 1 when not."""
    kept = _text_of(head) if head else None
    found = _run("audit.verify", {"head": kept}, store)
    _print_json(found)
    if not found["whole"]:
        raise typer.Exit(1)


@audit.command("head")
def audit_head(
    out: Annotated[Path | None, typer.Option("--out", help="Write it into this file instead.")] = None,
    store: StoreFolder = None,
) -> None:
    """Print where the audit log stands; keep it where nobody who runs this machine can change it."""
    found = _run("audit.head", {}, store)
    if out is None:
        _print_json(found)
    else:
        out.write_text(json.dumps(found) + "\n", encoding="utf-8")


@audit.command("search")
def audit_search(
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
    asked = {"actor": actor, "op": op, "object": about, "from": first, "to": last, "code": code}
    rows = _run("audit.search", asked, store)
    _print_table(rows, AUDIT_COLUMNS, format)


@audit.command("begin-anew")
def audit_begin_anew(
    reason: Annotated[str, typer.Option("--reason", help="Why; it is the first record of the new log.")],
    store: StoreFolder = None,
) -> None:
    """Set a log aside that does not verify and begin another, with the server stopped; every reader is told."""
    from rasure.services import upkeep

    _print_json(upkeep.begin_log_anew(_folder(store), reason))


@places.command("backtest")
def places_backtest(
    cuts: Annotated[
        str, typer.Option("--cuts", help="First days of the test windows, separated by commas; auto: every 90 days.")
    ] = "auto",
    horizon_days: Annotated[int, typer.Option("--horizon-days", min=1, help="Length of a test window.")] = 90,
    lpa: Annotated[str | None, typer.Option("--lpa", help="Policing area, by name or code.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, help="How many places each method chooses.")] = 50,
    store: StoreFolder = None,
    format: Format = "json",  # noqa: A002
) -> None:
    """Rank as on earlier days and count what came after: the decayed count against simpler counts and density."""
    _one_of("--format", format, ("csv", "json"))
    found = _run("places.backtest", {"cuts": cuts, "horizon_days": horizon_days, "lpa": lpa, "k": k}, store)
    if format == "json":
        _print_json(found)
    else:
        _print_table(found["windows"], WINDOW_HEADS, format)


@session.command("list")
def session_list(store: StoreFolder = None) -> None:
    """List the sessions that are open: id, person, role, areas, since when, last active."""
    _print_json(_run("session.list", {}, store))


@session.command("revoke")
def session_revoke(
    id: Annotated[str, typer.Argument(help="A session's id, or a person's: all of that person's sessions.")],  # noqa: A002
    store: StoreFolder = None,
) -> None:
    """End a session, or all of a person's, at once: open pages close at their next message."""
    _print_json(_run("session.revoke", {"id": id}, store))


@store.command("verify")
def store_verify(store: StoreFolder = None) -> None:
    """Read every block and batch, and say what is wrong; exit 1 if anything is."""
    found = _run("store.verify", {}, store)
    _print_json(found)
    if found["faults"]:
        raise typer.Exit(1)


@store.command("backup")
def store_backup(folder: Path, store: StoreFolder = None) -> None:
    """Copy what cannot be rebuilt into a new folder, sealed with its counts."""
    _print_json(_run("store.backup", {"path": str(folder.absolute())}, store))


@store.command("restore")
def store_restore(folder: Path, store: StoreFolder = None) -> None:
    """Make a store from a backup and compare every count with the seal."""
    from rasure.services import upkeep

    with progress_bar() as progress:
        found = upkeep.restore(_folder(store), folder, progress)
    _print_json(found)
    raise typer.Exit(0 if found["equal"] else 1)


@store.command("rebuild")
def store_rebuild(store: StoreFolder = None) -> None:
    """Make the DuckDB file anew from the batches and compare every count."""
    from rasure.services import upkeep

    with progress_bar() as progress:
        found = upkeep.rebuild(_folder(store), progress)
    _print_json(found)
    raise typer.Exit(0 if found["equal"] else 1)


@store.command("retention")
def store_retention(
    as_of: Annotated[str, typer.Option("--as-of", help="Count as on this day.")],
    store: StoreFolder = None,
    format: Format = "csv",  # noqa: A002
) -> None:
    """Count what is past its review or retention period, by class; nothing is deleted."""
    _print_table(_run("store.retention", {"as_of": as_of}, store), RETENTION_COLUMNS, format)


@store.command("erase-person")
def store_erase_person(
    person: Annotated[str, typer.Argument(metavar="ID", help="The person's identifier in the records system.")],
    basis: Annotated[str, typer.Option("--basis", help="Why, by rule or reference; it is kept, so without a name.")],
    store: StoreFolder = None,
) -> None:
    """Erase a person from batches, tables and loaded files, and say what a human still has to decide."""
    from rasure.services import erasure

    with progress_bar() as progress:
        _print_json(erasure.erase(_folder(store), person, basis, progress))


@governance.command("transparency-record")
def governance_transparency_record(
    out: Annotated[Path, typer.Option("--out", help="Markdown file to write; one that is there is left alone.")],
    store: StoreFolder = None,
) -> None:
    """Write the algorithmic transparency record, filled from the rules, thresholds and settings in force."""
    from rasure.reports import transparency

    text = transparency.render(_run("governance.in-force", {}, store))
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Conflict(f"{out} is there already and may hold what somebody filled in. Name another file.") from error
    except OSError as error:
        raise InputRejected(
            f"{out} cannot be written ({error.strerror}). Name a file in a folder that exists."
        ) from error
    _print_json({"written": str(out)})


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

    launch(_folder(store), port or settings().port)


def _run(name: str, arguments: Mapping[str, Any], folder: Path | None) -> Any:
    with progress_bar() as progress:
        return run_where_the_store_is(_folder(folder), name, arguments, progress)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(f"{path} cannot be read. Name the file that `rasure audit head --out` wrote.") from error


def _folder(folder: Path | None) -> Path:
    return (folder or settings().store).absolute()


def _one_of(option: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        raise typer.BadParameter(f"{value!r} is not one of: {', '.join(allowed)}.", param_hint=option)


def _print_json(found: Any) -> None:
    print(json.dumps(found, ensure_ascii=False, indent=1, default=str))


def _print_table(rows: list[dict[str, Any]], columns: Sequence[str], form: str) -> None:
    _one_of("--format", form, ("csv", "json"))
    if form == "json":
        _print_json(rows)
        return
    from rasure.reports.csv_writer import write

    write(sys.stdout, columns, rows)
