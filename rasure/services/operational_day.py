"""The clock that pages about patrols go by, and the operational day it stands in (06:00 to 05:59:59 in London)."""

from datetime import UTC, date, datetime, timedelta

from rasure.access.scope import Scope
from rasure.places.times import LONDON
from rasure.store.analytics import dose, op_days
from rasure.store.store import Store
from rasure.terms import StoreClass, Window

_DAY = timedelta(days=1)


def now(store: Store, scope: Scope, clock: datetime | None = None) -> datetime:
    """Return the present instant (UTC, without a zone).

    The synthetic force stands still on its last operational day, so there it is the same time of day on that day: a
    board of today's patrols then shows a day in the making, whenever somebody looks. `clock` stands for the machine's.
    """
    present = clock or machine_now()
    if store.store_class is not StoreClass.SYNTHETIC:
        return present
    known = dose.extent(store.analytics, scope)
    return present if known is None else present - (op_day(present) - known[1])


def machine_now() -> datetime:
    """Return the machine's clock (UTC, without a zone)."""
    return datetime.now(UTC).replace(tzinfo=None)


def op_day(at: datetime) -> date:
    """Return the operational day of an instant (UTC, without a zone)."""
    return op_days.day_of(at)


def begins(day: date) -> datetime:
    """Return the instant (UTC, without a zone) an operational day begins at."""
    return op_days.starts_at(day).replace(tzinfo=None)


def local(at: datetime) -> datetime:
    """Return an instant (UTC, without a zone) as clocks in London show it."""
    return at.replace(tzinfo=UTC).astimezone(LONDON).replace(tzinfo=None)


def last_days(until: date, days: int) -> Window:
    """Return a run of days that ends with `until`."""
    return Window(until - (days - 1) * _DAY, until)
