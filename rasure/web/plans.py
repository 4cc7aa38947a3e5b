"""A problem-solving plan as it stands on the page of its subject, a place or a person."""

from datetime import date

from rasure.services.place_record import Plan
from rasure.web import tables, text

_HEADINGS = {"pursue": "Pursue", "prevent": "Prevent", "protect": "Protect", "prepare": "Prepare"}


def plan(found: Plan, as_of: date) -> None:
    """Print one plan: its state and people, the problem and the objective, and what it does under the 4Ps."""
    facts = [
        ("State", _state(found, as_of)),
        ("Opened", text.day(found.opened_on)),
        ("Owner", found.owner),
        ("Sponsor", found.sponsor),
        ("Problem", found.problem),
        ("Objective", found.objective),
    ]
    tables.facts(f"Plan: {found.title}", facts)
    if found.responses:
        responses = [
            (
                _HEADINGS.get(one.heading, one.heading),
                one.response,
                one.lead_agency,
                text.day(one.starts_on) if one.starts_on else None,
                text.day(one.ends_on) if one.ends_on else None,
            )
            for one in found.responses
        ]
        tables.table("What the plan does", ("Heading", "Response", "Led by", "From", "Until"), responses)


def _state(found: Plan, as_of: date) -> str:
    if found.closed_on:
        return f"Closed {text.day(found.closed_on)}" + (f": {found.closure_reason}" if found.closure_reason else "")
    if found.review_due_on is None:
        return "Open; no review date is recorded"
    late = found.review_due_on < as_of
    return f"Open; review {'overdue since' if late else 'due'} {text.day(found.review_due_on)}"
