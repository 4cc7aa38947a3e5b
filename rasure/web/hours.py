"""The matrix of the Times page: hours by weekday, what it cannot say, and the offences behind a cell."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd
import streamlit as st

from rasure.access.scope import Scope
from rasure.places.breaks import class_of, even_breaks
from rasure.places.shrink import STRENGTH
from rasure.services import areas
from rasure.services.times import COARSE_BELOW, TOO_FEW, Asked, Counts, Incidents, Picture
from rasure.web import charts, reads, tables, text, theme

HOURS = tuple(f"{hour:02}" for hour in range(24))
BLOCKS = tuple(f"{hour:02}–{hour + 3:02}" for hour in range(0, 24, 3))
_ANY_DAY, _ANY_HOUR = "Pick a day", "Pick an hour"
#: A longer list scrolls by itself, so that what follows stays near.
_LIST_ROWS, _LIST_PX = 10, 440


def matrix(picture: Picture) -> None:
    """Draw the hours of the week, or three-hour blocks where hours would be noise, with the legend in words."""
    counts, blocks = picture.counts, picture.blocks
    values = picture.weights if blocks is None else 100 * blocks.shares
    slots = HOURS if blocks is None else BLOCKS
    breaks = even_breaks(values)
    chosen = _chosen(slots)
    cells = pd.DataFrame(
        [
            {
                "day": text.WEEKDAYS[day][:3],
                "slot": slots[slot],
                "chosen": chosen == (day, slot),
                "said": _cell_words(picture, day, slot),
            }
            for day, slot in np.ndindex(*values.shape)
        ]
    )
    cells["class"] = class_of(values.ravel(), breaks)
    charts.matrix(
        cells,
        f"Offences by weekday and hour, {counts.timed:,} in all. The table below holds the same figures.",
        key="matrix-hours" if blocks is None else "matrix-blocks",
        on_pick=_picked,
        is_faded=counts.timed < TOO_FEW,
    )
    title = "Offences an hour of the week" if blocks is None else "Share of the week, per cent"
    tables.legend(f"{title}, n = {counts.timed:,}", _legend(breaks), theme.palette().sequential[: len(breaks) + 1])
    for said in cautions(picture):
        tables.note(said)


def cautions(picture: Picture) -> list[str]:
    """Return what the matrix cannot say, in words with counts."""
    counts, blocks = picture.counts, picture.blocks
    said = []
    if counts.timed < TOO_FEW:
        said.append(
            f"Only {counts.timed} offences with a time, fewer than {TOO_FEW}: drawn faded, to be read as a hint."
        )
    if blocks is not None:
        few = counts.timed < COARSE_BELOW
        why = f"{counts.timed:,} offences are too few for 168 hours" if few else "For one place hours are too fine"
        pulled = (
            f" and their shares are pulled towards those of {blocks.towards} everywhere you may see"
            f" ({blocks.towards_timed:,} offences), which weigh as much as {STRENGTH:.0f} offences here"
            if blocks.towards
            else "; no larger selection has enough offences to pull their shares towards"
        )
        said.append(f"{why}, so three-hour blocks are shown{pulled}.")
    said += timed_words(counts)
    return said


def timed_words(counts: Counts) -> list[str]:
    """Return how the offences are timed, only what occurs."""
    of = f"of {counts.offences:,}"
    lines = (
        (counts.point, f"{counts.point:,} {of} offences have one time"),
        (counts.spread, f"{counts.spread:,} have a span of less than a week and are spread over it"),
        (counts.uniform, f"{counts.uniform:,} {of} have a span of a week or more and say nothing about the hour"),
        (counts.reversed, f"{counts.reversed:,} end before they begin, a fault of the data, and count at their start"),
        (counts.untimed, f"{counts.untimed:,} have no committed time and are left out"),
        (counts.month_only, f"{counts.month_only:,} give only the month and are left out"),
    )
    found = [words for count, words in lines if count]
    return ["; ".join(found) + "."] if found else []


def behind(scope: Scope, picture: Picture, asked: Asked) -> None:
    """List the offences behind a cell, picked in the matrix or here by keyboard."""
    slots = HOURS if picture.blocks is None else BLOCKS
    st.subheader("The offences behind an hour")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="cell-choice"):
        st.selectbox("Day", [_ANY_DAY, *text.WEEKDAYS], key="day", bind="query-params", width=180)
        st.selectbox("Hour", [_ANY_HOUR, *slots], key=_slot_key(slots), bind="query-params", width=180)
    chosen = _chosen(slots)
    if chosen is None:
        tables.note("Click a cell of the matrix, or pick a day and an hour, to see the offences whose time touches it.")
        return
    day, slot = chosen
    step = 24 // len(slots)
    hours = tuple(range(slot * step, (slot + 1) * step))
    found = reads.incidents(scope, asked, reads.version(), day, hours)
    span = f"{text.WEEKDAYS[day]} {slot * step:02}:00 to {(slot + 1) * step:02}:00"
    if not found.total:
        tables.note(f"{span}: no offence of this selection touches it.")
        return
    newest = f", the newest {len(found.rows)} of them" if found.total > len(found.rows) else ""
    uniform = picture.counts.uniform
    also = f" A span of a week or more touches every hour: those {uniform:,} are not listed." if uniform else ""
    tables.note("Weight is the share of the offence’s time span that lies in these hours." + also)
    with st.container(height=_LIST_PX if len(found.rows) > _LIST_ROWS else "content", border=False):
        _listed(found, f"{span}: {text.counted(found.total, 'offence')}{newest}")


def _listed(found: Incidents, caption: str) -> None:
    names = areas.names()
    tables.table(
        caption,
        ("Date", "Time", "Street or place", "Offence", "Area", "Weight"),
        [
            (
                text.day(row.started_at.date()),
                span_words(row.started_at, row.ended_at),
                row.street,
                row.group,
                names.get(row.lpa, row.lpa) if row.lpa else None,
                f"{row.weight:.2f}",
            )
            for row in found.rows
        ],
        numeric=(5,),
    )


def span_words(started_at: datetime, ended_at: datetime | None) -> str:
    """Write a time or a span: Fri 22:48; Fri 22:48–23:10; Fri 22:48 to Sun 09:00; Fri, some time that day."""
    start = f"{started_at:%a %H:%M}"
    if ended_at is None or ended_at == started_at:
        return start
    if ended_at < started_at:
        return f"{start}, recorded end before it"
    if started_at.time() == ended_at.time() == time(0) and ended_at - started_at == timedelta(days=1):
        return f"{started_at:%a}, some time that day"
    if ended_at.date() == started_at.date():
        return f"{start}–{ended_at:%H:%M}"
    far = f" {ended_at.day} {ended_at:%B}" if ended_at - started_at >= timedelta(days=6) else ""
    return f"{start} to {ended_at:%a %H:%M}{far}"


def _cell_words(picture: Picture, day: int, slot: int) -> str:
    blocks, timed = picture.blocks, picture.counts.timed
    if blocks is None:
        weight, run = picture.weights[day, slot], text.shift(day, slot, 1)
        return f"{run}: {weight:,.1f} of {timed:,} ({text.share(weight, timed)})"
    weight, run = blocks.weights[day, slot], text.shift(day, slot * 3, 3)
    return f"{run}: {weight:,.1f} of {timed:,}; shown as {100 * blocks.shares[day, slot]:.1f} % of the week"


def _legend(breaks: tuple[float, ...]) -> list[str]:
    """Return a label a class: fewest and most in words, the steps between by their lower bound."""
    steps = [f"{step:,.10g}" for step in breaks]
    if not steps:
        return ["any"]
    return [f"under {steps[0]}", *(f"{step}+" for step in steps[:-1]), f"{steps[-1]}+ most"]


def _slot_key(slots: Sequence[str]) -> str:
    return "hour" if len(slots) == len(HOURS) else "block"


def _chosen(slots: Sequence[str]) -> tuple[int, int] | None:
    """Return the chosen day and slot by number, once both are; on a first run they are only in the address."""
    day, slot = (st.session_state.get(key) or st.query_params.get(key, "") for key in ("day", _slot_key(slots)))
    if day not in text.WEEKDAYS or slot not in slots:
        return None
    return text.WEEKDAYS.index(day), slots.index(slot)


def _picked() -> None:
    """Take a clicked cell into the two selections; a click beside the cells takes both back."""
    for key, slots in (("matrix-hours", HOURS), ("matrix-blocks", BLOCKS)):
        state = st.session_state.get(key)
        if state is None:
            continue
        picked = next(iter(state.selection.get("cell") or ()), None)
        days = {name[:3]: name for name in text.WEEKDAYS}
        st.session_state["day"] = days.get(picked["day"], _ANY_DAY) if picked else _ANY_DAY
        st.session_state[_slot_key(slots)] = picked["slot"] if picked and picked["slot"] in slots else _ANY_HOUR
