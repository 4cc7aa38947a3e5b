"""What is known of one hexagon, as one record that a page, a map and a printed briefing are filled from."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from rasure.places.rates import RateRatio
from rasure.services.hot_spots import Question
from rasure.terms import Window

TOP = 20
"""A place counts as hot in a quarter when it is among so many first-ranked ones."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a place comes in the ranking of the question, and what its score is made of.

    `reason` says why it may not become a patrol place; empty when it may (places/eligibility.py).
    """

    rank: int
    of: int
    rank_in_lpa: int
    of_in_lpa: int
    n: int
    score: float
    score_share: float
    harm_days: float | None
    sqrt_harm: float | None
    top_event_share: float | None
    n_without_harm: int
    last_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """A building or default point that makes up most of the hexagon: its offences are counted nowhere else here."""

    premises_id: str | None
    name: str
    is_default_point: bool
    offences: int


@dataclass(frozen=True, slots=True)
class AgeYear:
    """Offences of one year of age (0: the latest), and the weight they add to the score."""

    years_back: int
    offences: int
    weight: float


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter: what happened in it, and whether the ranking at its start chose the place.

    `is_whole`: every day of it is known; `known_days` is 0 where none is, and then it has no count. `is_judged`:
    there was enough before it to rank from.
    """

    window: Window
    offences: int
    is_whole: bool
    is_judged: bool
    rank: int | None
    known_days: int


@dataclass(frozen=True, slots=True)
class Since:
    """The last quarters, oldest first, and in how many of them the place was among the `top` first."""

    quarters: tuple[Quarter, ...]
    top: int = TOP

    @property
    def judged(self) -> int:
        return sum(quarter.is_judged for quarter in self.quarters)

    @property
    def times(self) -> int:
        return sum(quarter.rank is not None for quarter in self.quarters)

    @property
    def first_on(self) -> date | None:
        """First day of the first quarter that chose the place."""
        return next((quarter.window.first_on for quarter in self.quarters if quarter.rank is not None), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Offences in two windows with the days known of each, and their exact rate ratio (later over earlier)."""

    later: Window
    later_days: int
    later_n: int
    earlier: Window
    earlier_days: int
    earlier_n: int
    rate: RateRatio


@dataclass(frozen=True, slots=True)
class Peak:
    """A run of hours from `hour` on `weekday` (Monday 0; None: any day), and what it holds of the timed offences."""

    weekday: int | None
    hour: int
    hours: int
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Hours:
    """When offences happen: weights and shrunk shares by weekday and three-hour block, shape (7, 8), Monday first."""

    timed: int
    untimed: int
    weights: NDArray[np.float64]
    shares: NDArray[np.float64]
    week: Peak
    day: Peak
    is_faded: bool


@dataclass(frozen=True, slots=True)
class Group:
    """An offence group here: how many, and their harm in days where their class has a weight."""

    name: str
    offences: int
    harm_days: float | None
    without_harm: int


@dataclass(frozen=True, slots=True)
class Event:
    """One offence as the page lists it. Nobody is named, and a dwelling is known by its street only."""

    dated_on: date
    when: str
    group: str
    street: str | None
    weapon: str | None
    outcome: str | None
    offence_id: str


@dataclass(frozen=True, slots=True)
class Premises:
    """Premises inside that are no dwelling, with their offences in this selection; an institution may have none."""

    premises_id: str
    name: str
    kind: str
    is_institution: bool
    offences: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class People:
    """How many people are recorded in offences here; `n` is None for one to four, which is never said exactly."""

    n: int | None


@dataclass(frozen=True, slots=True)
class Tasked:
    """The hot spot of the latest published set that holds the place."""

    hotspot_id: str
    name: str
    set_id: str
    version: int
    set_name: str
    is_latest_version: bool
    published_on: date
    first_published_on: date
    contact: str | None
    daily_cap: int | None
    tasks: tuple[str, ...]
    patrol_areas: int


@dataclass(frozen=True, slots=True)
class PlanResponse:
    """One response of a plan, under its heading of the 4Ps."""

    heading: str
    response: str
    lead_agency: str | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A problem-solving plan whose subject is this place."""

    plan_id: str
    title: str
    owner: str | None
    sponsor: str | None
    problem: str | None
    objective: str | None
    opened_on: date
    review_due_on: date | None
    closed_on: date | None
    closure_reason: str | None
    responses: tuple[PlanResponse, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """Patrols officers recorded in the hot spot; `visits` is None until visits are worked out from tracks."""

    patrols: int
    tasked: int
    on_foot_or_stopped: int
    last_at: datetime | None
    visits: int | None


@dataclass(frozen=True, slots=True)
class YearCount:
    """Offences in a year counted from the day of publication; the last may be cut short."""

    window: Window
    days: int
    offences: int


@dataclass(frozen=True, slots=True)
class SincePublished:
    """Counts by year before and after publication. Without a comparison group they prove nothing."""

    published_on: date
    before: tuple[YearCount, ...]
    after: tuple[YearCount, ...]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """One hexagon. Positions: lon and lat in degrees, e_m and n_m in EPSG:27700; `outline` holds six lon-lat corners.

    `street` is its usual street, `name` that and where it lies; `question` is the selection everything obeys.
    `period` are the days of the ranking; `known_from` is the first day of the series counts may go back to.
    """

    cell: int
    name: str
    street: str
    lpa: str | None
    lpa_name: str | None
    lon: float
    lat: float
    e_m: float
    n_m: float
    outline: tuple[tuple[float, float], ...]
    question: Question
    period: Window
    known_from: date | None
    standing: Standing | None
    by_age: tuple[AgeYear, ...]
    since: Since
    trend: Comparison | None
    hours: Hours | None
    mix: tuple[Group, ...]
    recent: tuple[Event, ...]
    premises: tuple[Premises, ...]
    people: People | None
    tasked: Tasked | None
    plans: tuple[Plan, ...]
    dose: Dose | None
    since_published: SincePublished | None
    caveats: tuple[str, ...]
    apart: Apart | None = None
