"""The application as tests start it, and how they take exports from it."""

import csv
import importlib
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from streamlit.runtime import Runtime

from rasure.access.identity import Principal
from rasure.api.exports import EXPORTS
from rasure.gate import identity
from rasure.services import sessions, wiring
from rasure.settings import settings
from rasure.store.ledger import sessions as session_table

HOME = "http://127.0.0.1:8501"
PAGE = {"accept": "text/html"}


def fresh_app() -> Any:
    """Return the application anew: its page server starts once in its life, and a second start would wait for ever."""
    Runtime._instance = None
    sys.modules.pop("app", None)
    return importlib.import_module("app").app


@contextmanager
def served(root: Path, environment: Mapping[str, str] | None = None, **more: Any) -> Iterator[TestClient]:
    """Serve a store's folder through the whole application, gate and all, to a client without a session."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"RASURE_STORE": str(root), **(environment or {})}.items():
            patch.setenv(name, value)
        settings.cache_clear()
        with TestClient(fresh_app(), base_url=HOME, **more) as found:
            yield found
        wiring.close()
    settings.cache_clear()


def become(client: TestClient, person: str) -> TestClient:
    """Continue the session as another invented person of the demo."""
    sessions.become(client.cookies[identity.COOKIE], person)
    return client


def be(client: TestClient, principal: Principal) -> TestClient:
    """Continue the session as anybody."""
    session_table.switch(wiring.store().ledger, client.cookies[identity.COOKIE], principal)
    return client


def exported(client: TestClient, what: str, form: str = "csv", **parameters: str) -> Response:
    """Take an export as a press on its link or form does: ask for it, and follow to the file or the refusal.

    One that asks for a reason is sent as a form; `reason` and `recipient` may be given like any parameter.
    """
    asked = {"what": what, "as": form, **parameters}
    if not EXPORTS[what].reason_required:
        return client.get("/export/new", params=asked)
    told = {"reason": "a test", "recipient": "nobody"} | asked
    return client.post("/export/new", data=told, headers={"origin": HOME})


def lines(answer: Response) -> list[str]:
    """Return the lines of an exported CSV from its header on."""
    assert answer.text.startswith("# OFFICIAL-SENSITIVE"), answer.text[:200]
    return answer.text.splitlines()[1:]


def rows(answer: Response) -> list[dict[str, str]]:
    """Return the rows of an exported CSV."""
    first, _, rest = answer.text.partition("\n")
    assert first.startswith("# OFFICIAL-SENSITIVE"), answer.text[:200]
    return list(csv.DictReader(io.StringIO(rest, newline="")))


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    """Return the cells of a workbook by sheet, as openpyxl reads them without working anything out."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows()] for sheet in book}
