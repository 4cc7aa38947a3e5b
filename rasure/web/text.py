"""Words: numbers and dates as people write them, and record text that stays text."""

import re
from datetime import date

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@])")
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def plain(text: str) -> str:
    """Escape text that came from a record, so that markdown neither styles, links nor fetches."""
    return _MARKDOWN.sub(r"\\\1", text)


def day(value: date) -> str:
    """Write a date as 3 March 2026."""
    return f"{value.day} {value:%B %Y}"


def month(value: date) -> str:
    return f"{value:%B %Y}"


def number(value: int) -> str:
    """Write a small number as a word, as sentences do."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else f"{value:,}"


def share(part: float, whole: float) -> str:
    """Write a share with as many places as it can bear: 31 %, 4.2 %, 0.05 %."""
    percent = 100 * part / whole
    if 99.5 <= percent < 100:
        return "over 99 %"
    places = 0 if percent >= 10 else 1 if percent >= 1 else 2
    return f"{percent:.{places}f} %"


def counted(value: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun: 1 offence, 2,940 offences."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"
