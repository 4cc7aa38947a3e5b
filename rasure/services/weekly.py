"""Gold's week: is violence within its usual range, were the patrols delivered, and what needs a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rasure.access.scope import Scope
from rasure.errors import InputRejected, NotFound, OutOfArea
from rasure.places.alerts import NO_BASELINE
from rasure.services import operational_day, patrols, weekly_counts, weekly_words
from rasure.services.weekly_counts import WEEK, Judged, Reach, Violence
from rasure.services.weekly_delivery import Delivery, delivery
from rasure.services.weekly_words import Told
from rasure.store.analytics import dose, ground, weeks
from rasure.store.ledger import list_decisions
from rasure.store.store import Store
from rasure.terms import Window
from rasure.words import counted

#: A place with fewer offences in a week is no pattern.
LEAST_AT_PLACE = 3
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """Which week, by its Monday, and of which area (None: all a reader may see)."""

    week_on: date
    lpa: str | None = None

    @property
    def window(self) -> Window:
        return Window(self.week_on, self.week_on + WEEK - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Place:
    """A hexagon of an area that stands out: what it is called, its offences of the week, whether patrols go there."""

    cell: int
    name: str
    offences: int
    is_patrolled: bool


@dataclass(frozen=True, slots=True)
class Fresh:
    """How far the data reach: offences (the newest report), patrols (an assignment or visit), and their version."""

    offences_on: date
    patrols_on: date | None
    version: str


@dataclass(frozen=True, slots=True)
class Week:
    """The answer for one week. `names` are those of the areas shown, by code; `places` by area, where one stands out.

    `where` is the one area that is shown, or None for a force of several.
    """

    asked: Asked
    where: str | None
    names: Mapping[str, str]
    violence: Violence
    delivery: Delivery
    places: Mapping[str, tuple[Place, ...]]
    fresh: Fresh

    def name(self, lpa: str | None) -> str:
        """Return what an area is called; None is all of them."""
        return self.where or "All areas" if lpa is None else self.names.get(lpa, lpa)

    def sentences(self) -> tuple[str, str, str]:
        """Return the three sentences the page opens with."""
        areas = [(self.name(row.lpa), told(row)) for row in self.violence.areas]
        groups = [(str(row.group), told(row)) for row in self.violence.groups]
        patrols = self.delivery.week.patrols
        days = patrols.whole.delivered if patrols else None
        return (
            weekly_words.violence(self.where, told(self.violence.whole)),
            weekly_words.areas(areas) if len(areas) > 1 else weekly_words.groups(groups),
            weekly_words.patrols(
                days.patrol_days if days else 0, days.complied_days if days else 0, is_held=days is not None
            ),
        )

    def notes(self) -> tuple[str, ...]:
        """Return what stands under the three sentences: the count, what was tested, how complete the week is."""
        whole, found = self.violence.whole, self.violence.completeness
        shown = told(whole)
        said = [
            f"{counted(whole.n, 'offence')}, {weekly_words.usual(shown)}"
            f"{' for this week of the year' if shown.usual and whole.weeks < WEEKS_OF_A_YEAR else ''}.",
            weekly_words.tested(
                len(self.violence.areas), len(self.violence.groups), self.violence.tested, self.violence.by_chance
            ),
            weekly_words.completeness(found.known, found.in_all, found.lag_days, found.to_come(whole.n)),
        ]
        if self.violence.without_area:
            said.append(f"{counted(self.violence.without_area, 'offence')} of them without a known area.")
        return tuple(filter(None, said))


WEEKS_OF_A_YEAR = weekly_counts.TREND_WEEKS


def told(row: Judged) -> Told:
    """Return a judged count as sentences take it."""
    usual = None if row.alert.status == NO_BASELINE else row.alert.interval
    return Told(row.n, usual, row.alert.status, row.weeks)


def reach(store: Store, clock: datetime | None = None) -> Reach | None:
    """Return which weeks can be asked about; `clock` (UTC, without a zone) stands for the machine's."""
    return weekly_counts.reach(store, clock or operational_day.machine_now())


def version(store: Store) -> str:
    """Return what a summary hangs on: the data, restored visits, and decisions about lists of people."""
    return f"{patrols.version(store)}-d{len(list_decisions.decided_on(store.ledger))}"


def week(store: Store, scope: Scope, asked: Asked, clock: datetime | None = None) -> Week:
    """Return the weekly summary.

    Raises
    ------
    OutOfArea
        The area is outside the scope.
    NotFound
        The store holds no whole week of offences with a day.
    InputRejected
        The week is not one that is held whole.
    """
    if asked.lpa is not None and not scope.covers(asked.lpa):
        raise OutOfArea("That policing area is outside what you may see. Choose your own area.")
    held = reach(store, clock)
    if held is None:
        raise NotFound("No whole week of offences with a known day is held. Load the records of the force first.")
    names = {area.code: area.name for area in ground.areas(store.analytics) if scope.covers(area.code)}
    found = weekly_counts.violence(store, scope, held, asked.week_on, names, asked.lpa)
    seen = dose.extent(store.analytics, scope)
    return Week(
        asked=asked,
        where=names.get(asked.lpa or "", asked.lpa) if asked.lpa or len(names) != 1 else next(iter(names.values())),
        names=names,
        violence=found,
        delivery=delivery(store, scope, asked.window, asked.lpa),
        places={row.lpa: _places(store, scope, asked, row.lpa) for row in found.areas if row.lpa and row.is_high},
        fresh=Fresh(held.known_on, seen[1] if seen else None, store.version()),
    )


def monday_of(text: str) -> date:
    """Read a week such as 2026-W46."""
    try:
        year, number = text.split("-W")
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise InputRejected(f"{text!r} is not a week. Write it as year and week, such as 2026-W46.") from error


def _places(store: Store, scope: Scope, asked: Asked, lpa: str) -> tuple[Place, ...]:
    rows: list[dict[str, Any]] = weeks.places(store.analytics, scope, asked.window, lpa, _MOST_PLACES)
    return tuple(
        Place(row["cell"], row["street"] or "an unnamed place", row["offences"], row["is_patrolled"])
        for row in rows
        if row["offences"] >= LEAST_AT_PLACE
    )
