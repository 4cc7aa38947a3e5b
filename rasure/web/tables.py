"""Tables as real HTML: readable by a screen reader, aligned, never a picture of a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from rasure.web.text import unbroken

#: A table with so many columns scrolls sideways on a phone rather than squeezing its words.
_WIDE_FROM = 5


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address of this server; without one they are words."""

    text: str
    address: str | None

    def html(self) -> str:
        """Return it as HTML, escaped."""
        return f'<a href="{escape(self.address)}">{escape(self.text)}</a>' if self.address else escape(self.text)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]], numeric: Sequence[int] = ()) -> None:
    """Draw a table; `numeric` names the columns (from 0) that are numbers. Every text is escaped."""
    marks = ["n" if index in numeric else "" for index in range(len(heads))]
    head = "".join(
        f'<th scope="col" class="{mark}">{escape(name)}</th>' for name, mark in zip(heads, marks, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{mark}">{_cell(value)}</td>' for value, mark in zip(row, marks, strict=True))
        + "</tr>"
        for row in rows
    )
    wide = " wide" if len(heads) >= _WIDE_FROM else ""
    st.html(
        f'<div class="rasure-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="rasure{wide}">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain values, None where a value is missing."""
    known = frame.astype(object).where(frame.notna(), None)
    found: list[dict[str, Any]] = known.to_dict("records")  # type: ignore[assignment]
    return found


def facts(caption: str, rows: Iterable[tuple[str, object]]) -> None:
    """Draw a table of a thing's facts: a name and a value a row; an empty value is a dash."""
    body = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{_cell(value)}</td></tr>' for name, value in rows)
    st.html(f'<table class="rasure facts"><caption>{escape(caption)}</caption><tbody>{body}</tbody></table>')


def note(said: str) -> None:
    """Draw a sentence in the quieter voice."""
    st.html(f'<p class="rasure-note">{escape(said)}</p>')


def figures(shown: Sequence[tuple[str, str | Link, str]]) -> None:
    """Draw a row of at most four figures: what each is, the figure, and its counts or interval in smaller type."""
    drawn = "".join(
        f"<div><dt>{escape(name)}</dt><dd><b>{_cell(figure)}</b><span>{escape(unbroken(under))}</span></dd></div>"
        for name, figure, under in shown
    )
    st.html(f'<dl class="rasure-figures">{drawn}</dl>')


def legend(title: str, labels: Sequence[str], colours: Sequence[str]) -> None:
    """Draw the colour scale of a map: a step a class, its numbers under it."""
    steps = "".join(
        f'<li><i style="background:{colour}"></i>{escape(label)}</li>'
        for label, colour in zip(labels, colours, strict=True)
    )
    st.html(f'<div class="rasure-legend"><span>{escape(title)}</span><ol>{steps}</ol></div>')


def marks(title: str, labels: Sequence[str], colours: Sequence[str], *, outlined: str) -> None:
    """Draw the marks of a map that are not a scale: each a patch beside its words, one of them outlined."""
    drawn = "".join(
        f'<li><i class="{"outlined" if label == outlined else ""}" style="background:{colour}"></i>{escape(label)}</li>'
        for label, colour in zip(labels, colours, strict=True)
    )
    st.html(f'<div class="rasure-legend rasure-marks"><span>{escape(title)}</span><ol>{drawn}</ol></div>')


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, Link):
        return value.html()
    if isinstance(value, int):
        return f"{value:,}"
    return escape(str(value))
