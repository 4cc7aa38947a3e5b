"""Every figure of the weekly summary as a row: what the page shows, what its CSV holds, what its sentences rest on."""

from collections.abc import Iterator

from rasure.services import weekly_words
from rasure.services.patrols import Share, Summary
from rasure.services.weekly import Week, told
from rasure.services.weekly_counts import Judged
from rasure.services.weekly_decisions import refreshers
from rasure.services.weekly_delivery import Delivery, Patrols, Period

Row = dict[str, object]

COLUMNS = (
    *("id", "figure", "area", "value", "of", "low", "high", "baseline_weeks", "standing"),
    *("since_april", "since_of"),
)
NOT_RECORDED = "not yet recorded"
_PLACES = 4


def rows(week: Week) -> list[Row]:
    """Return every figure; `low` and `high` are the usual range of a count, or the 95 % interval of a share.

    A figure nobody recorded has no value and says so in `standing`.
    """
    return [
        {name: row.get(name) for name in COLUMNS} for row in (*_violence(week), *_patrols(week), *_rest(week.delivery))
    ]


def _violence(week: Week) -> Iterator[Row]:
    found, everywhere = week.violence, week.name(None)
    yield _count("whole", "offences", everywhere, found.whole)
    harm = found.harm
    low, high = harm.usual or (None, None)
    yield {
        **{"id": "harm", "figure": "harm days", "area": everywhere, "value": harm.days, "low": low, "high": high},
        "of": harm.with_weight,
    }
    known = found.completeness
    yield {
        **{"id": "completeness", "figure": "offences of earlier weeks known by now", "area": everywhere},
        **({"value": known.known, "of": known.in_all} if known.in_all else {"standing": "complete"}),
    }
    yield {"id": "tested", "figure": "rows tested", "area": everywhere, "value": found.tested}
    chance = round(found.by_chance, _PLACES)
    yield {"id": "by chance", "figure": "of them expected to stand out by chance", "area": everywhere, "value": chance}
    for row in found.areas:
        yield _count(f"area:{row.lpa}", "offences", week.name(row.lpa), row)
    for row in found.groups:
        yield _count(f"group:{row.group}", str(row.group), everywhere, row)
    for row in found.rows:
        yield _count(f"area:{row.lpa}:{row.group}", str(row.group), week.name(row.lpa), row)


def _count(key: str, figure: str, area: str, row: Judged) -> Row:
    shown = told(row)
    low, high = shown.usual or (None, None)
    return {
        **{"id": key, "figure": figure, "area": area, "value": row.n, "low": low, "high": high},
        **{"baseline_weeks": row.weeks, "standing": weekly_words.standing(shown)},
    }


def _patrols(week: Week) -> Iterator[Row]:
    own, year, area = week.delivery.week.patrols, week.delivery.year.patrols, week.name(None)
    if own is None or year is None:
        for key in ("compliance", "contamination", "dose", "tasked", "untasked"):
            yield {"id": key, "figure": key, "area": area, "standing": NOT_RECORDED}
        return
    yield _share("compliance", "patrol days with a valid visit", area, own.whole.compliance, year.whole.compliance)
    yield _share("contamination", "control days police saw", area, own.whole.contamination, year.whole.contamination)
    yield from _minutes(area, own, year)
    before = dict(year.by_lpa)
    for lpa, summary in own.by_lpa:
        name = week.name(lpa)
        yield _share(
            f"compliance:{lpa}", "patrol days with a valid visit", name, summary.compliance, before[lpa].compliance
        )
        yield _share(
            f"contamination:{lpa}", "control days police saw", name, summary.contamination, before[lpa].contamination
        )


def _minutes(area: str, own: Patrols, year: Patrols) -> Iterator[Row]:
    yield {
        **{"id": "dose", "figure": "minutes a patrol day", "area": area, "value": _dose(own.whole)},
        **{"of": _planned(own.whole), "high": _rounded(own.whole.widest_minutes)},
        **{"since_april": _dose(year.whole), "since_of": _planned(year.whole)},
    }
    for key, figure, this, since in (
        ("tasked", "tasked minutes in hot spots", own.whole.tasked_minutes, year.whole.tasked_minutes),
        ("untasked", "background minutes in hot spots", own.whole.untasked_minutes, year.whole.untasked_minutes),
        ("officer minutes", "officer minutes in hot spots", own.whole.officer_minutes, year.whole.officer_minutes),
        ("searched on patrol", "people searched on tasked patrols", own.searched, year.searched),
        ("arrested on patrol", "people arrested on tasked patrols", own.arrested, year.arrested),
    ):
        yield {"id": key, "figure": figure, "area": area, "value": _rounded(this), "since_april": _rounded(since)}


def _rest(found: Delivery) -> Iterator[Row]:
    own, year = found.week, found.year
    yield from _searches(own, year)
    yield _share(
        "positive outcomes",
        "offences with a positive outcome by now",
        None,
        own.outcomes.positive,
        year.outcomes.positive,
    )
    held = found.reviews.is_held
    yield _held("reviews", "list reviews overdue", found.reviews.lapsed, held, of=found.reviews.listed)
    held = bool(found.plans_held)
    yield _held("plans open", "problem-solving plans open", len(found.plans_open), held)
    yield _held("plans overdue", "of them past their review", len(found.plans_overdue), held)
    yield _held("plans closed", "plans closed", own.plans_closed, held) | {
        "since_april": year.plans_closed if held else None
    }
    held = bool(found.operations)
    yield _held("operations", "operations funded", sum(bool(one["funding_gbp"]) for one in found.operations), held)
    yield _held("funding", "funding of them, pounds", sum(one["funding_gbp"] or 0 for one in found.operations), held)
    yield _held("partners", "partners in touch", found.in_touch, bool(found.partners), of=len(found.partners))
    held = bool(found.training)
    yield _held("trained", "courses completed", own.trained, held) | {"since_april": year.trained if held else None}
    yield _held("refreshers due", "refreshers due", refreshers(found), held)
    for key, figure in (("sharing", "forces sharing with this one"), ("trial", "trial: effect with its interval")):
        yield {"id": key, "figure": figure, "standing": NOT_RECORDED}


def _searches(own: Period, year: Period) -> Iterator[Row]:
    if own.searched is None or year.searched is None:
        yield {"id": "searches", "figure": "searches", "standing": NOT_RECORDED}
        yield {"id": "found", "figure": "searches that found something", "standing": NOT_RECORDED}
        yield {"id": "disparity", "figure": "searches by ethnicity", "standing": NOT_RECORDED}
        return
    yield {
        **{"id": "searches", "figure": "searches", "value": own.searched.searches},
        "since_april": year.searched.searches,
    }
    yield _share("found", "searches that found something", None, own.searched.found, year.searched.found)
    yield {"id": "disparity", "figure": "searches by ethnicity", "standing": "see the Fairness page"}


def _share(key: str, figure: str, area: str | None, own: Share, year: Share) -> Row:
    row: Row = {"id": key, "figure": figure, "area": area, "value": own.part, "of": own.whole}
    if own.whole:
        low, high = own.interval
        row |= {"low": round(low, _PLACES), "high": round(high, _PLACES)}
    else:
        row["standing"] = "none"
    return row | {"since_april": year.part, "since_of": year.whole}


def _held(key: str, figure: str, value: float, is_held: bool, of: int | None = None) -> Row:
    if not is_held:
        return {"id": key, "figure": figure, "standing": NOT_RECORDED}
    return {"id": key, "figure": figure, "value": value, "of": of}


def _dose(whole: Summary) -> float | None:
    return _rounded(whole.delivered.patrol_minutes)


def _planned(whole: Summary) -> float | None:
    days = whole.delivered.patrol_days
    return _rounded(whole.planned_minutes / days) if days else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)
