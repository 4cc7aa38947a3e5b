"""Two periods set against each other: the selection, its areas and its leading places, each with its interval."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from rasure.access.scope import Scope
from rasure.places import fdr
from rasure.places.rates import RateRatio, compare_rates
from rasure.services import hot_spots
from rasure.services.hot_spots import Question
from rasure.services.place_series import series
from rasure.store.analytics import ground, offences
from rasure.store.store import Store
from rasure.terms import Window

#: Places tested: those with most offences in both periods together, so that no period picks its own winners.
PLACES = 50
#: Below this share of false findings a change counts as more than chance.
CLEAR_Q = 0.05


@dataclass(frozen=True, slots=True)
class Periods:
    """A comparison of two periods of the same selection.

    `areas` and `places` hold now, before, ratio, low, high (95 %), p, q, show_percent; areas also lpa, places also
    cell, place, lpa, most offences first. `refusal` says why nothing is compared; then the rest is empty.
    """

    now: Window
    before: Window
    now_days: int
    before_days: int
    whole: RateRatio | None
    counts: tuple[int, int]
    areas: pd.DataFrame
    places: pd.DataFrame
    refusal: str | None = None


def periods(store: Store, scope: Scope, question: Question, *, days: int, years_back: int = 0) -> Periods:
    """Compare the last `days` before the question's day with as many days before, or so many years earlier.

    Rates are per day that is loaded, compared exactly (methods.md 4.1); q-values are over all places, and over all
    areas, of the page (Benjamini-Hochberg). What the ranking sets apart is left out of both periods.
    """
    which, _ = hot_spots.selection(store, scope, question)
    last_on = question.as_of - timedelta(days=1)
    now = Window(question.as_of - timedelta(days=days), last_on)
    shift = timedelta(days=days) if not years_back else last_on - _years_before(last_on, years_back)
    before = Window(now.first_on - shift, now.last_on - shift)
    known = series(store, scope, question.as_of)
    now_days = known.known_days(now) if known else 0
    before_days = known.known_days(before) if known else 0
    refusal = _refusal(now_days, before_days, days)
    if refusal:
        nothing = pd.DataFrame()
        return Periods(now, before, now_days, before_days, None, (0, 0), nothing, nothing, refusal)
    apart = hot_spots.set_apart(store, scope, question)
    counts = offences.two_periods(store.analytics, scope, replace(which, window=now), before, apart)
    total = int(counts["now"].sum()), int(counts["before"].sum())
    names = {area.code: area.name for area in ground.areas(store.analytics)}
    by_area = counts.groupby("lpa", as_index=False)[["now", "before"]].sum()
    leading = counts.assign(both=counts["now"] + counts["before"]).sort_values(
        ["both", "cell"], ascending=[False, True]
    )
    return Periods(
        now,
        before,
        now_days,
        before_days,
        compare_rates(total[0], now_days, total[1], before_days),
        total,
        _compared(by_area.assign(area=by_area["lpa"].map(names)), now_days, before_days),
        hot_spots.named(store, _compared(leading.head(PLACES).drop(columns=["both", "lpa"]), now_days, before_days)),
    )


def _refusal(now_days: int, before_days: int, days: int) -> str | None:
    """Say why two periods cannot be compared: one of them is not, or hardly, in the data that can be used."""
    for name, known in (("period", now_days), ("period before", before_days)):
        if known < days // 2:
            return (
                f"Only {known} of the {days} days of the {name} are loaded on this side of a change in how places were"
                " published, so the two periods cannot be compared. Choose a shorter period or a later day."
            )
    return None


def _compared(rows: pd.DataFrame, now_days: int, before_days: int) -> pd.DataFrame:
    found = [
        compare_rates(int(now), now_days, int(before), before_days)
        for now, before in zip(rows["now"], rows["before"], strict=True)
    ]
    compared = rows.assign(
        ratio=[one.ratio for one in found],
        low=[one.ci[0] for one in found],
        high=[one.ci[1] for one in found],
        p=[one.p for one in found],
        show_percent=[one.show_percent for one in found],
    )
    compared["q"] = fdr.adjusted(compared["p"])
    order = compared[["now", "before"]].sum(axis=1).sort_values(ascending=False, kind="stable").index
    return compared.loc[order].reset_index(drop=True)


def _years_before(day: date, years: int) -> date:
    """Go back whole weeks, so that both periods hold the same weekdays: 52 weeks a year, 53 when that is nearer."""
    return day - timedelta(weeks=round(years * 365.25 / 7))
