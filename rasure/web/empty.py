"""Screens for when there is nothing to show: what is missing, and the next step."""

import streamlit as st

from rasure.access.roles import Action
from rasure.services.hot_spots import Picture
from rasure.settings import settings
from rasure.web import guard, navigation


def no_data() -> None:
    """Say that the store is empty and how to fill it."""
    st.title("No offences are loaded yet")
    st.write("Every page needs offences, and the outlines of the policing areas to count them by.")
    st.subheader("Load the published crimes of a force")
    st.write(
        "1. Download your force's months from data.police.uk (street crime, outcomes, stop and search) on a machine"
        " that has internet access, and bring the folder or the zip here.\n"
        "2. Load it, then the outlines of the policing areas:"
    )
    st.code(
        "python -m rasure load police-uk FOLDER_OR_ZIP\npython -m rasure load boundaries AREAS.geojson",
        language=None,
        wrap_lines=True,
    )
    st.write("The server may keep running meanwhile. This page fills in when you load it again.")
    if guard.may(Action.LOAD_DATA):
        st.subheader("Or from this browser")
        st.write(
            "Send the files of crimes on the Data page. Larger ones, and the outlines, go into"
            f" `{settings().store / 'inbox'}` and are loaded there."
        )
        navigation.link("data", "Open the Data page")


def nothing_selected(picture: Picture) -> None:
    """Say that a selection holds no located offence, and what to change."""
    total = picture.summary["offences"]
    if total:
        st.write(f"The selection holds {total:,} offences, none of them with a usable location.")
    if picture.summary["month_only"] == 0 and total == 0:
        st.write("Widen the period, choose another area, or include all offences.")
    st.write("If you chose day or night: published data have no clock times, so neither holds anything there.")
