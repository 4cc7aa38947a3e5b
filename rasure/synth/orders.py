"""Orders and problem-solving plans about planted carriers: what the force already does about some of them."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from rasure.synth.carriers import Pattern
from rasure.synth.force import Force

#: Planted: this share of the people a court or custody sergeant could have bound by an order was bound.
BOUND_SHARE = 0.6
#: Planted: this share of the carriers who meet the criterion has a plan.
PLANNED_SHARE = 0.25
_BAIL_WITHIN_DAYS = 90
_ADULT_YEARS = 18
_CONDITIONS = {
    "svro": "May be searched in a public place for a bladed article or offensive weapon",
    "kcpo": "Not to carry a bladed article in public; to attend the knife awareness course",
    "bail": "Not to enter the town centre between 20:00 and 05:00",
}
_TERM_DAYS = {"svro": (183, 730), "kcpo": (183, 730), "bail": (28, 90)}
_RESPONSES = (
    ("pursue", "Weekly check of the order's conditions", "Police"),
    ("prevent", "Mentor through the violence reduction partnership", "Youth service"),
    ("protect", "Safety plan with the family", "Council community safety"),
    ("prepare", "Shared risk note for control room and custody", "Police"),
)


@dataclass(frozen=True, slots=True)
class Bound:
    """The rows of `orders.csv`, and of plans and responses about people, to stand beside those about places."""

    orders: pd.DataFrame
    plans: pd.DataFrame
    responses: pd.DataFrame


def bound(force: Force, planted: list[Pattern], person_ids: list[str], lpas: list[str]) -> Bound:
    """Return orders and plans about carriers; `person_ids` and `lpas` (of the latest event) go with `planted`."""
    orders = _orders(force, planted, person_ids)
    plans = _plans(force, planted, person_ids, lpas)
    return Bound(orders, plans, _responses(plans))


def _orders(force: Force, planted: list[Pattern], person_ids: list[str]) -> pd.DataFrame:
    """Bind the convicted by SVRO or, under 18, by KCPO; who was charged of late is on bail."""
    rng = force.rng("orders")
    rows = []
    for pattern, person_id in zip(planted, person_ids, strict=True):
        chance, length, early, breach = rng.random(), rng.random(), rng.random(), rng.random()
        found = _kind(pattern)
        if found is None or chance >= BOUND_SHARE:
            continue
        kind, age = found
        least, most = _TERM_DAYS[kind]
        made_on = force.last_on - timedelta(days=max(0, age - 1))
        ends_on = made_on + timedelta(days=least + int(length * (most - least)))
        held_days = (min(ends_on, force.last_on) - made_on).days
        breached_on = made_on + timedelta(days=held_days // 2) if breach < 0.15 and held_days > 2 else None
        ended_on = made_on + timedelta(days=held_days * 3 // 4) if early < 0.1 and held_days > 20 else None
        rows.append((person_id, kind, made_on, ends_on, ended_on, breached_on, _CONDITIONS[kind]))
    names = ("person_id", "kind", "made_on", "ends_on", "ended_on", "breached_on", "conditions")
    orders = pd.DataFrame(rows, columns=list(names)).astype(object)
    orders = orders.where(orders.notna(), "").astype(str)
    orders.insert(0, "order_id", [f"ORD{number:04d}" for number in range(1, len(orders) + 1)])
    return orders


def _kind(pattern: Pattern) -> tuple[str, int] | None:
    """Return the order a history would have led to, and the age in days of what led to it."""
    told = sorted(zip(pattern.ages_days, pattern.evidence, strict=True))
    convicted = [age for age, evidence in told if evidence == "convicted"]
    if convicted:
        return ("svro" if pattern.age_years >= _ADULT_YEARS else "kcpo"), convicted[0]
    charged = [age for age, evidence in told if evidence == "charged" and age <= _BAIL_WITHIN_DAYS]
    return ("bail", charged[0]) if charged else None


def _plans(force: Force, planted: list[Pattern], person_ids: list[str], lpas: list[str]) -> pd.DataFrame:
    rng = force.rng("plans about people")
    chosen = (np.array([pattern.meets for pattern in planted]) & (rng.random(len(planted)) < PLANNED_SHARE)).nonzero()[
        0
    ]
    opened = [force.last_on - timedelta(days=int(age)) for age in rng.integers(20, 200, size=len(chosen))]
    due = [force.last_on + timedelta(days=int(days)) for days in rng.integers(-15, 60, size=len(chosen))]
    return pd.DataFrame(
        {
            "plan_id": [f"PLP{number:03d}" for number in range(1, len(chosen) + 1)],
            "title": "Carrying and safety plan",
            "lpa": [lpas[i] for i in chosen],
            "subject_kind": "person",
            "subject_id": [person_ids[i] for i in chosen],
            "owner": "Offender management unit",
            "sponsor": "Area inspector",
            "problem": "Carries a knife in public; see the record for the events.",
            "objective": "No weapon found or used within six months.",
            "opened_on": [day.isoformat() for day in opened],
            "review_due_on": [day.isoformat() for day in due],
            "closed_on": "",
            "closure_reason": "",
        }
    )


def _responses(plans: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (plan_id, heading, response, agency, opened_on, due_on)
        for plan_id, opened_on, due_on in plans[["plan_id", "opened_on", "review_due_on"]].itertuples(index=False)
        for heading, response, agency in _RESPONSES
    ]
    names = ("plan_id", "heading", "response", "lead_agency", "starts_on", "ends_on")
    found = pd.DataFrame(rows, columns=list(names)).assign(cost_gbp="")
    found.insert(0, "response_id", [f"RSQ{number:04d}" for number in range(1, len(found) + 1)])
    return found
