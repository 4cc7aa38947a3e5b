"""What happens once, before the first visitor: open the store, warm what is slow, write down where we listen."""

import contextlib
import gc
import importlib
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit import config

from rasure.api import jobs
from rasure.gate import policy
from rasure.services import refusals, sessions, uploads, watch, wiring
from rasure.settings import settings
from rasure.web import options


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    chosen = settings()
    refusals.refuse_options(options.effective(refusals.required_options(chosen)), chosen)
    try:
        refusals.refuse_unsafe(wiring.store().store_class, chosen)
        refusals.refuse_unsound_log(wiring.store().audit, datetime.now(UTC))
        sessions.end_those_of_other_modes()
        policy.headers()
        _warm()
        wiring.announce(_own_address(), jobs.TOKEN)
        uploads.clear(wiring.store())
        stop_watching = watch.begin(wiring.store())
        stop_answering = _answer_ahead()
        gc.collect()
        gc.freeze()
        threading.Thread(target=_warm_street_map, daemon=True).start()
        try:
            yield None
        finally:
            stop_answering()
            stop_watching()
    finally:
        wiring.close()


def _own_address() -> str:
    """Return where this machine's command line reaches the server."""
    scheme = "https" if settings().tls_certificate else "http"
    address = "127.0.0.1" if settings().host in ("0.0.0.0", "::") else settings().host
    return f"{scheme}://{address}:{config.get_option('server.port')}"


def _warm() -> None:
    """Import what pages need, and run the first hot-spot read, so that no visitor waits for either."""
    from rasure.services import warming
    from rasure.web import charts, filters, maps, reads, tables  # noqa: F401

    warming.first_read()


def _answer_ahead() -> Callable[[], None]:
    """Begin to answer the newest week before anybody asks; return what ends it."""
    from rasure.web import ahead

    return ahead.begin()


def _warm_street_map() -> None:
    """Import what the street map needs while nobody waits; its frame registers itself at the first run of a page."""
    importlib.import_module("folium.plugins")
