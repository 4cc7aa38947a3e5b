"""The weekly summary for the command line: what is printed, recorded in the log before it is handed over."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rasure.access.roles import Action
from rasure.errors import NotFound
from rasure.services import audit, desk, hot_spots, weekly, weekly_report, weekly_rows, weekly_words
from rasure.services.weekly import Asked
from rasure.store.store import Store

LATEST = "latest"


def report(store: Store, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of the paper, every figure as a row, and the code of the log's record.

    The code stands in the answer and not on the paper: it is another one each time, and the paper must not be.
    """
    operator = desk.operator()
    scope = desk.admit(operator, Action.VIEW_COMMAND)
    asked = Asked(_monday(store, str(arguments["week"])), hot_spots.area_code(store, arguments.get("lpa")))
    found = weekly.week(store, scope, asked)
    question = {"week": weekly_words.iso(asked.week_on), "lpa": asked.lpa}
    name = f"weekly-{question['week']}"
    n = found.violence.whole.n
    record = audit.disclosed(store, operator, Action.VIEW_COMMAND, name=name, question=question, n=n)
    facts = weekly_report.facts(store, scope, found, prepared_for=f"{operator.name} ({operator.id})", trace="")
    return {"facts": facts, "rows": weekly_rows.rows(found), "record": record.code}


def _monday(store: Store, text: str) -> date:
    if text != LATEST:
        return weekly.monday_of(text)
    reach = weekly.reach(store)
    if reach is None:
        raise NotFound("No whole week of offences with a known day is held. Load the records of the force first.")
    return reach.last_on
