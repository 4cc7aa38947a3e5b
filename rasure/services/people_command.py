"""What the command line says of the carriers' list: the page's answer, without names, recorded with its reason."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from rasure.errors import InputRejected
from rasure.people.criterion import ListName
from rasure.services import desk, hot_spots, people_ranking
from rasure.services.people_ranking import Asked, Candidate, Event
from rasure.store.store import Store

#: What a row of CSV holds; the events of an entry stand in the JSON alone.
COLUMNS = (
    *("rank", "id", "age_years", "route", "score", "recency_days", "qualifying_dates", "event_dates", "gravity"),
    *("rank_best", "rank_worst", "fragile", "latest_on"),
)


def carriers(store: Store, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return who meets the carriers' rule on a day, in order, each with the events that made it."""
    reason = people_ranking.taken_reason(str(arguments.get("reason") or ""))
    operator = desk.operator()
    scope = desk.admit(operator, people_ranking.SEEN_BY[ListName.CARRIERS])
    asked = Asked(ListName.CARRIERS, _day(arguments["as_of"]), hot_spots.area_code(store, arguments.get("lpa")))
    found = people_ranking.proposed(store, scope, asked)
    people_ranking.looked(store, operator, asked, len(found.candidates), reason)
    events = people_ranking.explained(store, scope, asked, [one.id for one in found.candidates])
    return {
        "list": asked.name.value,
        "as_of": asked.as_of.isoformat(),
        "rule": found.rule,
        "rule_version": found.rule_version,
        "harm_edition": found.harm_edition,
        "listed": [
            _row(candidate) | {"events": [_event(one) for one in events[candidate.id]]}
            for candidate in found.candidates
        ],
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRejected(f"{text!r} is not a day. Write it as 2026-03-01.") from error


def _row(candidate: Candidate) -> dict[str, Any]:
    return asdict(candidate) | {"latest_on": candidate.latest_on.isoformat(), "route": candidate.route.value}


def _event(event: Event) -> dict[str, Any]:
    return asdict(event) | {"on": event.on.isoformat()}
