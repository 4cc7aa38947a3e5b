"""What is being done at a place: who leads, the plan, the patrols, and counts before and since publication."""

import streamlit as st

from rasure.access.scope import Scope
from rasure.services import patrol_words, place_words
from rasure.services.place_record import PlaceRecord, SincePublished
from rasure.web import patrol_reads, plans, tables, text
from rasure.web.place import two_columns


def doing(scope: Scope, record: PlaceRecord) -> None:
    """Print who leads here, the plan, the patrols, and counts before and since publication."""
    left, right = two_columns("doing")
    with left:
        st.subheader("What is being done")
        _tasking(scope, record)
    with right:
        st.subheader("The plan")
        if not record.plans:
            st.write("No problem-solving plan is recorded for this place.")
        for plan in record.plans:
            plans.plan(plan, record.question.as_of)


def _tasking(scope: Scope, record: PlaceRecord) -> None:
    found = record.tasked
    if found is not None:
        rows: list[tuple[str, object]] = [
            ("Hot spot", f"{found.name} ({text.counted(found.patrol_areas, 'patrol area')})"),
            ("Set", f"{found.set_name}, version {found.version}, published {text.day(found.published_on)}"),
            ("Contact", found.contact),
            ("Most patrols a day", found.daily_cap),
            ("Tasks", "; ".join(found.tasks) or None),
        ]
        tables.facts("In the latest published set", rows)
        if not found.is_latest_version:
            tables.note("A later version of this set no longer holds the place.")
    st.write(text.plain(place_words.dose(record)))
    dose = patrol_reads.of_cell(scope, record.cell, patrol_reads.version())
    if dose is not None:
        st.write(text.plain(patrol_words.place_dose(dose)))
    _before_after(record.since_published, place_words.before_after(record))


def _before_after(found: SincePublished | None, said: str) -> None:
    if found is None:
        return
    st.write(text.plain(said))
    years = [*found.before, *found.after]
    if not years:
        return
    rows = [
        (
            "Since" if year in found.after else "Before",
            f"{text.day(year.window.first_on)} to {text.day(year.window.last_on)}",
            year.days,
            year.offences,
        )
        for year in years
    ]
    tables.table(
        "Years counted from the day of publication", ("", "Days", "Days known", "Offences"), rows, numeric=(2, 3)
    )
