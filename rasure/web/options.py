"""The page server's options as they take effect, from every file and flag."""

from collections.abc import Iterable
from typing import Any

from streamlit import config


def effective(names: Iterable[str]) -> dict[str, Any]:
    """Return the options of this process."""
    return {name: config.get_option(name) for name in names}


def foreseen(names: Iterable[str], flags: dict[str, Any]) -> dict[str, Any]:
    """Return the options a server started here with these flags would have."""
    config.get_config_options(force_reparse=True, options_from_flags=flags)
    return effective(names)
