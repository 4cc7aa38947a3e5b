"""The Patrols page and the dose behind it: what the server takes for one answer, on the demo and on ten million pings.

The larger store is the synthetic force, its tracks, visits and assigned days repeated four weeks earlier, and again,
until there are ten million positions. Time is what passes; beside it is the CPU, since other work may share a machine.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import streamlit as st
from streamlit.testing.v1 import AppTest

from rasure.access.roles import Action
from rasure.services import demo, desk, patrols
from rasure.settings import PROJECT, settings
from rasure.store.store import open_store

PINGS = 10_000_000
_PERIODS = ("Last week", "Last 12 weeks", "Last 4 weeks")
_REPEATED_DAYS = 28
_MOVED = {
    "ping": ("seen_at",),
    "visit": ("started_at", "ended_at", "op_day"),
    "allocation": ("op_day",),
}


def measure(folder: Path) -> None:
    """Build both stores under `folder` and print the medians."""
    root = folder / "patrols"
    demo.build(root)
    _page(root, "on the demo")
    _dose(root, "on the demo")
    _grow(root / "analytics.duckdb")
    _page(root, f"on {PINGS / 1e6:.0f} million pings")
    _dose(root, f"on {PINGS / 1e6:.0f} million pings")


def _page(root: Path, words: str) -> None:
    """Time the page for every area, then for some periods: once new to the caches, once known to them."""
    os.environ["RASURE_STORE"] = str(root)
    settings.cache_clear()
    from rasure.gate import identity
    from rasure.services import sessions, wiring

    st.cache_data.clear()
    secret = sessions.begin()
    sessions.become(secret, "demo-gold")
    shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=120)
    shell.user = {identity.USER_KEY: identity.signed(secret)}
    shell.run()
    shell.switch_page(str(PROJECT / "pages" / "patrols.py")).run()
    whole, *areas = shell.selectbox(key="patrol-area").options
    changes = [("patrol-area", name) for name in [*areas, whole]] + [("patrol-period", name) for name in _PERIODS]
    for state in ("new", "known to the cache"):
        took = []
        for key, value in changes:
            took.append(_cost(lambda key=key, value=value: shell.selectbox(key=key).set_value(value).run()))
            assert not shell.exception, shell.exception
        print(f"patrols: a change {words}, {state}, server side: {_median(took)}", flush=True)
    wiring.close()


def _dose(root: Path, words: str) -> None:
    store = open_store(root, reference_folder=settings().reference)
    scope = desk.admit(desk.operator(), Action.VIEW_HOT_SPOTS)
    window = patrols.usual_window(store, scope)
    assert window is not None
    asked = patrols.Asked(window)
    took = [_cost(lambda: patrols.place_days(store, scope, asked)) for _ in range(9)]
    print(f"patrols: the dose of four weeks of the whole force {words}: {_median(took)}", flush=True)
    store.close()


def _grow(file: Path) -> None:
    with duckdb.connect(str(file)) as database:
        (held,) = database.sql("select count(*) from ping").fetchone() or (1,)
        for table, moved in _MOVED.items():
            columns = [(name, kind) for name, kind, *_ in database.sql(f"describe {table}").fetchall()]
            chosen = ", ".join(
                f"(t.{name} - to_days({_REPEATED_DAYS} * copy))::{kind} as {name}" if name in moved else f"t.{name}"
                for name, kind in columns
            )
            database.execute(
                f"insert into {table} select {chosen} from {table} t, range(1, {PINGS // held + 1}) r(copy)"
            )
        database.execute("checkpoint")


def _cost(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds some work took, and its CPU seconds."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used


def _median(took: list[tuple[float, float]]) -> str:
    passed, used = ([1000 * cost[part] for cost in took] for part in (0, 1))
    middle = [statistics.median(part) for part in (passed, used)]
    return f"median {middle[0]:.0f} ms, most {max(passed):.0f} ms (CPU {middle[1]:.0f} ms)"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        measure(Path(made))
