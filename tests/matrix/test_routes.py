"""Every route and every export by every reader: no file and no answer holds a word or a hexagon of another's area.

Routes are those of the running application, exports those of the one door; each is asked for both areas, by name and
by identifier, whoever asks.
"""

import io
import zipfile
from collections.abc import Iterator
from itertools import product

import pytest
from httpx2 import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from rasure.api.exports import EXPORTS
from rasure.settings import settings
from rasure.store.store import open_store
from tests import canary_force, pdf
from tests.canary_force import BOTH, EAST, WEST, Canaries
from tests.matrix.readers import BY_NAME, READERS, Reader, strays
from tests.serving import PAGE, be, exported, served


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("exits")
    store = open_store(folder / "store", reference_folder=settings().reference)
    canary_force.build(store, folder / "world")
    store.close()
    with served(folder / "store", {"RASURE_RATE_BURST": "1000000"}, raise_server_exceptions=False) as found:
        found.get("/", headers=PAGE)
        yield found


def asked(which: Canaries | None, person: str = "carrier") -> dict[str, str]:
    """Return everything a route or an export may be asked about one area, or about no area by name."""
    named = which or WEST
    return {
        **{"as_of": canary_force.AS_OF.isoformat(), "lookback": "1461", "lpa": which.lpa if which else ""},
        **{"groups": "", "band": "", "measure": "count", "weak": "1", "apart": "1"},
        **{"cell": str(canary_force.cells(named)[0]), "place": str(canary_force.cells(named)[0])},
        **{"set": "S", "set_id": "S", "version": "1", "batch": "2", "days": "182", "years_back": "0"},
        **{"person": canary_force.person_ids(named)[person], "incident": f"OFF-{named.place}-0"},
        **{"hotspot": f"H-{named.place}", "patrol": f"PAT-{named.place}-1", "area": named.lpa},
        **{"week": "2026-W12", "from": "2026-03-01", "to": "2026-03-30", "first": "2026-03-01", "last": "2026-03-30"},
    }


QUESTIONS = [asked(None), asked(WEST, "victim"), asked(EAST)]


def said(answer: Response) -> bytes:
    """Return what an answer says, unpacked: headers, body, the text of a PDF, the parts of a workbook."""
    parts = [repr(answer.headers).encode(), answer.content]
    if answer.content[:5] == b"%PDF-":
        parts.append(pdf.text(answer.content).encode())
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            parts += [book.read(name) for name in book.namelist()]
    return b"\n".join(parts)


def without(question: dict[str, str], shown: bytes) -> bytes:
    """Take out of an answer what the question itself named: an echo tells the asker nothing."""
    for value in sorted(question.values(), key=len, reverse=True):
        if len(value) > 4:
            shown = shown.replace(value.encode(), b"")
    return shown


def readable(routes: list[BaseRoute], under: str = "") -> Iterator[str]:
    for route in routes:
        if isinstance(route, Mount):
            yield from readable(route.routes, under + route.path)
        elif isinstance(route, Route) and "GET" in (route.methods or ()):
            yield under + route.path


def taken(client: TestClient, reader: Reader, name: str, form: str, question: dict[str, str]) -> Response:
    """Take an export as somebody."""
    return exported(be(client, reader.principal), name, form, **question)


@pytest.mark.parametrize("name", list(BY_NAME))
def test_no_export_holds_anothers(client: TestClient, name: str) -> None:
    reader, strayed = BY_NAME[name], []
    for export, question in product(EXPORTS, QUESTIONS):
        for form in EXPORTS[export].forms[: None if question is QUESTIONS[0] else 1]:
            answer = taken(client, reader, export, form, question)
            assert answer.status_code < 500, (export, form, answer.text[:300])
            strayed += [(export, form, question, word) for word in strays(reader, without(question, said(answer)))]
            if answer.status_code != 200:
                break
    assert strayed == []


@pytest.mark.parametrize("name", list(BY_NAME))
def test_no_route_answers_with_anothers(client: TestClient, name: str) -> None:
    reader, strayed = BY_NAME[name], []
    running = client.app._starlette_app  # type: ignore[attr-defined]
    for path in sorted(set(readable(running.routes))):
        for which in BOTH:
            question = asked(which)
            filled = path
            for parameter, value in (("cell", question["cell"]), ("set_id", "S"), ("version", "1"), ("batch", "2")):
                filled = filled.replace(f"{{{parameter}:int}}", value).replace(f"{{{parameter}}}", value)
            answer = be(client, reader.principal).get(filled, params=question, follow_redirects=False)
            assert answer.status_code < 500, (path, answer.text[:300])
            strayed += [(path, which.lpa, word) for word in strays(reader, without(question, said(answer)))]
    assert strayed == []


class TestTheSearchItself:
    def test_the_analyst_takes_both_areas_away(self, client: TestClient) -> None:
        given = {export for export in EXPORTS if _has(client, export, EXPORTS[export].forms[0])}
        assert given >= {"hot-spots", "how-sure", "institutions", "hot-spot-set", "periods", "briefing"}

    def test_what_must_not_leave_is_found_when_it_does(self, client: TestClient) -> None:
        whole = taken(client, READERS[0], "hot-spots", "xlsx", QUESTIONS[0])
        assert whole.status_code == 200
        assert {WEST.place, EAST.place} <= {word for word in (WEST.place, EAST.place) if word.encode() in said(whole)}
        assert strays(BY_NAME["inspector-W"], said(whole)) != []


def _has(client: TestClient, export: str, form: str) -> bool:
    answers = [taken(client, READERS[0], export, form, question) for question in QUESTIONS[::2]]
    return any(EAST.place.encode() in said(answer) or WEST.place.encode() in said(answer) for answer in answers)
