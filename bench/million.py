"""Filters of the place pages on a million offences: what the server takes for one change, page by page.

The store is the synthetic force, its offences in scope repeated some days earlier and a hexagon or so away until
there are a million of them.
"""

import os
import statistics
import time
from pathlib import Path

import duckdb
from streamlit.testing.v1 import AppTest

from rasure.settings import PROJECT, settings

OFFENCES = 1_000_000
_PAGES = ("hot_spots", "institutions", "times", "place")
#: One change after another, as a reader makes them; every answer is new to the caches but the first area's.
_CHANGES = (
    *(("area", name) for name in ("Reading", "Oxford", "Milton Keynes", "Slough", "Whole force")),
    *(("time", name) for name in ("Night, 18–06", "Day, 06–18", "Day and night")),
    *(("measure", name) for name in ("By harm", "By square-root harm", "By count")),
    *(("period", name) for name in ("Last 2 years", "Last year", "Last 6 months")),
)


def measure(folder: Path) -> None:
    """Build the store under `folder` and print the medians."""
    from rasure.services import demo

    root = folder / "million"
    demo.build(root)
    _grow(root / "analytics.duckdb")
    os.environ["RASURE_STORE"] = str(root)
    settings.cache_clear()
    from rasure.gate import identity
    from rasure.services import sessions, wiring

    for stem in _PAGES:
        shell = AppTest.from_file(str(PROJECT / "rasure" / "web" / "shell.py"), default_timeout=120)
        shell.user = {identity.USER_KEY: identity.signed(sessions.begin())}
        shell.run()
        shell.switch_page(str(PROJECT / "pages" / f"{stem}.py")).run()
        took = []
        for key, value in _CHANGES:
            began = time.perf_counter()
            shell.selectbox(key=key).set_value(value).run()
            took.append(time.perf_counter() - began)
            assert not shell.exception, shell.exception
        words = f"median {1000 * statistics.median(took):.0f} ms, most {1000 * max(took):.0f} ms"
        print(f"a million offences, filter change on {stem.replace('_', ' ')}, server side: {words}", flush=True)
    wiring.close()


def _grow(file: Path) -> None:
    """Repeat the offences in scope, and forget what was counted, so that opening the store counts again."""
    with duckdb.connect(str(file)) as database:
        columns = [name for name, *_ in database.sql("describe offence").fetchall()]
        moved = {
            "offence_id": "copies.offence_id || '-' || copy",
            "row_key": "row_key || '-' || copy",
            "dated_on": "(dated_on - earlier)::date",
            "op_day": "(op_day - earlier)::date",
            **{name: f"{name} - to_days(earlier)" for name in ("committed_from", "committed_to", "reported_at")},
            "cell": "coalesce(near.cell, copies.cell)",
        }
        chosen = ", ".join(f"{moved.get(name, f'copies.{name}')} as {name}" for name in columns)
        (held,) = database.sql("select count(*) from scored_offence where in_scope").fetchone() or (1,)
        database.execute("select setseed(0.5)")
        database.execute(
            "create temp table base as select * from offence"
            " where offence_id in (select offence_id from scored_offence where in_scope)"
        )
        database.execute(
            f"create temp table copies as select *, (random() * 40)::integer as earlier,"
            f" base.cell + (random() * 4 - 2)::bigint as beside from base, range(1, {OFFENCES // held + 1}) r(copy)"
        )
        database.execute(
            f"insert into offence select {chosen} from copies"
            " left join cell near on near.cell = copies.beside order by dated_on"
        )
        database.execute("delete from store_meta where key = 'counted_as'")
        database.execute("checkpoint")
