"""The parts of an offence's page, and of anything whose people are told after a reason: the three corners."""

import streamlit as st

from rasure.access.scope import Kind, Subject
from rasure.services import person_access, person_words
from rasure.services.linked import Incident, Linked, LinkedPerson
from rasure.web import navigation, opening, person_reads, reads, tables, text
from rasure.web.person import shown_name

_ROWS = 40


def asked() -> str | None:
    """Return which offence the address names, or ask for an identifier."""
    offence_id = opening.given("offence")
    if offence_id:
        return offence_id
    st.title("Which offence?")
    tables.note("Come here from a person or a place, or give the offence number of the records system.")
    with st.form("offence-asked"):
        typed = st.text_input("Offence number", key="offence-typed", max_chars=64)
        if st.form_submit_button("Go on", type="primary") and typed.strip():
            st.query_params["offence"] = typed.strip()
            st.rerun()
    return None


def headline(found: Incident) -> None:
    """Say in one sentence what happened when and where, and print the facts of the record."""
    where = f" in {found.place}" if found.place else f" in {found.area}" if found.area else ""
    st.title(text.plain(f"{found.offence}{where}, {text.day(found.dated_on)}"))
    outcome = found.outcome and (
        f"{found.outcome}, {text.day(found.outcome_on)}" if found.outcome_on else found.outcome
    )
    rows: list[tuple[str, object]] = [
        ("When", found.when),
        ("Street", found.street),
        ("Policing area", found.area),
        ("Weapon", found.weapon),
        ("Outcome", outcome),
        ("Harm in days", None if found.harm_days is None else f"{found.harm_days:,.0f}"),
        ("In the rankings", found.counts),
        ("Offence number", found.offence_id),
        ("Occurrence", found.occurrence_id),
    ]
    tables.facts("Facts of the record", rows)
    if found.cell is not None:
        navigation.link("place", f"The place: {text.plain(found.place or '')}", place=str(found.cell))


def people(subject: Subject) -> None:
    """Tell who is recorded there, once a reason was given; each name leads to a record with a reason of its own."""
    st.subheader("Who is recorded here")
    scope = opening.opened(subject)
    if scope is None:
        return
    found = person_reads.linked(scope, person_access.today(), person_access.since(), reads.version())
    if not found.people:
        st.write("Nobody is recorded here that your role may know of.")
        return
    _table(found)
    with st.container(horizontal=True):
        for one in found.people[:_ROWS]:
            navigation.link("person", text.plain(one.name or one.person_id), person=one.person_id)
    tables.note("Each record opens with a reason of its own.")


def _table(found: Linked) -> None:
    total = len(found.people)
    shown = found.people[:_ROWS]
    victims = ("Victim", "Witness") if found.sees_victims else ()
    is_place = found.subject.kind is Kind.PLACE
    last = ("Last",) if is_place else ("Evidence, as assessed",)
    heads = ("Name", "Identifier", "Suspect or offender", "Convicted", *victims, *last)
    since = f"in offences that count since {text.day(found.since_on)}, most often first"
    caption = f"{text.in_words(total, 'person', 'people').capitalize()} {since if is_place else 'in this offence'}"
    if len(shown) < total:
        caption += f"; the first {len(shown)}"
    tables.table(caption, heads, (_row(one, found) for one in shown), numeric=range(2, len(heads) - 1))
    if not found.sees_victims:
        tables.note("Victims and witnesses are not shown to your role.")


def _row(one: LinkedPerson, found: Linked) -> tuple[object, ...]:
    name = shown_name(one.name, is_child=one.is_child)
    victims = (one.victim, one.witness) if found.sees_victims else ()
    if found.subject.kind is Kind.PLACE:
        last: object = text.day(one.last_on) if one.last_on else None
    else:
        last = person_words.EVIDENCE.get(one.evidence or "", one.evidence)
    return (name, one.person_id, one.suspected, one.convicted, *victims, last)
