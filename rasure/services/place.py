"""One hexagon: why it is hot, since when, at what hours, with what, and what is being done about it."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.access.roles import Action, permits
from rasure.access.scope import Scope
from rasure.errors import NotFound, OutOfArea
from rasure.places import grid
from rasure.places.times import LONDON
from rasure.services import hot_spots, place_counts
from rasure.services.hot_spots import Picture, Question
from rasure.services.place_record import Apart, Dose, People, PlaceRecord, Plan, PlanResponse, Since, Standing, Tasked
from rasure.services.place_series import Chosen, Series, chosen_each_quarter, hours_of_all, series
from rasure.store.analytics import ground
from rasure.store.analytics import place as reads
from rasure.store.analytics.offences import Filter
from rasure.store.analytics.place import Apart as LeftOut
from rasure.store.store import Store
from rasure.terms import Grade, Window

__all__ = ["PlaceRecord", "place"]

LATEST = 20
_FEW = 5
"""A number of people under it is not said exactly."""


def place(
    store: Store,
    scope: Scope,
    question: Question,
    cell: int,
    *,
    picture: Picture | None = None,
    chosen: Chosen | None = None,
    force_hours: NDArray[np.float64] | None = None,
) -> PlaceRecord:
    """Return what is known of a hexagon under a selection; only its own rows are read.

    `picture`, `chosen` and `force_hours` are what `hot_spots.picture`, `chosen_each_quarter` and `hours_of_all` say of
    the same question: a caller that holds them gives them, otherwise they are worked out here.
    """
    where = _found(store, cell)
    lpa = where["lpa"] if isinstance(where["lpa"], str) else None
    ranked = hot_spots.picture(store, scope, question) if picture is None else picture
    standing = _standing(store, ranked, cell, lpa)
    if standing is None and not scope.covers(lpa):
        raise OutOfArea("That place is outside the areas you may see. Choose one from the Hot spots page.")
    known = series(store, scope, question.as_of)
    period = Window(ranked.parameters.first_on, ranked.parameters.last_on)
    everything = _events(store, scope, question, known, cell)
    flagged = _flagged(ranked, cell) if question.institutions_apart else None
    events = everything if flagged is None else everything[everything["premises"] != flagged["premises"]]
    counted = _inside(events, period)
    which = Filter(period, question.lpa, question.groups, question.band, question.with_weak)
    left_out = _left_out(flagged)
    lon, lat = float(where["lon"]), float(where["lat"])
    (e_m,), (n_m,) = grid.centres([cell])
    centre = (lon, lat, float(e_m), float(n_m))
    earlier = chosen_each_quarter(store, scope, question) if chosen is None else chosen
    profile = hours_of_all(store, scope, question, period) if force_hours is None else force_hours
    held = reads.hot_spots(store.analytics, scope, cell)
    tasked = _tasked(held)
    return PlaceRecord(
        cell=cell,
        name=where["place"],
        street=where["street"],
        lpa=lpa,
        lpa_name=next((area.name for area in ground.areas(store.analytics) if area.code == lpa), lpa),
        lon=lon,
        lat=lat,
        e_m=centre[2],
        n_m=centre[3],
        outline=tuple(place_counts.degrees(centre, *corner) for corner in grid.corners([cell])[0]),
        question=question,
        period=period,
        known_from=known.window.first_on if known else None,
        standing=standing,
        by_age=place_counts.by_age(counted, question.as_of),
        since=place_counts.since(events, known, earlier, cell) if known else Since(()),
        trend=place_counts.trend(events, known) if known else None,
        hours=place_counts.hours(counted, profile),
        mix=place_counts.mix(counted),
        recent=place_counts.recent(reads.latest(store.analytics, scope, which, cell, left_out, LATEST)),
        premises=place_counts.premises(
            _inside(everything, period), reads.premises(store.analytics, scope, cell), centre
        ),
        people=_people(store, scope, which, cell, left_out),
        tasked=tasked,
        plans=_plans(store, scope, cell, tasked, held),
        dose=_dose(store, scope, tasked),
        since_published=(
            place_counts.since_published(events, known, tasked.first_published_on) if known and tasked else None
        ),
        caveats=tuple(_caveats(ranked, known, counted)),
        apart=_apart(flagged),
    )


def _found(store: Store, cell: int) -> dict[str, Any]:
    """Return where a hexagon lies and what people call it."""
    known = abs(cell) <= np.iinfo(np.int64).max
    named = hot_spots.named(store, pd.DataFrame({"cell": np.array([cell if known else 0], dtype=np.int64)}))
    row: dict[str, Any] = named.to_dict("records")[0]  # type: ignore[assignment]
    if not known or pd.isna(row["lon"]):
        raise NotFound("There is no such place in this force. Choose one from the Hot spots page.")
    return row


def _standing(store: Store, picture: Picture, cell: int, lpa: str | None) -> Standing | None:
    places = picture.places
    at = np.flatnonzero(places["cell"].to_numpy() == cell)
    if not at.size:
        return None
    row = places.iloc[int(at[0])]
    same_lpa = np.isin(places["cell"].to_numpy(), ground.area_cells(store.analytics, lpa)) if lpa else None
    total = float(places["score"].sum())
    return Standing(
        rank=int(row["rank"]),
        of=len(places),
        rank_in_lpa=int(same_lpa[: at[0] + 1].sum()) if same_lpa is not None else int(row["rank"]),
        of_in_lpa=int(same_lpa.sum()) if same_lpa is not None else len(places),
        n=int(row["n"]),
        score=float(row["score"]),
        score_share=float(row["score"]) / total,
        harm_days=_figure(row["harm_score"]),
        sqrt_harm=_figure(row["sqrt_harm_score"]),
        top_event_share=_figure(row["top_event_share"]),
        n_without_harm=int(row["n_without_harm"]),
        last_on=pd.Timestamp(row["last_on"]).date(),
        reason=str(row["reason"]),
    )


def _events(store: Store, scope: Scope, question: Question, known: Series | None, cell: int) -> pd.DataFrame:
    """Return the offences of the whole series up to the day asked for; the period is a part of it."""
    day = question.as_of
    window = known.window if known else Window(day, day)
    which = Filter(window, question.lpa, question.groups, question.band, question.with_weak)
    return reads.offences(store.analytics, scope, which, cell)


def _flagged(picture: Picture, cell: int) -> dict[str, Any] | None:
    """Return the building or default point the ranking sets apart in this hexagon."""
    found = picture.institutions[picture.institutions["cell"] == cell]
    rows: list[dict[str, Any]] = found.to_dict("records")  # type: ignore[assignment]
    return rows[0] if rows else None


def _left_out(flagged: dict[str, Any] | None) -> LeftOut:
    if flagged is None:
        return LeftOut()
    if flagged["is_default_point"]:
        return LeftOut(point_dm=(int(flagged["e_dm"]), int(flagged["n_dm"])))
    return LeftOut(premises_id=flagged["premises_id"])


def _apart(flagged: dict[str, Any] | None) -> Apart | None:
    if flagged is None:
        return None
    is_point = bool(flagged["is_default_point"])
    known = [flagged[name] for name in ("premises_name", "premises_id") if isinstance(flagged[name], str)]
    name = "a default point of the source" if is_point or not known else known[0]
    return Apart(known[-1] if known and not is_point else None, name, is_point, int(flagged["events"]))


def _inside(events: pd.DataFrame, window: Window) -> pd.DataFrame:
    days = events["dated_on"].to_numpy().astype("datetime64[D]")
    return events[(days >= np.datetime64(window.first_on)) & (days <= np.datetime64(window.last_on))]


def _people(store: Store, scope: Scope, which: Filter, cell: int, left_out: LeftOut) -> People | None:
    """Return how many people are recorded here, to roles that may later open them; small numbers stay unsaid."""
    if not permits(scope.role, Action.COUNT_PEOPLE):
        return None
    n = reads.people(store.analytics, scope, which, cell, left_out)
    return People(n if n == 0 or n >= _FEW else None)


def _tasked(held: list[dict[str, Any]]) -> Tasked | None:
    if not held:
        return None
    latest = held[0]
    return Tasked(
        hotspot_id=latest["hotspot_id"],
        name=latest["name"],
        set_id=latest["set_id"],
        version=latest["version"],
        set_name=latest["set_name"],
        is_latest_version=latest["version"] == latest["latest_version"],
        published_on=_local_day(latest["created_at"]),
        first_published_on=_local_day(latest["first_at"]),
        contact=latest["contact"],
        daily_cap=latest["daily_cap"],
        tasks=tuple(task.strip() for task in (latest["tasks"] or "").split("|") if task.strip()),
        patrol_areas=latest["patrol_areas"],
    )


def _plans(
    store: Store, scope: Scope, cell: int, tasked: Tasked | None, held: list[dict[str, Any]]
) -> tuple[Plan, ...]:
    """Return the plans that name the hexagon, or a hot spot of its latest set; other sets may reuse an id."""
    of_set = sorted({row["hotspot_id"] for row in held if tasked and row["set_id"] == tasked.set_id})
    subjects = [str(cell), *of_set]
    responses: dict[str, list[PlanResponse]] = {}
    for row in reads.plan_responses(store.analytics, scope, subjects):
        responses.setdefault(row.pop("plan_id"), []).append(PlanResponse(**row))
    return tuple(
        Plan(**row, responses=tuple(responses.get(row["plan_id"], ())))
        for row in reads.plans(store.analytics, scope, subjects)
    )


def _dose(store: Store, scope: Scope, tasked: Tasked | None) -> Dose | None:
    if tasked is None:
        return None
    patrols = reads.patrols(store.analytics, scope, tasked.hotspot_id)
    visits = reads.visits(store.analytics, scope, tasked.hotspot_id)
    return Dose(
        patrols=patrols["patrols"],
        tasked=patrols["tasked"],
        on_foot_or_stopped=patrols["on_foot_or_stopped"],
        last_at=None if patrols["last_at"] is None else _local(patrols["last_at"]),
        visits=visits["visits"] if visits["computed"] else None,
    )


def _caveats(picture: Picture, known: Series | None, counted: pd.DataFrame) -> list[str]:
    said = []
    if picture.parameters.cut_at_break:
        said.append(f"{picture.parameters.cut_at_break} Only offences on this side of that change are used.")
    if known and known.missing:
        loaded = "is not loaded" if len(known.missing) == 1 else "are not loaded"
        months = "month" if len(known.missing) == 1 else "months"
        said.append(
            f"{len(known.missing)} {months} since {known.window.first_on:%B %Y} {loaded}: rates use the days known,"
            " and a quarter with a gap is marked."
        )
    weak = int((~counted["grade"].isin([Grade.EXACT.value, Grade.STREET.value])).sum())
    if weak:
        said.append(
            f"{weak:,} of {len(counted):,} offences here have a doubtful location, such as a point where many records"
            " without an address pile up."
        )
    return said


def _figure(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _local(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(LONDON)


def _local_day(at: datetime) -> date:
    return _local(at).date()
