"""What a partner agency is told: offences of whole areas in whole quarters, small numbers withheld, one release each.

Why nothing can be worked out by comparing answers (docs/decisions.md): a release is of one area in one calendar
quarter, no two releases share an offence, and a release is kept as it first was. Whatever anybody asks is read from
these releases, so no answer says more than the tables themselves, and each of those is safe by `people.suppression`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.people.suppression import suppress
from rasure.places.quarters import quarter_end, quarter_starts
from rasure.services import audit
from rasure.store.analytics import ground, partner, records
from rasure.store.audit_records import Entry
from rasure.store.ledger import partner_releases
from rasure.store.ledger.partner_releases import Kept
from rasure.store.store import Store
from rasure.terms import Area, Role, Source, Window

#: How long after a quarter of force records ends it is released: most late reports are in by then.
SETTLED_DAYS = 28
#: Groups that partners see only together: a homicide by itself is one person everybody knows of, and as the only small
#: number of its line it would take most totals with it. Fixed: groups put together because of the counts tell of them.
GRAVEST = "homicide, grievous bodily harm and rape with a weapon"
_TOGETHER = dict.fromkeys(("homicide", "grievous bodily harm", "rape with a weapon"), GRAVEST)
_MOST_QUARTERS = 200
_FILES = {Source.POLICE_UK: "street", Source.NICHE: "offences"}


@dataclass(frozen=True, slots=True)
class Release:
    """What may be said of one area in one quarter. None is withheld: a count is 1 to 4, or a total would tell one."""

    area: Area
    starts_on: date
    ends_on: date
    counts: dict[str, int | None]
    total: int | None
    released_on: date

    @property
    def withheld(self) -> int:
        """Return how many kinds of offence are withheld, the total not counted."""
        return sum(count is None for count in self.counts.values())


def releases(store: Store, scope: Scope) -> tuple[Release, ...]:
    """Return every release of the areas of a scope, by area name and quarter; what is due and not yet made is made."""
    areas = [area for area in ground.areas(store.analytics) if scope.covers(area.code)]
    made = {(one.area, one.starts_on): one for one in partner_releases.kept(store.ledger)}
    due = {(area.code, start) for area, start in product(areas, _closed(store))} - made.keys()
    if due:
        partner_releases.keep(store.ledger, _made(store, scope, due))
        made = {(one.area, one.starts_on): one for one in partner_releases.kept(store.ledger)}
    return tuple(
        _release(area, made[key]) for area in areas for key in sorted(key for key in made if key[0] == area.code)
    )


def looked(store: Store, principal: Principal, area: str, starts_on: date, n: int) -> Entry:
    """Record that somebody looks at `n` releases around one, before they are shown; a partner is the recipient."""
    action, asked = Action.VIEW_PARTNER_PICTURE, {"area": area, "starts_on": starts_on}
    return audit.consulted(store, principal, action, asked, n, recipient=recipient(principal))


def recipient(principal: Principal) -> str | None:
    """Return which agency outside the force receives what is shown; None for people of the force."""
    return f"partner:{principal.id}" if principal.role is Role.PARTNER else None


def _closed(store: Store) -> list[date]:
    """Return the first days of the quarters that are over and wholly held, the same whoever asks."""
    found: set[date] = set()
    for source, (first_on, last_on) in partner.reach(store.analytics).items():
        held = set(records.months(store.analytics, source, _FILES[source]))
        settled_by = last_on if source is Source.POLICE_UK else last_on - timedelta(days=SETTLED_DAYS)
        for start in quarter_starts(last_on, most=_MOST_QUARTERS, not_before=first_on.replace(day=1)):
            begins_within = source is Source.POLICE_UK or first_on <= start
            if begins_within and quarter_end(start) <= settled_by and _months(start) <= held:
                found.add(start)
    return sorted(found)


def _months(start: date) -> set[date]:
    return {start.replace(month=start.month + later) for later in range(3)}


def _made(store: Store, scope: Scope, due: set[tuple[str, date]]) -> list[Kept]:
    """Count, put groups together and withhold: the only place that holds raw counts, and it returns none."""
    starts = [start for _, start in due]
    raw = partner.counts(store.analytics, scope, Window(min(starts), quarter_end(max(starts))))
    kinds = sorted(
        {_kind(group) for group in partner.groups(store.analytics)}, key=lambda kind: (kind != GRAVEST, kind)
    )
    sums: Counter[tuple[str, date, str]] = Counter()
    for area, start, group, offences in raw:
        sums[area, start, _kind(group)] += offences
    now = datetime.now(UTC).isoformat(timespec="seconds")
    found = []
    for area, start in sorted(due):
        counts, totals = suppress([[sums[area, start, kind] for kind in kinds]])
        shown = tuple(zip(kinds, counts[:-1], strict=True))
        found.append(Kept(area, start, now, store.version(), shown, totals[-1]))
    return found


def _kind(group: str) -> str:
    return _TOGETHER.get(group, group)


def _release(area: Area, one: Kept) -> Release:
    ends_on, released_on = quarter_end(one.starts_on), datetime.fromisoformat(one.released_at).date()
    return Release(area, one.starts_on, ends_on, dict(one.counts), one.total, released_on)
