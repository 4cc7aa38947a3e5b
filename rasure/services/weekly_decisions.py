"""The three things to decide: the first three rules that apply, each with the rows of figures it rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rasure.services import weekly_words
from rasure.services.weekly import Place, Week, told
from rasure.services.weekly_counts import Judged
from rasure.services.weekly_delivery import Delivery
from rasure.words import counted, day, number, share, share_interval

MOST = 3
#: A hot spot with so many patrol days and not one valid visit is named.
LEAST_PATROL_DAYS = 2
#: An operation that ends within so many days needs a decision now.
ENDS_WITHIN_DAYS = 28


@dataclass(frozen=True, slots=True)
class Thing:
    """A decision to take: what, why, the page that explains it with its area, and the rows it rests on."""

    title: str
    text: str
    page: str
    lpa: str | None
    rests_on: tuple[str, ...]


def things(week: Week) -> tuple[Thing, ...]:
    """Return at most three things to decide, in the order of the rules; none when no rule applies."""
    found = (rule(week) for rule in RULES)
    return tuple(thing for thing in found if thing is not None)[:MOST]


def _surge(week: Week) -> Thing | None:
    """An area above its range: where it happened, and whether patrols go there."""
    high = [row for row in week.violence.areas if row.is_high]
    if not high:
        return None
    worst = min(high, key=lambda row: (row.alert.p_high, str(row.lpa)))
    others = f" {weekly_words.listed([week.name(r.lpa) for r in high if r is not worst])} too." if len(high) > 1 else ""
    title = f"{week.name(worst.lpa)}: {counted(worst.n, 'offence')}, {weekly_words.usual(told(worst))}."
    where = _where(week.places.get(str(worst.lpa), ()), worst.n)
    return Thing(title, f"{where}{others}", "hot_spots", worst.lpa, tuple(f"area:{row.lpa}" for row in high))


def _where(places: Sequence[Place], n: int) -> str:
    if not places:
        return "No place had more than two of them. Ask the area what lies behind it?"
    at = sum(place.offences for place in places)
    names = weekly_words.listed([place.name for place in places])
    outside = [place for place in places if not place.is_patrolled]
    if not outside:
        return f"{at} of {n} at {names}, where patrols go already. Ask the area what lies behind it?"
    if len(outside) == len(places):
        which = "which is" if len(places) == 1 else "neither of which is" if len(places) == 2 else "none of which is"
        said = f"{which} {'not a' if len(places) == 1 else 'a'} patrol place"
    else:
        said = f"of which {weekly_words.listed([place.name for place in outside])} is no patrol place"
        if len(outside) > 1:
            said = said.replace(" is no patrol place", " are no patrol places")
    return f"{at} of {n} at {names}, {said}. Send patrols there from Monday?"


def _kinds(week: Week) -> Thing | None:
    """The whole, or one kind of offence, above its range, where no area alone is."""
    if any(row.is_high for row in week.violence.areas) and len(week.violence.areas) > 1:
        return None
    whole = week.violence.whole
    if whole.is_high and len(week.violence.areas) > 1:
        title = f"Violence is above its usual range: {whole.n:,}, {weekly_words.usual(told(whole))}."
        return Thing(title, "No one area explains it. Ask the analyst what does?", "hot_spots", None, ("whole",))
    high = [row for row in (*week.violence.groups, *week.violence.rows) if row.is_high]
    if not high:
        return None
    worst = min(high, key=lambda row: (row.alert.p_high, str(row.lpa), str(row.group)))
    title = f"{str(worst.group).capitalize()} in {_area(week, worst)}: {worst.n}, {weekly_words.usual(told(worst))}."
    text = f"One of {number(week.violence.tested)} rows tested. Ask the area whether the cases are connected?"
    key = f"group:{worst.group}" if worst.lpa is None else f"area:{worst.lpa}:{worst.group}"
    return Thing(title, text, "hot_spots", worst.lpa, (key,))


def _undelivered(week: Week) -> Thing | None:
    """Where patrols fell short: an area beyond chance, else hot spots that nobody came to."""
    return _slow(week) or _unvisited(week)


def _unvisited(week: Week) -> Thing | None:
    """Hot spots that got no valid visit on any of their patrol days."""
    patrols = week.delivery.week.patrols
    if patrols is None:
        return None
    missed = [
        (summary.delivered.patrol_days, name, lpa, spot)
        for spot, name, lpa, summary in patrols.by_spot
        if summary.delivered.patrol_days >= LEAST_PATROL_DAYS and not summary.delivered.complied_days
    ]
    if not missed:
        return None
    missed.sort(key=lambda row: (-row[0], row[1]))
    days, name, lpa, _ = missed[0]
    title = f"{name} had no valid visit on any of its {number(days)} patrol days."
    if len(missed) > 1:
        named = weekly_words.listed([f"{name} ({number(days)} days)" for days, name, _, _ in missed])
        title = f"{number(len(missed)).capitalize()} hot spots had no valid visit on any patrol day."
        return Thing(title, f"{named}. Who covers them next week?", "patrols", None, ("compliance",))
    return Thing(title, "Who covers it next week?", "patrols", lpa, ("compliance",))


def _slow(week: Week) -> Thing | None:
    """An area that delivered less than the force, beyond chance: its whole interval lies under the force's share."""
    patrols = week.delivery.week.patrols
    if patrols is None or not patrols.whole.compliance.whole:
        return None
    whole = patrols.whole.compliance
    behind = [
        (summary.compliance.interval[1], lpa, summary.compliance)
        for lpa, summary in patrols.by_lpa
        if summary.compliance.whole and summary.compliance.interval[1] < (whole.value or 0.0)
    ]
    if not behind:
        return None
    _, lpa, own = min(behind)
    title = f"{week.name(lpa)} made a valid visit on {own.part} of {counted(own.whole, 'patrol day')}."
    text = (
        f"{share(own.part, own.whole)}, interval {share_interval(*own.interval)}; the force"
        f" {share(whole.part, whole.whole)} of {whole.whole}. Ask what stands in the way?"
    )
    return Thing(title, text, "patrols", lpa, (f"compliance:{lpa}", "compliance"))


def _reviews(week: Week) -> Thing | None:
    """Entries on a list of people whose review was missed."""
    found = week.delivery.reviews
    if not found.lapsed:
        return None
    were = "review is" if found.lapsed == 1 else "reviews are"
    children = _children(found.lapsed_children, found.lapsed)
    title = f"{number(found.lapsed).capitalize()} list {were} overdue{children}."
    off = "It is" if found.lapsed == 1 else "They are"
    standing = f"{counted(found.listed, 'entry', 'entries')} {'stands' if found.listed == 1 else 'stand'}"
    text = f"{off} off the list until somebody decides; {standing}. By when?"
    return Thing(title, text, "people", None, ("reviews",))


def _children(children: int, lapsed: int) -> str:
    if not children:
        return ""
    if children < lapsed:
        return f", {number(children)} of them of children"
    return ", of a child" if lapsed == 1 else f", {'both' if lapsed == 2 else 'all'} of children"


def _plans(week: Week) -> Thing | None:
    """Open plans past their review, the longest due named."""
    late = week.delivery.plans_overdue
    if not late:
        return None
    first = late[0]
    are = "plan is" if len(late) == 1 else "plans are"
    title = (
        f"{number(len(late)).capitalize()} problem-solving {are} past {'its' if len(late) == 1 else 'their'} review."
    )
    text = f"The longest due is {_titled(first)}, since {day(first['review_due_on'])}. Close it or give it a date?"
    return Thing(title, text, "command", None, ("plans overdue",))


def _titled(plan: Mapping[str, Any]) -> str:
    return f"“{plan['title']}”" if plan["title"] else "one about a person"


def _contaminated(week: Week) -> Thing | None:
    """Patrols tasked to places on days without: each takes away from what the comparison can show."""
    patrols = week.delivery.week.patrols
    tasked = patrols.whole.contamination_tasked if patrols else None
    if tasked is None or not tasked.part:
        return None
    title = f"Patrols were tasked to places on {tasked.part} of {counted(tasked.whole, 'control day')}."
    return Thing(title, "Each weakens the comparison. Who hands out the places?", "patrols", None, ("contamination",))


def _ending(week: Week) -> Thing | None:
    """Operations whose funding ends soon."""
    until = week.asked.window.last_on + timedelta(days=ENDS_WITHIN_DAYS)
    soon = [one for one in week.delivery.operations if one["ends_on"] and one["ends_on"] <= until]
    if not soon:
        return None
    first = soon[0]
    more = f" {number(len(soon) - 1).capitalize()} more end by {day(until)}." if len(soon) > 1 else ""
    title = f"{first['name']} ends on {day(first['ends_on'])}."
    return Thing(title, f"Extend it, or let it end?{more}", "command", None, ("operations",))


def _refreshers(week: Week) -> Thing | None:
    """Officers whose training is due again."""
    due = refreshers(week.delivery)
    if not due:
        return None
    courses = weekly_words.listed([f"{row['course']} ({row['due']:,})" for row in week.delivery.training if row["due"]])
    title = f"{counted(due, 'refresher')} {'is' if due == 1 else 'are'} due."
    return Thing(title, f"{courses}. Give time for it this month?", "command", None, ("refreshers due",))


def refreshers(delivery: Delivery) -> int:
    """Return how many refreshers are due, over all courses; an officer may be due in several."""
    return sum(row["due"] for row in delivery.training)


def _area(week: Week, row: Judged) -> str:
    return week.where or "the force" if row.lpa is None else week.name(row.lpa)


#: In the order of what cannot wait: harm first, then what was promised for next week, then people, then papers.
RULES: tuple[Callable[[Week], Thing | None], ...] = (
    *(_surge, _kinds, _undelivered, _reviews, _plans, _contaminated, _ending, _refreshers),
)
