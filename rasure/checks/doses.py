"""Check our sums: the dose of place-days, compliance and contamination, and what a patrol is offered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from rasure.checks.reading import BadInput, Inputs, Operation, identity, moment, one_kind
from rasure.patrol import dose
from rasure.patrol.offer import OfferRule, Spot, Stay, offer

_MINUTE = 60.0
_A_MINUTE = timedelta(minutes=1)
_LONGEST = 1e6
_SHOWN = (
    "patrol_minutes",
    "officer_minutes",
    "tasked_minutes",
    "untasked_minutes",
    "visits",
    "pass_throughs",
    "valid_visits",
)


def delivered(inputs: Inputs) -> dict[str, object]:
    """Give the dose of each assigned place-day, compliance, contamination and mean minutes by arm."""
    params = Inputs(inputs.value("params", {}))
    visited = inputs.records("visits")
    clock = _Clock.of(params, visited[0].value("start") if visited else None)
    rule = dose.DoseRule(
        params.number("pass_min", 2, low=0.0) * _MINUTE, params.number("valid_min", 10, low=0.0) * _MINUTE
    )
    assignments = _assignments(inputs.records("assignments"))
    visits = _visits(visited, clock)
    one_kind([*assignments["hotspot_id"], *visits["hotspot_id"]], "hot_spot")
    days = dose.place_days(assignments, visits, rule)
    found = dose.delivered(days)
    return {
        "place_days": [
            {"date": row["op_day"].isoformat(), "hot_spot": row["hotspot_id"], "arm": row["arm"]}
            | {name: row[name] for name in _SHOWN}
            for row in days.to_dict("records")
        ],
        "compliance": found.compliance,
        "contamination": found.contamination,
        "contamination_tasked": found.contamination_tasked,
        "mean_minutes": {"patrol": found.patrol_minutes, "control": found.control_minutes},
        "as_delivered": found.as_delivered,
    }


def available(inputs: Inputs) -> dict[str, object]:
    """Give which places a patrol is offered now, and why others are hidden."""
    clock = _Clock.of(inputs, inputs.value("now"))
    now, today = clock.at(inputs, "now")
    usual = OfferRule()
    gap_minutes = inputs.number("min_gap_minutes", usual.min_gap / _A_MINUTE, low=0.0, high=_LONGEST)
    rule = OfferRule(
        cap_per_day=inputs.whole("cap_per_day", usual.cap_per_day),
        min_gap=timedelta(minutes=gap_minutes),
        pass_through=timedelta(minutes=inputs.number("pass_min", 2, low=0.0, high=_LONGEST)),
        limit=inputs.whole("limit", usual.limit),
    )
    spots = [_spot(given, clock) for given in inputs.records("hot_spots")]
    if len({spot.hotspot_id for spot in spots}) < len(spots):
        raise BadInput("duplicate_id")
    found = offer(spots, now=now, day_begins=clock.begins(today), rule=rule)
    return {
        "offered": list(found.offered),
        "hidden": {spot: why.value for spot, why in found.hidden.items()},
    }


@dataclass(frozen=True, slots=True)
class _Clock:
    """How the times of a case are read: as they stand, or as instants when `tz` or the first of them names a zone."""

    start: time
    zone: ZoneInfo
    is_local: bool

    @classmethod
    def of(cls, given: Inputs, first: object) -> "_Clock":
        try:
            start = time.fromisoformat(given.text("day_start", "06:00"))
        except ValueError as fault:
            raise BadInput("bad_day_start") from fault
        if start.tzinfo is not None:
            raise BadInput("bad_day_start")
        names_zone = first is not None and moment(first, "start").tzinfo is not None
        return cls(start, given.zone("tz"), given.has("tz") or names_zone)

    def at(self, given: Inputs, name: str) -> tuple[datetime, date]:
        """Give the instant (UTC, without a zone) and the operational day of a time."""
        found = moment(given.value(name), name)
        if found.tzinfo is None and not self.is_local:
            return found, self._op_day(found)
        aware = found.replace(tzinfo=self.zone) if found.tzinfo is None else found.astimezone(self.zone)
        return aware.astimezone(UTC).replace(tzinfo=None), self._op_day(aware.replace(tzinfo=None))

    def begins(self, op_day: date) -> datetime:
        """Give when an operational day begins, as `at` gives times."""
        local = datetime.combine(op_day, self.start)
        if not self.is_local:
            return local
        return local.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)

    def _op_day(self, wall: datetime) -> date:
        since_start = timedelta(hours=self.start.hour, minutes=self.start.minute, seconds=self.start.second)
        return (wall - since_start).date()


OPERATIONS: dict[str, Operation] = {"patrol.dose": delivered, "patrol.available": available}


def _assignments(given: list[Inputs]) -> pd.DataFrame:
    rows = [(one.day("date"), identity(one.value("hot_spot"), "hot_spot"), _arm(one)) for one in given]
    if len({row[:2] for row in rows}) < len(rows):
        raise BadInput("duplicate_assignment")
    return pd.DataFrame(rows, columns=["op_day", "hotspot_id", "arm"], dtype=object)


def _visits(given: list[Inputs], clock: "_Clock") -> pd.DataFrame:
    rows = []
    for one in given:
        (began, op_day), (ended, _) = clock.at(one, "start"), clock.at(one, "end")
        if ended < began:
            raise BadInput("ends_before_it_starts")
        length_s = (ended - began).total_seconds()
        active_s = one.number("active_minutes", length_s / _MINUTE, low=0.0) * _MINUTE
        spot, officer = (identity(one.value(name), name) for name in ("hot_spot", "officer"))
        rows.append((op_day, spot, str(officer), began, ended, active_s, one.flag("tasked")))
    names = ["op_day", "hotspot_id", "officer_id", "started_at", "ended_at", "active_s", "is_tasked"]
    visits = pd.DataFrame(rows, columns=names).astype({"op_day": object, "hotspot_id": object})
    return visits.astype({"started_at": "datetime64[us]", "ended_at": "datetime64[us]", "active_s": "float64"})


def _spot(given: Inputs, clock: "_Clock") -> Spot:
    stays = tuple(
        Stay(clock.at(one, "start")[0], clock.at(one, "end")[0] if one.has("end") else None, one.flag("tasked"))
        for one in (given.records("visits") if given.has("visits") else [])
    )
    if any(stay.ended_at is not None and stay.ended_at < stay.started_at for stay in stays):
        raise BadInput("ends_before_it_starts")
    distance_m = given.number("distance_m", low=0.0)
    return Spot(given.text("id"), _arm(given) == dose.PATROL, distance_m, stays)


def _arm(given: Inputs) -> str:
    arm = given.text("arm")
    if arm not in (dose.PATROL, dose.CONTROL):
        raise BadInput("bad_arm")
    return arm
