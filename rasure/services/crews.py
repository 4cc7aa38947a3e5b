"""Feedback for supervisors of patrols: what each officer delivered, praise first, nobody compared on few patrols."""

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from rasure.access.scope import Scope
from rasure.services import patrols
from rasure.services.patrols import Asked
from rasure.settings import settings
from rasure.store.analytics import dose
from rasure.store.analytics.days import Days
from rasure.store.store import Store
from rasure.terms import Window

#: How many are named first for either reason.
PRAISED = 5
_COLUMNS = ("officer_id", "unit", "tasked", "valid", "minutes")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What officers delivered: officer_id, unit, tasked (visits of two minutes and more), valid (of those), minutes.

    `top` and `improved` hold only officers with at least `least` tasked visits, `improved` in both periods, with
    valid_before and tasked_before; `everyone` is in order of the identifier, never of a figure. `recorded` has, in that
    order too, officer_id, unit, patrols and with_outcome: every tasked patrol record up to the end of the period, and
    how many of them name an outcome.
    """

    asked: Asked
    before: Window
    least: int
    everyone: pd.DataFrame
    top: pd.DataFrame
    improved: pd.DataFrame
    recorded: pd.DataFrame

    @property
    def recording(self) -> int:
        """How many officers wrote enough patrol records to say anything about them."""
        return int((self.recorded["patrols"] >= self.least).sum())

    @property
    def without_outcome(self) -> pd.DataFrame:
        """Who wrote enough records, and in none of them of anybody spoken to, searched or arrested, or of a task."""
        known = self.recorded[self.recorded["patrols"] >= self.least]
        return known[known["with_outcome"] == 0].reset_index(drop=True)

    @property
    def compared(self) -> int:
        """How many officers have enough tasked visits to be compared."""
        return int((self.everyone["tasked"] >= self.least).sum())


def feedback(store: Store, scope: Scope, asked: Asked) -> Feedback:
    """Return each officer's tasked visits in a period, and set them against the period of that length before it."""
    patrols.require_area(scope, asked.lpa)
    days = (asked.window.last_on - asked.window.first_on).days + 1
    before = Window(asked.window.first_on - timedelta(days=days), asked.window.first_on - timedelta(days=1))
    held, least = patrols.restored(store), settings().least_patrols
    now, then = (
        _by_officer(dose.visits(store.analytics, scope, Days(window, asked.lpa), held))
        for window in (asked.window, before)
    )
    written = dose.recorded(store.analytics, scope, asked.lpa, patrols.instants(asked.window)[1])
    return Feedback(asked, before, least, now, _top(now, least), _improved(now, then, least), written)


def _by_officer(visits: pd.DataFrame) -> pd.DataFrame:
    own = visits[visits["is_counted"] & visits["is_tasked"]]
    length_s = (own["ended_at"] - own["started_at"]).dt.total_seconds()
    own = own.assign(
        minutes=length_s / 60,
        tasked=length_s >= patrols.RULE.pass_s,
        valid=own["active_s"] >= patrols.RULE.valid_s,
    )
    kinds = {"tasked": "int64", "valid": "int64", "minutes": "float64"}
    found = own.groupby(["officer_id", "unit"])[list(kinds)].sum().astype(kinds).reset_index()
    return found[list(_COLUMNS)].sort_values("officer_id", ignore_index=True)


def _top(now: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return who made the most valid visits; among equals those with the larger share of theirs valid."""
    known = now[now["tasked"] >= least]
    ranked = known.assign(share=known["valid"] / known["tasked"])
    order = ["valid", "share", "officer_id"]
    return ranked.sort_values(order, ascending=[False, False, True], ignore_index=True).head(PRAISED)


def _improved(now: pd.DataFrame, then: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return whose share of valid visits rose most, among those with enough visits in both periods."""
    earlier = then[["officer_id", "tasked", "valid"]]
    both = now.merge(earlier, on="officer_id", suffixes=("", "_before"))
    both = both[(both["tasked"] >= least) & (both["tasked_before"] >= least)]
    rise = both["valid"] / both["tasked"] - both["valid_before"] / both["tasked_before"]
    ranked = both.assign(rise=rise).sort_values(["rise", "officer_id"], ascending=[False, True], ignore_index=True)
    return ranked[ranked["rise"] > 0].head(PRAISED)
