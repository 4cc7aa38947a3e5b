"""Publishing a set for tasking: choose places, see the hot spots they make, say what each needs, publish."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import NotAllowed, RasureError
from rasure.places import outline
from rasure.places.eligibility import INSTITUTION, NOT_PERSISTENT, TOO_FEW_EVENTS
from rasure.places.selection import FirstN, ShareOfScore
from rasure.services import areas, drafts, publishing, scoring, wiring
from rasure.services.drafts import Change, Draft, Rule, Spot
from rasure.services.drawing import lonlat_paths
from rasure.services.publishing import Order
from rasure.web import (
    draft_state,
    guard,
    outline_fitting,
    outline_maps,
    published_sets,
    reads,
    tables,
    tasking_reads,
    text,
)
from rasure.web.filters import WHOLE_FORCE, Choice

_MOST_PLACES = 500
_BY_NUMBER, _BY_SHARE = "The first places", "A share of the score"
_SHARES = {"10 %": 0.10, "25 %": 0.25, "50 %": 0.50}
_JOINED = {"All that touch": None, "Do not join": 1, "Up to 2": 2, "Up to 3": 3, "Up to 4": 4, "Up to 7": 7}
_NEW, _NEXT = "A new set", "A new version of a set"
_PAIRS_SAID = 4
_FIELD_PX = 520


def view(scope: Scope, choice: Choice) -> None:
    """Draw the draft and its publishing for those who may, and the published sets for everyone who sees hot spots."""
    if guard.may(Action.PUBLISH_SET):
        _work(guard.admit(Action.PUBLISH_SET), choice)
    published_sets.view(scope)


def _work(scope: Scope, choice: Choice) -> None:
    head = st.container()
    rule = _rule()
    draft = tasking_reads.draft(scope, choice.question, rule, reads.version())
    if not draft.spots:
        head.subheader("No place is eligible for tasking in this selection", anchor=False)
        tables.note(_refused(draft) + " Widen the period, or choose another area.")
        return
    changes = draft_state.changes()
    spots = drafts.kept(draft, changes)
    held = [_now(scope, draft, spot) for spot in spots]
    with head:
        st.subheader(_sentence(draft, spots, sum(n for n, _ in held), choice), anchor=False)
        tables.note(_how(draft, sum(n for n, _ in held)))
    _draft(spots, held)
    _warnings(draft, spots)
    _editor(draft)
    if spots:
        outline_fitting.view(scope, draft, spots)
    _publish_form(scope, draft, spots)


def _rule() -> Rule:
    """Draw the rule, and return what it says."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="draft-rule"):
        by = st.selectbox(
            "Choose by",
            [_BY_NUMBER, _BY_SHARE],
            key=draft_state.key_of("by", _BY_NUMBER),
            on_change=draft_state.entered,
            args=("by",),
            width=200,
        )
        if by == _BY_SHARE:
            share = st.selectbox(
                "Share",
                list(_SHARES),
                key=draft_state.key_of("share", "25 %"),
                on_change=draft_state.entered,
                args=("share",),
                width=150,
            )
        else:
            n = st.number_input(
                "How many",
                min_value=1,
                max_value=_MOST_PLACES,
                step=1,
                key=draft_state.key_of("n", 12),
                on_change=draft_state.entered,
                args=("n",),
                width=150,
            )
        joined = st.selectbox(
            "Join places",
            list(_JOINED),
            key=draft_state.key_of("joined", "All that touch"),
            on_change=draft_state.entered,
            args=("joined",),
            width=200,
        )
    return Rule(ShareOfScore(_SHARES[share]) if by == _BY_SHARE else FirstN(int(n)), _JOINED[joined])


def _sentence(draft: Draft, spots: Sequence[Spot], n: int, choice: Choice) -> str:
    places = sum(len(spot.cells) for spot in spots)
    whose = "the force’s" if choice.area == WHOLE_FORCE else f"{choice.area}’s"
    area = f" in {text.share(places, draft.cells_in_area)} of its area" if draft.cells_in_area else ""
    made = f"{text.number(places).capitalize()} {'place makes' if places == 1 else 'places make'}"
    held = "hold" if len(spots) != 1 else "holds"
    return (
        f"{made} {text.number(len(spots))} hot {'spot' if len(spots) == 1 else 'spots'} that {held}"
        f" {text.share(n, draft.n)} of {whose} violence{area}"
    )


def _how(draft: Draft, n: int) -> str:
    said = f"{n:,} of {draft.n:,} ranked offences. {_refused(draft)}"
    if not draft.reached:
        said += " The eligible places end before what was asked for: these are all there are."
    return said


def _refused(draft: Draft) -> str:
    rule = scoring.ELIGIBILITY
    words = {
        INSTITUTION: "at an institution",
        TOO_FEW_EVENTS: f"with fewer than {rule.min_events} offences",
        NOT_PERSISTENT: f"with offences in fewer than {rule.min_active_years} years",
    }
    said = [f"{draft.refused[reason]:,} {word}" for reason, word in words.items() if reason in draft.refused]
    return f"Places not eligible: {', '.join(said)}." if said else "Every ranked place is eligible."


def _draft(spots: Sequence[Spot], held: Sequence[tuple[int, float]]) -> None:
    """Draw the hot spots with the offences and the score each holds where it lies now."""
    changes = draft_state.changes()
    with st.container(key="map-and-table-draft"):
        left, right = st.columns([62, 38], gap="medium")
    if spots:
        with left:
            outline_maps.numbered(
                [lonlat_paths(outline.rings(drafts.ground_of(spot, changes))) for spot in spots],
                key="draft-map",
                alt="Map of the drafted hot spots by number. The table beside it lists the same.",
            )
    rows = []
    for number, (spot, (n, score)) in enumerate(zip(spots, held, strict=True), 1):
        joined = f", {len(spot.cells)} places" if len(spot.cells) > 1 else ""
        rows.append((number, f"{drafts.name_of(spot, changes)}{joined}", n, f"{score:.1f}"))
    with right:
        tables.table("The draft, best first", ("#", "Hot spot", "Offences", "Score"), rows, numeric=(0, 2, 3))


def _now(scope: Scope, draft: Draft, spot: Spot) -> tuple[int, float]:
    """Return the offences and the score of a hot spot where it lies now."""
    shift = draft_state.changes().get(spot.key, Change()).shift
    if shift.is_none:
        return spot.n, spot.score
    after = tasking_reads.fit(scope, draft.question, draft.rule, spot.key, shift, reads.version()).gain.after
    return after.n, after.score


def _warnings(draft: Draft, spots: Sequence[Spot]) -> None:
    changes = draft_state.changes()
    names = {spot.key: drafts.name_of(spot, changes) for spot in spots}
    pairs = drafts.close_pairs(draft, changes)
    shared = [pair for pair in pairs if pair.overlap_m2 > outline.SMALLEST_OVERLAP_M2]
    for pair in shared:
        said = f"{names[pair.first]} and {names[pair.second]} share {pair.overlap_m2 / 1e4:.2f} ha of ground."
        st.warning(text.plain(f"{said} They cannot be published like this: move one, or leave it out."))
    if spots and len(pairs) > len(shared):
        tables.note(
            f"{text.counted(len(pairs), 'pair')} of hot spots lie less than {2 * outline.RING_M:.0f} m apart: their"
            f" rings of {outline.RING_M:.0f} m overlap. In a trial the strip between them belongs to neither."
        )
        rows = [(names[pair.first], names[pair.second], f"{pair.distance_m:.0f}") for pair in pairs]
        heads = ("Hot spot", "Close to", "Metres apart")
        if len(rows) <= _PAIRS_SAID:
            tables.table("Rings that overlap", heads, rows, numeric=(2,))
        else:
            with st.expander(f"The {len(rows)} pairs whose rings overlap"):
                tables.table("Nearest first", heads, rows, numeric=(2,))
    if any(spot.lpa is None for spot in spots):
        st.warning("Some hot spots lie in no policing area. Leave them out, or load the boundaries first.")


def _editor(draft: Draft) -> None:
    """Draw the table to type into, and the same as a table to read."""
    changes, names = draft_state.changes(), areas.names()
    keys = tuple(spot.key for spot in draft.spots)
    st.subheader("What each hot spot needs", anchor=False)
    tables.note("Type into the table. Part tasks by |. A hot spot without a tick is left out of the set.")
    table = f"draft-table-{hash(keys)}"
    if table not in st.session_state:
        draft_state.keep("table", _typed(draft))
    st.data_editor(
        draft_state.kept("table", None),
        key=table,
        on_change=draft_state.edited,
        args=(table, keys),
        hide_index=True,
        num_rows="fixed",
        disabled=["#"],
        column_config={
            "#": st.column_config.NumberColumn(width=36),
            "Keep": st.column_config.CheckboxColumn(width=56),
            "Name": st.column_config.TextColumn(width=280, max_chars=200),
            "Contact": st.column_config.TextColumn(width=170, max_chars=200),
            "Cap": st.column_config.NumberColumn(width=60, min_value=1, max_value=publishing.MOST_CAP, step=1),
            "Tasks": st.column_config.TextColumn(width=360, max_chars=1000),
        },
    )
    with st.expander("What will be published, to read"):
        rows = [
            (
                number,
                drafts.name_of(spot, changes),
                names.get(spot.lpa or "", spot.lpa),
                len(spot.cells),
                said.contact or None,
                said.daily_cap,
                said.tasks.replace("|", "; ") or None,
                "left out" if said.is_left_out else "hexagons" if said.shift.is_none else "moved",
            )
            for number, spot in enumerate(draft.spots, 1)
            for said in [changes.get(spot.key, Change())]
        ]
        heads = ("#", "Hot spot", "Area", "Patrol areas", "Contact", "Most patrols a day", "Tasks", "Outline")
        tables.table("Every hot spot of the draft", heads, rows, numeric=(0, 3, 5))


def _typed(draft: Draft) -> pd.DataFrame:
    changes = draft_state.changes()
    said = [changes.get(spot.key, Change()) for spot in draft.spots]
    return pd.DataFrame(
        {
            "#": range(1, len(said) + 1),
            "Keep": [not change.is_left_out for change in said],
            "Name": [drafts.name_of(spot, changes) for spot in draft.spots],
            "Contact": [change.contact for change in said],
            "Cap": [change.daily_cap for change in said],
            "Tasks": [change.tasks for change in said],
        }
    )


def _publish_form(scope: Scope, draft: Draft, spots: Sequence[Spot]) -> None:
    st.subheader("Publish", anchor=False)
    said = st.session_state.get("draft-said")
    if said:
        (st.success if said[0] else st.warning)(text.plain(said[1]))
    held = {found.set_id: found for found in reversed(tasking_reads.versions(scope, reads.version()))}
    kind = st.radio(
        "As",
        [_NEW, _NEXT] if held else [_NEW],
        horizontal=True,
        key=draft_state.key_of("kind", _NEW),
        on_change=draft_state.entered,
        args=("kind",),
    )
    if kind == _NEXT:
        st.selectbox(
            "Set",
            list(held),
            format_func=lambda set_id: f"{held[set_id].name}, now version {held[set_id].version}",
            key=draft_state.key_of("set", next(iter(held))),
            on_change=draft_state.entered,
            args=("set",),
            width=_FIELD_PX,
        )
    st.text_input(
        "Name of the set",
        max_chars=100,
        key=draft_state.key_of("name", ""),
        on_change=draft_state.entered,
        args=("name",),
        placeholder="Winter nights 2026" if kind == _NEW else "As before",
        width=_FIELD_PX,
    )
    st.text_input(
        "Note",
        max_chars=500,
        key=draft_state.key_of("note", ""),
        on_change=draft_state.entered,
        args=("note",),
        placeholder="What this set is for",
        width=_FIELD_PX,
    )
    sure = st.checkbox("I have looked at these hot spots. A published version is never edited.", key="draft-sure")
    st.button(
        f"Publish {text.counted(len(spots), 'hot spot')}",
        type="primary",
        disabled=not (sure and spots),
        on_click=_publish,
        args=(draft,),
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
    st.session_state["draft-sure"] = False
    st.session_state["published-version"] = f"{done.set_id}, version {done.version}"
    for name, value in (("kind", _NEXT), ("set", done.set_id)):
        draft_state.keep(name, value)
        st.session_state[f"draft-{name}"] = value


def _order(draft: Draft) -> Order:
    set_id = draft_state.kept("set", None) if draft_state.kept("kind", _NEW) == _NEXT else None
    name = draft_state.kept("name", "").strip()
    if set_id is not None and not name:
        admitted = guard.admit(Action.PUBLISH_SET)
        versions = tasking_reads.versions(admitted, reads.version())
        name = next((found.name for found in versions if found.set_id == set_id), "")
    return Order(draft, dict(draft_state.changes()), set_id, name, draft_state.kept("note", ""))
