"""What gold's week costs on a synthetic force, in CPU time: a week opened for the first time, and its paper."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.reports import weekly as printed
from rasure.services import demo, desk, weekly, weekly_report
from rasure.services.weekly import Asked
from rasure.settings import settings
from rasure.store.store import Store, open_store
from rasure.terms import Role

WEEKS = 12


def measure(folder: Path) -> None:
    """Build the synthetic force and measure its newest weeks."""
    demo.build(folder / "demo")
    store = open_store(folder / "demo", reference_folder=settings().reference)
    try:
        weeks(store)
    finally:
        store.close()


def weeks(store: Store) -> None:
    """Print what reading a week nobody has asked for costs, for the whole force and one area, and its paper."""
    reach = weekly.reach(store)
    if reach is None:
        return
    whole = desk.admit(Principal("bench", "Bench", Role.GOLD, frozenset()), Action.VIEW_COMMAND)
    newest = weekly.week(store, whole, Asked(reach.last_on))
    for said, lpa in (("whole force", None), ("one area", next(iter(newest.names)))):
        took = [
            _cpu_s(lambda on=on, lpa=lpa: weekly.week(store, whole, Asked(on, lpa)))  # type: ignore[misc]
            for on in (reach.last_on - timedelta(weeks=number) for number in range(WEEKS))
        ]
        print(f"a week read for the first time, {said}: median {statistics.median(took) * 1000:.0f} ms of CPU")
    facts = weekly_report.facts(store, whole, newest, prepared_for="Bench", trace="")
    papers: list[bytes] = []
    took = [_cpu_s(lambda: papers.append(printed.render(facts))) for _ in range(3)]
    print(f"its paper: median {statistics.median(took):.2f} s of CPU; the same bytes: {len(set(papers)) == 1}")


def _cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
