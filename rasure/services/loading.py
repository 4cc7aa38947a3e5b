"""Loading from the inbox while the server runs: what a file is, and the job that loads it."""

import re
import zipfile
from pathlib import Path
from typing import Any

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import InputRejected
from rasure.ingest.force_contract import DROP, PATROL_SIDE
from rasure.services import desk, operations, wiring
from rasure.services.jobs import Job, jobs
from rasure.store.store import Progress

_GROUND = (".geojson", ".gpkg", ".shp")
_PUBLISHED = re.compile(r"\d{4}-\d{2}-[a-z-]+-(street|outcomes|stop-and-search)\.csv(\.gz)?$")
_EXTRACT = {contract.name for contract in DROP}
#: The patrol side's own files by name; pings come as Parquet too.
PATROL_FILES = {contract.name: f"load.{word}" for word, contract in PATROL_SIDE.items()} | {
    "pings.parquet": "load.pings"
}

#: What an inbox entry may be loaded as, and how to say so.
KINDS = {
    "load.niche": "records extract",
    "load.police-uk": "data.police.uk files",
    "load.pings": "pings",
    "load.patrols": "patrols",
    "load.hot-spots": "published hot spots",
    "load.allocations": "allocations",
    "load.boundaries": "policing area boundaries",
    "load.basemap": "basemap",
}


def kinds_of(path: Path) -> list[str]:
    """Return what an inbox entry could be loaded as, likeliest first; nothing when it is not understood."""
    if path.is_dir():
        names = [inner.name.removesuffix(".gz") for inner in path.iterdir()]
        if not _EXTRACT.isdisjoint(names):
            return ["load.niche"]
        patrol_side = [PATROL_FILES[name] for name in names if name in PATROL_FILES]
        if patrol_side:
            return patrol_side if len(patrol_side) == 1 else []
        published = any(_PUBLISHED.search(inner.name) for inner in path.rglob("*.csv*"))
        return ["load.police-uk"] if published else []
    if _PUBLISHED.search(path.name):
        return ["load.police-uk"]
    if (name := path.name.removesuffix(".gz")) in PATROL_FILES:
        return [PATROL_FILES[name]]
    if path.suffix == ".zip" and zipfile.is_zipfile(path):
        names = zipfile.ZipFile(path).namelist()
        if any(_PUBLISHED.search(name) for name in names):
            return ["load.police-uk"]
        return ["load.boundaries", "load.basemap"] if any(name.endswith(".shp") for name in names) else []
    if name.endswith(_GROUND):
        return ["load.boundaries", "load.basemap"]
    return []


def start(principal: Principal, operation: str, entry: str) -> Job:
    """Load one inbox entry in the background; the name is looked up, never joined to a path."""
    desk.admit(principal, Action.LOAD_DATA)
    store = wiring.store()
    path = next((path for path in store.paths.inbox.iterdir() if path.name == entry), None)
    if path is None or operation not in KINDS:
        raise InputRejected(f"{entry!r} is no longer in the inbox. Load the page again.")
    arguments = {"path": str(path)}

    def load(progress: Progress) -> Any:
        return operations.run(store, operation, arguments, progress, principal=principal)

    return jobs.start(f"loading {entry}", load)
