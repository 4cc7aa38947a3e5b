"""Words for figures: numbers, shares, days and spans as people write them, for pages, briefings and files alike."""

from datetime import date

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_YEAR_DAYS, _MONTH_DAYS = 365.25, 30.4375


def day(value: date) -> str:
    """Write a date as 3 March 2026."""
    return f"{value.day} {value:%B %Y}"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def shift(weekday: int | None, hour: int, hours: int) -> str:
    """Write a run of hours: Friday 21:00 to Saturday 05:00; every day 18:00 to 02:00 when no weekday is given."""
    ends = hour + hours
    if weekday is None:
        return f"every day {hour:02}:00 to {ends % 24:02}:00"
    last = WEEKDAYS[(weekday + ends // 24) % 7]
    return f"{WEEKDAYS[weekday]} {hour:02}:00 to {f'{last} ' if ends >= 24 else ''}{ends % 24:02}:00"


def share_interval(low: float, high: float) -> str:
    """Write an interval of shares: 17–19 %, 4.1–4.8 %."""
    places = 0 if high - low >= 0.02 else 1 if high - low >= 0.002 else 2
    return f"{100 * low:.{places}f}–{100 * high:.{places}f} %"


def month(value: date) -> str:
    """Write a month as March 2026."""
    return f"{value:%B %Y}"


def number(value: int) -> str:
    """Write a small number as a word, as sentences do."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else f"{value:,}"


def ordinal(value: int) -> str:
    """Write a place in an order: first, ninth, 12th, 21st, 1,003rd."""
    if 1 <= value <= len(_ORDINALS):
        return _ORDINALS[value - 1]
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value:,}{ending}"


def share(part: float, whole: float) -> str:
    """Write a share with as many places as it can bear: 31 %, 4.2 %, 0.05 %, and never as none where there is one."""
    percent = 100 * part / whole
    if 99.5 <= percent < 100:
        return "over 99 %"
    if 0 < percent < 0.005:
        return "under 0.01 %"
    places = 0 if percent >= 10 else 1 if percent >= 1 else 2
    return f"{percent:.{places}f} %"


def counted(value: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun: 1 offence, 2,940 offences."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def in_words(value: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun as a sentence does: no offences, six offences, 2,940 offences."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def span(days: int) -> str:
    """Write a length of time in the largest unit that fits it: four years, 26 months, 12 days."""
    years, months = days / _YEAR_DAYS, days / _MONTH_DAYS
    if days >= 360 and abs(years - round(years)) < 0.03 * round(years):
        return "one year" if round(years) == 1 else f"{number(round(years))} years"
    if days >= 45:
        return f"{number(round(months))} months"
    return "one day" if days == 1 else f"{number(days)} days"
