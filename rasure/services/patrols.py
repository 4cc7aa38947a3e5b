"""Were the assigned patrols delivered: dose, compliance and contamination of place-days, and what makes them up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from rasure.access.scope import Scope
from rasure.errors import InputRejected, OutOfArea
from rasure.patrol import dose as rules
from rasure.patrol.dose import Delivered, DoseRule
from rasure.places.accuracy import Interval, wilson
from rasure.services import operational_day
from rasure.settings import settings
from rasure.store.analytics import dose
from rasure.store.analytics.days import Days
from rasure.store.ledger import restorations
from rasure.store.store import Store
from rasure.terms import Window

RULE = DoseRule()
DEFAULT_DAYS = 28
_HOURS = 3600.0
_MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Asked:
    """Which operational days, and of which area (None: every area the reader may see)."""

    window: Window
    lpa: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Some of so many, with Wilson's interval at 95 %; `value` is None where there are none to share."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> Interval:
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Summary:
    """What some place-days add up to. Minutes are patrol-minutes, or officer-minutes where they say so.

    `widest_minutes` is the mean of a patrol place-day if every visit lasted as long as its officer was not seen
    elsewhere: with `delivered.patrol_minutes` the band the true mean lies in.
    """

    delivered: Delivered
    widest_minutes: float | None
    officer_minutes: float
    tasked_minutes: float
    untasked_minutes: float
    planned_minutes: float
    capped_days: int

    @property
    def compliance(self) -> Share:
        return Share(self.delivered.complied_days, self.delivered.patrol_days)

    @property
    def contamination(self) -> Share:
        return Share(self.delivered.contaminated_days, self.delivered.control_days)

    @property
    def contamination_tasked(self) -> Share:
        return Share(self.delivered.contaminated_tasked_days, self.delivered.control_days)


@dataclass(frozen=True, slots=True)
class Modes:
    """Minutes of counted visits by how they were spent, each officer's own."""

    still: float
    foot: float
    vehicle: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Outputs:
    """What tasked patrols recorded: patrols, and of them those that recorded nothing of it."""

    patrols: int
    spoken_to: int
    searched: int
    arrested: int
    without_any: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The answer for one question.

    `days` has a row for every assigned place-day (`store.analytics.dose.place_days`, with is_patrol and is_capped).
    `by_day`, `by_lpa`, `by_week` are (key, Summary) in order of the key; `by_spot` by hot spot. `units` has a row a
    unit: unit, officers, visits (of two minutes and more), valid, patrol_minutes, officer_minutes, tasked_minutes.
    `gaps` has a row a hot spot: last_ended_at (UTC, NaT for never), since_hours, longest_hours, between two visits of
    the period. `flagged` are doubted visits, no passings, restored ones among them; `latest` those of the last day.
    `at` is the moment gaps run to: now, or the period's end.
    """

    asked: Asked
    at: datetime
    days: pd.DataFrame
    whole: Summary
    by_day: tuple[tuple[date, Summary], ...]
    by_week: tuple[tuple[date, Summary], ...]
    by_lpa: tuple[tuple[str, Summary], ...]
    by_spot: tuple[tuple[str, Summary], ...]
    names: dict[str, str]
    tasked: Modes
    untasked: Modes
    units: pd.DataFrame
    gaps: pd.DataFrame
    outputs: tuple[tuple[str, Outputs], ...]
    flagged: pd.DataFrame
    latest: pd.DataFrame


def picture(store: Store, scope: Scope, asked: Asked, *, now: datetime | None = None) -> Picture:
    """Return what was delivered of what was assigned (methods.md 6).

    Raises
    ------
    OutOfArea
        The question is about an area outside the scope.
    """
    require_area(scope, asked.lpa)
    now = now or operational_day.now(store, scope)
    held = restored(store)
    days = place_days(store, scope, asked, held)
    first_at, until_at = instants(asked.window)
    is_latest = operational_day.op_day(now) <= asked.window.last_on + timedelta(days=1)
    at = now if is_latest else until_at
    last_on = max(asked.window.last_on, operational_day.op_day(now)) if is_latest else asked.window.last_on
    seen = dose.visits(store.analytics, scope, Days(Window(asked.window.first_on, last_on), asked.lpa), held)
    seen = until(seen, at)
    since = seen[seen["is_counted"]]
    seen = seen[seen["started_at"] < until_at]
    counted = seen[seen["is_counted"]]
    marks = _marks(days)
    names = dict(zip(days["hotspot_id"], days["name"], strict=True))
    told = dose.outputs(store.analytics, scope, asked.lpa, first_at, until_at)
    return Picture(
        asked=asked,
        at=at,
        days=days,
        whole=_summary(marks.sum().to_dict()),
        by_day=_summaries(marks, days["op_day"]),
        by_week=_summaries(marks, weeks(days["op_day"])),
        by_lpa=_summaries(marks, days["lpa"]),
        by_spot=_summaries(marks, days["hotspot_id"]),
        names=names,
        tasked=modes(counted[counted["is_tasked"]]),
        untasked=modes(counted[~counted["is_tasked"]]),
        units=units(counted),
        gaps=gaps(since, days, at),
        outputs=tuple((str(row.pop("lpa")), Outputs(**row)) for row in told),
        flagged=seen[seen["flag"].notna() & (seen["category"] != "pass")].reset_index(drop=True),
        latest=seen[seen["op_day"].dt.date == asked.window.last_on].reset_index(drop=True),
    )


def place_days(store: Store, scope: Scope, asked: Asked, held: pa.Table | None = None) -> pd.DataFrame:
    """Return every assigned place-day with its dose, and the dose if every visit lasted as long as it may have."""
    held = restored(store) if held is None else held
    which = Days(asked.window, asked.lpa)
    rule = {"pass_s": RULE.pass_s, "valid_s": RULE.valid_s, "unseen_s": rules.LONGEST_UNSEEN_S}
    days = dose.place_days(store.analytics, scope, which, held, **rule)
    is_capped = days["daily_cap"].notna() & (days["tasked_visits"] >= days["daily_cap"])
    is_patrol = days["arm"] == rules.PATROL
    return days.assign(op_day=days["op_day"].dt.date, is_patrol=is_patrol, is_capped=is_capped)


def summary(days: pd.DataFrame) -> Summary:
    """Add up place-days."""
    return _summary(_marks(days).sum().to_dict())


def summaries(days: pd.DataFrame, key: str) -> tuple[tuple[Any, Summary], ...]:
    """Add up place-days for each value of a column, in its order."""
    return _summaries(_marks(days), days[key])


def _summaries(marks: pd.DataFrame, keys: pd.Series) -> tuple[tuple[Any, Summary], ...]:
    sums = marks.groupby(keys, sort=True).sum()
    rows = sums.to_dict("records")
    return tuple((value, _summary(row)) for value, row in zip(sums.index, rows, strict=True))


def _marks(days: pd.DataFrame) -> pd.DataFrame:
    """Return what `_summary` needs of each place-day, to be added up."""
    is_patrol = days["is_patrol"].to_numpy(dtype=bool)
    return rules.marks(days).assign(
        widest_minutes=days["widest_minutes"].where(is_patrol, 0.0),
        officer_minutes=days["officer_minutes"],
        tasked_minutes=days["tasked_minutes"],
        untasked_minutes=days["untasked_minutes"],
        capped_days=is_patrol & days["is_capped"],
    )


def _summary(sums: Mapping[Any, float]) -> Summary:
    found = rules.of_marks(sums)
    days = found.patrol_days
    return Summary(
        delivered=found,
        widest_minutes=float(sums["widest_minutes"]) / days if days else None,
        officer_minutes=float(sums["officer_minutes"]),
        tasked_minutes=float(sums["tasked_minutes"]),
        untasked_minutes=float(sums["untasked_minutes"]),
        planned_minutes=settings().planned_minutes * days,
        capped_days=int(sums["capped_days"]),
    )


def weeks(days: pd.Series) -> pd.Series:
    """Return the Monday of each day's week."""
    return days.map(lambda day: day - timedelta(days=day.weekday()))


def modes(visits: pd.DataFrame) -> Modes:
    """Add up minutes by how they were spent."""
    still, foot, vehicle, unknown = (
        float(visits[name].sum()) / 60 for name in ("still_s", "foot_s", "vehicle_s", "unknown_s")
    )
    return Modes(still, foot, vehicle, unknown)


def units(visits: pd.DataFrame) -> pd.DataFrame:
    """Return what each unit gave, most valid visits first; presence of its officers at one place counts once."""
    runs = rules.runs(visits, ["unit", "op_day", "hotspot_id"], RULE)
    tasked = rules.runs(visits[visits["is_tasked"]], ["unit", "op_day", "hotspot_id"], RULE)
    length_s = (visits["ended_at"] - visits["started_at"]).dt.total_seconds()
    found = pd.DataFrame(
        {
            "officers": visits.groupby("unit")["officer_id"].nunique(),
            "visits": runs[~runs["is_pass"]].groupby("unit").size(),
            "valid": runs[runs["is_valid"]].groupby("unit").size(),
            "patrol_minutes": runs.groupby("unit")["length_s"].sum() / 60,
            "officer_minutes": length_s.groupby(visits["unit"]).sum() / 60,
            "tasked_minutes": tasked.groupby("unit")["length_s"].sum() / 60,
        }
    ).fillna(0)
    found = found.rename_axis("unit").reset_index()
    counts = {"officers": "int64", "visits": "int64", "valid": "int64"}
    return found.astype(counts).sort_values(["valid", "unit"], ascending=[False, True], ignore_index=True)


def gaps(visits: pd.DataFrame, days: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Return how long each assigned hot spot has been without a visit of two minutes and more, longest first.

    A gap runs from the end of one run to the start of the next; the last one up to `at`.
    """
    runs = rules.runs(visits, ["hotspot_id"], RULE)
    runs = runs[~runs["is_pass"]]
    before = runs.groupby("hotspot_id")["ended_at"].shift()
    between = (runs["started_at"] - before).dt.total_seconds() / _HOURS
    of_spot = runs.assign(longest_hours=between).groupby("hotspot_id")
    seen = of_spot.agg(last_ended_at=("ended_at", "max"), longest_hours=("longest_hours", "max"))
    spots = days.drop_duplicates("hotspot_id")[["hotspot_id", "name", "lpa"]]
    found = spots.merge(seen, how="left", left_on="hotspot_id", right_index=True)
    since = (pd.Timestamp(at) - found["last_ended_at"]).dt.total_seconds() / _HOURS
    order = ["since_hours", "hotspot_id"]
    return found.assign(since_hours=since).sort_values(order, ascending=[False, True], na_position="first")


def until(visits: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Leave out what has not happened yet, and end what goes on now; only the demo's clock stands before its data."""
    begun = visits[visits["started_at"] <= now]
    return begun.assign(ended_at=begun["ended_at"].where(begun["ended_at"] <= now, now))


def restored(store: Store) -> pa.Table:
    """Return the restored visits as the reads over visits want them."""
    kept = restorations.kept(store.ledger)
    columns = {name: [getattr(one, name) for one in kept] for name in dose.RESTORED.names}
    return pa.table(columns, schema=dose.RESTORED)


def version(store: Store) -> str:
    """Return what a cached answer about patrols hangs on: the data, and how many visits were restored."""
    return f"{store.version()}-r{len(restorations.kept(store.ledger))}"


def usual_window(store: Store, scope: Scope, days: int = DEFAULT_DAYS) -> Window | None:
    """Return the last days that are over and known of; None where nothing was ever assigned or seen."""
    known = dose.extent(store.analytics, scope)
    if known is None:
        return None
    today = operational_day.op_day(operational_day.now(store, scope))
    last_on = max(min(known[1], today - timedelta(days=1)), known[0])
    window = operational_day.last_days(last_on, days)
    return Window(max(window.first_on, known[0]), last_on)


def checked(asked: Asked) -> Asked:
    """Return a question when its days make sense; ten years are longer than any trial and keep an answer small."""
    days = (asked.window.last_on - asked.window.first_on).days
    if not 0 <= days <= _MOST_DAYS:
        raise InputRejected("Patrols were asked for with a last day before the first, or over ten years.")
    return asked


def require_area(scope: Scope, lpa: str | None) -> None:
    """Refuse a question about an area outside the scope."""
    if lpa is not None and not scope.covers(lpa):
        raise OutOfArea("That policing area is outside what you may see. Choose your own area.")


def instants(window: Window) -> tuple[datetime, datetime]:
    """Return when the first operational day of a window begins and the last one ends."""
    return operational_day.begins(window.first_on), operational_day.begins(window.last_on + timedelta(days=1))
