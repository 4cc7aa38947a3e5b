"""The way from a place's page to its briefing on paper."""

from urllib.parse import urlencode

import streamlit as st

from rasure.api.hot_spots import parameters_of
from rasure.services.place_record import PlaceRecord


def link(record: PlaceRecord) -> None:
    """Draw the link to the briefing of a place under the selection of its page."""
    asked = urlencode(parameters_of(record.question))
    st.link_button("Print the briefing", f"/api/v1/places/{record.cell}/briefing.pdf?{asked}")
