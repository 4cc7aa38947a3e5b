"""What one hot spot received lately, for the pages about places: counts and minutes, no officer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from rasure.access.scope import Scope
from rasure.patrol import dose as rules
from rasure.services import operational_day, patrols
from rasure.services.patrols import DEFAULT_DAYS, RULE, Asked
from rasure.store.analytics import dose, place
from rasure.store.analytics.days import Days
from rasure.store.store import Store
from rasure.terms import Window


@dataclass(frozen=True, slots=True)
class PlaceDose:
    """Visits of two minutes and more and patrol-minutes in the last operational days, today so far among them.

    `complied_days` are patrol days with a tasked valid visit, of `patrol_days` assigned; `last_ended_at` (UTC) is None
    when nobody came in these days.
    """

    hotspot_id: str
    window: Window
    at: datetime
    visits: int
    valid_visits: int
    patrol_minutes: float
    patrol_days: int
    complied_days: int
    last_ended_at: datetime | None


def of_cell(store: Store, scope: Scope, cell: int, *, now: datetime | None = None) -> PlaceDose | None:
    """Return the dose of the hot spot a hexagon belongs to in the latest published set; None when it is in none."""
    held = place.hot_spots(store.analytics, scope, cell)
    return of_hot_spot(store, scope, held[0]["hotspot_id"], now=now) if held else None


def of_hot_spot(store: Store, scope: Scope, hotspot_id: str, *, now: datetime | None = None) -> PlaceDose:
    """Return the dose of one hot spot in the last 28 operational days."""
    now = now or operational_day.now(store, scope)
    today = operational_day.op_day(now)
    window = operational_day.last_days(today, DEFAULT_DAYS)
    restored = patrols.restored(store)
    seen = patrols.until(dose.visits(store.analytics, scope, Days(window), restored), now)
    runs = rules.runs(seen[(seen["hotspot_id"] == hotspot_id) & seen["is_counted"]], ["hotspot_id"], RULE)
    visits = runs[~runs["is_pass"]]
    over = patrols.place_days(store, scope, Asked(Window(window.first_on, today - timedelta(days=1))), restored)
    own = over[(over["hotspot_id"] == hotspot_id) & over["is_patrol"]]
    return PlaceDose(
        hotspot_id=hotspot_id,
        window=window,
        at=now,
        visits=len(visits),
        valid_visits=int(runs["is_valid"].sum()),
        patrol_minutes=float(runs["length_s"].sum()) / 60,
        patrol_days=len(own),
        complied_days=int((own["tasked_valid_visits"] > 0).sum()),
        last_ended_at=None if visits.empty else pd.Timestamp(visits["ended_at"].max()).to_pydatetime(),
    )
