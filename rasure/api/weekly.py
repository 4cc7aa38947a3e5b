"""The weekly summary to take away: the paper, and every figure of it."""

from collections.abc import Mapping
from datetime import date

from rasure import words
from rasure.access.roles import Action
from rasure.api.exportable import PDF, Asked, Document, Export, Table
from rasure.errors import InputRejected
from rasure.reports import weekly as printed
from rasure.services import weekly, weekly_report, weekly_rows, weekly_words
from rasure.services.weekly import Asked as AskedWeek
from rasure.services.weekly import Week
from rasure.store.audit_records import Entry


def parameters_of(asked: AskedWeek) -> dict[str, str]:
    """Return what was asked as URL parameters; `asked_of` reads them back."""
    return {"week": weekly_words.iso(asked.week_on), "lpa": asked.lpa or ""}


def asked_of(parameters: Mapping[str, str]) -> AskedWeek:
    """Read what was asked from URL parameters; anything else is refused in a sentence."""
    if "week" not in parameters:
        raise InputRejected("A weekly summary was asked for without its week. Load the page again.")
    return AskedWeek(weekly.monday_of(parameters["week"]), parameters.get("lpa") or None)


def paper(asked: Asked) -> Document:
    """Return the summary as pages of A4."""
    wanted = asked_of(asked.parameters)
    week = weekly.week(asked.store, asked.scope, wanted)

    def rendered(entry: Entry) -> bytes:
        at = date.fromisoformat(entry.t[:10])
        facts = weekly_report.facts(
            asked.store,
            asked.scope,
            week,
            prepared_for=f"{asked.principal.name} ({asked.principal.id})",
            trace=f"{words.day(at)} {entry.t[11:16]} UTC · export {entry.code}",
        )
        return printed.render(facts)

    return Document(_name(week), "application/pdf", rendered, parameters_of(wanted), week.violence.whole.n)


def figures(asked: Asked) -> Table:
    """Return every figure of the summary, a row each."""
    wanted = asked_of(asked.parameters)
    week = weekly.week(asked.store, asked.scope, wanted)
    return Table(
        f"{_name(week)}-figures",
        weekly_rows.COLUMNS,
        weekly_rows.rows(week),
        parameters_of(wanted),
        week.violence.whole.n,
    )


def _name(week: Week) -> str:
    area = f"-{week.where}" if week.where else ""
    return f"weekly-{weekly_words.iso(week.asked.week_on)}{area}"


EXPORTS = (
    Export("weekly", Action.VIEW_COMMAND, paper, forms=(PDF,)),
    Export("weekly-figures", Action.VIEW_COMMAND, figures),
)
