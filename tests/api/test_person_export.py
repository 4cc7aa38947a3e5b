"""A person's tables leave only while the record is open to whoever asks, with a reason, and as the page has them."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rasure.access.identity import Principal
from rasure.access.scope import Kind, Subject
from rasure.api.exportable import CSV
from rasure.services import audit_reading, person_access, wiring
from rasure.services.audit_reading import Wanted
from rasure.settings import settings
from rasure.store.store import open_store
from tests.people_world import ANALYST, AUDITOR, INSPECTOR, MANAGER, NAMES, WEST_MAN, WHY, fill
from tests.serving import be, exported, served

HIM = Subject(Kind.PERSON, WEST_MAN)
TABLES = ("history", "associates", "places")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("person-exports")
    fill(open_store(folder / "store", reference_folder=settings().reference), folder / "world").close()
    with served(folder / "store") as found:
        yield found


@pytest.fixture
def signed_in(client: TestClient) -> TestClient:
    wiring.store().ledger.run("delete from opening")
    client.cookies.clear()
    client.get("/", headers={"accept": "text/html"})
    return client


def taken(client: TestClient, principal: Principal, table: str, person: str = WEST_MAN) -> tuple[int, str]:
    told = {"reason": "crime 1, appeal", "recipient": "court"}
    answer = exported(be(client, principal), f"person-{table}", CSV, person=person, **told)
    return answer.status_code, answer.text


@pytest.mark.parametrize("table", TABLES)
def test_nothing_leaves_of_a_record_that_is_not_open(signed_in: TestClient, table: str) -> None:
    for principal in (INSPECTOR, ANALYST):
        status, text = taken(signed_in, principal, table)
        assert status == 403
        assert not any(name in text for name in NAMES.values())


@pytest.mark.parametrize("table", TABLES)
def test_an_opening_by_somebody_else_opens_nothing(signed_in: TestClient, table: str) -> None:
    person_access.open_subject(wiring.store(), ANALYST, HIM, WHY)
    assert taken(signed_in, INSPECTOR, table)[0] == 403


def test_what_leaves_is_what_the_own_area_holds_and_the_log_knows_why(signed_in: TestClient) -> None:
    person_access.open_subject(wiring.store(), INSPECTOR, HIM, WHY)
    status, text = taken(signed_in, INSPECTOR, "history")
    assert status == 200
    assert [line.split(",")[0] for line in text.splitlines()[2:] if line] == ["F1", "F2", "F3"]
    (entry, *_) = audit_reading.search(wiring.store(), AUDITOR, Wanted(object="export:person-history")).entries
    assert (entry.n, entry.reason, entry.recipient) == (3, "crime 1, appeal", "court")


def test_associates_leave_without_a_childs_name_and_without_other_areas(signed_in: TestClient) -> None:
    person_access.open_subject(wiring.store(), MANAGER, HIM, WHY)
    status, text = taken(signed_in, MANAGER, "associates")
    assert status == 200
    assert NAMES["P-W2"] in text
    assert not any(NAMES[name] in text for name in ("P-K1", "P-E1", "P-V1"))
