"""Hostile text through every export and every parameter of every route: no live cell, no failure, no change."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from rasure.access.identity import Principal
from rasure.access.roles import permits
from rasure.access.scope import Kind, Subject
from rasure.api.exports import EXPORTS
from rasure.api.hot_spots import parameters_of
from rasure.api.routes import routes
from rasure.gate import identity
from rasure.services import person_access, sessions, wiring
from rasure.services.exports import Waiting, register
from rasure.services.hot_spots import Question
from rasure.services.person_access import REASONS, Why
from rasure.settings import settings
from rasure.store.store import open_store
from rasure.terms import Role
from tests import hostile_world
from tests.hostile_strings import EVERY, FORMULAS, PATHS, SQL, XSS
from tests.serving import PAGE, be, cells, exported, lines, served

ASKED = parameters_of(Question(date(2026, 3, 31)))
PLACES = [str(hostile_world.cell(n)) for n in range(len(EVERY))]
TABLES = [name for name, export in EXPORTS.items() if "csv" in export.forms]
AUDIT = ("actor", "op", "object", "from", "to", "code")
#: Parameters that are yes when they are 1 and no when they are anything else.
FLAGS = ("weak", "apart")
#: One text in so many goes into all parameters of an export at once: the first that is refused hides the others.
EVERYWHERE = 6
#: What our routes other than exports read from an address.
ADDRESS = (*ASKED, "what", "as", "v", "next", "other", "state", "code")
MORE = {"set": "S", "version": "1", "batch": "2", "place": PLACES[0], "days": "90", "years_back": "0"}
MORE |= {"from": "2026-03-01", "to": "2026-03-31", "week": "2026-W05"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("hostile")
    hostile_world.build(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    with served(folder / "store", {"RASURE_RATE_BURST": "1000000"}, raise_server_exceptions=False) as found:
        yield found


def reader(client: TestClient, what: str) -> TestClient:
    """Continue as somebody who may have this export, and whose own name is a formula."""
    action = EXPORTS[what].action
    role = next(role for role in (Role.ANALYST, Role.AUDITOR, Role.INSPECTOR) if permits(role, action))
    return be(client, Principal(f"=1+{role.value}", "@SUM(1+1)", role, frozenset("W")))


def is_live(text: str) -> bool:
    """Tell whether a spreadsheet would run a cell: it begins as a formula once what is dropped in front is gone."""
    shown = text.lstrip("".join(map(chr, range(33))) + "\u00a0\u200b\ufeff\u2060")
    is_number = text.removeprefix("-").replace(".", "", 1).replace("e-", "", 1).isdigit()
    return bool(shown) and unicodedata.normalize("NFKC", shown[0]) in "=+-@" and not is_number


def asks_why(what: str) -> bool:
    return EXPORTS[what].reason_required


def open_person(client: TestClient, selection: Mapping[str, str]) -> None:
    """Open the record a selection is about, if it is about one, for a reason that is a formula too."""
    if "person" not in selection:
        return
    principal = sessions.principal_of(client.cookies[identity.COOKIE])
    assert principal is not None
    subject = Subject(Kind.PERSON, selection["person"])
    person_access.open_subject(wiring.store(), principal, subject, Why(REASONS[0], FORMULAS[0], FORMULAS[1]))


def asked_for(what: str) -> list[dict[str, str]]:
    """Return the selections that bring every planted text out of an export."""
    if what.startswith("place-") and what != "place-days":
        return [ASKED | {"place": place} for place in PLACES]
    if what.startswith("person-"):
        return [{"person": f"people{number}"} for number in range(len(EVERY))]
    return [ASKED | MORE] if not what.startswith("audit") else [{}]


class TestCells:
    @pytest.mark.parametrize("what", TABLES)
    def test_no_cell_of_any_export_runs_in_either_form(self, signed_in: TestClient, what: str) -> None:
        reader(signed_in, what)
        for number, selection in enumerate(asked_for(what)[:: len(PLACES) // 5]):
            open_person(signed_in, selection)
            told = selection | ({"reason": FORMULAS[number], "recipient": FORMULAS[-1]} if asks_why(what) else {})
            plain, book = (exported(signed_in, what, form, **told) for form in ("csv", "xlsx"))
            assert plain.status_code == 200 or "few" in plain.text, plain.text[:300]
            if plain.status_code != 200:
                return
            rows = list(csv.reader(io.StringIO(plain.text, newline="")))
            assert [cell for row in rows for cell in row if is_live(cell)] == []
            typed = [cell for sheet in cells(book.content).values() for row in sheet for cell in row]
            assert [cell.value for cell in typed if cell.data_type == "f"] == []
            assert [cell.value for cell in typed if isinstance(cell.value, str) and is_live(cell.value)] == []
            assert all(cell.hyperlink is None for cell in typed)

    def test_every_formula_did_leave_and_reads_as_it_was_written(self, signed_in: TestClient) -> None:
        reader(signed_in, "hot-spot-set")
        for form in ("csv", "xlsx"):
            left = exported(signed_in, "hot-spot-set", form, **MORE)
            rows = list(csv.reader(lines_kept(left.text))) if form == "csv" else plain_cells(left.content)
            texts = {cell for row in rows for cell in row if isinstance(cell, str)}
            assert {f"'{text}".replace("\r", "\n") for text in FORMULAS} <= texts
            assert set(XSS) <= texts

    def test_the_planted_rejects_leave_too(self, signed_in: TestClient) -> None:
        reader(signed_in, "rejects")
        rows = list(csv.DictReader(lines_kept(exported(signed_in, "rejects", **MORE).text)))
        assert {row["value"] for row in rows} >= {f"'{text}".replace("\r", "\n") for text in FORMULAS}


def lines_kept(text: str) -> Iterator[str]:
    return iter(io.StringIO(text.partition("\n")[2], newline=""))


def plain_cells(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in cells(content)["Rows"]]


@pytest.fixture(scope="module")
def untouched(client: TestClient) -> Iterator[None]:
    """Hold that nothing asked of the routes below changes a table of the store or makes a file."""
    client.get("/healthz")
    before = digests()
    yield
    assert digests() == before


def digests() -> Mapping[str, object]:
    store = wiring.store()
    names = store.analytics.rows("select schema_name, table_name from duckdb_tables() order by all")
    analytics = {
        f"{schema}.{name}": store.analytics.rows(f'select count(*), bit_xor(hash(t)) from "{schema}"."{name}" t')
        for schema, name in names
    }
    made = store.ledger.rows("select name, sql from sqlite_master order by name")
    tables = [name for name, sql in made if (sql or "").lower().startswith("create table")]
    ledger = {name: store.ledger.rows(f'select * from "{name}"') for name in tables}
    ledger.pop("session")
    return {**analytics, **ledger, "made": made, "attack": [*Path("/tmp").glob("rasure-attack*")]}


class Read(dict[str, str]):
    """A selection that notes which of its parameters an export asks for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.names: dict[str, None] = {}

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names[name] = None
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.names[name] = None
        return super().__getitem__(name)

    def items(self) -> Any:
        self.names |= dict.fromkeys(self)
        return super().items()


def read_by(client: TestClient, what: str) -> list[str]:
    """Return the parameters an export reads, seen at a real answer of the running application."""
    secret = client.cookies[identity.COOKIE]
    principal = sessions.principal_of(secret)
    assert principal is not None
    selection = Read(ASKED | MORE | dict.fromkeys(("window",), "8") | dict.fromkeys(AUDIT, ""))
    waiting = Waiting(what, EXPORTS[what].forms[0], selection, principal)
    client.get(f"/export/{register.add(secret, waiting)}")
    return list(selection.names)


@pytest.mark.usefixtures("untouched")
class TestParameters:
    @pytest.mark.parametrize("what", EXPORTS)
    def test_no_text_in_any_parameter_of_an_export_breaks_it(self, signed_in: TestClient, what: str) -> None:
        reader(signed_in, what)
        form, names = EXPORTS[what].forms[0], read_by(signed_in, what)
        assert names or what in ("partner-picture", "audit-head", "lists-by-group")
        for number, text in enumerate((*SQL, *PATHS) if names else SQL[:1]):
            judged = [name for name in names if name not in FLAGS] or ["lpa"]
            asked = [{judged[number % len(judged)]: text}]
            asked += [dict.fromkeys(names, text)] if number % EVERYWHERE == 0 else []
            asked += [dict.fromkeys(FLAGS, text)] if number == 0 else []
            for one in asked:
                answer = exported(signed_in, what, form, **(ASKED | MORE | one))
                assert answer.status_code in (200, 400, 403, 404, 422), (one, answer.text[:300])

    @pytest.mark.parametrize("name", ["lpa", "groups"])
    def test_no_text_in_what_reaches_the_store_does(self, signed_in: TestClient, name: str) -> None:
        reader(signed_in, "hot-spots")
        for text in (*SQL, *PATHS, *XSS):
            answer = exported(signed_in, "hot-spots", **(ASKED | {name: text}))
            assert answer.status_code in (200, 404, 422), (text, answer.text[:300])
            assert answer.status_code != 200 or lines(answer)[1:] == []

    @pytest.mark.parametrize("path", [route.path for route in routes() if isinstance(route, Route)])
    def test_no_text_in_any_route_breaks_it(self, signed_in: TestClient, path: str) -> None:
        for text in (*SQL, *PATHS):
            asked = re.sub(r"\{[^}]*\}", lambda _, text=text: quote(text, safe="/%"), path)
            answer = signed_in.get(asked, params=dict.fromkeys(ADDRESS, text), follow_redirects=False)
            assert answer.status_code < 500, (asked, answer.text[:300])
            assert "root:" not in answer.text
            assert "SQLite format" not in answer.text
            if path.startswith("/sign-"):
                signed_in.get("/", headers=PAGE)


def test_a_selection_of_hostile_text_is_printed_inert_in_the_file(signed_in: TestClient) -> None:
    reader(signed_in, "hot-spots")
    for text in (*FORMULAS, *XSS):
        question = replace(Question(date(2026, 3, 31)), groups=(text,))
        answer = exported(signed_in, "hot-spots", **parameters_of(question))
        assert answer.status_code in (200, 422)
        assert [row[0][0] for row in csv.reader([answer.text.partition("\n")[0]])] == ["#"] or answer.status_code == 422
