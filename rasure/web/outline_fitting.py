"""Fitting a hot spot's outline to the ground: move it, turn it, and see what it gains."""

from collections.abc import Sequence

import streamlit as st

from rasure.access.scope import Scope
from rasure.places import outline
from rasure.places.outline import Outline
from rasure.services import drafts, publishing
from rasure.services.drafts import Change, Draft, Spot
from rasure.services.fitting import Fit
from rasure.web import draft_state, outline_maps, reads, tables, tasking_reads, text

_WAYS = (
    ("east_m", "Metres east", publishing.MOST_NUDGE_M, 10.0),
    ("north_m", "Metres north", publishing.MOST_NUDGE_M, 10.0),
    ("clockwise_deg", "Degrees clockwise", publishing.MOST_TURN_DEG, 5.0),
)


def view(scope: Scope, draft: Draft, spots: Sequence[Spot]) -> None:
    """Draw one hot spot where it lies and where it was moved to, with what comes and goes."""
    st.subheader("Fit the outline", anchor=False)
    spot = _chosen(spots)
    shift = _shift(spot)
    fit = tasking_reads.fit(scope, draft.question, draft.rule, spot.key, shift, reads.version())
    st.markdown(f"**{text.plain(sentence(fit, outline.area_m2(Outline(spot.cells)), is_moved=not shift.is_none))}**")
    with st.container(key="map-and-table-outline"):
        left, right = st.columns([62, 38], gap="medium")
    with left:
        outline_maps.moved(
            fit.before,
            fit.after,
            fit.points,
            key=f"outline-map-{spot.key}",
            alt="Map of the outline before and after, and the offences around it. The table beside it holds the sums.",
        )
        tables.note(
            "Thin line: the hexagons. Thick line: the outline now. Dots are offences, larger where several share a"
            " point: solid inside, hollow lost, coloured gained, grey outside."
        )
    with right:
        _sums(fit)
        tables.note(
            "An outline fitted to past offences flatters itself: part of any gain is chance. Move it to follow a"
            " street, a square or a fence, not to chase dots."
        )
        if draft.month_only:
            tables.note(
                "Published points are anonymised: each stands for a whole street, not for where something happened."
                " Do not fit an outline to them."
            )


def sentence(fit: Fit, area_m2: float, *, is_moved: bool) -> str:
    """Say what moving an outline gains and loses."""
    gain = fit.gain
    ground = f"{area_m2 / 1e4:.1f} ha"
    if not is_moved:
        held = text.counted(gain.before.n, "offence")
        return f"Where it lies it holds {held} in {ground}. Move it to see what it gains."
    said = f"+{gain.gained:,} offences, −{gain.lost:,}: {gain.before.n:,} → {gain.after.n:,} in the same {ground}"
    change = gain.after.score - gain.before.score
    if gain.before.score <= 0 or abs(change) < 1e-9:
        return f"{said}; the score stays {gain.after.score:.1f}."
    more = "more" if change > 0 else "less"
    scores = f"{gain.before.score:.1f} → {gain.after.score:.1f}"
    return f"{said}; {text.share(abs(change), gain.before.score)} {more} score ({scores})."


def _chosen(spots: Sequence[Spot]) -> Spot:
    by_key = {spot.key: spot for spot in spots}
    numbers = {spot.key: number for number, spot in enumerate(spots, 1)}
    changes, fitted = draft_state.changes(), draft_state.kept("fitted", spots[0].key)
    key = st.selectbox(
        "Hot spot",
        list(by_key),
        index=numbers.get(fitted, 1) - 1,
        format_func=lambda own: f"{numbers[own]} · {drafts.name_of(by_key[own], changes)}",
        width=520,
        **draft_state.field("fitted", of=str(hash(tuple(by_key)))),
    )
    return by_key[key]


def _shift(spot: Spot) -> outline.Shift:
    """Draw the three inputs and return how far the hot spot is moved."""
    held = draft_state.changes().get(spot.key, Change()).shift
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="draft-shift"):
        for way, label, most, step in _WAYS:
            st.number_input(
                label,
                value=float(getattr(held, way)),
                min_value=-most,
                max_value=most,
                step=step,
                format="%.0f",
                width=170,
                **draft_state.shift_field(spot.key, way),
            )
        st.button("Put it back", on_click=draft_state.put_back, args=(spot.key,), disabled=held.is_none)
    return held


def _sums(fit: Fit) -> None:
    before, after = fit.gain.before, fit.gain.after
    rows = [
        ("Offences", f"{before.n:,}", f"{after.n:,}"),
        ("Score", f"{before.score:.1f}", f"{after.score:.1f}"),
        ("Share of all ranked harm", _share(fit.harm_share_before), _share(fit.harm_share_after)),
        ("Offences gained", None, f"{fit.gain.gained:,}"),
        ("Offences lost", None, f"{fit.gain.lost:,}"),
    ]
    tables.table("What the outline holds", ("Measure", "As hexagons", "Now"), rows, numeric=(1, 2))


def _share(value: float | None) -> str | None:
    return None if value is None else text.share(value, 1.0)
