"""The Times page but for its matrix and its days: headline, what is refused, shifts, tables, the method."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from rasure.api.times import parameters_of
from rasure.places.shifts import Shift
from rasure.services.times import DEFAULT_WINDOW_H, TOO_FEW, WINDOWS_H, Asked, Counts, Picture
from rasure.terms import Measure
from rasure.web import charts, exports, hours, tables, text
from rasure.web.filters import WHOLE_FORCE, Choice
from rasure.web.hot_spots import Place


def asked(choice: Choice, place: Place | None) -> Asked:
    """Return what is asked: the selection, the chosen place, and the length of shift the reader last chose.

    Times are counted, so the measure places are ranked by changes nothing.
    """
    chosen = str(st.session_state.get("shift", st.query_params.get("shift", ""))).removesuffix(" hours")
    return Asked(
        question=replace(choice.question, measure=Measure.COUNT),
        cell=None if place is None else int(place["cell"]),
        window_h=int(chosen) if chosen in map(str, WINDOWS_H) else DEFAULT_WINDOW_H,
    )


def where(choice: Choice, place: Place | None) -> str:
    """Return whose violence is meant, as the sentences say it."""
    if place is not None:
        return f"the violence at {place['place']}"
    return "the force’s violence" if choice.area == WHOLE_FORCE else f"{choice.area}’s violence"


def sentence(picture: Picture, whose: str) -> str:
    """Return the finding: which run of hours holds how much, or why that cannot be said."""
    counts = picture.counts
    if counts.is_by_month:
        return "Published data give only the month: hours and weekdays cannot be told"
    if not counts.offences:
        return f"No offences in this selection of {whose}"
    if picture.peak is None:
        return f"No committed times are known for {whose}"
    if counts.timed < TOO_FEW:
        return f"Too few offences to tell the hours apart: {counts.timed} of {whose}"
    peak = picture.peak
    run = text.shift(peak.weekday, peak.hour, peak.hours)
    share, of_week = text.share(peak.weight, counts.timed), text.share(peak.of_the_week, 1)
    return f"{run} holds {share} of {whose} in {_whole(of_week)} of the week"


def headline(choice: Choice, picture: Picture, place: Place | None) -> None:
    """Say the finding in one sentence, and under it the selection, the counts and how sure the share is."""
    st.title(text.unbroken(text.plain(sentence(picture, where(choice, place)))))
    counts, window = picture.counts, picture.window
    said = choice.words if not place else f"{place['place']} · {choice.words}"
    if picture.cut_at_break:
        said += f", of which {text.day(window.first_on)} to {text.day(window.last_on)} can be used"
    said += f". {text.counted(counts.offences, 'offence')}"
    if counts.timed and picture.peak:
        low, high = picture.peak.interval
        said += (
            f", {counts.timed:,} with a committed time; {picture.peak.weight:,.0f} of these fall in that run of hours"
            f" (95 % interval {text.share_interval(low, high)})"
        )
    tables.note(f"{said}. Offences at institutions are included.")


def refused(counts: Counts) -> None:
    """Say why hours are refused, and what would bring them."""
    st.write(
        f"All {counts.offences:,} offences of this selection come from published data, which give the month of an"
        " offence and no day or clock time. Hours, weekdays, bank holidays and school days would be inventions, so they"
        " are not shown. What the months can tell is below."
    )
    st.write("Load an extract of the records system to see them: its committed times say when.")


def nothing_timed(counts: Counts) -> None:
    """Say what to change when a selection has no time of day to show."""
    if counts.offences:
        st.write(f"None of the {counts.offences:,} offences has a committed time. What their dates can tell is below.")
    else:
        st.write("Widen the period, choose another area, or include all offences and all times of day.")


def only_one_place(choice: Choice) -> None:
    """Offer the way back from one place to the whole selection."""
    whole = "the whole force" if choice.area == WHOLE_FORCE else f"all of {text.plain(choice.area)}"
    st.button(f"Show {whole}", on_click=_every_place)


def shift_answers(picture: Picture) -> None:
    """Answer which shift covers most: of every day, and for each weekday, with intervals."""
    options = [f"{length} hours" for length in WINDOWS_H]
    st.selectbox(
        "Length of the shift", options, index=WINDOWS_H.index(DEFAULT_WINDOW_H), key="shift", bind="query-params"
    )
    if picture.every_day is None:
        return
    daily = picture.every_day
    low, high = daily.interval
    run = text.shift(None, daily.hour, daily.hours)
    st.write(
        f"**{run[0].upper()}{run[1:]} covers most**: {text.share(daily.weight, picture.counts.timed)} of the offences"
        f" ({daily.weight:,.0f} of {picture.counts.timed:,}; {text.share_interval(low, high)})"
        f" in {_whole(text.share(daily.of_the_week, 1))} of the hours."
    )
    rows = pd.DataFrame(
        [
            {
                "label": _short(shift),
                "value": shift.share,
                "low": shift.interval[0],
                "high": shift.interval[1],
                "said": _shift_words(shift, picture.counts),
            }
            for shift in picture.by_weekday
        ]
    )
    charts.intervals(
        rows,
        "Share of all offences in the best shift of each weekday, with 95 % intervals. The table below holds the same.",
        x_title="Share of all offences, best shift of each weekday",
        x_format=".0%",
        rule_at=daily.hours / 168,
    )
    tables.note(
        f"Dashed: {_whole(text.share(daily.hours / 168, 1))}, what {daily.hours} hours would hold were all hours alike."
    )


def hour_tables(picture: Picture, asked: Asked) -> None:
    """Print the matrix and the shifts as tables, with their download."""
    blocks, counts = picture.blocks, picture.counts
    with st.expander("These hours and shifts as tables"):
        if blocks is None:
            rows = [
                (day, *(f"{weight:,.1f}" for weight in picture.weights[number]))
                for number, day in enumerate(text.WEEKDAYS)
            ]
            caption = f"Offences by weekday and hour; a span counts in parts; {counts.timed:,} in all"
            tables.table(caption, ("Day", *hours.HOURS), rows, numeric=range(1, 25))
        else:
            rows = [
                (
                    day,
                    *(
                        f"{weight:,.1f} · {100 * share:.1f} %"
                        for weight, share in zip(blocks.weights[number], blocks.shares[number], strict=True)
                    ),
                )
                for number, day in enumerate(text.WEEKDAYS)
            ]
            caption = (
                f"Offences as they are (a span counts in parts, {counts.timed:,} in all) · share of the week as shown"
            )
            tables.table(caption, ("Day", *hours.BLOCKS), rows, numeric=range(1, 9))
        tables.table(
            "The best shift of each weekday",
            ("Shift", "Offences", "Share of all", "95 % interval"),
            [
                (
                    text.shift(shift.weekday, shift.hour, shift.hours),
                    f"{shift.weight:,.0f} of {counts.timed:,}",
                    text.share(shift.weight, counts.timed),
                    text.share_interval(*shift.interval),
                )
                for shift in picture.by_weekday
            ],
            numeric=(1, 2, 3),
        )
        exports.links("times", "Download the hours", parameters_of(asked))


def method(picture: Picture) -> None:
    """Fold away how hours, shifts and intervals are worked out."""
    with st.expander("How hours and shifts are worked out"):
        st.write(
            "Local time, Monday first. An offence with one time counts 1 in its hour. One known to lie between two"
            " times counts in each hour by the share of its span that lies there (aoristic weight, Ratcliffe 2002);"
            " elapsed time is exact when clocks change. One known to a day only is spread over that day."
        )
        st.write(
            "A shift is the run of hours with most weight, the earliest on a tie. Intervals are Wilson’s at 95 % and"
            " take offences as independent, which incidents of one night are not quite. They rest on"
            f" {picture.effective:,.0f} of the {picture.counts.timed:,} timed offences: one whose span is longer than"
            " the shift counts only by how much of it would fit. A shift chosen because it holds most will hold a"
            " little less next time."
        )
        st.write("It describes recorded offences; it does not predict.")


def _short(shift: Shift) -> str:
    day = text.WEEKDAYS[shift.weekday or 0][:3]
    return f"{day} {shift.hour:02}–{(shift.hour + shift.hours) % 24:02}"


def _shift_words(shift: Shift, counts: Counts) -> str:
    run = text.shift(shift.weekday, shift.hour, shift.hours)
    share = f"{text.share(shift.weight, counts.timed)} ({text.share_interval(*shift.interval)})"
    return f"{run}: {shift.weight:,.0f} of {counts.timed:,}, {share}"


def _whole(share: str) -> str:
    """Return a share of the week without decimals: it is a round thing."""
    return f"{float(share.removesuffix(' %')):.0f} %"


def _every_place() -> None:
    st.query_params.pop("place", None)
    st.session_state.pop("chosen-place", None)
