"""Measure the engine beside other libraries, then what a reader waits for: loading, first page, filter changes.

Prints one line a figure. Figures depend on the machine and what else runs on it; compare them with each other.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import alerts, engine, gate, million, pages, patrols, people, visits, weekly
from rasure.access.roles import Action
from rasure.ingest import load_boundaries, load_police_uk
from rasure.services import desk, hot_spots
from rasure.settings import PROJECT, settings
from rasure.store.store import Store, open_store
from rasure.terms import Measure

REAL = PROJECT.parent / "shared" / "data" / "real"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--police-uk", type=Path, default=REAL / "police_uk", help="published files to load")
    parser.add_argument("--boundaries", type=Path, default=REAL / "boundaries" / "lpa_12.geojson")
    given = parser.parse_args()
    engine.measure()
    alerts.measure()
    visits.measure()
    if not given.police_uk.exists():
        sys.exit(f"{given.police_uk} is not here. Name a folder of data.police.uk files with --police-uk.")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "store"
        store = open_store(root, reference_folder=settings().reference)
        _seconds("load boundaries", lambda: load_boundaries.load(store, given.boundaries))
        _seconds("load police.uk", lambda: load_police_uk.load(store, given.police_uk))
        _seconds("load police.uk again", lambda: load_police_uk.load(store, given.police_uk))
        _questions(store)
        store.close()
        _seconds("open the store", lambda: open_store(root, reference_folder=settings().reference).close())
        pages.measure(root)
        gate.measure(root)
        million.measure(Path(folder))
        people.measure(Path(folder))
        patrols.measure(Path(folder))
        weekly.measure(Path(folder))


def _questions(store: Store) -> None:
    """Time the read behind a filter change, uncached."""
    scope = desk.admit(desk.operator(), Action.VIEW_HOT_SPOTS)
    as_of = hot_spots.latest_as_of(store, scope)
    if as_of is None:
        return
    areas = [None, "Reading", "Oxford", "Milton Keynes"]
    asked = [
        hot_spots.Question(as_of, lookback, lpa=lpa, measure=measure)
        for lookback in (182, 365, 730, 1461)
        for lpa in areas
        for measure in (Measure.COUNT, Measure.HARM)
    ]
    took = []
    for question in asked:
        began = time.perf_counter()
        picture = hot_spots.picture(store, scope, question)
        hot_spots.named(store, picture.places.head(50))
        took.append(time.perf_counter() - began)
    print(f"hot-spot read, {len(asked)} selections: median {_ms(statistics.median(took))}, most {_ms(max(took))}")


def _seconds(what: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - began:.2f} s", flush=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


main()
