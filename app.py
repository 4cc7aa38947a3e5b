"""The front door: `streamlit run app.py`, or `python -m rasure serve`, which checks the store first."""

import streamlit as st
from starlette.middleware import Middleware

from rasure.api.errors import answer
from rasure.api.routes import routes
from rasure.errors import RasureError
from rasure.gate.compression import CompressedAssets
from rasure.gate.middleware import Gate
from rasure.gate.page import OwnPage
from rasure.settings import PROJECT
from rasure.web.lifespan import lifespan
from rasure.web.problems import on_script_error

app = st.App(
    PROJECT / "rasure" / "web" / "shell.py",
    routes=routes(),
    middleware=[Middleware(Gate), Middleware(OwnPage), Middleware(CompressedAssets)],
    lifespan=lifespan,
    exception_handlers={RasureError: answer},
    on_script_error=on_script_error,
)
