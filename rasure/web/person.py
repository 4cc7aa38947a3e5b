"""The parts of a person's page: whose record, the answer, parts in offences, associates, places and times, orders."""

import math
from itertools import islice

import pandas as pd
import streamlit as st

from rasure.access.scope import Kind, Subject
from rasure.services import person_access, person_words, wiring
from rasure.services.person_record import Part, PersonRecord
from rasure.web import exports, guard, navigation, opening, people_charts, plans, tables, text
from rasure.web.place import two_columns

_TABLE_ROWS = 60
_PLACES = 12


def asked() -> Subject | None:
    """Return whose record the address names, or ask for an identifier."""
    person_id = opening.given("person")
    if person_id:
        return Subject(Kind.PERSON, person_id)
    st.title("Whose record?")
    tables.note(
        "Come here from a list, a place or an offence, or give the identifier of the records system. There is no search"
        " by name."
    )
    with st.form("person-asked"):
        typed = st.text_input("Identifier of the person", key="person-typed", max_chars=64)
        if st.form_submit_button("Go on", type="primary") and typed.strip():
            st.query_params["person"] = typed.strip()
            st.rerun()
    _still_open()
    return None


def not_open(subject: Subject) -> None:
    """Say above the prompt that nothing is shown yet; the same words whether or not there is such a person."""
    st.title("Say first why you need this record")
    tables.note(f"Identifier {subject.id}.")


def _still_open() -> None:
    found = person_access.still_open(wiring.store(), guard.require_principal())
    if not found:
        return
    st.subheader("Open to you now")
    for one in found:
        label = f"{text.plain(one.subject.id)} – until {opening.moment(one.until_at)}"
        navigation.link("person", label, person=one.subject.id)


def headline(record: PersonRecord) -> None:
    """Say in one sentence what the record says, under it age, orders and plans, and what is left out."""
    st.title(text.plain(person_words.title(record)))
    st.write(text.plain(person_words.in_short(record)))
    if record.lead:
        lead = f"{record.lead.lead}, {record.lead.contact}."
        unsure = "" if record.lead.verified else " The force has not confirmed who that is."
        st.info(text.plain(f"Under 18. Before anything is done, speak to the safeguarding lead: {lead}{unsure}"))
    need = person_words.need(record)
    if need:
        st.write(text.plain(need))
    limits = person_words.limits(record)
    if limits:
        tables.note(limits)


def who(record: PersonRecord) -> None:
    """Print the identity beside what the person was in how many offences."""
    left, right = two_columns("person-who")
    found = record.identity
    with left:
        st.subheader("Who")
        withheld = "not shown to your role"
        rows: list[tuple[str, object]] = [
            ("Name", withheld if "name" in found.withheld else found.name),
            ("Born", withheld if "date of birth" in found.withheld else found.born_on and text.day(found.born_on)),
            ("Age", found.age_years),
            ("Sex as recorded", found.gender),
            ("Identifier", found.person_id),
        ]
        tables.facts("Identity", rows)
    with right:
        st.subheader("What the record says")
        heads = ("As", "Offences", "First", "Last")
        tables.table(
            "Facts of the record, by role in the offence", heads, map(person_words.standing, record.standings), (1,)
        )
        st.write(text.plain(person_words.harm(record)))


def history(record: PersonRecord) -> None:
    """Draw the roles over time with the orders under them, and the same as a table with a link to each offence."""
    st.subheader("History")
    rows = _timeline(record)
    if rows.empty:
        st.write("No part in an offence is recorded that you may see.")
        return
    people_charts.timeline(rows, alt="Offences by role over time, and orders; the table below holds the same.")
    tables.note("Filled: the record says convicted. Outlined: any other role. A bar: an order while it runs.")
    total = len(record.parts)
    with st.expander(f"The {text.in_words(total, 'entry', 'entries')} as a table", expanded=total <= 8):
        shown = record.parts[:_TABLE_ROWS]
        heads = ("When", "As", "Evidence, as assessed", "Offence", "Weapon", "Where", "Outcome", "Harm in days")
        caption = f"The latest {len(shown)} of {total:,}" if len(shown) < total else "Latest first"
        tables.table(caption, heads, map(_row, shown), numeric=(7,))
        _csv(record, "history")
    said = {part.offence_id: f"{part.when} – {part.offence}" for part in record.parts}
    navigation.offences(dict(islice(said.items(), _TABLE_ROWS)), "person-offence")


def associates(record: PersonRecord) -> None:
    """Draw who was suspected in the same offences, with counts; opening one of them asks for its own reason."""
    st.subheader("Suspected together with")
    st.write(text.plain(person_words.associates(record)))
    if not record.associates:
        return
    left, right = two_columns("person-associates")
    with left:
        people_charts.graph(_graph(record), alt="The person and associates; the table beside holds the same.")
    with right:
        rows = [
            (
                shown_name(one.name, is_child=one.is_child),
                one.person_id,
                one.together,
                text.day(one.last_on),
            )
            for one in record.associates
        ]
        tables.table("Most often first", ("Name", "Identifier", "Offences together", "Last"), rows, numeric=(2,))
        _csv(record, "associates")
    with st.container(horizontal=True):
        for one in record.associates:
            navigation.link("person", text.plain(one.name or one.person_id), person=one.person_id)
    tables.note("Each opens with a reason of its own.")


def where_and_when(record: PersonRecord) -> None:
    """Print the places of the offences, each leading to its page, and the part of the day."""
    left, right = two_columns("person-where")
    with left:
        st.subheader("Where")
        if not record.places:
            st.write("None of the offences has a usable location.")
        else:
            heads = ("Place", "As suspect", *(("As victim",) if record.sees_victims else ()), "Last")
            rows = [
                (one.name, one.suspected, *((one.victim,) if record.sees_victims else ()), text.day(one.last_on))
                for one in record.places[:_PLACES]
            ]
            first = f"The first {len(rows)} of " if len(rows) < len(record.places) else ""
            caption = f"{first}{text.counted(len(record.places), 'place')}, most offences first"
            tables.table(caption, heads, rows, numeric=range(1, len(heads) - 1))
            for one in record.places[:4]:
                navigation.link("place", text.plain(one.name), place=str(one.cell))
            _csv(record, "places")
    with right:
        st.subheader("When")
        st.write(text.plain(person_words.hours(record)))
        heads = ("Part of the day", "Monday to Friday", "Saturday and Sunday")
        tables.table("Offences as suspect or offender that have a clock time", heads, record.hours, numeric=(1, 2))


def orders(record: PersonRecord) -> None:
    """Print the orders and the problem-solving plans."""
    st.subheader("Orders")
    if not record.orders:
        st.write("No order or bail is recorded.")
    else:
        heads = ("Order", "State", "Made", "Ends or ended", "Breached", "Conditions")
        tables.table("Orders and bail, the latest first", heads, map(person_words.order, record.orders))
    st.subheader("The plan")
    if not record.plans:
        st.write("No problem-solving plan about this person is recorded.")
    for plan in record.plans:
        plans.plan(plan, record.today)


def method() -> None:
    """Fold what the parts of the page are made of."""
    with st.expander("How this is worked out"):
        st.write(
            "A role in an offence is a fact of the records system; how strong the evidence was graded is somebody’s"
            " assessment, and stands in a column of its own. Convicted is said only where the record says so for that"
            " offence. Associates are people with a role of suspect or offender in the same offence, in your areas."
            " Nothing here is a score, and nothing is predicted."
        )


def shown_name(name: str | None, *, is_child: bool) -> str | None:
    """Return a name for a table, or why there is none."""
    return name or ("under 18: name not shown" if is_child else None)


def _row(part: Part) -> tuple[object, ...]:
    return (
        part.when,
        person_words.STANDING[part.standing],
        person_words.EVIDENCE.get(part.evidence or "", part.evidence),
        part.offence,
        part.weapon,
        ", ".join(word for word in (part.street, part.area) if word) or None,
        part.outcome,
        None if part.harm_days is None else f"{part.harm_days:,.0f}",
    )


def _timeline(record: PersonRecord) -> pd.DataFrame:
    rows = [
        {
            "row": person_words.STANDING[one.standing],
            "starts_on": pd.Timestamp(part.dated_on),
            "ends_on": pd.NaT,
            "is_fact": part.standing == "convicted",
            "said": f"{part.when}: {part.offence}",
        }
        for one in record.standings
        for part in record.parts
        if part.standing == one.standing
    ]
    rows += [
        {
            "row": "Orders",
            "starts_on": pd.Timestamp(order.made_on),
            "ends_on": pd.Timestamp(order.ended_on or order.ends_on or record.today),
            "is_fact": True,
            "said": f"{person_words.ORDER[order.kind]}, {order.state}, made {text.day(order.made_on)}",
        }
        for order in record.orders
    ]
    return pd.DataFrame(rows)


def _graph(record: PersonRecord) -> pd.DataFrame:
    """Put the person in the middle and associates on a circle, the one with the most offences on top."""
    size = len(record.associates)
    at = {
        one.person_id: (math.sin(2 * math.pi * turn / size), math.cos(2 * math.pi * turn / size))
        for turn, one in enumerate(record.associates)
    }
    names = {one.person_id: one.name or one.person_id for one in record.associates}
    line = {"is_line": True, "label": "", "is_centre": False}
    mark = {"is_line": False, "x2": 0.0, "y2": 0.0}
    rows = [
        {**line, "x": 0.0, "y": 0.0, "x2": at[one.person_id][0], "y2": at[one.person_id][1], "together": one.together}
        | {"said": f"{text.in_words(one.together, 'offence')} together with {names[one.person_id]}"}
        for one in record.associates
    ]
    rows += [
        {**line, "x": at[a][0], "y": at[a][1], "x2": at[b][0], "y2": at[b][1], "together": together}
        | {"said": f"{names[a]} and {names[b]}: {text.in_words(together, 'offence')} together"}
        for a, b, together in record.between
    ]
    own = person_words.name(record)
    rows.append({**mark, "x": 0.0, "y": 0.0, "together": 0, "label": own, "is_centre": True, "said": own})
    rows += [
        {**mark, "x": x, "y": y, "together": 0, "label": names[key], "is_centre": False, "said": names[key]}
        for key, (x, y) in at.items()
    ]
    return pd.DataFrame(rows)


def _csv(record: PersonRecord, name: str) -> None:
    exports.links(f"person-{name}", f"Take the {name} away", {"person": record.identity.person_id})
