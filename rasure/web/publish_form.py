"""Publishing a draft: as what, under which name, and what became of it."""

from collections.abc import Sequence

import streamlit as st

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import NotAllowed, RasureError
from rasure.services import publishing, wiring
from rasure.services.drafts import Draft, Spot
from rasure.services.publishing import Order
from rasure.web import draft_state, guard, reads, tasking_reads, text

_NEW, _NEXT = "A new set", "A new version of a set"
_WIDTH_PX = 520


def view(scope: Scope, draft: Draft, spots: Sequence[Spot]) -> None:
    """Draw the form, and above it what the last try came to."""
    st.subheader("Publish", anchor=False)
    said = st.session_state.get("draft-said")
    if said:
        (st.success if said[0] else st.warning)(text.plain(said[1]))
    held = {found.set_id: found for found in reversed(tasking_reads.versions(scope, reads.version()))}
    kinds = [_NEW, _NEXT] if held else [_NEW]
    at = kinds.index(draft_state.kept("kind", _NEW)) if draft_state.kept("kind", _NEW) in kinds else 0
    kind = st.radio("As", kinds, index=at, horizontal=True, **draft_state.field("kind"))
    if kind == _NEXT:
        ids = list(held)
        at = ids.index(draft_state.kept("set", ids[0])) if draft_state.kept("set", ids[0]) in held else 0
        st.selectbox(
            "Set",
            ids,
            index=at,
            format_func=lambda set_id: f"{held[set_id].name}, now version {held[set_id].version}",
            width=_WIDTH_PX,
            **draft_state.field("set"),
        )
    _text("Name of the set", "name", 100, "Winter nights 2026" if kind == _NEW else "As before")
    _text("Note", "note", 500, "What this set is for")
    sure = st.checkbox(
        "I have looked at these hot spots. A published version is never edited.",
        value=bool(draft_state.kept("sure", False)),
        **draft_state.field("sure"),
    )
    st.button(
        f"Publish {text.counted(len(spots), 'hot spot')}",
        type="primary",
        disabled=not (sure and spots),
        on_click=_publish,
        args=(draft,),
    )


def _text(label: str, name: str, most_chars: int, hint: str) -> None:
    st.text_input(
        label,
        value=str(draft_state.kept(name, "")),
        max_chars=most_chars,
        placeholder=hint,
        width=_WIDTH_PX,
        **draft_state.field(name),
    )


def _publish(draft: Draft) -> None:
    """Publish the draft as it was shown; a button can still be pressed after the right to it is gone."""
    try:
        principal = guard.principal()
        if principal is None:
            raise NotAllowed("Your session has ended. Sign in again; the draft is still here.")
        done = publishing.publish(wiring.store(), principal, _order(draft))
    except RasureError as error:
        st.session_state["draft-said"] = (False, error.message)
        return
    made = f"{text.counted(done.hot_spots, 'hot spot')} with {text.counted(done.patrol_areas, 'patrol area')}"
    said = f"Published as version {done.version} of {done.set_id}: {made}. {done.against}"
    st.session_state["draft-said"] = (True, said.strip())
    for name, value in (("sure", False), ("kind", _NEXT), ("set", done.set_id), ("shown", None)):
        draft_state.keep(name, value)
    draft_state.begin_again()


def _order(draft: Draft) -> Order:
    set_id = draft_state.kept("set", None) if draft_state.kept("kind", _NEW) == _NEXT else None
    name = draft_state.kept("name", "").strip()
    if set_id is not None and not name:
        admitted = guard.admit(Action.PUBLISH_SET)
        versions = tasking_reads.versions(admitted, reads.version())
        name = next((found.name for found in versions if found.set_id == set_id), "")
    return Order(draft, dict(draft_state.changes()), set_id, name, draft_state.kept("note", ""))
