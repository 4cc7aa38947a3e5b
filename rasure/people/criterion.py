"""By what rule a person is proposed for a list: as data, with a version, the same in every area.

Three lists, three rules (methods.md 5; for the second and third, docs/decisions.md). A rule reads dates, kinds, harm
and evidence and nothing else. Meeting it proposes a person; it puts nobody on a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ADULT_AGE_YEARS = 18

#: Kinds of event, as a rule knows them.
KNIFE_POSSESSION, KNIFE_ENABLED, VIOLENCE, SUFFERED = "knife_possession", "knife_enabled", "violence", "suffered"
KNIFE = frozenset({KNIFE_POSSESSION, KNIFE_ENABLED})

#: Offence classes that are knife possession always, and where the recorded weapon is a knife; any other offence with a
#: knife is knife-enabled.
BLADE_CLASSES = ("poss_blade",)
WEAPON_CLASSES = ("poss_weapon",)

#: What can stand behind an event, and how much of its harm it lets count.
PROVEN = frozenset({"convicted", "caution", "charged", "weapon_recovered"})
EVIDENCE_WEIGHTS: Mapping[str, float] = {
    **dict.fromkeys(sorted(PROVEN), 1.0),
    "suspect": 0.5,
    "intelligence": 0.0,
    "searched_nothing_found": 0.0,
}


class ListName(StrEnum):
    """The three lists; what is on one is never shown among another's entries."""

    CARRIERS = "carriers"
    HEIGHTENED = "heightened"
    VICTIMS = "victims"


class Route(StrEnum):
    """What age decides, and all it decides: an entry's safeguards. An unknown age is safeguarded as a child's."""

    ADULT = "adult"
    CHILD = "child"
    UNKNOWN = "age unknown"

    @property
    def is_safeguarded(self) -> bool:
        """Whether every decision names a safeguarding lead, and no name leaves on a list."""
        return self is not Route.ADULT


@dataclass(frozen=True, slots=True)
class Rule:
    """When a person meets a list's criterion, and how the people who do are put in order.

    A date qualifies when an event on it is of one of `kinds` with one of `qualifying`. Needed are `min_dates`
    qualifying dates in the last `lookback_days`, of them `min_recent_dates` in the last `recent_days`; both ends count.
    The order is by harm × weight of the evidence, halved every `half_life_days`.
    """

    version: str
    kinds: frozenset[str]
    qualifying: frozenset[str]
    weights: Mapping[str, float]
    min_dates: int = 2
    lookback_days: int = 730
    min_recent_dates: int = 1
    recent_days: int = 365
    half_life_days: float = 365.0


#: Two occasions in two years is the test of the Offensive Weapons Act 2019, section 14(3) to (4).
CARRIERS = Rule("1", KNIFE, PROVEN, EVIDENCE_WEIGHTS)
#: Proven only, so that no number of suspicions makes a risk; three dates, so that it is a course of conduct.
HEIGHTENED = Rule("1", KNIFE | {VIOLENCE}, PROVEN, EVIDENCE_WEIGHTS, min_dates=3)
#: Being a victim needs no proof against anybody.
VICTIMS = Rule("1", frozenset({SUFFERED}), frozenset({"victim"}), {"victim": 1.0}, min_dates=3, min_recent_dates=2)

RULES: Mapping[ListName, Rule] = {
    ListName.CARRIERS: CARRIERS,
    ListName.HEIGHTENED: HEIGHTENED,
    ListName.VICTIMS: VICTIMS,
}

_PROVEN_SAID = "convicted, cautioned, charged, or a weapon was recovered from them"
_SAID = {
    ListName.CARRIERS: f"knife possession or a knife offence, as offender: {_PROVEN_SAID}",
    ListName.HEIGHTENED: f"violence that counts, a knife offence or knife possession, as offender: {_PROVEN_SAID}",
    ListName.VICTIMS: "violence that counts, as its victim",
}


def route_of(age_years: int | None) -> Route:
    """Return the route for an age in whole years."""
    if age_years is None:
        return Route.UNKNOWN
    return Route.CHILD if age_years < ADULT_AGE_YEARS else Route.ADULT


def in_words(name: ListName) -> str:
    """Write a list's rule as one sentence without its verb: version, dates, days, what counts."""
    rule = RULES[name]
    dates = f"on at least {rule.min_dates} different dates in {rule.lookback_days} days"
    recent = "the latest" if rule.min_recent_dates == 1 else f"{rule.min_recent_dates} of them"
    return (
        f"{dates}, {recent} within {rule.recent_days} days: {_SAID[name]} (rule {name.value}, version {rule.version})"
    )
