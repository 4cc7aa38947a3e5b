"""The partner's file through the real application: the same figures as the page, and no other door open."""

import csv
import io
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rasure.access.identity import Principal
from rasure.api.routes import routes
from rasure.gate import identity
from rasure.people.suppression import THRESHOLD
from rasure.services import audit_reading, sessions, wiring
from rasure.services.audit_reading import Wanted
from rasure.services.partner import GRAVEST
from rasure.settings import settings
from rasure.store.ledger import sessions as session_table
from rasure.store.store import open_store
from rasure.terms import Role
from tests import partner_world
from tests.partner_world import CANARY, CANARY_STREET
from tests.serving import fresh_app

FILE = "/api/v1/partner-picture.csv"
AUDITOR = Principal("A1", "Auditor", Role.AUDITOR, frozenset())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("partner-file")
    partner_world.build(open_store(folder / "store", reference_folder=settings().reference), folder).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASURE_STORE", str(folder / "store"))
        settings.cache_clear()
        with TestClient(fresh_app(), base_url="http://127.0.0.1:8501") as found:
            yield found
        wiring.close()
    settings.cache_clear()


@pytest.fixture
def signed_in(client: TestClient) -> Iterator[TestClient]:
    client.cookies.clear()
    client.get("/", headers={"accept": "text/html"})
    yield client
    client.cookies.clear()


def as_agency(client: TestClient, *areas: str) -> None:
    who = Principal("council", "Council", Role.PARTNER, frozenset(areas))
    session_table.switch(wiring.store().ledger, client.cookies[identity.COOKIE], who)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_what_may_be_said_and_why_the_rest_may_not(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    found = rows(signed_in.get(FILE).text)
    first = [(row["kind"], row["offences"], row["withheld"]) for row in found if row["first_on"] == "2025-01-01"]
    assert first == [
        (GRAVEST, "9", ""),
        ("serious violence with injury", "", "under 5"),
        ("violence without injury", "", "under 5"),
        ("all of these", "14", ""),
    ]
    second = [(row["offences"], row["withheld"]) for row in found if row["first_on"] == "2025-04-01"]
    assert second == [("6", ""), ("", "under 5"), ("11", ""), ("", "would give a figure under 5 away")]
    assert {(row["area"], row["last_on"]) for row in found} == {
        ("West Square", "2025-03-31"),
        ("West Square", "2025-06-30"),
        ("West Square", "2025-09-30"),
    }


def test_no_small_number_no_name_and_no_other_area_is_in_it(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    text = signed_in.get(FILE).text
    assert not any(row["offences"].isdigit() and 0 < int(row["offences"]) < THRESHOLD for row in rows(text))
    for canary in (CANARY, CANARY_STREET, "East Square", "E,", ",104,", ",63,", ",41,"):
        assert canary not in text


def test_nothing_that_is_asked_changes_the_file(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    plain = signed_in.get(FILE).text
    for asked in ("?area=E", "?lpa=E", "?first_on=2025-02-01&last_on=2025-02-28", "?as_of=2025-02-01&lookback_days=30"):
        assert signed_in.get(FILE + asked).text == plain


def test_it_is_a_disclosure_that_names_its_recipient_and_its_code(signed_in: TestClient) -> None:
    as_agency(signed_in, "W")
    found = signed_in.get(FILE)
    code = found.headers["x-rasure-export"]
    assert code in found.headers["content-disposition"]
    (entry,) = audit_reading.search(wiring.store(), AUDITOR, Wanted(code=code)).entries
    assert (entry.op, entry.object, entry.recipient, entry.n, entry.lpa) == (
        "disclosure",
        "export:partner-picture",
        "partner:council",
        3,
        ("W",),
    )


def test_an_agency_without_an_area_gets_a_file_of_nothing(signed_in: TestClient) -> None:
    as_agency(signed_in)
    assert rows(signed_in.get(FILE).text) == []


@pytest.mark.parametrize("person", ["demo-officer", "demo-auditor", "demo-inspector-W", "demo-offender-manager"])
def test_whom_it_was_not_made_for_is_refused(signed_in: TestClient, person: str) -> None:
    sessions.become(signed_in.cookies[identity.COOKIE], person)
    assert signed_in.get(FILE).status_code == 403


def test_without_a_session_there_is_nothing(client: TestClient) -> None:
    client.cookies.clear()
    assert client.get(FILE).status_code == 401


def test_a_partner_gets_no_other_table(signed_in: TestClient) -> None:
    as_agency(signed_in, "W", "E")
    tables = [str(route.path) for route in routes() if str(getattr(route, "path", "")).endswith(".csv")]
    assert len(tables) > 6
    for path in set(tables) - {FILE}:
        asked = path.replace("{set_id:path}", "s").replace("{version:int}", "1").replace("{batch:int}", "1")
        assert signed_in.get(asked.replace("{cell:int}", "1")).status_code in (403, 404), path
        assert "text/csv" not in signed_in.get(asked).headers["content-type"]
    assert signed_in.get("/api/v1/map/hot-spots?as_of=2025-11-01").status_code == 403
