"""What a person sees when a page fails: a sentence, never a traceback."""

import logging
from urllib.parse import urlsplit

import streamlit as st

from rasure.errors import NotAllowed, OutOfArea, RasureError
from rasure.services import audit
from rasure.web import guard
from rasure.web.text import plain

_log = logging.getLogger(__name__)


def on_script_error(error: Exception) -> bool:
    """Turn an error that ended a page into words; True keeps Streamlit's own display away."""
    if isinstance(error, OutOfArea) and (principal := guard.principal()):
        audit.denied(principal, f"page:{_path()}")
    if isinstance(error, NotAllowed):
        st.info(plain(error.message))
    elif isinstance(error, RasureError):
        st.warning(plain(error.message))
    else:
        _log.exception("page failed", exc_info=error)
        st.error("This page failed. Nothing was changed. Load it again; if it fails again, tell your administrator.")
    return True


def _path() -> str:
    url = st.context.url
    return urlsplit(url).path if isinstance(url, str) else ""
