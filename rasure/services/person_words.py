"""What a person’s page says in sentences, made by rule from the record; nobody is called anything but a fact."""

from rasure.services.person_record import Order, PersonRecord, Standing
from rasure.words import day, in_words, number

#: What the record calls each standing.
STANDING = {
    "suspect": "Suspect",
    "offender": "Offender, not convicted",
    "convicted": "Convicted",
    "victim": "Victim",
    "witness": "Witness",
}
ORDER = {
    "kcpo": "Knife crime prevention order",
    "svro": "Serious violence reduction order",
    "bail": "Bail with conditions",
    "other": "Order of a court",
}
#: How evidence was graded, in words; it is an assessment of the record, not a fact about the person.
EVIDENCE = {
    "convicted": "convicted",
    "caution": "cautioned",
    "charged": "charged",
    "weapon_recovered": "weapon recovered from the person",
    "suspect": "suspected",
    "intelligence": "intelligence only",
    "searched_nothing_found": "searched, nothing found",
}
_FEW = 5


def name(record: PersonRecord) -> str:
    """Return the name, or the identifier where the name is withheld or not recorded."""
    return record.identity.name or record.identity.person_id


def title(record: PersonRecord) -> str:
    """Return the answer in one sentence: in how many offences what, since when."""
    suspected = {part.offence_id for part in record.parts if part.standing in ("suspect", "offender", "convicted")}
    convicted = sum(one.offences for one in record.standings if one.standing == "convicted")
    who = name(record)
    if suspected:
        first = min(part.dated_on for part in record.parts if part.offence_id in suspected)
        said = f"{who} is recorded as suspect or offender in {in_words(len(suspected), 'offence')} since {day(first)}"
        return f"{said}; {f'convicted in {number(convicted)} of them' if convicted else 'no conviction is recorded'}"
    told = ", ".join(
        f"{STANDING[one.standing].lower()} in {in_words(one.offences, 'offence')}" for one in record.standings
    )
    return f"{who} is recorded as {told}" if told else f"{who} has no part in an offence you may see"


def in_short(record: PersonRecord) -> str:
    """Return age, orders in force and open plans in one line."""
    who = record.identity
    said = [f"Aged {who.age_years}" if who.age_years is not None else "Age not recorded"]
    held = [ORDER[order.kind].lower() for order in record.orders if order.state.startswith("in force")]
    said.append(f"in force: {'; '.join(held)}" if held else "no order in force is recorded")
    open_plans = sum(plan.closed_on is None for plan in record.plans)
    said.append(in_words(open_plans, "open plan"))
    return " · ".join(said)


def need(record: PersonRecord) -> str | None:
    """Return what is said of a safeguarding need, to those who may not be told of it too."""
    if not record.identity.has_been_victim:
        return None
    if record.sees_victims:
        return "Also a victim in offences below: a safeguarding need, with a purpose of its own."
    return "Also has a safeguarding need; ask an inspector."


def limits(record: PersonRecord) -> str:
    """Return what the record leaves out for this reader."""
    said = [] if record.is_whole_force else ["Only offences of your areas are shown."]
    if not record.sees_victims:
        said.append("Parts as victim or witness are not shown to your role.")
    if record.identity.withheld:
        said.append(f"Not shown to your role: {', '.join(record.identity.withheld)}.")
    return " ".join(said)


def standing(one: Standing) -> tuple[object, ...]:
    return (STANDING[one.standing], one.offences, day(one.first_on), day(one.last_on))


def order(one: Order) -> tuple[object, ...]:
    ended = one.ended_on or one.ends_on
    return (
        ORDER[one.kind],
        one.state.capitalize(),
        day(one.made_on),
        day(ended) if ended else None,
        day(one.breached_on) if one.breached_on else None,
        one.conditions,
    )


def harm(record: PersonRecord) -> str:
    """Return the harm of the offences as suspect or offender, with how many of them it is made of."""
    found = record.harm
    if not found.weighted:
        return "No offence as suspect or offender here has a harm weight."
    rest = f"; {in_words(found.unweighted, 'more has', 'more have')} no weight" if found.unweighted else ""
    return (
        f"{found.days:,.0f} days of harm in {in_words(found.weighted, 'offence')} as suspect or offender"
        f" (Cambridge Crime Harm Index, edition {found.edition}){rest}. Suspicion is counted like conviction: it weighs"
        " what happened, not what was proved."
    )


def hours(record: PersonRecord) -> str:
    """Return when the offences as suspect happen, or that there are too few to say."""
    timed = sum(workdays + weekend for _, workdays, weekend in record.hours)
    if timed < _FEW:
        return f"Too little data to say when: {in_words(timed, 'offence')} as suspect or offender with a clock time."
    name, most = max(((name, a + b) for name, a, b in record.hours), key=lambda one: one[1])
    return f"Most often in the {name}: {most:,} of {timed:,} with a clock time."


def associates(record: PersonRecord) -> str:
    """Return with how many others the person is recorded as suspected."""
    if not record.associates:
        return "Nobody else is recorded as suspect or offender in the same offences."
    most = record.associates[0]
    others = in_words(len(record.associates), "person", "people").capitalize()
    often = "none more than once" if most.together == 1 else f"most often {in_words(most.together, 'time')}"
    return (
        f"{others} suspected in the same offences, {often}. Being named in the same offence is a fact of the record;"
        " it says nothing of what they are to each other."
    )
