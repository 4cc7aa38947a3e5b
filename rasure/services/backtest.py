"""How well would the ranking have done: the same question asked at earlier days, judged by what came after each."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from rasure.access.scope import Scope
from rasure.errors import InputRejected
from rasure.places import backtest, compare
from rasure.places.accuracy import Interval, wilson
from rasure.places.backtest import HORIZON_DAYS, STEP_DAYS, Method
from rasure.places.compare import LEAST_WINDOWS, PairedDifference
from rasure.places.kde import BANDWIDTH_M
from rasure.services import hot_spots
from rasure.services.hot_spots import Question
from rasure.services.scoring import HALF_LIFE_DAYS
from rasure.store.analytics import evidence, offences
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.terms import Measure, Window

K = 50
LAST_QUARTER = Method("last_quarter", lookback_days=90)
LAST_YEAR = Method("last_year", lookback_days=365)
LABELS = {
    "decayed_count": "Decayed count",
    "last_quarter": "Last quarter’s count",
    "last_year": "Last year’s count",
    "density": "Density, 300 m",
}

_SEED = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """What one method's choices caught over all windows; figures without a denominator are NaN."""

    method: Method
    hits: int
    total: int
    hit_rate: float
    hit_rate_ci: Interval
    pai: float
    pai_ci: Interval
    pei: float
    rri: float

    @property
    def label(self) -> str:
        return LABELS[self.method.name]


@dataclass(frozen=True, slots=True)
class Compared:
    """The baseline against one rival on the same windows: hits of the baseline less the rival's."""

    rival: str
    paired: PairedDifference
    replaces: bool

    @property
    def label(self) -> str:
        return LABELS[self.rival]

    @property
    def hits(self) -> int:
        """Hits over all windows together."""
        return round(self.paired.mean_diff * self.paired.windows)

    @property
    def hits_ci(self) -> Interval:
        low, high = self.paired.ci
        return low * self.paired.windows, high * self.paired.windows

    @property
    def is_significant(self) -> bool:
        """Whether enough windows say so with an interval without 0."""
        low, high = self.paired.ci
        return self.paired.windows >= LEAST_WINDOWS and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True)
class Report:
    """A back-test. `windows` has a row a window and method: `backtest.WINDOW_COLUMNS`; the baseline comes first.

    Without any window `why_none` says what is missing, and the other parts are empty.
    """

    windows: pd.DataFrame
    judged: tuple[Judged, ...]
    compared: tuple[Compared, ...]
    cuts: tuple[date, ...]
    k: int
    horizon_days: int
    cells_in_area: int
    usable: Window
    caveats: tuple[str, ...] = ()
    why_none: str | None = None


def report(
    store: Store,
    scope: Scope,
    question: Question,
    *,
    cuts: Sequence[date] | None = None,
    horizon_days: int = HORIZON_DAYS,
    k: int = K,
) -> Report:
    """Ask the question at earlier days and judge its answers by the days after (methods.md 1.7 and 1.8).

    Cuts that are not given come every 90 days, ending with the last whole window before the question's day. Neither
    training nor test ever crosses a change of the map points or reaches before the data.
    """
    if k < 1 or horizon_days < 1:
        raise InputRejected("The number of places and the horizon must be at least 1.")
    data = _data(store, scope, question)
    which = replace(hot_spots.selection(store, scope, question)[0], window=data.usable)
    days = _cuts(data.usable, horizon_days) if cuts is None else _given(cuts, data, horizon_days)
    cells = evidence.cell_counts(store.analytics, scope, which)
    study = cells.loc[cells["in_area"], "cell"].to_numpy(np.int64)
    k = min(k, max(1, len(cells)))
    nothing = Report(pd.DataFrame(), (), (), (), k, horizon_days, study.size, data.usable)
    if not days:
        return replace(nothing, why_none=_too_short(data, horizon_days))
    rows = evidence.point_days(store.analytics, scope, which)
    if rows.empty:
        return replace(nothing, why_none="The selection holds no located offence, so there is nothing to catch.")
    methods, left_out = _methods(question, days, data.usable)
    known = backtest.events(
        rows["cell"],
        rows["dated_on"].to_numpy(),
        counts=rows["n"],
        points_m=rows[["e_dm", "n_dm"]].to_numpy(np.float64) / 10.0,
        study=study,
        bandwidths_m=[BANDWIDTH_M],
    )
    windows = backtest.backtest_of(known, cuts=days, k=k, methods=methods, horizon_days=horizon_days)
    windows = windows[windows["total"] > 0].reset_index(drop=True)
    if windows.empty:
        return replace(nothing, why_none="No offence of the selection is dated in any test window.")
    tested = tuple(windows["cut"].drop_duplicates())
    return replace(
        nothing,
        windows=windows,
        judged=tuple(_judged(windows, method, _ratio(k, study.size)) for method in methods),
        compared=tuple(_compared(windows, rival) for rival in methods[1:]),
        cuts=tested,
        caveats=(
            *_caveats_of_windows(data, tested, len(days), horizon_days),
            *_caveats_of_methods(data, question, tested[0], left_out, has_ground=study.size > 0),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Data:
    """What can be used: the days on the question's side of any break, and what is known of them."""

    usable: Window
    cut_at_break: str | None
    is_month_only: bool
    months: int
    months_missing: int


def _data(store: Store, scope: Scope, question: Question) -> _Data:
    extent = offences.extent(store.analytics, scope)
    if extent is None:
        raise InputRejected("No offences are loaded, so nothing can be tested. Load some first.")
    reach_days = max(1, (question.as_of - extent[0].replace(day=1)).days)
    window, cut_at_break = hot_spots.usable_window(store, replace(question, lookback_days=reach_days))
    held = offences.summary(store.analytics, scope, Filter(window))
    month_only = bool(held["month_only"])
    if held["offences"]:
        first_on: date = held["first_on"].replace(day=1) if month_only else held["first_on"]
        window = Window(max(window.first_on, first_on), min(window.last_on, held["last_on"]))
    return _Data(window, cut_at_break, month_only, *hot_spots.months_wanted(store, window))


def _cuts(usable: Window, horizon_days: int) -> list[date]:
    """Return cuts every 90 days, the last with a whole window after it.

    Every method gets its whole look-back before the first cut. Where that leaves too few windows and a shorter
    wait gives enough, last year's count is given up instead.
    """
    last_cut = usable.last_on - timedelta(days=horizon_days - 1)
    tries = []
    for method in (LAST_YEAR, LAST_QUARTER):
        spare_days = (last_cut - usable.first_on).days - method.lookback_days
        first_cut = last_cut - timedelta(days=spare_days // STEP_DAYS * STEP_DAYS)
        tries.append(backtest.cuts_every(first_cut, last_cut) if spare_days >= 0 else [])
    enough = [cuts for cuts in tries if len(cuts) >= LEAST_WINDOWS]
    return next(iter(enough or [cuts for cuts in tries if cuts]), [])


def _given(cuts: Sequence[date], data: _Data, horizon_days: int) -> list[date]:
    """Return the cuts asked for in order, after refusing any the data cannot answer."""
    usable = data.usable
    if not cuts:
        raise InputRejected("Name at least one cut, or auto.")
    first_cut = usable.first_on + timedelta(days=LAST_QUARTER.lookback_days)
    last_cut = usable.last_on - timedelta(days=horizon_days - 1)
    for cut in cuts:
        if not first_cut <= cut <= last_cut:
            because = f" {data.cut_at_break}" if data.cut_at_break else ""
            raise InputRejected(
                f"The cut {cut} cannot be tested: the data that can be used run from {usable.first_on} to"
                f" {usable.last_on}, and a cut needs {LAST_QUARTER.lookback_days} days before it and {horizon_days}"
                f" from it on.{because}"
            )
    return sorted(set(cuts))


def _methods(question: Question, cuts: Sequence[date], usable: Window) -> tuple[list[Method], list[Method]]:
    """Return the methods, the baseline first, and those left out because they would reach before the data."""
    reach_days = (cuts[0] - usable.first_on).days
    baseline = Method("decayed_count", question.lookback_days, float(HALF_LIFE_DAYS))
    counts = [LAST_QUARTER, LAST_YEAR]
    density = replace(baseline, name="density", bandwidth_m=BANDWIDTH_M)
    kept = [method for method in counts if method.lookback_days <= reach_days]
    return [baseline, *kept, density], [method for method in counts if method not in kept]


def _judged(windows: pd.DataFrame, method: Method, area_share: float) -> Judged:
    own = windows[windows["method"] == method.name]
    hits, total = int(own["hits"].sum()), int(own["total"].sum())
    rate, (low, high) = hits / total, wilson(hits, total)
    trained = _ratio(int(own["earlier_hits"].sum()), int(own["earlier_total"].sum()))
    return Judged(
        method=method,
        hits=hits,
        total=total,
        hit_rate=rate,
        hit_rate_ci=(low, high),
        pai=rate / area_share,
        pai_ci=(low / area_share, high / area_share),
        pei=_ratio(hits, int(own["best"].sum())),
        rri=_ratio(rate, trained),
    )


def _compared(windows: pd.DataFrame, rival: Method) -> Compared:
    hits = windows.pivot_table(index="cut", columns="method", values="hits")
    totals = windows.drop_duplicates("cut")["total"]
    paired = compare.compare_windows(hits["decayed_count"], hits[rival.name], rng=np.random.default_rng(_SEED))
    return Compared(rival.name, paired, compare.replaces_baseline(hits[rival.name], hits["decayed_count"], totals))


def _caveats_of_windows(data: _Data, tested: Sequence[date], cuts: int, horizon_days: int) -> list[str]:
    said, usable = [], data.usable
    if len(tested) < LEAST_WINDOWS:
        said.append(
            f"Only {len(tested)} {'window fits' if len(tested) == 1 else 'windows fit'} into the data that can be used"
            f" ({_day(usable.first_on)} to {_day(usable.last_on)}); a judgement takes at least {LEAST_WINDOWS}."
        )
    if data.cut_at_break:
        said.append(f"{data.cut_at_break} Training and test stay on this side of that change.")
    if len(tested) < cuts:
        said.append(f"{cuts - len(tested)} further windows hold no offence of the selection and are left out.")
    if any((later - earlier).days < horizon_days for earlier, later in itertools.pairwise(tested)):
        said.append("Some windows overlap, so the interval between methods is narrower than it should be.")
    if data.is_month_only:
        said.append("Published offences are dated to the end of their month, so a window holds two or three months.")
    if data.months_missing:
        said.append(
            f"{data.months_missing} of the {data.months} months in these data are not loaded; a method that looks back"
            " only a little suffers most."
        )
    return said


def _caveats_of_methods(
    data: _Data, question: Question, first_cut: date, left_out: Sequence[Method], *, has_ground: bool
) -> list[str]:
    first_on = data.usable.first_on
    said = [
        f"{LABELS[method.name]} is left out: it would reach before {_day(first_on)}, where the data begin."
        for method in left_out
    ]
    reach_days = (first_cut - first_on).days
    if reach_days < question.lookback_days:
        said.append(
            f"The ranking looks back {question.lookback_days:,} days; at the first cut only {reach_days:,} days of data"
            " come before it, and the decayed count and the density use what there is."
        )
    if question.measure is not Measure.COUNT:
        said.append("Places are chosen and judged here by counts, whatever the page ranks by.")
    if question.institutions_apart:
        said.append(
            "Offences at institutions stay in here, for every method alike: which building makes up most of a hexagon"
            " is known only afterwards."
        )
    if has_ground:
        said.append(
            "The intervals of hit rate and PAI treat offences as independent, and PAI can be compared only within one"
            " area."
        )
    else:
        said.append("No boundaries are loaded, so PAI and the share of the area cannot be given.")
    return said


def _too_short(data: _Data, horizon_days: int) -> str:
    days = (data.usable.last_on - data.usable.first_on).days + 1
    because = f" {data.cut_at_break} Only data on this side of that change are used." if data.cut_at_break else ""
    return (
        f"The data that can be used span {days:,} {'day' if days == 1 else 'days'}. A back-test needs at least"
        f" {LAST_QUARTER.lookback_days} days to choose places from and {horizon_days} more to judge them by.{because}"
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
