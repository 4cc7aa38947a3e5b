"""What was delivered in a week and since 1 April: patrols, searches, outcomes, reviews, plans, partners, training.

What the store does not hold is None, and the page says that it is not yet recorded: nothing is shown as nought that
nobody counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.people.criterion import ListName, route_of
from rasure.people.standing import State, standing
from rasure.services import patrols, people_lists, people_ranking
from rasure.services.operational_day import begins
from rasure.services.patrols import Share, Summary
from rasure.store.analytics import dose, people, weeks
from rasure.store.analytics.days import Days
from rasure.store.ledger import list_decisions
from rasure.store.store import Store
from rasure.terms import Window

#: Outcomes by which a case was brought home: charge, caution, penalty, community resolution and what is taken into
#: consideration (Home Office outcomes 1 to 8), as records systems and published data write them, in small letters.
POSITIVE = (
    *("charged", "charged or summonsed", "suspect charged", "suspect charged as part of another case"),
    *("caution", "offender given a caution", "penalty notice", "offender given penalty notice"),
    *("community resolution", "local resolution", "taken into consideration"),
    "offender given a drugs possession warning",
)
#: An agency counts as engaged while somebody was in touch with it within so many days.
IN_TOUCH_DAYS = 90
_YEAR_BEGINS = (4, 1)

Records = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Patrols:
    """What was delivered of what was assigned: in all, by area, and in a week by hot spot (its key, name, area)."""

    whole: Summary
    by_lpa: tuple[tuple[str, Summary], ...]
    by_spot: tuple[tuple[str, str, str, Summary], ...]
    tasked_patrols: int
    searched: int
    arrested: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Offences of a period, with an outcome by now, and with a positive one."""

    offences: int
    with_outcome: int
    positive: Share


@dataclass(frozen=True, slots=True)
class Searched:
    """Searches of a period; `found` of those with a recorded outcome. On whom they fall says the Fairness page."""

    searches: int
    found: Share


@dataclass(frozen=True, slots=True)
class Period:
    """What can be counted over any period."""

    window: Window
    patrols: Patrols | None
    outcomes: Outcomes
    searched: Searched | None
    plans_closed: int
    trained: int


@dataclass(frozen=True, slots=True)
class Reviews:
    """Entries on the lists of people: on a list, and off it because a review was missed; the latter by area."""

    listed: int
    lapsed: int
    lapsed_children: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """A week, the year to its end, and how things stand at its end. An empty tuple of records holds none."""

    week: Period
    year: Period
    reviews: Reviews
    plans_open: Records
    plans_overdue: Records
    plans_held: int
    operations: Records
    partners: Records
    in_touch: int
    training: Records


def delivery(store: Store, scope: Scope, week: Window, lpa: str | None) -> Delivery:
    """Return what was delivered in a week, and since the 1 April before its end."""
    year = Window(year_begins(week.last_on), week.last_on)
    which = Days(week, lpa)
    plans = weeks.plans(store.analytics, scope, which)
    plans_open = tuple(plan for plan in plans if plan["closed_on"] is None)
    partners = tuple(weeks.partners(store.analytics, scope, which))
    since = week.last_on - timedelta(days=IN_TOUCH_DAYS)
    training = tuple(weeks.training(store.analytics, scope, which))
    trained_since = weeks.training(store.analytics, scope, Days(year, lpa))
    this_week, this_year = _patrols(store, scope, week, year, lpa)
    return Delivery(
        week=_period(store, scope, which, this_week, plans, training),
        year=_period(store, scope, Days(year, lpa), this_year, plans, trained_since),
        reviews=reviews(store, scope, week.last_on, lpa),
        plans_open=plans_open,
        plans_overdue=tuple(plan for plan in plans_open if _is_past(plan["review_due_on"], week.last_on)),
        plans_held=len(plans),
        operations=tuple(weeks.operations(store.analytics, scope, which)),
        partners=partners,
        in_touch=sum(bool(one["last_contact_on"] and one["last_contact_on"] >= since) for one in partners),
        training=training,
    )


def year_begins(on: date) -> date:
    """Return the 1 April on or before a day."""
    this = date(on.year, *_YEAR_BEGINS)
    return this if this <= on else date(on.year - 1, *_YEAR_BEGINS)


def reviews(store: Store, scope: Scope, on: date, lpa: str | None) -> Reviews:
    """Count the entries of the lists of people, by state, as of a day; no name and no record is read."""
    listed, lapsed = 0, set()
    for name in ListName:
        decided = list_decisions.of_list(store.ledger, name.value)
        if not decided:
            continue
        asked = people_ranking.Asked(name, on, lpa)
        wanted = people_ranking.wanted(asked)
        which = replace(wanted, subjects=tuple(sorted(decided)), earlier_days=people_ranking.EARLIER_DAYS)
        facts = people_ranking.facts_of(people.events(store.analytics, scope, which), name)
        for person in decided.keys() & facts.keys():
            rows = [row for row in decided[person] if row.decided_on <= on]
            state = standing(people_lists.decisions_of(rows), facts[person], on).state
            listed += state is State.LISTED
            if state is State.LAPSED:
                lapsed.add((name, person))
    ages = people.ages(store.analytics, sorted({person for _, person in lapsed}), on).set_index("id")["age"]
    routes = {person: route_of(None if pd.isna(age) else int(age)) for person, age in ages.items()}
    children = sum(routes[person].is_safeguarded for _, person in lapsed)
    return Reviews(listed, len(lapsed), children, bool(list_decisions.decided_on(store.ledger)))


def _patrols(
    store: Store, scope: Scope, week: Window, year: Window, lpa: str | None
) -> tuple[Patrols | None, Patrols | None]:
    if dose.extent(store.analytics, scope) is None:
        return None, None
    days = patrols.place_days(store, scope, patrols.Asked(year, lpa))
    own = days[(days["op_day"] >= week.first_on) & (days["op_day"] <= week.last_on)]
    by_spot = patrols.summaries(own, "hotspot_id")
    return _summed(store, scope, own, week, lpa, by_spot), _summed(store, scope, days, year, lpa, ())


def _summed(
    store: Store,
    scope: Scope,
    days: pd.DataFrame,
    window: Window,
    lpa: str | None,
    by_spot: Sequence[tuple[str, Summary]],
) -> Patrols:
    first_at, until_at = begins(window.first_on), begins(window.last_on + timedelta(days=1))
    told = dose.outputs(store.analytics, scope, lpa, first_at, until_at)
    spots = days.drop_duplicates("hotspot_id").set_index("hotspot_id")
    return Patrols(
        whole=patrols.summary(days),
        by_lpa=patrols.summaries(days, "lpa"),
        by_spot=tuple(
            (str(spot), str(spots.at[spot, "name"]), str(spots.at[spot, "lpa"]), summary) for spot, summary in by_spot
        ),
        tasked_patrols=sum(row["patrols"] for row in told),
        searched=sum(row["searched"] for row in told),
        arrested=sum(row["arrested"] for row in told),
    )


def _period(
    store: Store,
    scope: Scope,
    which: Days,
    delivered: Patrols | None,
    plans: Sequence[dict[str, Any]],
    training: Sequence[dict[str, Any]],
) -> Period:
    window = which.window
    told = weeks.outcomes(store.analytics, scope, which, POSITIVE)
    return Period(
        window=window,
        patrols=delivered,
        outcomes=Outcomes(told["offences"], told["with_outcome"], Share(told["positive"], told["offences"])),
        searched=_searched(weeks.searches(store.analytics, scope, which)),
        plans_closed=sum(bool(plan["closed_on"] and plan["closed_on"] >= window.first_on) for plan in plans),
        trained=sum(row["trained"] for row in training),
    )


def _searched(row: dict[str, Any] | None) -> Searched | None:
    return Searched(row["searches"], Share(row["found"], row["with_outcome"])) if row else None


def _is_past(due_on: date | None, on: date) -> bool:
    return due_on is not None and due_on <= on
