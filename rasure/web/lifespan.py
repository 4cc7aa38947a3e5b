"""What happens once, before the first visitor: open the store, warm what is slow, write down where we listen."""

import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any

import streamlit as st
from streamlit import config

from rasure.api import jobs
from rasure.gate import policy
from rasure.services import wiring
from rasure.store.lock import announce


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    store = wiring.store()
    policy.headers()
    _warm()
    url = f"http://{config.get_option('server.address')}:{config.get_option('server.port')}"
    announce(store.paths.server, url, jobs.TOKEN)
    gc.collect()
    gc.freeze()
    try:
        yield None
    finally:
        store.paths.server.unlink(missing_ok=True)
        wiring.close()


def _warm() -> None:
    """Import what pages need, and run the first hot-spot read, so that no visitor waits for either."""
    from rasure.services import warming
    from rasure.web import charts, filters, maps, reads, tables  # noqa: F401

    warming.first_read()
