"""What is in force in this store: rules, weights, thresholds, roles, settings, read from where the program reads them.

The transparency record is filled from this, so it cannot say something else than the program does.
"""

from dataclasses import dataclass
from datetime import date

from rasure import __version__
from rasure.access.roles import FORCE_WIDE, PERMITTED, Action
from rasure.access.scope import Scope
from rasure.people.criterion import ListName, in_words
from rasure.places import grid
from rasure.services import retention, scoring
from rasure.services.hot_spots import DEFAULT_LOOKBACK_DAYS
from rasure.settings import settings
from rasure.store.analytics import loads, offences, reference
from rasure.store.ledger import erasures
from rasure.store.store import Store
from rasure.terms import Role, Source

#: By what criteria people are proposed for a list, one for each list.
LIST_CRITERIA: tuple[str, ...] = tuple(in_words(name) for name in ListName)


@dataclass(frozen=True, slots=True)
class Rule:
    """The inclusion rule for one source: its versions, how many classes it treats how, what counts, the unconfirmed."""

    source: str
    versions: tuple[str, ...]
    classes: dict[str, int]
    groups: tuple[str, ...]
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything that decides what a reader sees, as plain values."""

    made_on: date
    program: str
    store_class: str
    data_version: str
    first_on: date | None
    last_on: date | None
    rules: tuple[Rule, ...]
    harm_edition: str
    harm_weights: int
    harm_weights_unconfirmed: int
    half_life_days: int
    lookback_days: int
    least_events: int
    least_active_years: int
    institution_events: int
    institution_share: float
    cell_side_m: float
    breaks: tuple[str, ...]
    list_criteria: tuple[str, ...]
    #: Role to what it may do, and whether it sees the whole force.
    roles: dict[str, tuple[str, ...]]
    force_wide: tuple[str, ...]
    periods: tuple[tuple[str, str, int | None, bool], ...]
    people_erased: int
    sign_in: str
    marking: str


def in_force(store: Store, scope: Scope, made_on: date) -> InForce:
    """Read what is in force now."""
    known = offences.extent(store.analytics, scope)
    held, unconfirmed = reference.weights(store.analytics)
    return InForce(
        made_on=made_on,
        program=__version__,
        store_class=store.store_class.value,
        data_version=store.version(),
        first_on=known[0] if known else None,
        last_on=known[1] if known else None,
        rules=tuple(_rule(store, Source(source)) for source in offences.sources(store.analytics)),
        harm_edition=str(loads.get_meta(store.analytics, "harm_edition")),
        harm_weights=held,
        harm_weights_unconfirmed=unconfirmed,
        half_life_days=scoring.HALF_LIFE_DAYS,
        lookback_days=DEFAULT_LOOKBACK_DAYS,
        least_events=scoring.ELIGIBILITY.min_events,
        least_active_years=scoring.ELIGIBILITY.min_active_years,
        institution_events=scoring.INSTITUTIONS.min_events,
        institution_share=scoring.INSTITUTIONS.threshold,
        cell_side_m=grid.SIDE_M,
        breaks=tuple(_break(row) for row in reference.series_breaks(store.analytics)),
        list_criteria=LIST_CRITERIA,
        roles={
            role.value: tuple(action.value for action in Action if action in may) for role, may in PERMITTED.items()
        },
        force_wide=tuple(role.value for role in Role if role in FORCE_WIDE),
        periods=tuple(
            (f"{line.subject}: {line.group}", line.keep, line.review_after_days, line.verified)
            for line in retention.periods(store)
        ),
        people_erased=erasures.count(store.ledger),
        sign_in=settings().mode,
        marking=settings().marking,
    )


def _rule(store: Store, source: Source) -> Rule:
    classes = reference.classes(store.analytics, source)
    counted = classes[classes["include_rule"] != "off"]
    treated = classes["include_rule"].value_counts().sort_index()
    return Rule(
        source=source.value,
        versions=tuple(sorted(set(classes["rule_version"]))),
        classes={str(rule): int(n) for rule, n in treated.items()},
        groups=tuple(sorted(set(counted["offence_group"]))),
        unconfirmed=int((~classes["rule_verified"].astype(bool)).sum()),
    )


def _break(row: dict[str, object]) -> str:
    return f"{row['source']}, {row['last_before']} to {row['first_after']}: {row['what']} {row['consequence']}"
