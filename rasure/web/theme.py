"""One visual language: colours, sizes and the few rules Streamlit's own theme cannot hold."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme; data colours run from fewest to most and survive colour blindness and grey print."""

    chrome: str
    chrome_text: str
    ink: str
    muted: str
    line: str
    ground: str
    accent: str
    sequential: tuple[str, ...]
    neutral: str


LIGHT = Palette(
    chrome="#14314d",
    chrome_text="#ffffff",
    ink="#17212b",
    muted="#4d5965",
    line="#d5dae0",
    ground="#ffffff",
    accent="#0b5a8f",
    sequential=("#fce6b5", "#f8c36d", "#ee9449", "#d4603a", "#a63236", "#6d1a2c"),
    neutral="#b4bdc6",
)
DARK = Palette(
    chrome="#0a1017",
    chrome_text="#e8edf2",
    ink="#e8edf2",
    muted="#aab6c2",
    line="#33424f",
    ground="#0f1922",
    accent="#8cc4f0",
    sequential=("#4a2430", "#7a2c38", "#ab4238", "#d66a3c", "#f2a355", "#fcdf9c"),
    neutral="#5d6c79",
)

_HOUSE = Path(__file__).with_name("house.css").read_text(encoding="utf-8")


def palette() -> Palette:
    """Return the colours of the theme the reader has chosen."""
    return palette_of(theme_name())


def palette_of(name: str) -> Palette:
    return DARK if name == "dark" else LIGHT


def theme_name() -> str:
    return st.context.theme.type or "light"


def apply() -> None:
    """Put the house's own rules on the page."""
    colours = palette()
    names = ("chrome", "chrome_text", "ink", "muted", "line", "ground", "accent")
    properties = "".join(f"--{name.replace('_', '-')}: {getattr(colours, name)};" for name in names)
    st.html(f"<style>:root {{ {properties} }}\n{_HOUSE}</style>")
