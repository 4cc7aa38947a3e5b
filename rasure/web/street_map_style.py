"""Colours and script of the street map's frame, which the page's own style sheet does not reach."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasure.web.theme import Palette

if TYPE_CHECKING:
    from branca.element import MacroElement

_CSS = Path(__file__).with_name("street_map.css").read_text(encoding="utf-8")
_GROUND = Path(__file__).with_name("street_map.js").read_text(encoding="utf-8")


def style_sheet(colours: Palette, ground: Mapping[str, str]) -> str:
    """Return the rules of the frame in the colours of a theme and of its basemap."""
    names = {
        "ink": colours.ink,
        "ground": colours.ground,
        "line": colours.line,
        "accent": colours.accent,
        "chosen": colours.accent,
        "data": colours.sequential[3],
        "on-data": "#ffffff" if ground["inside"] == "#ffffff" else "#17212b",
        "pale": colours.sequential[0],
        "inside": ground["inside"],
        "faint": ground["faint_label"],
        "halo": ground["halo"],
    }
    return ":root { " + " ".join(f"--{name}: {colour};" for name, colour in names.items()) + " }\n" + _CSS


def drawn_by_script(settings: dict[str, Any], rules: str) -> Iterator["MacroElement"]:
    """Yield what puts the style sheet into the frame and starts the script of the ground on the map it is added to."""
    from branca.element import MacroElement
    from jinja2 import Template

    element = MacroElement()
    element._name = "Ground"
    element.rules, element.ground, element.settings = rules, _GROUND, json.dumps(settings)
    element._template = Template(
        "{% macro header(this, kwargs) %}<style>{{ this.rules }}</style>{% endmacro %}"
        "{% macro script(this, kwargs) %}{{ this.ground }}({{ this._parent.get_name() }}, {{ this.settings }});"
        "{% endmacro %}"
    )
    yield element
