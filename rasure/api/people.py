"""The lists of people, to take away with a reason and for somebody: who is on it now, and until when that holds."""

from collections.abc import Callable

from rasure.api.exportable import Asked, Export, Table
from rasure.people.criterion import ListName
from rasure.people.standing import State
from rasure.services import areas, people_lists, people_ranking
from rasure.services.people_lists import Entry

#: As little as whoever acts on it needs: no name, no offence, nobody who is only proposed.
_COLUMNS = ("id", "age_group", "area", "on_list_since", "safeguarding_lead", "rule_version", "use_until")


def _maker(name: ListName) -> Callable[[Asked], Table]:
    def table(asked: Asked) -> Table:
        """Return who is on a list in the reader's areas."""
        today = people_ranking.today(asked.store)
        question = people_ranking.Asked(name, today, asked.parameters.get("lpa") or None)
        found = people_lists.whole(asked.store, asked.scope, question)
        names = areas.names()
        rows = [_row(entry, names, found.proposed.rule_version) for entry in found.those(State.LISTED)]
        selection = {"list": name.value, "as_of": today.isoformat(), "lpa": question.lpa or "all the reader sees"}
        return Table(f"people-{name.value}", _COLUMNS, rows, selection)

    return table


EXPORTS = tuple(
    Export(f"people-{name.value}", action, _maker(name), reason_required=True)
    for name, action in people_ranking.SEEN_BY.items()
)


def _row(entry: Entry, names: dict[str, str], version: str) -> dict[str, object]:
    due_on, approved = entry.standing.review_due_on, entry.standing.approved
    return {
        "id": entry.id,
        "age_group": entry.candidate.route.value,
        "area": names.get(entry.told.lpa or "", entry.told.lpa),
        "on_list_since": approved.on.isoformat() if approved else None,
        "safeguarding_lead": entry.standing.lead,
        "rule_version": version,
        "use_until": due_on.isoformat() if due_on else None,
    }
