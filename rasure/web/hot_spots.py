"""The parts of the hot-spot page: headline, map, ranked table, the chosen place, what it cannot say, the method."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.places import grid
from rasure.services import patrol_words
from rasure.services.hot_spots import Picture, as_rows
from rasure.terms import Measure
from rasure.web import exports, maps, navigation, overlays, patrol_reads, reads, tables, text, theme
from rasure.web.filters import WHOLE_FORCE, Choice

TOP = 50
_TABLE_ROWS = 20
_MAP_HEIGHT_PX = 560
#: One row of a ranking: rank, cell, n, score, value, last_on, lon, lat, lpa, street, place.
Place = dict[str, Any]

_MEASURE_WORDS = {
    Measure.COUNT: "Offences, recent ones counting more",
    Measure.HARM: "Harm in days, recent offences counting more",
    Measure.SQRT_HARM: "Square-root harm, recent offences counting more",
}


def headline(choice: Choice, picture: Picture) -> None:
    """Say in one sentence how concentrated the violence is, and under it from what."""
    where = "the force’s violence" if choice.area == WHOLE_FORCE else f"{choice.area}’s violence"
    st.title(sentence(picture, where))
    summary = picture.summary
    located, offences = summary["located"], summary["offences"]
    used = picture.parameters
    cut = f", of which {text.day(used.first_on)} to {text.day(used.last_on)} can be used" if used.cut_at_break else ""
    said = f"{choice.words}{cut}. {text.counted(offences, 'offence')}"
    if located == offences > 0:
        said += ", all with a usable location"
    elif offences:
        said += f", {text.share(located, offences)} of them ({located:,}) with a usable location"
    tables.note(f"{said}.{_apart(choice, picture)}")


def _apart(choice: Choice, picture: Picture) -> str:
    """Say how many offences at institutions are not in the ranking."""
    found = picture.institutions
    if found.empty or not choice.question.institutions_apart:
        return ""
    events, size = int(found["events"].sum()), len(found)
    where = "one building that makes" if size == 1 else f"{size:,} buildings or default points that each make"
    return f" {events:,} at {where} up most of a hexagon are shown apart, on the Institutions page."


def sentence(picture: Picture, where: str) -> str:
    """Return the concentration sentence: how few places hold a quarter, and what share of the area they are."""
    few = picture.concentration.smallest[0.25]
    if not few or picture.places.empty:
        return f"No located offences in this selection of {where}"
    held = int(picture.places["n"].nlargest(few).sum())
    total = int(picture.places["n"].sum())
    places = f"{text.number(few).capitalize()} {'place' if few == 1 else 'places'}"
    area = f", {text.share(few, picture.cells_in_area)} of the area," if picture.cells_in_area else ""
    return f"{places}{area} {'holds' if few == 1 else 'hold'} {text.share(held, total)} of {where}"


def chosen_place(scope: Scope, choice: Choice) -> Place | None:
    """Return the chosen place, put in the address by a click on the map or in the table; checked against the data."""
    given = given_place()
    if given is None:
        return None
    found = reads.place(scope, choice.question, reads.version(), given)
    if found is not None:
        choose(str(given))
    return found


def given_place() -> int | None:
    """Return the hexagon the address names, or the one chosen before; anything that is no number is none."""
    given = st.query_params.get("place") or st.session_state.get("chosen-place", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None


def choose(cell: str) -> None:
    """Remember a choice in the address, and across pages."""
    st.query_params["place"] = st.session_state["chosen-place"] = cell


def map_of(scope: Scope, choice: Choice, picture: Picture, places: pd.DataFrame, chosen: Place | None) -> None:
    """Draw the hexagons over the basemap, and the legend in words."""
    colours = theme.palette().sequential
    bounds = reads.bounds(choice.question.lpa, reads.version()) or (-2.0, 51.3, -0.4, 52.2)
    view = maps.view_for(bounds, height_px=_MAP_HEIGHT_PX)
    url = "/api/v1/map/hot-spots?" + urlencode({**parameters_of(choice.question), "v": reads.version()})
    shown = overlays.overlay(overlays.control(), scope, choice, view)
    whole = f"Map of {len(picture.places):,} hexagons with offences. The ranked table beside it holds the same places."
    deck = maps.deck(
        [
            *(shown.layers if shown else [maps.hexagons(url, colours=colours, view=view)]),
            *maps.leading_places(_leading(choice, places), colour=colours[-1], theme=theme.theme_name()),
            *maps.chosen_ring((chosen["lon"], chosen["lat"]) if chosen else None, theme=theme.theme_name()),
            *maps.scale_bar(view, theme=theme.theme_name()),
        ],
        view=view,
        theme=theme.theme_name(),
        tooltip=shown.tooltip if shown else "{n} offences · rank {rank}",
        has_names_on_top=choice.question.lpa is not None,
    )
    st.pydeck_chart(
        deck,
        height=_MAP_HEIGHT_PX,
        on_select=_picked_on_map,
        selection_mode="single-object",
        key=f"map-{choice.question.lpa or 'force'}",
        alt=shown.alt if shown else whole,
    )
    if shown:
        shown.draw_legend()
        return
    labels = legend_labels(picture.breaks)
    tables.legend(_MEASURE_WORDS[choice.question.measure], labels, colours[: len(labels)])


def legend_labels(breaks: tuple[float, ...]) -> list[str]:
    """Return a label a class: fewest and most in words, the steps between by their lower bound."""
    steps = [f"{step / 1000:,.10g} k" if step >= 1000 else f"{step:,.10g}" for step in breaks]
    if not steps:
        return ["any"]
    return [f"under {steps[0]}", *(f"{step}+" for step in steps[:-1]), f"{steps[-1]}+ most"]


def ranked_table(choice: Choice, places: pd.DataFrame, chosen: Place | None) -> None:
    """Draw the ranked table; picking a row picks the hexagon on the map."""
    shown = places.head(_TABLE_ROWS)
    value = "Score" if choice.question.measure is Measure.COUNT else "Harm"
    whole_force = choice.question.lpa is None
    names = [
        _short(street, lpa if whole_force else None) for street, lpa in zip(shown["street"], shown["lpa"], strict=True)
    ]
    frame = pd.DataFrame({"#": shown["rank"], "Place": names, "Offences": shown["n"], value: shown["value"].round()})
    picked = [row for row, cell in enumerate(shown["cell"]) if chosen and cell == chosen["cell"]]
    st.session_state["ranked-cells"] = shown["cell"].tolist()
    st.dataframe(
        frame,
        hide_index=True,
        height=_MAP_HEIGHT_PX - 130,
        on_select=_picked_in_table,
        selection_mode="single-row",
        selection_default={"selection": {"rows": picked, "columns": [], "cells": []}},
        key=f"ranked-{chosen and chosen['cell']}-{hash(choice.question)}",
        column_config={
            "#": st.column_config.NumberColumn(width=28),
            "Place": st.column_config.TextColumn(width=176),
            "Offences": st.column_config.NumberColumn(width=58),
            value: st.column_config.NumberColumn(width=48, format="localized"),
        },
        alt="Places ranked by the chosen measure; picking a row shows it on the map.",
    )


def place_card(scope: Scope, picture: Picture, chosen: Place | None) -> None:
    """Say what is known of the chosen place, or how to choose one."""
    if chosen is None:
        tables.note("Pick a row or a hexagon to see it in both.")
        return
    st.subheader(f"{chosen['rank']} · {text.plain(chosen['place'])}")
    share = text.share(chosen["value"], float(picture.places["value"].sum()))
    tables.note(
        f"{text.counted(chosen['n'], 'offence')}, the last dated {text.day(chosen['last_on'].date())}."
        f" Score {chosen['score']:.1f}; {share} of what is ranked here."
    )
    dose = patrol_reads.of_cell(scope, int(chosen["cell"]), patrol_reads.version())
    if dose is not None:
        tables.note(patrol_words.place_dose(dose))
    navigation.link("place", "Open the place", place=str(chosen["cell"]))


def caveats(picture: Picture) -> None:
    """Print what the picture cannot say."""
    for said in picture.caveats:
        tables.note(said)


def method(choice: Choice, picture: Picture, places: pd.DataFrame) -> None:
    """Print the parameters in force, and fold the method and the whole table under them."""
    used = picture.parameters
    tables.note(
        f"Offences dated {text.day(used.first_on)} to {text.day(used.last_on)};"
        f" an offence {used.half_life_days} days old counts half."
        f" Hexagons of {used.side_m:.0f} m side, {grid.area_m2(used.side_m) / 1e4:.1f} hectares."
        f" Inclusion rule version {used.rule_version}; harm index edition {used.harm_edition}."
    )
    with st.expander("How this is ranked"):
        st.write(
            "Every located offence in the selection adds a weight to its hexagon: 1 on the day, ½ after two years"
            " (score = Σ 2^(−age / half-life)). Places are ordered by that score; ties by harm, then by the latest"
            " offence, then by the hexagon’s number. The shading classes are round numbers."
            " It describes recorded offences; it does not predict."
        )
        unevenness = picture.concentration
        tables.table(
            "How concentrated it is",
            ("Measure", "Value"),
            [
                ("Hexagons in the area", picture.cells_in_area or None),
                ("Hexagons with an offence", len(picture.places)),
                *((f"Hexagons holding {share:.0%}", few) for share, few in unevenness.smallest.items()),
                ("Gini, corrected for few offences", _figure(unevenness.gini_sparse)),
                ("Gini", _figure(unevenness.gini)),
            ],
            numeric=(1,),
        )
    with st.expander("The first 50 places as a table"):
        tables.table(
            choice.words,
            ("#", "Place", "Offences", "Score", "Harm days", "Last offence"),
            [
                (row["rank"], row["place"], row["offences"], row["score"], row["harm_days"], row["last_on"])
                for row in as_rows(places)
            ],
            numeric=(0, 2, 3, 4),
        )
        exports.links("hot-spots", "Download these", parameters_of(choice.question))


def _short(street: str, lpa: object) -> str:
    """Return a name that fits the table: the street, and the area when several areas are shown."""
    return f"{street}, {lpa}" if isinstance(lpa, str) and lpa not in street else street


def _figure(value: float) -> str | None:
    return f"{value:.3f}" if value == value else None


def _leading(choice: Choice, places: pd.DataFrame) -> list[dict[str, object]]:
    """Return the ranked places to mark with a dot: only for the whole force, whose hexagons are too small to see."""
    if choice.question.lpa is not None:
        return []
    columns = ["cell", "lon", "lat", "n", "rank"]
    rows = places.head(_TABLE_ROWS)[columns].to_dict("records")
    return [
        {
            **{str(name): value for name, value in row.items()},
            "cell": str(row["cell"]),
            "said": f"{row['n']:,} offences · rank {row['rank']}",
        }
        for row in rows
    ]


def _picked_on_map() -> None:
    """Take the clicked hexagon; it comes from the browser, so the next run checks it against the data."""
    for key, state in st.session_state.items():
        if str(key).startswith("map-") and state and state.selection.objects:
            (picked,) = next(iter(state.selection.objects.values()))[:1]
            choose(str(picked["cell"]))


def _picked_in_table() -> None:
    cells = st.session_state.get("ranked-cells", [])
    for key, state in st.session_state.items():
        if str(key).startswith("ranked-") and key != "ranked-cells" and state.selection.rows:
            choose(str(cells[state.selection.rows[0]]))
