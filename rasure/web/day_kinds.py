"""The parts of the Times page that tell months and kinds of days: a line with its gaps, and fair comparisons."""

from collections.abc import Sequence
from math import isnan

import pandas as pd
import streamlit as st

from rasure.api.times import parameters_of
from rasure.places.day_kinds import SEASONS
from rasure.services.day_kinds import Comparison
from rasure.services.times import Asked, Held, Month, Picture
from rasure.web import charts, exports, tables, text

_WHOLE_PERCENT = 100
#: The longest season may have so many times the days of the shortest.
_SEASONS_ALIKE = 1.25


def months(picture: Picture) -> None:
    """Draw offences by month; only whole months, and a break where a month is not held."""
    st.subheader(month_finding(picture.months))
    whole = [month for month in picture.months if month.held is Held.WHOLE]
    if whole:
        rows = pd.DataFrame(
            {
                "month": [month.first_on.isoformat() for month in picture.months],
                "value": [month.offences if month.held is Held.WHOLE else None for month in picture.months],
                "said": [
                    "not held" if month.offences is None else f"{month.offences:,} in {month.days} days"
                    for month in picture.months
                ],
            }
        )
        charts.months(rows, f"Offences by month, {len(whole)} whole months. The table below holds the same figures.")
    tables.note(month_caution(picture.months))


def month_finding(found: Sequence[Month]) -> str:
    """Return the busiest and the quietest whole month in words."""
    whole = {month.first_on: month.offences or 0 for month in found if month.held is Held.WHOLE}
    if len(whole) < 2:
        return "By month: too few whole months to compare"
    most, fewest = max(whole, key=whole.__getitem__), min(whole, key=whole.__getitem__)
    return f"By month: most in {text.month(most)} ({whole[most]:,}), fewest in {text.month(fewest)} ({whole[fewest]:,})"


def month_caution(found: Sequence[Month]) -> str:
    """Return what the line leaves out."""
    said = ["Offences by month, by the date they were committed. Longer months hold more."]
    parts, gaps = (sum(month.held is held for month in found) for held in (Held.PART, Held.GAP))
    if parts:
        said.append(f"{text.counted(parts, 'month')} held only in part: in the table, not in the line.")
    if gaps:
        said.append(f"{text.counted(gaps, 'month')} not held: a break in the line, not a zero.")
    return " ".join(said)


def kinds(picture: Picture) -> None:
    """Draw and tabulate offences a day on each kind of day against the days it is set against."""
    st.subheader(kinds_finding(picture.kinds))
    known = [kind for kind in picture.kinds if _is_drawable(kind)]
    if known:
        rows = pd.DataFrame(
            [
                {
                    "label": _label(kind),
                    "value": kind.ratio.ratio,
                    "low": kind.ratio.ci[0],
                    "high": kind.ratio.ci[1],
                    "said": f"{_ratio_words(kind)}: {verdict(kind)}",
                }
                for kind in known
                if kind.ratio
            ]
        )
        charts.intervals(
            rows,
            "Offences a day on each kind of day as a multiple of the days it is set against. The table holds the same.",
            x_title="Times as many a day (95 % interval)",
            x_format=".2~f",
            rule_at=1.0,
        )
    for said in filter(None, (season_caution(picture.kinds), known_words(picture))):
        tables.note(said)


def kinds_finding(found: tuple[Comparison, ...]) -> str:
    """Return which kinds of day are clearly busier or quieter, each by its comparison with the days most like it."""
    left_out = SEASONS if season_caution(found) else ()
    fairest = {kind.name: kind for kind in found if _is_drawable(kind) and kind.name not in left_out}.values()
    clear = [(kind.name, kind.ratio.ratio) for kind in fairest if kind.ratio and kind.ratio.is_clear]
    busier, quieter = ([name for name, ratio in clear if (ratio > 1) is more] for more in (True, False))
    if not clear:
        return "No kind of day is clearly busier or quieter"
    said = []
    said += [f"busier: {_listed(busier)}"] if busier else []
    said += [f"quieter: {_listed(quieter)}"] if quieter else []
    return "Clearly " + "; ".join(said)


def season_caution(found: tuple[Comparison, ...]) -> str:
    """Return why seasons are no finding: they are not held for like numbers of days, so they carry the trend too."""
    days = [kind.days for kind in found if kind.name in SEASONS]
    if not days or min(days) * _SEASONS_ALIKE >= max(days):
        return ""
    listed = ", ".join(f"{name.lower()} {count:,}" for name, count in zip(SEASONS, days, strict=True))
    return f"Seasons are held for unlike numbers of days ({listed}): a difference between them may be trend."


def known_words(picture: Picture) -> str:
    """Return how many offences are in the comparison at all."""
    known = sum(kind.offences for kind in picture.kinds if kind.name in SEASONS)
    said = f"{known:,} of {picture.counts.offences:,} offences are "
    if picture.counts.is_by_month:
        return said + "in whole months that are held. Only seasons can be compared: no day is known."
    return said + "known to a day on which data are held; the others are in no kind of day."


def verdict(kind: Comparison) -> str:
    """Return a comparison in words; a percentage only where both counts bear one."""
    if kind.ratio is None:
        return "no such day in this period" if not kind.days else "no day to set it against"
    if isnan(kind.ratio.ratio):
        return "too few offences to say"
    if not kind.ratio.is_clear:
        return "no clear change"
    more = "more" if kind.ratio.ratio > 1 else "fewer"
    if not kind.ratio.show_percent:
        return f"{more} a day"
    percent = abs(kind.ratio.ratio - 1) * _WHOLE_PERCENT
    return f"{percent:.{0 if percent >= 1 else 1}f} % {more} a day"


def kind_tables(picture: Picture, asked: Asked) -> None:
    """Print months and kinds of days as tables, with their downloads."""
    selection = parameters_of(asked)
    tables.table(
        "Offences a day on each kind of day",
        (
            "Kind of day",
            "Offences in days",
            "A day",
            "Set against",
            "Offences in days",
            "A day",
            "Times as many",
            "In words",
        ),
        [
            (
                f"{kind.name} ({kind.meaning})",
                f"{kind.offences:,} in {kind.days:,}",
                _rate(kind.per_day),
                kind.against,
                f"{kind.other_offences:,} in {kind.other_days:,}",
                _rate(kind.other_per_day),
                _ratio_words(kind),
                verdict(kind),
            )
            for kind in picture.kinds
        ],
        numeric=(1, 2, 4, 5, 6),
    )
    exports.links("days", "Download kinds of days", selection)
    with st.expander("The months as a table"):
        tables.table(
            "Offences by month",
            ("Month", "Offences", "Days held"),
            [(text.month(month.first_on), month.offences, month.days) for month in picture.months],
            numeric=(1, 2),
        )
        exports.links("months", "Download the months", selection)


def method(picture: Picture) -> None:
    """Say how days are counted, and what of it the force must check."""
    counts = picture.counts
    if not picture.terms_checked and not counts.is_by_month:
        tables.note(
            "School days follow a pattern common to English councils that nobody has checked for this force. Put your"
            " councils’ dates into school_terms.csv before you rely on them."
        )
    with st.expander("How kinds of days are compared"):
        st.write(
            "Only days inside the period, and for which data are held, count, whether or not anything happened on them."
            " A clear change is one whose 95 % interval leaves out 1 (exact, on the counts, taking offences as"
            f" independent); of {len(picture.kinds)} comparisons one may look clear by chance. Seasons are whole"
            " months: December to February is winter. A period that is not whole years mixes season with trend."
        )
        if not counts.is_by_month:
            st.write(
                "The day of an offence is its operational day, 06:00 to 05:59; offences without a committed time or"
                " with a span of more than a day are left out, on every kind of day alike. Bank holidays are those of"
                " England, one-off ones included. A payday weekend is the first Friday, Saturday and Sunday on or after"
                " the last weekday (Monday to Friday) of a month; when that is a Friday, it begins with it. A school"
                " day is a Monday to Friday in term that is no bank holiday."
            )


def _is_drawable(kind: Comparison) -> bool:
    return kind.ratio is not None and not isnan(kind.ratio.ratio) and not isnan(kind.ratio.ci[1])


def _label(kind: Comparison) -> str:
    plain = kind.against in ("other seasons", "all other days")
    return kind.name if plain else f"{kind.name}\nagainst {kind.against}"


def _listed(names: list[str]) -> str:
    lowered = [name[0].lower() + name[1:] for name in names]
    return lowered[0] if len(lowered) == 1 else f"{', '.join(lowered[:-1])} and {lowered[-1]}"


def _rate(per_day: float) -> str | None:
    return None if isnan(per_day) else f"{per_day:,.1f}" if per_day >= 1 else f"{per_day:.2f}"


def _ratio_words(kind: Comparison) -> str | None:
    if kind.ratio is None or isnan(kind.ratio.ratio):
        return None
    low, high = kind.ratio.ci
    return f"{kind.ratio.ratio:.2f} ({low:.2f}–{'' if isnan(high) else f'{high:.2f}'})"
