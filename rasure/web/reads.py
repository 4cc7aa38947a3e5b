"""Cached reads. Every key holds the scope, the question and the data version; nothing is guessed about lifetimes."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from rasure.access.scope import Scope
from rasure.services import backtest as backtest_service
from rasure.services import corroboration, place_series, watch, wiring
from rasure.services import holdings as holdings_service
from rasure.services import hot_spots as hot_spots_service
from rasure.services import institutions as institutions_service
from rasure.services import near_repeats as near_repeats_service
from rasure.services import partner as partner_service
from rasure.services import periods as periods_service
from rasure.services import place as place_service
from rasure.services import street_map as street_map_service
from rasure.services import times as times_service
from rasure.services.backtest import Report
from rasure.services.corroboration import Clusters, Density, Stability
from rasure.services.holdings import Holdings
from rasure.services.hot_spots import Picture, Question
from rasure.services.institutions import Institutions
from rasure.services.near_repeats import NearRepeats
from rasure.services.partner import Release
from rasure.services.periods import Periods
from rasure.services.place_record import PlaceRecord
from rasure.services.place_series import Chosen
from rasure.services.scoring import Scored
from rasure.services.street_map import StreetPicture
from rasure.services.times import Asked
from rasure.services.watch import Record
from rasure.terms import Measure, Window


def version() -> str:
    """Return the data version; it changes with every load."""
    return wiring.store().version()


@st.cache_data(max_entries=200, show_spinner=False)
def hot_spots(scope: Scope, question: Question, version: str) -> Picture:
    scores = scored(scope, replace(question, measure=Measure.COUNT, institutions_apart=True), version)
    return hot_spots_service.picture(wiring.store(), scope, question, scores)


@st.cache_data(max_entries=100, show_spinner=False)
def scored(scope: Scope, question: Question, version: str) -> Scored:  # noqa: ARG001
    """Return the scores of a selection; the question comes with one measure, since it makes no difference here."""
    return hot_spots_service.scored(wiring.store(), scope, question)


@st.cache_data(max_entries=200, show_spinner=False)
def top_places(scope: Scope, question: Question, version: str, top: int) -> pd.DataFrame:
    """Return the first places of a ranking with the words people use for them."""
    picture = hot_spots(scope, question, version)
    return hot_spots_service.named(wiring.store(), picture.places.head(top))


@st.cache_data(max_entries=200, show_spinner=False)
def place(scope: Scope, question: Question, version: str, cell: int) -> dict[str, Any] | None:
    """Return one place of a ranking with its words and its position, or None when the ranking has no such hexagon."""
    ranked = hot_spots(scope, question, version).places
    found = hot_spots_service.named(wiring.store(), ranked[ranked["cell"] == cell])
    rows: list[dict[str, Any]] = found.to_dict("records")  # type: ignore[assignment]
    return rows[0] if rows else None


@st.cache_data(max_entries=200, show_spinner=False)
def street_picture(scope: Scope, record: PlaceRecord, version: str) -> StreetPicture:  # noqa: ARG001
    return street_map_service.picture(wiring.store(), scope, record)


@st.cache_data(max_entries=50, show_spinner=False)
def refused_places(scope: Scope, question: Question, version: str, top: int) -> pd.DataFrame:
    """Return the leading hexagons that may not become patrol places, with the words people use for them."""
    places = hot_spots(scope, question, version).places
    return hot_spots_service.named(wiring.store(), places[places["reason"] != ""].head(top))


@st.cache_data(max_entries=50, show_spinner=False)
def periods(scope: Scope, question: Question, version: str, days: int, years_back: int) -> Periods:  # noqa: ARG001
    return periods_service.periods(wiring.store(), scope, question, days=days, years_back=years_back)


@st.cache_data(max_entries=50, show_spinner="Shuffling the days of the offences 999 times")
def near_repeats(scope: Scope, question: Question, version: str) -> NearRepeats:  # noqa: ARG001
    return near_repeats_service.near_repeats(wiring.store(), scope, question)


@st.cache_data(max_entries=100, show_spinner=False)
def chosen_each_quarter(scope: Scope, question: Question, version: str) -> Chosen:  # noqa: ARG001
    """Return the places an earlier ranking chose, quarter by quarter."""
    return place_series.chosen_each_quarter(wiring.store(), scope, question)


@st.cache_data(max_entries=50, show_spinner=False)
def hours_of_all(scope: Scope, question: Question, period: Window, version: str) -> NDArray[np.float64] | None:  # noqa: ARG001
    """Return the usual week of everything a reader may see; the question comes without its area and measure."""
    return place_series.hours_of_all(wiring.store(), scope, question, period)


@st.cache_data(max_entries=200, show_spinner=False)
def place_record(scope: Scope, question: Question, version: str, cell: int) -> PlaceRecord:
    """Return all that is known of one place under a selection."""
    picture = hot_spots(scope, question, version)
    period = Window(picture.parameters.first_on, picture.parameters.last_on)
    everywhere = replace(question, lpa=None, measure=Measure.COUNT)
    return place_service.place(
        wiring.store(),
        scope,
        question,
        cell,
        picture=picture,
        chosen=chosen_each_quarter(scope, question, version),
        force_hours=hours_of_all(scope, everywhere, period, version),
    )


@st.cache_data(max_entries=50, show_spinner=False)
def institutions(scope: Scope, question: Question, version: str) -> Institutions:
    scores = scored(scope, replace(question, measure=Measure.COUNT, institutions_apart=True), version)
    return institutions_service.institutions(wiring.store(), scope, question, scores)


@st.cache_data(max_entries=200, show_spinner=False)
def times(scope: Scope, asked: Asked, version: str) -> times_service.Picture:
    """Return when the offences of a selection, or of one hexagon of it, happen; the wider one it may need is kept."""
    return times_service.picture(wiring.store(), scope, asked, larger=lambda wider: times(scope, wider, version))


@st.cache_data(max_entries=100, show_spinner=False)
def incidents(
    scope: Scope,
    asked: Asked,
    version: str,  # noqa: ARG001
    weekday: int,
    hours: tuple[int, ...],
) -> times_service.Incidents:
    """Return the newest offences behind some hours of a weekday."""
    return times_service.incidents(wiring.store(), scope, asked, weekday=weekday, hours=hours)


@st.cache_data(max_entries=20, show_spinner=False)
def clusters(scope: Scope, question: Question, version: str) -> Clusters:  # noqa: ARG001
    return corroboration.clusters(wiring.store(), scope, question)


@st.cache_data(max_entries=20, show_spinner=False)
def density(scope: Scope, question: Question, version: str) -> Density:  # noqa: ARG001
    return corroboration.density(wiring.store(), scope, question)


@st.cache_data(max_entries=50, show_spinner=False)
def stable_places(scope: Scope, question: Question, version: str, top: int) -> Stability:
    """Return how the leading places fare when the lattice is moved."""
    leading = hot_spots(scope, question, version).places["cell"].head(top)
    return corroboration.stable_places(wiring.store(), scope, question, leading)


@st.cache_data(max_entries=50, show_spinner="Ranking as on earlier days …")
def backtest(scope: Scope, question: Question, version: str) -> Report:  # noqa: ARG001
    return backtest_service.report(wiring.store(), scope, question)


@st.cache_data(max_entries=50, show_spinner=False)
def latest_as_of(scope: Scope, version: str) -> date | None:  # noqa: ARG001
    return hot_spots_service.latest_as_of(wiring.store(), scope)


@st.cache_data(max_entries=50, show_spinner=False)
def groups(scope: Scope, version: str) -> list[str]:  # noqa: ARG001
    return hot_spots_service.offence_groups(wiring.store(), scope)


@st.cache_data(max_entries=20, show_spinner=False)
def holdings(scope: Scope, version: str) -> Holdings:  # noqa: ARG001
    return holdings_service.holdings(wiring.store(), scope)


@st.cache_data(max_entries=50, show_spinner=False)
def partner_releases(scope: Scope, version: str) -> tuple[Release, ...]:  # noqa: ARG001
    return partner_service.releases(wiring.store(), scope)


def drops() -> list[Record]:
    """Return what became of the latest drops; not cached, because a refused drop changes no data version."""
    return watch.history(wiring.store())


@st.cache_data(max_entries=50, show_spinner=False)
def bounds(lpa: str | None, version: str) -> tuple[float, float, float, float] | None:  # noqa: ARG001
    """Return west, south, east, north of the force or one area, in degrees."""
    return hot_spots_service.bounds(wiring.store(), lpa)
