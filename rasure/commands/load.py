"""`rasure load`: files into the store."""

from pathlib import Path
from typing import Annotated

import typer

from rasure.commands.shared import StoreFolder, print_json, run

app = typer.Typer(help="Load files into the store: all or nothing, every row accounted for.", no_args_is_help=True)


@app.command("police-uk")
def police_uk(path: Path, store: StoreFolder = None) -> None:
    """Load data.police.uk files: a folder or the downloaded zip, any force."""
    print_json(run("load.police-uk", {"path": str(path.absolute())}, store))


@app.command("niche")
def niche(
    path: Annotated[Path | None, typer.Argument(help="Folder of the drop.", show_default=False)] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write empty files with their headers into this folder instead.")
    ] = None,
    store: StoreFolder = None,
) -> None:
    """Load a drop of the force's own extract: a folder of the contract's CSV files (docs/niche-contract.md)."""
    if template:
        from rasure.ingest import templates

        print_json([str(written) for written in templates.write(template)])
    elif path:
        print_json(run("load.niche", {"path": str(path.absolute())}, store))
    else:
        raise typer.BadParameter("Name the folder of the drop, or --template DIR.", param_hint="PATH")


@app.command("pings")
def pings(path: Path, store: StoreFolder = None) -> None:
    """Load positions of officers: CSV or Parquet; each is taken once and never changed."""
    print_json(run("load.pings", {"path": str(path.absolute())}, store))


@app.command("patrols")
def patrols(path: Path, store: StoreFolder = None) -> None:
    """Load patrols as officers recorded them."""
    print_json(run("load.patrols", {"path": str(path.absolute())}, store))


@app.command("hot-spots")
def hot_spots(path: Path, store: StoreFolder = None) -> None:
    """Load published sets of hot spots; a version that is held never changes."""
    print_json(run("load.hot-spots", {"path": str(path.absolute())}, store))


@app.command("allocations")
def allocations(path: Path, store: StoreFolder = None) -> None:
    """Load which hot spots patrol on which day, as drawn; a draw never changes."""
    print_json(run("load.allocations", {"path": str(path.absolute())}, store))


@app.command("boundaries")
def boundaries(path: Path, store: StoreFolder = None) -> None:
    """Load the outlines of the policing areas: GeoJSON, GeoPackage or shapefile, any CRS."""
    print_json(run("load.boundaries", {"path": str(path.absolute())}, store))


@app.command("basemap")
def basemap(path: Path, store: StoreFolder = None) -> None:
    """Build the basemap from roads, water or places: GeoJSON, GeoPackage or shapefile, any CRS."""
    print_json(run("load.basemap", {"path": str(path.absolute())}, store))
