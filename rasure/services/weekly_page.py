"""The weekly summary as words and rows, the same for the page and for paper: figures, charts, what is due.

Everything here is text, numbers, lists and dicts, so that it can be handed from one process to another.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from rasure.services import patrol_words, weekly_words
from rasure.services.patrols import Share
from rasure.services.weekly import Week, told
from rasure.services.weekly_counts import Judged
from rasure.services.weekly_decisions import refreshers, things
from rasure.services.weekly_delivery import IN_TOUCH_DAYS
from rasure.services.weekly_rows import NOT_RECORDED
from rasure.services.weekly_words import Told
from rasure.store.analytics import reference
from rasure.words import counted, day, share

Line = dict[str, Any]

#: Where the words of a chart of ranges begin, past its furthest mark, and how much room the axis gives them.
_WORDS_FROM, _ROOM = 1.06, 1.9
_NONE = "–"
TREND_SUBTITLE = "Offences a week; the band is where 95 % of such weeks fall"


def page(week: Week) -> dict[str, Any]:
    """Return every word and row of the summary."""
    return {
        "week": weekly_words.week(week.asked.week_on),
        "iso": weekly_words.iso(week.asked.week_on),
        "where": week.where or "Whole force",
        "title": " ".join(week.sentences()),
        "notes": list(week.notes()),
        "figures": figures(week),
        "trend_title": trend_title(week),
        "trend_subtitle": TREND_SUBTITLE,
        "trend": trend(week),
        "ranges_title": ranges_title(week),
        "ranges_subtitle": ranges_subtitle(week),
        "ranges": ranges(week),
        "things": [
            {"title": one.title, "text": one.text, "page": one.page, "lpa": one.lpa, "rests_on": list(one.rests_on)}
            for one in things(week)
        ],
        "delivered": list(delivered(week)),
        "april": f"since {day(week.delivery.year.window.first_on)}",
        "fresh": fresh(week),
    }


def figures(week: Week) -> list[Line]:
    """Return the four figures: what each is, the figure, what stands under it, and the page that explains it."""
    whole, harm, patrols = week.violence.whole, week.violence.harm, week.delivery.week.patrols
    return [
        _figure("offences", f"{whole.n:,}", weekly_words.usual(told(whole)), "hot_spots"),
        _figure(f"harm days (CCHI {reference.HARM_EDITION})", f"{harm.days:,.0f}", _harm(week), "hot_spots"),
        _shared("patrol days with a valid visit", patrols.whole.compliance if patrols else None),
        _shared("control days police saw", patrols.whole.contamination if patrols else None),
    ]


def trend(week: Week) -> list[Line]:
    """Return the rows of the chart of weeks."""
    rows = []
    for on, row in week.violence.trend:
        shown, is_last = told(row), on == week.asked.week_on
        low, high = shown.usual or (None, None)
        rows.append(
            {
                **{"week_on": on.isoformat(), "n": row.n, "low": low, "high": high, "is_last": is_last},
                **{"label": f"{row.n:,} this week" if is_last else "", "standing": weekly_words.standing(shown)},
                "said": f"{weekly_words.week(on)}: {row.n:,}, {weekly_words.usual(shown)}",
            }
        )
    return rows


def ranges(week: Week) -> list[Line]:
    """Return the rows of the chart of areas, or of kinds of offence where one area is shown."""
    rows = [(label, row, told(row)) for label, row in _ranged(week)]
    furthest = max([1.0, *(max(row.n, (shown.usual or (0, 0))[1]) for _, row, shown in rows)])
    found = []
    for label, row, shown in rows:
        low, high = shown.usual or (None, None)
        found.append(
            {
                **{"label": label, "lpa": row.lpa, "group": row.group, "n": row.n, "low": low, "high": high},
                **{"standing": weekly_words.standing(shown), "usual": weekly_words.usual(shown)},
                **{"words": _beside(shown), "words_at": furthest * _WORDS_FROM},
                **{"room": furthest * _ROOM, "stands_out": row.alert.status in ("high", "high_strong", "low")},
            }
        )
    return found


def trend_title(week: Week) -> str:
    """Return the finding of the chart of weeks."""
    judged = [told(row) for _, row in week.violence.trend if row.is_tested]
    if not judged:
        return "There are too few weeks to say what is usual"
    inside = sum(one.is_inside for one in judged)
    if inside == len(judged):
        return f"All of {counted(len(judged), 'week')} were within their usual range"
    return f"{inside} of {counted(len(judged), 'week')} were within their usual range"


def ranges_title(week: Week) -> str:
    """Return the finding of the chart of areas or kinds."""
    rows = _ranged(week)
    high = [label for label, row in rows if row.is_high]
    low = [label for label, row in rows if told(row).status == "low"]
    if high or low:
        return f"Beyond chance: {weekly_words.listed([*high, *low])}"
    if not any(row.is_tested for _, row in rows):
        return "Too little history to compare"
    return f"No {'area' if len(week.violence.areas) > 1 else 'kind of offence'} is outside its range beyond chance"


def ranges_subtitle(week: Week) -> str:
    """Return what the chart of areas shows."""
    what = "area" if len(week.violence.areas) > 1 else "kind"
    return f"Offences this week, with the range each {what} usually has"


def fresh(week: Week) -> str:
    """Say how far the data reach."""
    patrols = f"patrols to {day(week.fresh.patrols_on)}" if week.fresh.patrols_on else "no patrols held"
    return f"Offences reported to {day(week.fresh.offences_on)}, {patrols}; data {week.fresh.version}."


def delivered(week: Week) -> Iterator[Line]:
    """Yield the rows of the table: what, this week, since April, and the page that explains it."""
    found = week.delivery
    own, year = found.week, found.year
    if own.patrols and year.patrols:
        now, since = own.patrols.whole, year.patrols.whole
        planned = now.planned_minutes / now.delivered.patrol_days if now.delivered.patrol_days else None
        of_plan = f" of {planned:.0f} planned" if planned else ""
        yield _line(
            "Minutes a patrol day",
            f"{patrol_words.minutes(now.delivered.patrol_minutes) or _NONE}{of_plan}",
            patrol_words.minutes(since.delivered.patrol_minutes) or _NONE,
            "patrols",
        )
        yield _line(
            "Tasked · background, hours in hot spots",
            f"{now.tasked_minutes / 60:,.0f} · {now.untasked_minutes / 60:,.0f}",
            f"{since.tasked_minutes / 60:,.0f} · {since.untasked_minutes / 60:,.0f}",
            "patrols",
        )
        yield _line(
            "Searched · arrested on tasked patrols",
            f"{own.patrols.searched:,} · {own.patrols.arrested:,}",
            f"{year.patrols.searched:,} · {year.patrols.arrested:,}",
            "patrols",
        )
    else:
        yield _line("Patrols", NOT_RECORDED, _NONE, "data")
    if own.searched and year.searched:
        yield _line(
            "Searches · found something",
            f"{own.searched.searches:,} · {_of(own.searched.found)}",
            f"{year.searched.searches:,} · {_of(year.searched.found)}",
            "data",
        )
        yield _line("Searches by ethnicity", "see Fairness", "with intervals", "fairness")
    else:
        yield _line("Searches, find rate, disparity", NOT_RECORDED, _NONE, "data")
    yield _line("Positive outcomes by now", _of(own.outcomes.positive), _of(year.outcomes.positive), "data")
    yield from _due(week)
    yield _line("Forces sharing", NOT_RECORDED, _NONE, None)
    yield _line("Trial result", NOT_RECORDED, _NONE, None)


def _due(week: Week) -> Iterator[Line]:
    """Yield reviews, plans, operations, partners, training: how they stand at the end of the week."""
    found = week.delivery
    yield _line(
        "List reviews overdue · entries standing",
        f"{found.reviews.lapsed:,} · {found.reviews.listed:,}" if found.reviews.is_held else NOT_RECORDED,
        _NONE,
        "people",
    )
    plans = f"{len(found.plans_open):,} · {len(found.plans_overdue):,} · {found.week.plans_closed:,}"
    closed = f"{found.year.plans_closed:,} closed"
    yield _line(
        "Plans open · past review · closed",
        plans if found.plans_held else NOT_RECORDED,
        closed if found.plans_held else _NONE,
        "command",
    )
    funded = [one for one in found.operations if one["funding_gbp"]]
    worth = sum(one["funding_gbp"] for one in funded)
    yield _line(
        "Operations funded",
        f"{len(funded):,} · {_pounds(worth)}" if found.operations else NOT_RECORDED,
        _NONE,
        "command",
    )
    yield _line(
        f"Partners in touch within {IN_TOUCH_DAYS} days",
        f"{found.in_touch:,} of {len(found.partners):,}" if found.partners else NOT_RECORDED,
        _NONE,
        "command",
    )
    held = bool(found.training)
    yield _line(
        "Courses completed · refreshers due",
        f"{found.week.trained:,} · {refreshers(found):,}" if held else NOT_RECORDED,
        f"{found.year.trained:,} completed" if held else _NONE,
        "command",
    )


def _ranged(week: Week) -> Sequence[tuple[str, Judged]]:
    if len(week.violence.areas) > 1:
        rows = [(week.name(row.lpa), row) for row in week.violence.areas]
    else:
        rows = [(str(row.group).capitalize(), row) for row in week.violence.groups]
    return sorted(rows, key=lambda row: (-row[1].n, row[0]))


def _beside(shown: Told) -> str:
    """Return what stands beside a row of the chart: the count, and words only where it is not within its range."""
    return f"{shown.n:,}" if shown.is_inside else f"{shown.n:,} · {weekly_words.standing(shown)}"


def _harm(week: Week) -> str:
    harm = week.violence.harm
    said = []
    if harm.usual:
        said.append(f"such weeks held {harm.usual[0]:,.0f}–{harm.usual[1]:,.0f}")
    if harm.days and harm.top_days:
        said.append(f"the gravest offence is {share(harm.top_days, harm.days)} of it")
    return "; ".join(said) or "no offence has a weight"


def _shared(name: str, found: Share | None) -> Line:
    if found is None:
        return _figure(name, NOT_RECORDED, "no patrols are held", "patrols")
    if not found.whole:
        return _figure(name, "none", "none were assigned", "patrols")
    return _figure(
        name,
        f"{found.part:,} of {found.whole:,}",
        weekly_words.part_of(found.part, found.whole, found.interval),
        "patrols",
    )


def _figure(name: str, figure: str, under: str, explained: str) -> Line:
    return {"name": name, "figure": figure, "under": under, "page": explained}


def _line(what: str, this_week: str, since: str, explained: str | None) -> Line:
    return {"what": what, "this_week": this_week, "since": since, "page": explained}


def _of(found: Share) -> str:
    if not found.whole:
        return "none"
    return f"{found.part:,} of {found.whole:,} ({share(found.part, found.whole)})"


def _pounds(value: float) -> str:
    return f"£{value / 1e6:.1f} m" if value >= 1e6 else f"£{value:,.0f}"
