"""A shift's board: which of today's patrol places have had no visit yet, what was delivered, and who is there now."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.patrol import dose as rules
from rasure.patrol.dose import PATROL
from rasure.services import operational_day, patrols
from rasure.services.patrols import RULE
from rasure.settings import settings
from rasure.store.analytics import dose
from rasure.store.analytics.days import Days
from rasure.store.store import Store
from rasure.terms import Window

#: A position so old still says where somebody is (s): the longest gap two positions are joined over.
PRESENT_S = 300
#: How far back the last visit of a place is looked for.
LOOK_BACK_DAYS = 28


@dataclass(frozen=True, slots=True)
class Place:
    """A patrol place of today: visits of two minutes and more, patrol-minutes, and since when there was nobody.

    `there` are the officers whose visit still goes on, empty for whoever may not know them; `is_attended` says whether
    there is any. `last_ended_at` (UTC) is the end of the last visit of two minutes and more, of today or before; None
    in the last 28 days.
    """

    hotspot_id: str
    name: str
    lpa: str
    visits: int
    valid_visits: int
    tasked_visits: int
    patrol_minutes: float
    daily_cap: int | None
    last_ended_at: datetime | None
    is_attended: bool
    there: tuple[str, ...]

    @property
    def is_capped(self) -> bool:
        return self.daily_cap is not None and self.tasked_visits >= self.daily_cap


@dataclass(frozen=True, slots=True)
class Board:
    """Today so far. `places` begin with those without a visit, longest alone first; minutes are patrol-minutes."""

    at: datetime
    places: tuple[Place, ...]
    control_places: int
    contaminated: int
    patrol_minutes: float
    planned_minutes: float
    last_seen_at: datetime | None


def board(
    store: Store, scope: Scope, lpa: str | None = None, *, now: datetime | None = None, with_names: bool = False
) -> Board:
    """Return today's board at `now` (UTC); `with_names` only for whoever may know who was where."""
    patrols.require_area(scope, lpa)
    now = now or operational_day.now(store, scope)
    today = operational_day.op_day(now)
    held = patrols.restored(store)
    assigned = patrols.place_days(store, scope, patrols.Asked(Window(today, today), lpa), held)
    back = Window(today - timedelta(days=LOOK_BACK_DAYS), today)
    seen = patrols.until(dose.visits(store.analytics, scope, Days(back, lpa), held), now)
    counted = seen[seen["is_counted"]].assign(op_day=lambda rows: rows["op_day"].dt.date)
    names = ["op_day", "hotspot_id", "arm"]
    so_far = rules.place_days(assigned[names], counted, RULE).set_index("hotspot_id")
    runs = rules.runs(counted, ["hotspot_id"], RULE)
    last = runs[~runs["is_pass"]].groupby("hotspot_id")["ended_at"].max()
    present = counted[counted["ended_at"] >= now - timedelta(seconds=PRESENT_S)]
    places = [
        _place(row, so_far.loc[row["hotspot_id"]].to_dict(), last, present, with_names=with_names)
        for row in assigned[assigned["arm"] == PATROL].to_dict("records")
    ]
    places.sort(key=lambda place: (place.visits > 0, place.last_ended_at or datetime.min, place.hotspot_id))
    found = rules.delivered(so_far.reset_index())
    last_seen = seen["ended_at"].max()
    return Board(
        at=now,
        places=tuple(places),
        control_places=found.control_days,
        contaminated=found.contaminated_days,
        patrol_minutes=sum(place.patrol_minutes for place in places),
        planned_minutes=settings().planned_minutes * len(places),
        last_seen_at=None if pd.isna(last_seen) else pd.Timestamp(last_seen).to_pydatetime(),
    )


def _place(
    row: Mapping[Hashable, Any],
    dosed: Mapping[Hashable, Any],
    last: pd.Series,
    present: pd.DataFrame,
    *,
    with_names: bool,
) -> Place:
    ended_at = last.get(row["hotspot_id"])
    there = present.loc[present["hotspot_id"] == row["hotspot_id"], "officer_id"]
    return Place(
        *(row["hotspot_id"], row["name"], row["lpa"]),
        *(int(dosed["visits"]), int(dosed["valid_visits"]), int(dosed["tasked_visits"])),
        patrol_minutes=float(dosed["patrol_minutes"]),
        daily_cap=None if pd.isna(row["daily_cap"]) else int(row["daily_cap"]),
        last_ended_at=None if ended_at is None else pd.Timestamp(ended_at).to_pydatetime(),
        is_attended=not there.empty,
        there=tuple(sorted(set(there))) if with_names else (),
    )
