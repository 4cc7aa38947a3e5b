"""The application as tests start it."""

import importlib
import sys
from typing import Any

from streamlit.runtime import Runtime


def fresh_app() -> Any:
    """Return the application anew: its page server starts once in its life, and a second start would wait for ever."""
    Runtime._instance = None
    sys.modules.pop("app", None)
    return importlib.import_module("app").app
