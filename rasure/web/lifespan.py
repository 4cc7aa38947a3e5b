"""What happens once, before the first visitor: open the store, warm what is slow, write down where we listen."""

import contextlib
import gc
import importlib
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit import config

from rasure.api import jobs
from rasure.gate import policy
from rasure.services import watch, wiring
from rasure.services.refusals import refuse_unsafe, refuse_unsound_log
from rasure.settings import settings


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    address = str(config.get_option("server.address"))
    refuse_unsafe(wiring.store().store_class, settings().mode, address)
    refuse_unsound_log(wiring.store().audit, datetime.now(UTC))
    policy.headers()
    _warm()
    wiring.announce(f"http://{address}:{config.get_option('server.port')}", jobs.TOKEN)
    stop_watching = watch.begin(wiring.store())
    gc.collect()
    gc.freeze()
    threading.Thread(target=_warm_street_map, daemon=True).start()
    try:
        yield None
    finally:
        stop_watching()
        wiring.close()


def _warm() -> None:
    """Import what pages need, and run the first hot-spot read, so that no visitor waits for either."""
    from rasure.services import warming
    from rasure.web import charts, filters, maps, reads, tables  # noqa: F401

    warming.first_read()


def _warm_street_map() -> None:
    """Import what the street map needs while nobody waits; its frame registers itself at the first run of a page."""
    importlib.import_module("folium.plugins")
