"""Pages of one test file never answer from what another file's store said: both may be at the same data version."""

import pytest
import streamlit as st


@pytest.fixture(scope="module", autouse=True)
def _nothing_remembered() -> None:
    st.cache_data.clear()
