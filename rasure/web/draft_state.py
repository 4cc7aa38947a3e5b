"""What an analyst is working on: kept in the session, not in the widgets, so that it outlives a page change."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from rasure.access.roles import Action
from rasure.places.outline import Shift
from rasure.services import drafts
from rasure.services.drafts import Change
from rasure.web import guard

_KEPT, _CHANGES = "draft-kept", "draft-changes"
#: Columns of the editable table, and what of a change each one says.
EDITED = {"Keep": "is_left_out", "Name": "name", "Contact": "contact", "Cap": "daily_cap", "Tasks": "tasks"}


def changes() -> dict[str, Change]:
    """Return what was said of each hot spot, by its key; a hot spot the rule gives again finds it again."""
    found: dict[str, Change] = st.session_state.setdefault(_CHANGES, {})
    return found


def kept(name: str, default: Any) -> Any:
    """Return what was last entered under a name."""
    return st.session_state.setdefault(_KEPT, {}).setdefault(name, default)


def keep(name: str, value: Any) -> None:
    """Keep a value under a name."""
    st.session_state.setdefault(_KEPT, {})[name] = value


def field(name: str, of: str = "") -> dict[str, Any]:
    """Return what a widget needs to keep what is entered under a name; its default must be what is kept.

    A default set through the session would reach a widget only once, and one that is drawn late would miss it. A
    widget that offers other options under another `of` begins anew.
    """
    key = f"draft-{name}{of}-{kept('round', 0)}"
    return {"key": key, "on_change": _entered, "args": (name, key)}


def begin_again() -> None:
    """Give every widget a new key, so that it shows what is kept and not what was last entered."""
    keep("round", kept("round", 0) + 1)


def shift_field(spot: str, way: str) -> dict[str, Any]:
    """Return what an input for how far a hot spot is moved needs; its default must be how far it is."""
    return {"key": f"draft-{way}-{spot}-{kept('round', 0)}", "on_change": _shifted, "args": (spot, way)}


def put_back(spot: str) -> None:
    """Forget how far a hot spot was moved."""
    guard.admit(Action.PUBLISH_SET)
    changes()[spot] = replace(changes().get(spot, Change()), shift=Shift())
    begin_again()


def _entered(name: str, key: str) -> None:
    keep(name, st.session_state[key])


def _shifted(spot: str, way: str) -> None:
    guard.admit(Action.PUBLISH_SET)
    change = changes().get(spot, Change())
    entered = float(st.session_state[shift_field(spot, way)["key"]] or 0.0)
    changes()[spot] = replace(change, shift=replace(change.shift, **{way: entered}))


def edited(table: str, spots: tuple[str, ...]) -> None:
    """Keep what was typed into the editable table; its callback. Rows are told apart by their place."""
    guard.admit(Action.PUBLISH_SET)
    for row, said in st.session_state[table]["edited_rows"].items():
        key = spots[int(row)]
        changes()[key] = said_of(changes().get(key, Change()), said)


def said_of(change: Change, said: Mapping[str, Any]) -> Change:
    """Return a change with what was typed into its row; an emptied cap is the usual one again."""
    values: dict[str, Any] = {EDITED[column]: value for column, value in said.items() if column in EDITED}
    if "is_left_out" in values:
        values["is_left_out"] = values["is_left_out"] is False
    if "daily_cap" in values:
        values["daily_cap"] = int(values["daily_cap"] or drafts.DEFAULT_CAP)
    for text in {"name", "contact", "tasks"} & set(values):
        values[text] = values[text] or ""
    return replace(change, **values)
