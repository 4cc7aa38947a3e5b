"""A whole synthetic force in a store, through the same loaders a force would use."""

import csv
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from rasure.errors import Conflict
from rasure.services import demo_lists, operations, wiring
from rasure.settings import settings
from rasure.store.audit_key import key_beside
from rasure.store.paths import StorePaths
from rasure.store.store import Progress, Store, silent
from rasure.synth import write
from rasure.synth.build import generate
from rasure.synth.force import TRIAL_DAYS, Force, Reference, Scenario
from rasure.terms import StoreClass

_EXTRACT = ".extract"
_TRUTH = "truth"

#: Operation and file, in the order that lets each find what it refers to.
LOADS = (
    ("load.boundaries", f"{write.GROUND}/areas.geojson"),
    ("load.basemap", f"{write.GROUND}/roads.geojson"),
    ("load.basemap", f"{write.GROUND}/water.geojson"),
    ("load.basemap", f"{write.GROUND}/towns.geojson"),
    ("load.niche", write.RECORDS),
    ("load.hot-spots", f"{write.PATROLS}/hot_spots.csv"),
    ("load.allocations", f"{write.PATROLS}/allocations.csv"),
    ("load.patrols", f"{write.PATROLS}/patrols.csv"),
    ("load.pings", f"{write.PATROLS}/pings.parquet"),
)


def build(
    root: Path,
    *,
    seed: int = 1,
    scenario: str = Scenario.TVP,
    days: int = TRIAL_DAYS,
    scale: float = 1.0,
    progress: Progress = silent,
) -> list[dict[str, Any]]:
    """Make a synthetic force and load it into a new store at `root`; return what each load did.

    The store is built aside and gets its name when it is whole, so that an interrupted demo leaves none.

    Raises
    ------
    Conflict
        There is something in `root` already.
    """
    if root.exists() and any(root.iterdir()):
        raise Conflict(f"There is something in {root} already. Name another folder, or begin anew with --fresh.")
    force = Force(seed=seed, scenario=Scenario(scenario), trial_days=days, scale=scale)
    aside = root.with_name(f".{root.name}.building")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        write.write(generate(force, reference(settings().reference), progress), aside / _EXTRACT, aside / _TRUTH)
        with wiring.opened(aside, progress) as store:
            outcomes = _loaded(store, aside / _EXTRACT, progress)
            outcomes.append({"operation": "people.decide", "decided": demo_lists.decide(store, progress)})
        shutil.rmtree(aside / _EXTRACT)
        if root.exists():
            root.rmdir()
        if key_beside(aside).exists():
            key_beside(aside).rename(key_beside(root))
        aside.rename(root)
        return outcomes
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        key_beside(aside).unlink(missing_ok=True)


def _loaded(store: Store, extract: Path, progress: Progress) -> list[dict[str, Any]]:
    outcomes = []
    for operation, name in LOADS:
        outcome = operations.run(store, operation, {"path": str(extract / name)}, progress)
        outcomes.append({"operation": operation, "file": name, **outcome})
    return outcomes


def clear(root: Path) -> None:
    """Remove a synthetic store with the key of its log, and refuse to remove any other."""
    if not StorePaths(root).ledger.exists():
        return
    with wiring.opened(root) as store:
        held = store.store_class
    if held is not StoreClass.SYNTHETIC:
        raise Conflict(f"The store in {root} holds {held} data and is not removed. Name another folder with --store.")
    shutil.rmtree(root)
    key_beside(root).unlink(missing_ok=True)


def reference(folder: Path) -> Reference:
    """Read the facts a synthetic force stands on."""
    return Reference(
        towns=_texts(folder / "towns.csv"),
        lpas=_texts(folder / "synth_lpas.csv"),
        classes=_texts(folder / "offence_classes.csv"),
        offences=_texts(folder / "synth_offences.csv"),
    )


def _texts(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file)))
