"""What is known of one person, as one record that a page, a table and a print are filled from.

Facts of the record (roles, dates, orders) and assessments (evidence grading, plans) are kept in different fields.
"""

from dataclasses import dataclass
from datetime import date

from rasure.access.scope import Subject
from rasure.services.place_record import Plan
from rasure.services.safeguarding import Lead


@dataclass(frozen=True, slots=True)
class Identity:
    """Who it is, as far as the reader may know; None is withheld or not recorded, and `withheld` says which."""

    person_id: str
    name: str | None
    born_on: date | None
    age_years: int | None
    gender: str | None
    is_child: bool
    has_been_victim: bool
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One role in one offence. `role` and `category` are facts of the record, `evidence` is how it was assessed."""

    offence_id: str
    dated_on: date
    when: str
    #: suspect, offender, convicted, victim or witness: what the person was in this offence.
    standing: str
    role: str
    category: str
    evidence: str | None
    offence: str
    group: str
    weapon: str | None
    outcome: str | None
    area: str | None
    cell: int | None
    street: str | None
    harm_days: float | None
    hour: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """In how many offences somebody was what, first and last."""

    standing: str
    offences: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Associate:
    """Somebody suspected in the same offences; a child stays without a name."""

    person_id: str
    name: str | None
    is_child: bool
    together: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Order:
    """An order or bail; `state` is in force, breached, discharged or over on the day asked."""

    kind: str
    made_on: date
    ends_on: date | None
    ended_on: date | None
    breached_on: date | None
    conditions: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Where:
    """A place of the person's offences as suspect or offender, or as victim where the reader may know."""

    cell: int
    name: str
    suspected: int
    victim: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Harm:
    """Days of harm of the offences as suspect or offender, how many have a weight, how many have none."""

    days: float
    weighted: int
    unweighted: int
    edition: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything the page shows, within the areas and columns of the reader."""

    subject: Subject
    today: date
    identity: Identity
    standings: tuple[Standing, ...]
    parts: tuple[Part, ...]
    associates: tuple[Associate, ...]
    #: Pairs of associates who offended together as well, with how often.
    between: tuple[tuple[str, str, int], ...]
    orders: tuple[Order, ...]
    plans: tuple[Plan, ...]
    places: tuple[Where, ...]
    #: Offences as suspect or offender with a clock time, by part of the day and whether at the weekend.
    hours: tuple[tuple[str, int, int], ...]
    harm: Harm
    lead: Lead | None
    is_whole_force: bool
    sees_victims: bool
