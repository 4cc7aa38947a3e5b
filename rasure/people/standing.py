"""Where a person stands with a list: decisions of people, folded in their order, beside what the rule says now. Pure.

The rule proposes and nothing more. One person nominates, another approves, a review date ends it unless somebody
decides again, a removal lasts until something new happens, and whoever no longer meets the rule is on no list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from rasure.people.criterion import Rule


class Step(StrEnum):
    """What somebody decided about an entry."""

    NOMINATED = "nominated"
    APPROVED = "approved"
    DECLINED = "declined"
    KEPT = "kept"
    REMOVED = "removed"
    CHALLENGED = "challenged"
    ANSWERED = "answered"


class State(StrEnum):
    """How an entry stands today."""

    #: The rule is met, and nobody has decided.
    PROPOSED = "proposed"
    #: One person nominated; another has to approve.
    NOMINATED = "nominated"
    #: On the list, until its review is due.
    LISTED = "listed"
    #: Its review was due and nobody decided: off the list until nominated and approved anew.
    LAPSED = "lapsed"
    #: Removed or declined, and nothing new happened since: shown to nobody but the auditor.
    REMOVED = "removed"
    #: The rule is no longer met: on no list.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: who, when, why; until when it lasts, or by when a challenge is to be answered, and how it was."""

    step: Step
    by: str
    on: date
    reason: str
    due_on: date | None = None
    lead: str | None = None
    is_upheld: bool | None = None
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule says of a person: the dates that qualify, up to today, and further back than its look-back."""

    qualifying_on: tuple[date, ...]
    rule: Rule

    def meets(self, on: date) -> bool:
        """Tell whether the rule was met on a day, by what is known now."""
        ages = {(on - day).days for day in self.qualifying_on}
        within = {age for age in ages if 0 <= age <= self.rule.lookback_days}
        recent = sum(age <= self.rule.recent_days for age in within)
        return len(within) >= self.rule.min_dates and recent >= self.rule.min_recent_dates

    def meets_throughout(self, first_on: date, last_on: date) -> bool:
        """Tell whether it was met on every day of a span; between events it can only be lost, so few days are asked."""
        before_events = (day - timedelta(days=1) for day in self.qualifying_on if first_on < day <= last_on)
        return all(self.meets(on) for on in (*before_events, max(first_on, last_on)))

    def latest_on(self) -> date | None:
        """Return the latest date that qualifies."""
        return max(self.qualifying_on, default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands; what applies no more is None."""

    state: State
    nominated: Decision | None = None
    approved: Decision | None = None
    #: The latest decision to keep, at a review.
    kept: Decision | None = None
    removed: Decision | None = None
    #: A challenge nobody has answered yet.
    challenge: Decision | None = None

    @property
    def owner(self) -> str | None:
        """Return whose entry it is: whoever nominated it, and reviews it."""
        return self.nominated.by if self.nominated else None

    @property
    def review_due_on(self) -> date | None:
        """Return the last day the entry stands without another decision."""
        last = self.kept or self.approved
        return last.due_on if last else None

    @property
    def lead(self) -> str | None:
        """Return the safeguarding lead named last."""
        return next((one.lead for one in (self.kept, self.approved, self.nominated) if one and one.lead), None)

    @property
    def deciders(self) -> frozenset[str]:
        """Return who decided what stands: none of them may answer a challenge to it."""
        return frozenset(one.by for one in (self.nominated, self.approved, self.kept) if one)


_NOTHING = Standing(State.PROPOSED)


def standing(decisions: Sequence[Decision], facts: Facts, today: date) -> Standing:
    """Return how an entry stands on a day, from its decisions, oldest first, and what the rule says.

    What happened on the day of a removal, or before it, could have been known: only what happened later brings the
    person back among the proposals.
    """
    held = _folded(decisions)
    if held.removed is not None:
        latest = facts.latest_on()
        if facts.meets(today) and latest is not None and latest > held.removed.on:
            return replace(_NOTHING, removed=held.removed)
        return replace(held, state=State.REMOVED)
    if held.approved is not None:
        since = (held.kept or held.approved).on
        if not facts.meets_throughout(since, today):
            return _NOTHING if facts.meets(today) else replace(held, state=State.ENDED)
        due_on = held.review_due_on
        return replace(held, state=State.LISTED if due_on is not None and today <= due_on else State.LAPSED)
    if not facts.meets(today):
        return replace(held, state=State.ENDED)
    return replace(held, state=State.NOMINATED if held.nominated else State.PROPOSED)


def _folded(decisions: Iterable[Decision]) -> Standing:
    held = _NOTHING
    for one in decisions:
        match one.step:
            case Step.NOMINATED:
                held = replace(_NOTHING, nominated=one, challenge=held.challenge)
            case Step.APPROVED if held.nominated:
                held = replace(held, approved=one)
            case Step.KEPT if held.approved:
                held = replace(held, kept=one)
            case Step.REMOVED | Step.DECLINED:
                held = replace(_NOTHING, removed=one)
            case Step.CHALLENGED:
                held = replace(held, challenge=one)
            case Step.ANSWERED:
                held = replace(held, challenge=None)
    return held
