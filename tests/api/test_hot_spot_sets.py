"""The route of a published set through the real application."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rasure.gate import identity
from rasure.ingest import load_patrol_side
from rasure.services import publishing, sessions, wiring
from rasure.services.publishing import Order
from rasure.settings import settings
from rasure.store.store import Store, open_store
from tests.extracts import manifest, patrol_file
from tests.ingest.test_load_patrol_side import area
from tests.serving import fresh_app
from tests.tasking import ANALYST, busy_store, first_draft

TABLE = "/api/v1/hot-spot-sets/winter/1.csv"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("sets")
    store = busy_store(open_store(folder / "store", reference_folder=settings().reference), folder)
    publishing.publish(store, ANALYST, Order(first_draft(store), {}, None, "Winter"))
    odd = patrol_file(folder / "odd", "hot-spots", [area(1, set_id="a/b 1")])
    manifest(folder / "odd", signed=True)
    load_patrol_side.load_hot_spots(store, odd)
    store.close()
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


def become(client: TestClient, person: str) -> None:
    sessions.become(client.cookies[identity.COOKIE], person)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_set_leaves_in_the_columns_it_can_be_loaded_from(signed_in: TestClient, store: Store, tmp_path: Path) -> None:
    found = signed_in.get(TABLE)
    assert found.status_code == 200
    assert "hot-spots-winter-1" in found.headers["content-disposition"]
    path = tmp_path / "hot_spots.csv"
    path.write_bytes(found.content)
    assert load_patrol_side.load_hot_spots(store, path).accepted == len(rows(found.text)) == 4


def test_an_inspector_gets_the_rows_of_the_own_area(signed_in: TestClient) -> None:
    become(signed_in, "demo-inspector-E")
    assert {row["lpa"] for row in rows(signed_in.get(TABLE).text)} == {"E"}


@pytest.mark.parametrize("person", ["demo-partner", "demo-officer", "demo-auditor"])
def test_roles_that_see_no_hot_spots_are_refused(signed_in: TestClient, person: str) -> None:
    become(signed_in, person)
    assert signed_in.get(TABLE).status_code == 403


def test_without_a_session_there_is_nothing(client: TestClient) -> None:
    client.cookies.clear()
    assert client.get(TABLE).status_code == 401


@pytest.mark.parametrize("where", ["winter/9", "spring/1"])
def test_what_was_never_published_is_not_found(signed_in: TestClient, where: str) -> None:
    assert signed_in.get(f"/api/v1/hot-spot-sets/{where}.csv").status_code == 404


def test_a_set_may_be_called_anything(signed_in: TestClient) -> None:
    assert signed_in.get("/api/v1/hot-spot-sets/a%2Fb%201/1.csv").status_code == 200
