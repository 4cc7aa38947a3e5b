"""The parts of the Patrols page: headline and figures, compliance, the calendar of doses, units, gaps, outputs."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from rasure.api.patrols import parameters_of
from rasure.places.breaks import class_of, round_breaks
from rasure.services import patrol_words
from rasure.services.patrols import DEFAULT_DAYS, Modes, Picture, Share, Summary
from rasure.web import charts, exports, patrol_charts, tables, text, theme
from rasure.web.patrol_choice import Chosen

_CLASSES = 5
_GAPS_SHOWN = 10
_CALENDAR_ALT = "Minutes by place and day; the file below holds the same."
#: More days than these are drawn by week, and the calendar keeps to the last of them.
_DAYS_DRAWN = DEFAULT_DAYS


def nothing() -> None:
    """Say that nothing was ever assigned, and what brings it."""
    st.title("No patrols have been assigned yet")
    st.write("This page sets what patrols delivered against the days they were assigned to.")
    st.write("Load the hot spots, the allocation of days and the positions of officers, in this order:")
    st.code(
        "python -m rasure load hot-spots FILE\n"
        "python -m rasure load allocations FILE\n"
        "python -m rasure load pings FILE",
        language=None,
        wrap_lines=True,
    )


def headline(chosen: Chosen, picture: Picture) -> None:
    """Say in one sentence what was delivered, and the four figures it stands on."""
    st.title(text.unbroken(text.plain(patrol_words.title(picture, chosen.where))))
    whole = picture.whole
    tables.note(
        f"{chosen.words}. {text.counted(len(picture.names), 'hot spot')}; a place-day is one of them on one day."
    )
    if picture.days.empty:
        return
    dose, longest = whole.delivered.patrol_minutes, picture.gaps.iloc[0]
    planned = whole.planned_minutes / whole.delivered.patrol_days if whole.delivered.patrol_days else 0.0
    tables.figures(
        (
            (
                "Patrol days with a valid visit",
                patrol_words.percent(whole.compliance) or "–",
                patrol_words.of(whole.compliance, "patrol day"),
            ),
            (
                "Minutes a patrol day",
                patrol_words.minutes(dose) or "–",
                f"{planned:.0f} planned; {patrol_words.band(whole)}",
            ),
            (
                "Control days with police there",
                patrol_words.percent(whole.contamination) or "–",
                f"{patrol_words.of(whole.contamination, 'control day')}; tasked on {whole.contamination_tasked.part}",
            ),
            (
                "Longest without a visit",
                patrol_words.since(float(longest["since_hours"])),
                str(longest["name"]),
            ),
        )
    )


def over_time(chosen: Chosen, picture: Picture) -> None:
    """Draw compliance by day, or by week for a longer period."""
    is_long = len(picture.by_day) > _DAYS_DRAWN
    found = picture.by_week if is_long else picture.by_day
    each = "week" if is_long else "day"
    st.subheader(f"Patrol days with a valid visit, by {each}")
    rows = [
        {
            "starts_on": pd.Timestamp(starts_on),
            "value": summary.compliance.value,
            "low": summary.compliance.interval[0],
            "high": summary.compliance.interval[1],
            "said": patrol_words.of(summary.compliance, "patrol day"),
        }
        for starts_on, summary in found
    ]
    patrol_charts.shares(pd.DataFrame(rows), f"Compliance by {each}; the table below holds the same.", format="%-d %b")
    tables.note(
        "A patrol day counts when a tasked visit had at least ten minutes still or on foot. The pale bar is the 95 %"
        " interval of that share."
    )
    with st.expander(f"Every {each} as a table"):
        _summaries(each.capitalize(), [(text.day(on), summary) for on, summary in found])
        exports.links(f"patrols-by-{each}", "Download these", parameters_of(chosen.asked))


def by_area(chosen: Chosen, picture: Picture) -> None:
    """Set the areas, or the hot spots of the one chosen, beside each other, each with its interval."""
    one_area = len(picture.by_lpa) < 2
    found = _named_spots(picture) if one_area else [(lpa, summary) for lpa, summary in picture.by_lpa]
    st.subheader("By hot spot" if one_area else "By area")
    drawn = [(name, summary) for name, summary in found if summary.compliance.whole]
    if drawn:
        charts.intervals(
            pd.DataFrame(
                {
                    "label": [name for name, _ in drawn],
                    "value": [summary.compliance.value for _, summary in drawn],
                    "low": [summary.compliance.interval[0] for _, summary in drawn],
                    "high": [summary.compliance.interval[1] for _, summary in drawn],
                    "said": [patrol_words.of(summary.compliance, "patrol day") for _, summary in drawn],
                }
            ),
            "Share of patrol days with a valid visit and its 95 % interval; the table below holds the same.",
            x_title="Share of patrol days with a valid visit",
            x_format=".0%",
            rule_at=picture.whole.compliance.value or 0.0,
        )
        tables.note(
            "The dashed line is all of them together. Where an interval reaches it, the difference may be chance."
        )
    with st.expander("Delivered against assigned, as a table"):
        _summaries("Hot spot" if one_area else "Area", found)
        what = "patrols-by-hot-spot" if one_area else "patrols-by-area"
        exports.links(what, "Download these", parameters_of(chosen.asked))


def calendar(chosen: Chosen, picture: Picture) -> None:
    """Draw the dose of every place-day of the last weeks."""
    st.subheader("What each place received, day by day")
    since = chosen.asked.window.last_on - timedelta(days=_DAYS_DRAWN - 1)
    days = picture.days[picture.days["op_day"] >= since]
    breaks = round_breaks(days.loc[days["is_patrol"], "patrol_minutes"], classes=_CLASSES)
    colours = theme.palette().sequential
    classes = class_of(days["patrol_minutes"], breaks)
    is_patrol = days["is_patrol"].to_numpy(dtype=bool)
    colour = [
        None if not on else theme.palette().ground if not minutes else colours[int(number)]
        for on, minutes, number in zip(is_patrol, days["patrol_minutes"], classes, strict=True)
    ]
    drawn = pd.DataFrame(
        {
            "place": days["name"],
            "op_day": pd.to_datetime(days["op_day"]),
            "colour": colour,
            "has_dot": ~is_patrol & (days["visits"] > 0).to_numpy(),
            "said": [_said(row) for row in days.to_dict("records")],
        }
    )
    patrol_charts.calendar(
        drawn.sort_values(["place", "op_day"]), "Minutes by place and day; the file below holds the same."
    )
    steps = [f"under {breaks[0]:g}", *(f"{step:g}+" for step in breaks[:-1]), f"{breaks[-1]:g}+ most"] if breaks else []
    if steps:
        tables.legend("Patrol-minutes on a patrol day", steps, colours[: len(steps)])
    tables.note(
        "An empty square is a patrol day without any minute. No square is a control day; a dot on it means police were"
        " there for two minutes or more. Minutes count once however many officers are there."
    )
    exports.links("place-days", "Download every place-day", parameters_of(chosen.asked))


def made_of(picture: Picture) -> None:
    """Say how the time was spent, by tasked patrols and by everybody else, and what patrols recorded."""
    st.subheader("How the time was spent")
    rows = [_mode("Tasked patrols", picture.tasked), _mode("Other police there", picture.untasked)]
    heads = ("Officer-hours inside hot spots", "Still", "On foot", "In a vehicle", "Not known")
    tables.table("Each officer’s own time", heads, rows, (1, 2, 3, 4))
    tables.note(
        "Other police there is background: response cars stopping or passing, on any day. It is counted so that it is"
        " not mistaken for the patrols’ work."
    )
    st.subheader("What patrols recorded")
    if not picture.outputs:
        st.write("No patrol records are loaded for this period.")
        return
    outputs = [
        (lpa, told.patrols, told.spoken_to, told.searched, told.arrested, told.without_any)
        for lpa, told in picture.outputs
    ]
    columns = ("Area", "Patrols", "Spoken to", "Searched", "Arrested", "None of these")
    tables.table("Tasked patrols and what officers wrote of them", columns, outputs, (1, 2, 3, 4, 5))


def units(picture: Picture) -> None:
    """List what each unit gave, most valid visits first; units that were only passing are folded."""
    st.subheader("By unit")
    rows = [
        (row["unit"], row["valid"], row["visits"], *(_hours(row[name]) for name in _UNIT_HOURS), row["officers"])
        for row in picture.units.to_dict("records")
    ]
    is_tasked = picture.units["tasked_minutes"] > 0
    heads = ("Unit", "Valid visits", "Visits", "Patrol-hours", "of them tasked", "Officer-hours", "Officers")
    numeric = (1, 2, 3, 4, 5, 6)
    tasked = [row for row, chosen in zip(rows, is_tasked, strict=True) if chosen]
    tables.table("Units with tasked visits, most valid visits first", heads, tasked, numeric)
    tables.note("Two officers together for 15 minutes are 15 patrol-minutes and 30 officer-minutes.")
    if len(tasked) < len(rows):
        others = [row for row, chosen in zip(rows, is_tasked, strict=True) if not chosen]
        with st.expander("Units that were there without being tasked"):
            tables.table("Other units", heads, others, numeric)


def gaps(picture: Picture) -> None:
    """Say which places have been alone longest, and which reached their most visits a day."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Longest without a visit")
        rows = [
            (row["name"], row["lpa"], patrol_words.since(row["since_hours"]), _longest(row["longest_hours"]))
            for row in picture.gaps.head(_GAPS_SHOWN).to_dict("records")
        ]
        heads = ("Hot spot", "Area", "Since the last visit", "Longest gap before")
        tables.table(f"As of {patrol_words.moment(picture.at)}; visits of two minutes and more", heads, rows)
        tables.note("Days under control count as time too: then nobody is sent.")
    with right:
        st.subheader("Days at the limit")
        capped = [(picture.names[spot], summary) for spot, summary in picture.by_spot if summary.capped_days]
        if not capped:
            st.write("No hot spot reached its most tasked visits on any day of this period.")
            return
        capped.sort(key=lambda found: -found[1].capped_days)
        days = [(name, one.capped_days, one.delivered.patrol_days) for name, one in capped[:_GAPS_SHOWN]]
        tables.table(
            f"{text.counted(picture.whole.capped_days, 'place-day')} reached the most tasked visits a day; then the"
            " phone offers other places",
            *(("Hot spot", "Days at the limit", "Patrol days"), days, (1, 2)),
        )


def method() -> None:
    """Print the rules the figures are made by."""
    with st.expander("How this is counted"):
        st.write(
            "Visits are worked out from positions: inside is the outline of the hot spot and 20 metres around it."
            " Visits of all officers that overlap or touch are one run; a run of two minutes and more is a visit, a"
            " shorter one a passing. A visit belongs to the operational day it starts in, from 06:00, and is not cut at"
            " its end. It is tasked when the patrol app reported it or a tasked patrol record of the officer overlaps"
            " it."
        )
        st.write(
            "A visit is measured from its first to its last position inside, so it lasted a little longer than that."
            " The band runs from there to the time its officer was not seen elsewhere. Doubted visits are shown, and"
            " not counted."
        )


_UNIT_HOURS = ("patrol_minutes", "tasked_minutes", "officer_minutes")


def _named_spots(picture: Picture) -> list[tuple[str, Summary]]:
    return sorted((picture.names[spot], summary) for spot, summary in picture.by_spot)


def _summaries(head: str, found: Sequence[tuple[str, Summary]]) -> None:
    rows = [
        (
            name,
            f"{one.compliance.part:,} of {one.compliance.whole:,}",
            _interval(one.compliance),
            patrol_words.minutes(one.delivered.patrol_minutes),
            patrol_words.minutes(one.widest_minutes),
            f"{one.contamination.part:,} of {one.contamination.whole:,}",
            _interval(one.contamination),
            patrol_words.minutes(one.delivered.control_minutes),
            one.capped_days,
        )
        for name, one in found
    ]
    heads = (
        *(head, "Patrol days with a valid visit", "95 % interval", "Minutes a patrol day", "at most"),
        *("Control days with police", "95 % interval", "Minutes a control day", "Days at the limit"),
    )
    tables.table("Delivered against assigned", heads, rows, range(1, len(heads)))


def _interval(found: Share) -> str | None:
    return text.share_interval(*found.interval) if found.whole else None


def _said(row: Mapping[Hashable, Any]) -> str:
    minutes = patrol_words.minutes(row["patrol_minutes"])
    arm = "patrol day" if row["is_patrol"] else "control day"
    visits = text.counted(row["visits"], "visit")
    return f"{arm}: {minutes} minutes, {visits}, {row['valid_visits']} valid"


def _mode(name: str, found: Modes) -> tuple[str, ...]:
    return name, *(_hours(minutes) for minutes in (found.still, found.foot, found.vehicle, found.unknown))


def _hours(minutes: float) -> str:
    return f"{minutes / 60:,.1f}"


def _longest(hours: float) -> str | None:
    return patrol_words.since(hours) if hours == hours else None
