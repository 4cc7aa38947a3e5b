"""The parts of a place's page: the answer, where and how much, since when, at what hours, and with what."""

from calendar import day_name
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.places.aoristic import BLOCK_HOURS
from rasure.places.breaks import class_of, round_breaks
from rasure.services import place_words
from rasure.services.place_record import Hours, Peak, PlaceRecord, Quarter
from rasure.web import charts, exports, guard, navigation, street_map, tables, text, theme
from rasure.web.filters import Choice

_OFFERED = 10
_CLASSES = 5
_REASONS = {
    "": "may be chosen",
    "institution": "not enough without its institution",
    "too_few_events": "too few offences",
    "not_persistent": "offences in one year only",
}


def to_choose_from(choice: Choice, places: pd.DataFrame) -> None:
    """Offer the first places of the ranking when none is chosen."""
    st.title("Which place?")
    if places.empty:
        st.write("No place has an offence in this selection. Widen the period, or choose another area.")
        return
    tables.note(f"{choice.words}. Its first places; pick one here, or any hexagon on the Hot spots page.")
    for row in places.head(_OFFERED).to_dict("records"):
        label = f"{row['rank']} · {text.plain(row['place'])} – {text.counted(row['n'], 'offence')}"
        navigation.link("place", label, place=str(row["cell"]))
    navigation.link("hot_spots", "All places on the map")


def headline(choice: Choice, record: PlaceRecord) -> None:
    """Say in one sentence what the place is, and under it since when, its busiest hours, and the selection."""
    st.title(text.plain(place_words.title(record)))
    short = place_words.in_short(record)
    if short and record.standing:
        st.write(text.plain(short))
    tables.note(f"{choice.words}.")


def nothing(record: PlaceRecord) -> None:
    """Say why there is nothing to show of the place, and the way on."""
    st.write(text.plain(place_words.nothing(record)))
    if record.apart:
        navigation.link("institutions", "Open the Institutions page")
    navigation.link("hot_spots", "Back to the Hot spots page")


def where(scope: Scope, record: PlaceRecord) -> None:
    """Draw the place among its streets beside what its rank is made of."""
    left, right = two_columns("where", (58, 42))
    with left:
        street_map.draw(scope, record)
    with right:
        st.subheader("Why it is ranked")
        _standing(record)
    if record.apart:
        tables.note(place_words.apart(record.apart))
    for said in record.caveats:
        tables.note(said)


def when(record: PlaceRecord) -> None:
    """Draw since when it is hot beside the hours of its week."""
    left, right = two_columns("when")
    with left:
        _since_when(record)
    with right:
        _at_what_hours(record)


def _since_when(record: PlaceRecord) -> None:
    st.subheader("Since when")
    st.write(text.plain(place_words.since(record.since)))
    found = record.since.quarters
    charts.quarters(
        _bars([quarter for quarter in found if quarter.known_days]),
        alt="Offences in each quarter; the table below holds the same.",
    )
    tables.note(
        f"Offences a quarter. Filled: among the first {record.since.top} when the quarter began, by the events before"
        " it alone. Outlined: not among them, or too little before it to say. Dashed: part of the quarter is not known."
        " No bar: none of it is."
    )
    st.write(text.plain(place_words.trend(record.trend)))
    with st.expander("The quarters as a table"):
        rows = [
            (
                place_words.quarter(quarter),
                quarter.offences if quarter.known_days else None,
                _rank_said(quarter),
                "yes" if quarter.is_whole else "in part" if quarter.known_days else "not loaded",
            )
            for quarter in found
        ]
        tables.table(
            "Quarters, oldest first", ("Quarter", "Offences", "Rank when it began", "Known"), rows, numeric=(1,)
        )
        _csv(record, "quarters")


def _at_what_hours(record: PlaceRecord) -> None:
    st.subheader("At what hours")
    st.write(text.plain(place_words.peak(record)))
    found = record.hours
    if found is None:
        return
    breaks = round_breaks(100 * found.shares, classes=_CLASSES)
    charts.week(
        _week(found, breaks),
        alt="The week in three-hour blocks; the table below holds the same.",
        is_faded=found.is_faded,
    )
    steps = [f"under {breaks[0]:g}", *(f"{step:g}+" for step in breaks[:-1]), f"{breaks[-1]:g}+ most"]
    tables.legend("Share of the week, %", steps, theme.palette().sequential[: len(steps)])
    untimed = f" {found.untimed:,} more have no clock time." if found.untimed else ""
    tables.note(
        f"n = {found.timed:,}.{untimed} An offence known only as a span counts in every hour it covers."
        " Shares are drawn towards the usual week of all places as if 50 more offences had followed it."
    )
    with st.expander("The week as a table"):
        heads = ("Day", *(_block(block) for block in range(found.weights.shape[1])))
        rows = [(day_name[day], *(f"{weight:.1f}" for weight in found.weights[day])) for day in range(7)]
        caption = f"Offences by day and hour, {found.timed:,} in all"
        tables.table(caption, heads, rows, numeric=range(1, len(heads)))
        _csv(record, "hours")


def what(record: PlaceRecord) -> None:
    """Print the offence mix beside the premises inside, the latest offences, and how many people are recorded."""
    total = sum(group.offences for group in record.mix)
    left, right = two_columns("what")
    with left:
        st.subheader("What happens here")
        _mix(record, total)
    with right:
        st.subheader("Premises inside")
        _premises(record, total)
    st.subheader("Latest offences")
    latest = [(e.when, _capital(e.group), e.street, e.weapon, e.outcome) for e in record.recent]
    shown = f"The latest {len(latest)} of {total:,}, newest first" if len(latest) < total else "Newest first"
    tables.table(shown, ("When", "Offence", "Street", "Weapon", "Outcome"), latest)
    tables.note("Nobody is named here. A home is known by its street only.")
    _csv(record, "events")
    if guard.may(Action.LINK_PEOPLE):
        known = {e.offence_id: f"{e.when} – {_capital(e.group)}" for e in record.recent}
        navigation.offences(known, f"place-offence-{record.cell}")
    said = place_words.people(record)
    if said:
        tables.note(said)


def _mix(record: PlaceRecord, total: int) -> None:
    rows = [
        (
            _capital(group.name),
            group.offences,
            text.share(group.offences, total),
            None if group.harm_days is None else f"{group.harm_days:,.0f}",
        )
        for group in record.mix
    ]
    heads = ("Offences", "Count", f"Share of {total:,}", "Harm in days")
    tables.table("By group, the commonest first", heads, rows, numeric=(1, 2, 3))


def method(record: PlaceRecord) -> None:
    """Fold how the score comes about."""
    with st.expander("How this is worked out"):
        st.write(
            "The place is one hexagon of 5 hectares. Its score adds up every offence of the period, each counting 1 on"
            " the day and half after two years. Quarters and years are counted from everything known up to the day"
            " asked for, not only the period, and never across a change of the published map points. Two counts are"
            " compared by the exact conditional test with its 95 % interval."
        )
        if record.by_age:
            heads = ("Age of the offence", "Offences", "Weight they add")
            rows = [(_age(year.years_back), year.offences, f"{year.weight:.1f}") for year in record.by_age]
            tables.table("What the score is made of", heads, rows, numeric=(1, 2))


def two_columns(name: str, widths: tuple[int, int] = (50, 50)) -> tuple[DeltaGenerator, ...]:
    """Return two columns that stand one under the other where the screen is narrow."""
    with st.container(key=f"place-{name}"):
        return st.columns(widths, gap="large")


def _standing(record: PlaceRecord) -> None:
    found = record.standing
    if found is None:
        return
    rows: list[tuple[str, object]] = []
    if record.lpa_name:
        rows.append((f"Rank in {record.lpa_name}", f"{found.rank_in_lpa:,} of {found.of_in_lpa:,} places"))
    if record.question.lpa is None and found.of != found.of_in_lpa:
        rows.append(("Rank of all places", f"{found.rank:,} of {found.of:,}"))
    rows += [
        ("As a patrol place", _REASONS[found.reason]),
        ("Offences", f"{found.n:,}, the last dated {text.day(found.last_on)}"),
        ("Score, recent ones counting more", f"{found.score:.1f}, {text.share(found.score_share, 1)} of all ranked"),
        *(
            (f"– {_age(year.years_back).lower()}", f"{year.weight:.1f} from {year.offences:,}")
            for year in record.by_age
        ),
    ]
    if found.harm_days is None:
        rows.append(("Harm", "no weight for these categories"))
    else:
        rows.append(("Harm in days, recent counting more", f"{found.harm_days:,.0f}"))
        if found.top_event_share is not None:
            one = f"{text.share(found.top_event_share, 1)} of the harm"
            rows.append(
                ("Largest single offence", f"{one}: it decides the harm" if found.top_event_share > 0.5 else one)
            )
    tables.table("Its rank and what it rests on", ("", ""), rows)


def _premises(record: PlaceRecord, total: int) -> None:
    if not record.premises:
        tables.note("No premises with an offence are known inside.")
        return
    rows = [
        (
            one.name,
            _capital(one.kind.replace("_", " ")) + (" (institution)" if one.is_institution else ""),
            one.offences,
            text.share(one.offences, total),
        )
        for one in record.premises
    ]
    heads = ("Premises", "Kind", "Offences", f"Share of {total:,}")
    tables.table("Premises and institutions inside", heads, rows, numeric=(2, 3))


def _bars(found: Sequence[Quarter]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "starts_on": [pd.Timestamp(quarter.window.first_on) for quarter in found],
            "ends_on": [pd.Timestamp(quarter.window.last_on - timedelta(days=7)) for quarter in found],
            "offences": [quarter.offences for quarter in found],
            "is_chosen": [quarter.rank is not None for quarter in found],
            "is_whole": [quarter.is_whole for quarter in found],
            "said": [place_words.quarter(quarter) for quarter in found],
        }
    )


def _week(found: Hours, breaks: tuple[float, ...]) -> pd.DataFrame:
    days, blocks = found.weights.shape
    peak = set() if found.is_faded else _run(found.week, blocks)
    classes = class_of(100 * found.shares, breaks)
    colours = theme.palette().sequential
    return pd.DataFrame(
        [
            {
                "weekday": day_name[day][:3],
                "hours": _block(block),
                "colour": colours[classes[day, block]],
                "is_peak": day * blocks + block in peak,
                "said": f"{found.weights[day, block]:.1f} of {found.timed}",
            }
            for day in range(days)
            for block in range(blocks)
        ]
    )


def _run(peak: Peak, blocks: int) -> set[int]:
    first = (peak.weekday or 0) * blocks + peak.hour // BLOCK_HOURS
    return {int(np.mod(first + step, 7 * blocks)) for step in range(peak.hours // BLOCK_HOURS)}


def _block(block: int) -> str:
    return f"{block * BLOCK_HOURS}–{(block + 1) * BLOCK_HOURS}"


def _rank_said(quarter: Quarter) -> object:
    if not quarter.is_judged:
        return "too little before it"
    return quarter.rank if quarter.rank is not None else "not among the first"


def _age(years_back: int) -> str:
    return "The last year" if years_back == 0 else f"{_capital(text.ordinal(years_back + 1))} year back"


def _csv(record: PlaceRecord, name: str) -> None:
    exports.links(f"place-{name}", "Download", parameters_of(record.question) | {"place": str(record.cell)})


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
