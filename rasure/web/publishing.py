"""Publishing a set for tasking: choose places, see the hot spots they make, say what each needs, publish."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.places import grid, outline
from rasure.places.eligibility import INSTITUTION, NOT_PERSISTENT, TOO_FEW_EVENTS
from rasure.places.selection import FirstN, ShareOfScore
from rasure.services import areas, drafts, publishing, scoring
from rasure.services.drafts import Change, Draft, Rule, Spot
from rasure.services.drawing import lonlat_paths
from rasure.web import (
    draft_state,
    guard,
    outline_fitting,
    outline_maps,
    publish_form,
    published_sets,
    reads,
    tables,
    tasking_reads,
    text,
)
from rasure.web.filters import WHOLE_FORCE, Choice

_MOST_PLACES, _USUAL_PLACES = 500, 12
_BY_NUMBER, _BY_SHARE = "The first places", "A share of the score"
_SHARES = {"10 %": 0.10, "25 %": 0.25, "50 %": 0.50}
_JOINED = {"All that touch": None, "Do not join": 1, "Up to 2": 2, "Up to 3": 3, "Up to 4": 4, "Up to 7": 7}
_PAIRS_SAID = 4
#: A share of the area under it would be written as nothing.
_LEAST_SHARE = 0.0001


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
    publish_form.view(scope, draft, spots)


def _rule() -> Rule:
    """Draw the rule, and return what it says."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="draft-rule"):
        by = _one("Choose by", [_BY_NUMBER, _BY_SHARE], "by", _BY_NUMBER, 200)
        if by == _BY_SHARE:
            choose: FirstN | ShareOfScore = ShareOfScore(_SHARES[_one("Share", list(_SHARES), "share", "25 %", 150)])
        else:
            n = st.number_input(
                "How many",
                value=int(draft_state.kept("n", _USUAL_PLACES)),
                min_value=1,
                max_value=_MOST_PLACES,
                step=1,
                width=150,
                **draft_state.field("n"),
            )
            choose = FirstN(int(n))
        joined = _one("Join places", list(_JOINED), "joined", "All that touch", 200)
    return Rule(choose, _JOINED[joined])


def _one(label: str, options: list[str], name: str, usual: str, width_px: int) -> str:
    at = options.index(draft_state.kept(name, usual))
    chosen: str = st.selectbox(label, options, index=at, width=width_px, **draft_state.field(name))
    return chosen


def _sentence(draft: Draft, spots: Sequence[Spot], n: int, choice: Choice) -> str:
    places = sum(len(spot.cells) for spot in spots)
    whose = "the force’s" if choice.area == WHOLE_FORCE else f"{choice.area}’s"
    ground = f" on {places * grid.area_m2() / 1e4:.0f} ha"
    if draft.cells_in_area and places >= _LEAST_SHARE * draft.cells_in_area:
        ground += f", {text.share(places, draft.cells_in_area)} of its area"
    made = f"{text.number(places).capitalize()} {'place makes' if places == 1 else 'places make'}"
    held = "hold" if len(spots) != 1 else "holds"
    return (
        f"{made} {text.number(len(spots))} hot {'spot' if len(spots) == 1 else 'spots'} that {held}"
        f" {text.share(n, draft.n)} of {whose} violence{ground}"
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
