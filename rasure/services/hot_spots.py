"""Where violence concentrates: the ranked hexagons of a selection, with what the picture cannot say."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from rasure.access.scope import Scope
from rasure.errors import InputRejected, OutOfArea
from rasure.places import concentration, grid, ranking
from rasure.places.breaks import round_breaks
from rasure.services import scoring
from rasure.services.scoring import Scored
from rasure.store.analytics import ground, offences, records, reference
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.terms import Band, Measure, Source, Window

ORDER = {Measure.COUNT: "score", Measure.HARM: "harm_score", Measure.SQRT_HARM: "sqrt_harm_score"}
DEFAULT_LOOKBACK_DAYS = 1461


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the day it is asked for, how far back, where, which offences, ranked by what."""

    as_of: date
    lookback_days: int = DEFAULT_LOOKBACK_DAYS
    lpa: str | None = None
    groups: tuple[str, ...] = ()
    band: Band | None = None
    measure: Measure = Measure.COUNT
    with_weak: bool = True
    institutions_apart: bool = True


@dataclass(frozen=True, slots=True)
class Parameters:
    """What was in force when the picture was made, printed on the page."""

    first_on: date
    last_on: date
    half_life_days: int
    side_m: float
    rule_version: str
    harm_edition: str
    cut_at_break: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """The answer. `places` is ranked and has a row for every hexagon with an offence that counts.

    `institutions` are the premises that make up most of their hexagon, in the columns of `scoring.Scored`.
    """

    places: pd.DataFrame
    institutions: pd.DataFrame
    summary: dict[str, int]
    concentration: concentration.Concentration
    cells_in_area: int
    breaks: tuple[float, ...]
    parameters: Parameters
    caveats: tuple[str, ...] = field(default_factory=tuple)


def latest_as_of(store: Store, scope: Scope) -> date | None:
    """Return the day after the last offence known, the natural day to ask for; None in an empty store."""
    known = offences.extent(store.analytics, scope)
    return known[1] + timedelta(days=1) if known else None


def scored(store: Store, scope: Scope, question: Question) -> Scored:
    """Score the hexagons of a selection; by which measure they are then ranked makes no difference."""
    which, _ = selection(store, scope, question)
    return scoring.scored(store, scope, which, as_of=question.as_of)


def picture(store: Store, scope: Scope, question: Question, scores: Scored | None = None) -> Picture:
    """Rank the hexagons of a selection by their decayed count or harm (methods.md 1.2).

    `scores` are what `scored` says of the same question, when somebody has asked before.
    """
    which, cut = selection(store, scope, question)
    found = scoring.scored(store, scope, which, as_of=question.as_of) if scores is None else scores
    column = ORDER[question.measure]
    places = ranking.ordered(found.apart if question.institutions_apart else found.whole, column)
    places.insert(0, "rank", np.arange(1, len(places) + 1))
    places["value"] = places[column]
    in_area = ground.study_cells(store.analytics, question.lpa or only_area(scope))
    summary = found.summary
    return Picture(
        places=places,
        institutions=found.institutions,
        summary=summary,
        concentration=_concentration(places["n"].to_numpy(), in_area),
        cells_in_area=in_area,
        breaks=round_breaks(places["value"].to_numpy()),
        parameters=_parameters(store, which.window, cut),
        caveats=tuple(_caveats(summary, question, cut, in_area, *months_wanted(store, which.window))),
    )


def require_area(scope: Scope, question: Question) -> None:
    """Refuse a question about an area outside the scope, which would otherwise look like one without offences."""
    if question.lpa is not None and not scope.covers(question.lpa):
        raise OutOfArea("That policing area is outside what you may see. Choose your own area.")


def selection(store: Store, scope: Scope, question: Question) -> tuple[Filter, str | None]:
    """Return the offences that are meant, and the break their period was cut at, if it was."""
    require_area(scope, question)
    window, cut = usable_window(store, question)
    return Filter(window, question.lpa, question.groups, question.band, question.with_weak), cut


def set_apart(store: Store, scope: Scope, question: Question) -> pd.DataFrame | None:
    """Return the premises the ranking of a question sets apart: cell, premises; None when it leaves them in."""
    if not question.institutions_apart:
        return None
    return scoring.hot_premises(store, scope, selection(store, scope, question)[0])


def located(store: Store, places: pd.DataFrame) -> pd.DataFrame:
    """Add where each hexagon is: lon and lat of its centre, its lpa, and the words for the ground it lies on (name)."""
    return places.merge(ground.cells(store.analytics, places["cell"].tolist()), on="cell", how="left")


def named(store: Store, places: pd.DataFrame) -> pd.DataFrame:
    """Add where each place is and what people call it: `street` (its usual one, or where it is), `place` (both)."""
    placed = located(store, places)
    around = [name if isinstance(name, str) else "Unnamed place" for name in placed["name"]]
    streets = [
        usual if isinstance(usual, str) else where for usual, where in zip(placed["street"], around, strict=True)
    ]
    full = [street if street == where else f"{street} – {where}" for street, where in zip(streets, around, strict=True)]
    return placed.assign(street=streets, place=full)


def only_area(scope: Scope) -> str | None:
    """Return the one area a scope is limited to, if it is one."""
    return next(iter(scope.lpas)) if scope.lpas is not None and len(scope.lpas) == 1 else None


def window_of(question: Question) -> Window:
    """Return the days a question is about."""
    return Window(question.as_of - timedelta(days=question.lookback_days), question.as_of - timedelta(days=1))


def usable_window(store: Store, question: Question) -> tuple[Window, str | None]:
    """Return the days that count, and the break they were cut at, if they were."""
    asked = window_of(question)
    first_on, last_on = asked.first_on, asked.last_on
    sources = offences.sources(store.analytics)
    for row in reference.series_breaks(store.analytics):
        last_before, first_after = row["last_before"], row["first_after"]
        if row["source"] not in sources:
            continue
        if first_on < first_after <= last_on:
            return Window(first_after, last_on), row["what"]
        if last_before < last_on < first_after:
            return Window(first_on, last_before), row["what"]
    return asked, None


def months_wanted(store: Store, window: Window) -> tuple[int, int]:
    """Return how many months of published data the window asks for, from the first known, and how many are missing."""
    held = {pd.Timestamp(month).to_period("M") for month in records.months(store.analytics, Source.POLICE_UK, "street")}
    if not held:
        return 0, 0
    wanted = pd.period_range(max(pd.Period(window.first_on, "M"), min(held)), pd.Period(window.last_on, "M"))
    return len(wanted), len(set(wanted) - held)


def _concentration(counts: np.ndarray, cells_in_area: int) -> concentration.Concentration:
    empty_cells = max(0, cells_in_area - len(counts))
    return concentration.concentration(np.concatenate([counts, np.zeros(empty_cells)]))


def _parameters(store: Store, window: Window, cut: str | None) -> Parameters:
    rule = reference.rule_version(store.analytics)
    return Parameters(
        window.first_on, window.last_on, scoring.HALF_LIFE_DAYS, grid.SIDE_M, rule, reference.HARM_EDITION, cut
    )


def _caveats(
    summary: dict[str, int], question: Question, cut: str | None, in_area: int, months: int, missing: int
) -> list[str]:
    total = summary["offences"]
    said = []
    if summary["month_only"]:
        said.append(
            "Published data give the month of an offence, not its day or time, and no people: nothing here can say when"
            " or who, and day and night cannot be told apart."
        )
    if cut:
        said.append(f"{cut} Only offences on this side of that change are used.")
    if missing:
        said.append(
            f"{missing} of the {months} months in this period are not loaded: the counts are of the other"
            f" {months - missing}."
        )
    if summary["unlocated"]:
        said.append(
            f"{summary['unlocated']:,} of {total:,} offences have no usable location and are on no map"
            f" ({summary['unlocated'] / total:.1%})."
        )
    if summary["outside_force"]:
        said.append(f"{summary['outside_force']:,} offences lie outside the force area and are left out.")
    if question.measure is not Measure.COUNT and summary["with_harm"] < summary["offences"]:
        without = total - summary["with_harm"]
        said.append(
            f"{without:,} of {total:,} offences have no harm weight: published categories are too coarse for one."
        )
    if total < 30:
        said.append(f"Only {total} offences: too few to tell places apart.")
    if not in_area:
        said.append("No boundaries are loaded, so shares of the area cannot be given.")
    return said


def area_code(store: Store, given: str | None) -> str | None:
    """Return the code of an area given by code or by name, whatever its case; None for the whole force."""
    if not given:
        return None
    wanted = given.casefold()
    areas = ground.areas(store.analytics)
    for area in areas:
        if wanted in (area.code.casefold(), area.name.casefold()):
            return area.code
    known = ", ".join(area.name for area in areas) or "none, load boundaries first"
    raise InputRejected(f"There is no policing area {given!r}. Known: {known}.")


def as_rows(places: pd.DataFrame) -> list[dict[str, object]]:
    """Return ranked places as plain rows, numbers rounded as shown: what the page's table and the CSV hold."""
    rows = []
    for place in places.to_dict("records"):
        row: dict[str, object] = {
            "rank": int(place["rank"]),
            "cell": str(place["cell"]),
            "place": place["place"],
            "lpa": place["lpa"] if isinstance(place["lpa"], str) else None,
            "offences": int(place["n"]),
            "last_on": pd.Timestamp(place["last_on"]).date().isoformat(),
            "lon": round(float(place["lon"]), 6),
            "lat": round(float(place["lat"]), 6),
        }
        for name, source in (("score", "score"), ("harm_days", "harm_score"), ("sqrt_harm", "sqrt_harm_score")):
            value = float(place[source])
            row[name] = round(value, 4) if np.isfinite(value) else None
        rows.append(row)
    return rows


def offence_groups(store: Store, scope: Scope) -> list[str]:
    """Return the offence groups that count under the rule in force and occur."""
    return offences.groups(store.analytics, scope)


def bounds(store: Store, lpa: str | None) -> ground.Bounds | None:
    """Return the box around the force or one area, in degrees."""
    return ground.bounds(store.analytics, lpa)
