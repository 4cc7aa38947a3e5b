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
    "unbroken",
]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@])")


def plain(text: str) -> str:
    """Escape text that came from a record, so that markdown neither styles, links nor fetches."""
    return _MARKDOWN.sub(r"\\\1", text)


def unbroken(said: str) -> str:
    """Keep each per cent sign on the line of its number."""
    return said.replace(" %", "\u00a0%")
