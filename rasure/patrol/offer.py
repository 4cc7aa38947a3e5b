"""What a patrol is offered now: today's patrol places short of their cap and not just visited, nearest first.

Each hidden place has one reason, the first that applies; a place that only lies beyond the limit has none.
Methods.md 6.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter


class Hidden(StrEnum):
    """Why a place is not offered. A place under control never reaches a phone, not even as hidden."""

    CONTROL_TODAY = "control_today"
    CAP_REACHED = "cap_reached"
    VISITED_RECENTLY = "visited_recently"


@dataclass(frozen=True, slots=True)
class OfferRule:
    """Most tasked visits a day, least time between any two visits, and how many places are offered at once.

    The cap is the force's own choice; two hours between visits is the least the Police Foundation's guidance asks for.
    """

    cap_per_day: int = 4
    min_gap: timedelta = timedelta(minutes=120)
    pass_through: timedelta = timedelta(minutes=2)
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Stay:
    """One officer's visit; without an end it still goes on."""

    started_at: datetime
    ended_at: datetime | None
    is_tasked: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A hot spot as one patrol meets it: its arm today, how far away, who has been there; its own cap if it has one."""

    hotspot_id: str
    is_on_patrol: bool
    distance_m: float
    stays: tuple[Stay, ...] = ()
    cap_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Places offered, nearest first, and the reason of each that is hidden."""

    offered: tuple[str, ...]
    hidden: dict[str, Hidden]


def offer(spots: Iterable[Spot], *, now: datetime, day_begins: datetime, rule: OfferRule | None = None) -> Offer:
    """Say which places a patrol is offered at `now` of the operational day that began at `day_begins`."""
    rule = rule or OfferRule()
    hidden: dict[str, Hidden] = {}
    free = []
    for spot in spots:
        reason = reason_hidden(spot, now=now, day_begins=day_begins, rule=rule)
        if reason is None:
            free.append(spot)
        else:
            hidden[spot.hotspot_id] = reason
    free.sort(key=lambda spot: (spot.distance_m if math.isfinite(spot.distance_m) else math.inf, spot.hotspot_id))
    return Offer(tuple(spot.hotspot_id for spot in free[: rule.limit]), hidden)


def reason_hidden(spot: Spot, *, now: datetime, day_begins: datetime, rule: OfferRule) -> Hidden | None:
    """Return why a place is not offered, or None when it is free."""
    if not spot.is_on_patrol:
        return Hidden.CONTROL_TODAY
    seen = [_until(stay, now) for stay in spot.stays if stay.started_at <= now]
    today = [stay for stay in seen if stay.is_tasked and stay.started_at >= day_begins]
    cap = rule.cap_per_day if spot.cap_per_day is None else spot.cap_per_day
    if len(_visits(today, rule)) >= cap:
        return Hidden.CAP_REACHED
    if any(ended_at > now - rule.min_gap for _, ended_at in _visits(seen, rule)):
        return Hidden.VISITED_RECENTLY
    return None


def _until(stay: Stay, now: datetime) -> Stay:
    ended_at = now if stay.ended_at is None else min(stay.ended_at, now)
    return Stay(stay.started_at, ended_at, stay.is_tasked)


def _visits(stays: Sequence[Stay], rule: OfferRule) -> list[tuple[datetime, datetime]]:
    """Join stays that overlap or touch, and keep the runs long enough to be a visit."""
    joined: list[tuple[datetime, datetime]] = []
    for stay in sorted(stays, key=attrgetter("started_at")):
        ended_at = stay.ended_at or stay.started_at
        if joined and stay.started_at <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ended_at)
        else:
            joined.append((stay.started_at, ended_at))
    return [run for run in joined if run[1] - run[0] >= rule.pass_through]
