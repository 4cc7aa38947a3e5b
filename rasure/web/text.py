"""Words on a page: how figures read, and record text that stays text."""

import re

from rasure.words import WEEKDAYS, counted, day, in_words, month, number, ordinal, share, share_interval, shift, span

__all__ = [
    "WEEKDAYS",
    "counted",
    "day",
    "in_words",
    "month",
    "number",
    "ordinal",
    "plain",
    "share",
    "share_interval",
    "shift",
    "span",
]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@])")


def plain(text: str) -> str:
    """Escape text that came from a record, so that markdown neither styles, links nor fetches."""
    return _MARKDOWN.sub(r"\\\1", text)
